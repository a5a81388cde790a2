import PatchbayModel

/// Checks one value against compiled schemas.
struct SchemaValidator {
    let nodes: [SchemaNode]
    /// Whether it goes on after the first fault and says what is wrong.
    private(set) var collects: Bool
    private(set) var problems: [SchemaProblem] = []

    private var place: [String] = []
    private var depth = 0
    private var steps = 0

    /// How deep values and schemas may nest together: some 60 levels of values with references at each.
    private static let maxDepth = 400
    /// How many schemas are tried before the check is given up.
    private static let maxSteps = 4_000_000

    init(nodes: [SchemaNode], collects: Bool) {
        self.nodes = nodes
        self.collects = collects
    }

    /// Whether the value fits the node.
    mutating func check(_ index: Int, _ value: JSONValue) -> Bool {
        depth += 1
        steps += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { return fail("the value nests too deeply to be checked") }
        guard steps <= Self.maxSteps else {
            return fail("the value takes too long to check", remedy: "use a simpler schema")
        }
        let node = nodes[index]
        if node.isNever { return fail("nothing is allowed here", remedy: "remove it") }
        if node.takesNull, value.isNull { return true }
        if let types = node.types, !types.takes(value) {
            return fail("expected \(types.words), found \(Self.brief(value))")
        }
        var fits = true
        if let constant = node.constant, !constant.isIdentical(to: value) {
            fits = fail("expected \(Self.brief(constant)), found \(Self.brief(value))")
        }
        if let values = node.values, !values.contains(where: { $0.isIdentical(to: value) }) {
            fits = failEnum(values, value)
        }
        if !fits, !collects { return false }
        switch value {
        case .number(let number): if let rules = node.number, !check(rules, number) { fits = false }
        case .string(let text): if let rules = node.text, !check(rules, text) { fits = false }
        case .array(let elements): if let rules = node.list, !check(rules, elements) { fits = false }
        case .object(let object): if let rules = node.object, !check(rules, object, value) { fits = false }
        case .null, .bool: break
        }
        if !fits, !collects { return false }
        if let rules = node.logic, !check(rules, value) { fits = false }
        return fits
    }

    /// Checks a value further in.
    private mutating func check(_ index: Int, _ value: JSONValue, at token: @autoclosure () -> String) -> Bool {
        guard collects else { return check(index, value) }
        place.append(token())
        defer { place.removeLast() }
        return check(index, value)
    }

    private mutating func fail(
        _ message: @autoclosure () -> String,
        remedy: @autoclosure () -> String? = nil,
        at token: String? = nil
    ) -> Bool {
        if collects, problems.count < JSONSchema.maxProblems {
            let pointer = JSONPointer(tokens: token.map { place + [$0] } ?? place)
            problems.append(SchemaProblem(pointer: pointer, message: message(), remedy: remedy()))
        }
        return false
    }

    private mutating func failEnum(_ values: [JSONValue], _ value: JSONValue) -> Bool {
        guard collects else { return false }
        let near = value.string.flatMap { NearName.suggestion(for: $0, among: values.compactMap(\.string)) }
        let shown = values.prefix(12).map(Self.brief).joined(separator: ", ") + (values.count > 12 ? ", …" : "")
        return fail(
            "\(Self.brief(value)) is not one of the allowed values",
            remedy: near.map { "did you mean '\($0)'?" } ?? "use one of \(shown)"
        )
    }

    /// The kind of a value, and the value where it is short.
    private static func brief(_ value: JSONValue) -> String {
        switch value {
        case .array, .object: return value.kindWithArticle
        case .null: return "null"
        default: break
        }
        let text = JSONWriter().text(value)
        return text.count <= 40 ? text : text.prefix(37) + "…"
    }
}

// MARK: - Numbers, strings, arrays

extension SchemaValidator {
    private mutating func check(_ rules: NumberRules, _ number: JSONNumber) -> Bool {
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

    private mutating func check(_ rules: TextRules, _ text: String) -> Bool {
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

    private mutating func check(_ rules: ListRules, _ elements: [JSONValue]) -> Bool {
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

// MARK: - Objects

extension SchemaValidator {
    private mutating func check(_ rules: ObjectRules, _ object: JSONObject, _ value: JSONValue) -> Bool {
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

    private mutating func check(_ member: JSONObject.Member, _ rules: ObjectRules) -> Bool {
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

// MARK: - Schemas over the same value

extension SchemaValidator {
    private mutating func check(_ rules: LogicRules, _ value: JSONValue) -> Bool {
        var fits = true
        for schema in rules.all where !check(schema, value) {
            fits = false
            if !collects { return false }
        }
        if !rules.any.isEmpty, quietly({ $0.count(of: rules.any, that: value, atMost: 1) }) == 0 {
            fits = failForms(rules.any, value)
        }
        if !rules.one.isEmpty {
            let count = quietly { $0.count(of: rules.one, that: value, atMost: 2) }
            if count == 0 { fits = failForms(rules.one, value) }
            if count > 1 {
                fits = fail(
                    "the value fits more than one of the \(rules.one.count) forms of which exactly one must fit"
                )
            }
        }
        if let schema = rules.not, quietly({ $0.check(schema, value) }) {
            fits = fail("the value is one that is not allowed here")
        }
        if !fits, !collects { return false }
        guard let condition = rules.condition else { return fits }
        let way = quietly { $0.check(condition, value) } ? rules.then : rules.otherwise
        return way.map { check($0, value) } ?? true ? fits : false
    }

    private mutating func count(of schemas: [Int], that value: JSONValue, atMost most: Int) -> Int {
        var count = 0
        for schema in schemas where check(schema, value) {
            count += 1
            if count == most { break }
        }
        return count
    }

    /// Looks without saying anything.
    private mutating func quietly<Result>(_ look: (inout SchemaValidator) -> Result) -> Result {
        let collected = collects
        collects = false
        defer { collects = collected }
        return look(&self)
    }

    /// Says why none of several forms fits: the faults of the only form for this kind of value, else of the closest.
    private mutating func failForms(_ schemas: [Int], _ value: JSONValue) -> Bool {
        guard collects else { return false }
        let before = problems
        var tries: [[SchemaProblem]] = []
        for schema in schemas {
            problems = []
            _ = check(schema, value)
            tries.append(problems)
        }
        problems = before
        let here = JSONPointer(tokens: place)
        let ofKind = zip(schemas, tries).filter { schema, found in
            !(found.first?.pointer == here && found.first?.message.hasPrefix("expected ") == true) || schemas.count == 1
        }.map(\.1)
        if ofKind.count == 1, let only = ofKind.first {
            problems += only.prefix(JSONSchema.maxProblems - problems.count)
            return false
        }
        let closest = tries.min { $0.count < $1.count }?.first
        return fail(
            "the value fits none of the \(schemas.count) allowed forms",
            remedy: closest.map { "the closest form: \($0)" }
        )
    }
}
