extension ShapeChecker {
    /// Checks what the keys of an object say about each other.
    mutating func check(_ members: JSONObject, _ rule: KeyRule) {
        switch rule {
        case .exactlyOne(let groups): checkExactlyOne(members, groups)
        case .atLeastOne(let keys):
            if !keys.contains(where: { members[$0] != nil }) {
                find("\(list(keys, "and")) are all missing", remedy: "write one of them")
            }
        case .atMostOne(let keys):
            let given = keys.filter { members[$0] != nil }
            if given.count > 1 { find("\(list(given, "and")) stand together", remedy: "keep one of them") }
        case .with(let key, let requires, let forbids):
            if members[key] != nil { check(members, beside: "'\(key)'", requires, forbids) }
        case .when(let key, let words, let requires, let forbids):
            if let value = members[key], words.contains(value) {
                check(members, beside: "\(key) \(JSONWriter().text(value))", requires, forbids)
            }
        }
    }

    private mutating func checkExactlyOne(_ members: JSONObject, _ groups: [[String]]) {
        var given: [String]?
        for group in groups where group.contains(where: { members[$0] != nil }) {
            if let given {
                let keys = [given, group].compactMap { keys in keys.first { members[$0] != nil } }
                return find("\(list(keys, "and")) stand together", remedy: "keep one of them")
            }
            given = group
        }
        guard let given else {
            let choices = groups.map { list($0, "with") }.joined(separator: " or ")
            return find("\(choices) is missing", remedy: "write exactly one of them")
        }
        for key in given where members[key] == nil {
            find("'\(key)' is missing", remedy: "it belongs to '\(given[0])'")
        }
    }

    private mutating func check(_ members: JSONObject, beside name: String, _ requires: [String], _ forbids: [String]) {
        for key in requires where members[key] == nil {
            find("'\(key)' is missing", remedy: "it is needed beside \(name)")
        }
        for key in forbids where members[key] != nil {
            find("'\(key)' stands beside \(name)", remedy: "remove one of the two")
        }
    }

    private func list(_ keys: [String], _ word: String) -> String {
        keys.map { "'\($0)'" }.joined(separator: " \(word) ")
    }
}

extension Shape {
    /// Whether a value has the JSON type that this shape is about.
    package func takes(_ value: JSONValue) -> Bool {
        switch (form, value) {
        case (.any, _), (.boolean, .bool), (.string, .string), (.enumeration, .string), (.number, .number),
            (.integer, .number),
            (.array, .array), (.map, .object), (.object, .object), (.variants, .object), (.branch, .object),
            (.nullable, .null):
            true
        case (.const(let wanted), _): wanted.kindName == value.kindName
        case (.either(let shapes), _): shapes.contains { $0.takes(value) }
        case (.nullable(let shape), _): shape.takes(value)
        case (.reference(_, let find), _): find().takes(value)
        default: false
        }
    }

    /// The JSON type in words, for messages.
    var typeWords: String {
        switch form {
        case .any: "a value"
        case .boolean: "true or false"
        case .string, .enumeration: "a string"
        case .number: "a number"
        case .integer: "a whole number"
        case .const(let value): JSONWriter().text(value)
        case .array: "a list"
        case .map, .object, .variants, .branch: "an object"
        case .either(let shapes): shapes.map(\.typeWords).joined(separator: " or ")
        case .nullable(let shape): shape.typeWords + " or null"
        case .reference(_, let find): find().typeWords
        }
    }

    /// What could stand there, for a message about a missing key; nil where no few words say it.
    var example: String? {
        switch form {
        case .const(let value): JSONWriter().text(value)
        case .enumeration(let words): "one of " + words.joined(separator: ", ")
        case .string(let kind): kind.noun
        case .boolean, .number, .integer, .array: typeWords
        case .either(let shapes): shapes.first?.example
        case .reference(_, let find): find().example
        default: nil
        }
    }

    /// Whether a template's parameter may stand for it.
    var takesParameter: Bool {
        switch form {
        case .string(let kind): kind.takesParameter
        case .const: false
        case .reference(_, let find): find().takesParameter
        case .nullable(let shape): shape.takesParameter
        case .array(let list): list.identity == nil
        default: true
        }
    }
}
