import PatchbayModel

extension SchemaValidator {
    mutating func check(_ rules: NumberRules, _ number: JSONNumber) -> Bool {
        var fits = true
        if let limit = rules.minimum, number < limit {
            fits = fail("\(number.text) is less than \(limit.text)", remedy: "use at least \(limit.text)")
        }
        if let limit = rules.maximum, limit < number {
            fits = fail("\(number.text) is more than \(limit.text)", remedy: "use at most \(limit.text)")
        }
        if let limit = rules.above, !(limit < number) { fits = fail("\(number.text) is not more than \(limit.text)") }
        if let limit = rules.below, !(number < limit) { fits = fail("\(number.text) is not less than \(limit.text)") }
        if let step = rules.multipleOf, !ExactDecimal(number).isMultiple(of: ExactDecimal(step)) {
            fits = fail("\(number.text) is no multiple of \(step.text)")
        }
        return fits
    }

    mutating func check(_ rules: TextRules, _ text: String) -> Bool {
        var fits = true
        if rules.least > 0 || rules.most < Int.max {
            let count = text.unicodeScalars.count
            if count < rules.least {
                fits = fail("the text has \(count) characters; at least \(rules.least) are needed")
            }
            if count > rules.most { fits = fail("the text has \(count) characters; at most \(rules.most) are allowed") }
        }
        if let pattern = rules.pattern, !pattern.matches(text) {
            fits = fail("\(Self.brief(.string(text))) does not match the pattern \(pattern.source)")
        }
        return fits
    }

    private static func repeats(_ elements: [JSONValue]) -> Bool {
        guard Set(elements).count < elements.count else { return false }
        return Dictionary(grouping: elements) { $0 }.values.contains { equals in
            equals.indices.contains { place in equals[..<place].contains { $0.isIdentical(to: equals[place]) } }
        }
    }

    mutating func check(_ rules: ListRules, _ elements: [JSONValue]) -> Bool {
        var fits = true
        if elements.count < rules.least {
            fits = fail("the list has \(elements.count) elements; at least \(rules.least) are needed")
        }
        if elements.count > rules.most {
            fits = fail("the list has \(elements.count) elements; at most \(rules.most) are allowed")
        }
        if rules.isUnique, Self.repeats(elements) {
            fits = fail("an element stands twice in the list", remedy: "remove one of them")
        }
        if !fits, !collects { return false }
        for (number, element) in elements.enumerated() {
            guard let schema = number < rules.prefix.count ? rules.prefix[number] : rules.items else { break }
            if !check(schema, element, at: String(number)) { fits = false }
            if !fits, !collects { return false }
        }
        guard let schema = rules.contains else { return fits }
        var count = 0
        quietly { validator in
            for element in elements where validator.check(schema, element) { count += 1 }
        }
        if count < rules.leastContained {
            fits = fail("the list has \(count) of the elements of which at least \(rules.leastContained) must be there")
        }
        if count > rules.mostContained {
            fits = fail("the list has \(count) of the elements of which at most \(rules.mostContained) may be there")
        }
        return fits
    }
}

extension SchemaValidator {
    mutating func check(_ rules: ObjectRules, _ object: JSONObject, _ value: JSONValue) -> Bool {
        var fits = true
        for key in rules.required where object[key] == nil {
            fits = fail("'\(key)' is missing", remedy: "add it")
            if !collects { return false }
        }
        if object.count < rules.least {
            fits = fail("the object has \(object.count) keys; at least \(rules.least) are needed")
        }
        if object.count > rules.most {
            fits = fail("the object has \(object.count) keys; at most \(rules.most) are allowed")
        }
        if !fits, !collects { return false }
        for member in object.members {
            if !check(member, rules) { fits = false }
            if !fits, !collects { return false }
        }
        for (key, required) in rules.dependentKeys where object[key] != nil {
            for other in required where object[other] == nil {
                fits = fail("'\(key)' needs '\(other)' beside it", remedy: "add '\(other)'")
            }
        }
        for (key, schema) in rules.dependent where object[key] != nil {
            if !check(schema, value) { fits = false }
        }
        return fits
    }

    mutating func check(_ member: JSONObject.Member, _ rules: ObjectRules) -> Bool {
        var fits = true
        var isKnown = false
        if let names = rules.names, !check(names, .string(member.key), at: member.key) { fits = false }
        if let schema = rules.properties[member.key] {
            isKnown = true
            if !check(schema, member.value, at: member.key) { fits = false }
        }
        for (pattern, schema) in rules.patterns {
            steps += 1
            guard pattern.matches(member.key) else { continue }
            isKnown = true
            if !check(schema, member.value, at: member.key) { fits = false }
        }
        guard !isKnown, let schema = rules.additional else { return fits }
        guard nodes[schema].isNever else { return check(schema, member.value, at: member.key) && fits }
        return fail(
            "unknown key '\(member.key)'",
            remedy: NearName.remedy(for: member.key, among: rules.order) ?? "remove it",
            at: member.key
        )
    }
}
