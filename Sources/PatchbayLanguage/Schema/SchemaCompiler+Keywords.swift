import PatchbayModel

extension SchemaCompiler {
    /// Reads one keyword; those that check nothing, and unknown ones, are passed over.
    mutating func read(_ key: String, _ value: JSONValue, of object: JSONObject, into node: inout SchemaNode)
        throws(SchemaError)
    {
        switch key {
        case "type": node.types = try types(value)
        case "enum": node.values = try array(value, key)
        case "const": node.constant = value
        case "format": node.format = value.string
        case "nullable": if dialect == .openAPI, value == true { node.takesNull = true }
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
            try readNumber(key, value, of: object, into: &node.number)
        case "minLength", "maxLength", "pattern": try readText(key, value, into: &node.text)
        case "prefixItems", "items", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems":
            try readList(key, value, into: &node.list)
        case "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
            "maxProperties", "dependentRequired", "dependentSchemas":
            try readObject(key, value, into: &node.object)
        case "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else":
            try readLogic(key, value, of: object, into: &node.logic)
        case "$defs": for key in try map(value, key).keys { _ = try self.node("$defs", key) }
        default: break
        }
    }

    private func types(_ value: JSONValue) throws(SchemaError) -> SchemaTypes {
        var result: SchemaTypes = []
        for name in value.array ?? [value] {
            guard let text = name.string, let type = SchemaTypes(name: text) else {
                let names = SchemaTypes.names.map(\.name)
                throw problem(
                    "unknown type \(JSONWriter().text(name))",
                    at: ["type"],
                    remedy: NearName.suggestion(for: name.string ?? "", among: names).map { "did you mean '\($0)'?" }
                        ?? "use one of \(names.joined(separator: ", "))"
                )
            }
            result.insert(type)
        }
        return result
    }

    private mutating func readNumber(
        _ key: String,
        _ value: JSONValue,
        of object: JSONObject,
        into rules: inout NumberRules?
    ) throws(SchemaError) {
        var number = rules ?? NumberRules()
        defer { rules = number }
        if dialect == .openAPI, key.hasPrefix("exclusive"), let flag = value.bool {
            guard flag else { return }
            if key == "exclusiveMinimum" {
                number.above = object["minimum"]?.number
            } else {
                number.below = object["maximum"]?.number
            }
            return
        }
        guard let limit = value.number else {
            throw problem("'\(key)' is a number, not \(value.kindWithArticle)", at: [key])
        }
        switch key {
        case "minimum": number.minimum = limit
        case "maximum": number.maximum = limit
        case "exclusiveMinimum": number.above = limit
        case "exclusiveMaximum": number.below = limit
        default:
            let step = ExactDecimal(limit)
            guard !step.isZero, !step.isNegative, step.digits.count <= 18 else {
                throw problem("'multipleOf' is a number above 0 of at most 18 digits", at: [key])
            }
            number.multipleOf = limit
        }
    }

    private func readText(_ key: String, _ value: JSONValue, into rules: inout TextRules?) throws(SchemaError) {
        var text = rules ?? TextRules()
        switch key {
        case "minLength": text.least = try count(value, key)
        case "maxLength": text.most = try count(value, key)
        default: text.pattern = try pattern(value, at: [key])
        }
        rules = text
    }

    private func pattern(_ value: JSONValue, at tokens: [String]) throws(SchemaError) -> Pattern {
        guard let source = value.string else {
            throw problem("a pattern is a string, not \(value.kindWithArticle)", at: tokens)
        }
        do throws(PatternError) {
            return try Pattern(source)
        } catch {
            let shown = source.unicodeScalars.count > 200 ? String(source.unicodeScalars.prefix(200)) + "…" : source
            throw problem(
                "the pattern '\(shown)' cannot be used: \(error.message) (at character \(error.offset + 1))",
                at: tokens,
                remedy: error.remedy
            )
        }
    }

    private mutating func readList(_ key: String, _ value: JSONValue, into rules: inout ListRules?) throws(SchemaError)
    {
        var list = rules ?? ListRules()
        switch key {
        case "prefixItems": list.prefix = try schemas(value, key)
        case "items": list.items = try node(key)
        case "contains": list.contains = try node(key)
        case "minContains": list.leastContained = try count(value, key)
        case "maxContains": list.mostContained = try count(value, key)
        case "minItems": list.least = try count(value, key)
        case "maxItems": list.most = try count(value, key)
        default: list.isUnique = value.bool ?? false
        }
        rules = list
    }

    private mutating func readObject(_ key: String, _ value: JSONValue, into rules: inout ObjectRules?)
        throws(SchemaError)
    {
        var object = rules ?? ObjectRules()
        switch key {
        case "properties":
            for name in try map(value, key).keys {
                object.order.append(name)
                object.properties[name] = try node(key, name)
            }
        case "patternProperties":
            for name in try map(value, key).keys {
                object.patterns.append((try pattern(.string(name), at: [key, name]), try node(key, name)))
            }
        case "additionalProperties": object.additional = try node(key)
        case "propertyNames": object.names = try node(key)
        case "required": object.required = try strings(value, [key])
        case "minProperties": object.least = try count(value, key)
        case "maxProperties": object.most = try count(value, key)
        case "dependentRequired":
            for member in try map(value, key).members {
                object.dependentKeys.append((member.key, try strings(member.value, [key, member.key])))
            }
        default: for name in try map(value, key).keys { object.dependent.append((name, try node(key, name))) }
        }
        rules = object
    }

    private mutating func readLogic(
        _ key: String,
        _ value: JSONValue,
        of object: JSONObject,
        into rules: inout LogicRules?
    ) throws(SchemaError) {
        var logic = rules ?? LogicRules()
        switch key {
        case "$ref":
            guard let reference = value.string else {
                throw problem("'$ref' is a string, not \(value.kindWithArticle)", at: [key])
            }
            logic.all.append(try node(reference: reference))
        case "allOf": logic.all += try schemas(value, key)
        case "anyOf": logic.any = try schemas(value, key)
        case "oneOf": logic.one = try schemas(value, key)
        case "not": logic.not = try node(key)
        // Without `if` its ways mean nothing, and without ways `if` does.
        case "if": if object["then"] != nil || object["else"] != nil { logic.condition = try node(key) }
        case "then": if object["if"] != nil { logic.then = try node(key) }
        default: if object["if"] != nil { logic.otherwise = try node(key) }
        }
        rules = logic
    }

    // MARK: - Shapes of keywords

    private func array(_ value: JSONValue, _ key: String) throws(SchemaError) -> [JSONValue] {
        guard let elements = value.array else {
            throw problem("'\(key)' is an array, not \(value.kindWithArticle)", at: [key])
        }
        return elements
    }

    private func map(_ value: JSONValue, _ key: String) throws(SchemaError) -> JSONObject {
        guard let object = value.object else {
            throw problem("'\(key)' is an object, not \(value.kindWithArticle)", at: [key])
        }
        return object
    }

    private func strings(_ value: JSONValue, _ tokens: [String]) throws(SchemaError) -> [String] {
        var result: [String] = []
        for element in value.array ?? [.null] {
            guard let text = element.string else {
                throw problem("'\(tokens.joined(separator: "/"))' is a list of keys", at: tokens)
            }
            result.append(text)
        }
        return result
    }

    private func count(_ value: JSONValue, _ key: String) throws(SchemaError) -> Int {
        guard let number = value.number, number.isInteger, number >= JSONNumber(0) else {
            throw problem("'\(key)' is a whole number of at least 0", at: [key])
        }
        return number.int ?? Int.max
    }

    private mutating func schemas(_ value: JSONValue, _ key: String) throws(SchemaError) -> [Int] {
        let elements = try array(value, key)
        guard !elements.isEmpty else { throw problem("'\(key)' needs at least one schema", at: [key]) }
        var result: [Int] = []
        for number in elements.indices { result.append(try node(key, String(number))) }
        return result
    }
}
