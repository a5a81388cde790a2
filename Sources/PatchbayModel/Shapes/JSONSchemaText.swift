/// Writes the JSON Schema (2020-12) of a file, so that editors refuse what the reader refuses.
///
/// What only ``FileCheck`` says, because JSON Schema has no words for it: ids that stand twice, names that differ only in case,
/// references to nodes, fields and operations of the same file.
package enum JSONSchemaText {
    /// The schema of a kind of file, with `title`, `description`, `default` and `x-merge`.
    package static func schema(of kind: FileKind) -> JSONValue {
        var writer = SchemaWriter()
        let root = writer.schema(of: kind.shape)
        var result: JSONObject = ["$schema": "https://json-schema.org/draft/2020-12/schema"]
        result["title"] = .string("Patchbay: \(kind.usualName)")
        for member in root.members where member.key != "title" { result[member.key] = member.value }
        if !writer.definitions.isEmpty {
            result["$defs"] = .object(
                JSONObject(writer.definitions.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) })
            )
        }
        return .object(result)
    }

    /// The schema's file as it is published.
    package static func text(of kind: FileKind) -> String { JSONWriter(.indented).text(schema(of: kind)) }
}

/// One schema in the making.
private struct SchemaWriter {
    /// The shapes with a name, by name.
    var definitions: [String: JSONObject] = [:]

    mutating func schema(of shape: Shape) -> JSONObject {
        var result = form(of: shape)
        if let merge = shape.merge, result["$ref"] == nil { result["x-merge"] = .string(merge.rawValue) }
        return result
    }

    private mutating func value(_ shape: Shape) -> JSONValue { .object(schema(of: shape)) }

    private mutating func form(of shape: Shape) -> JSONObject {
        switch shape.form {
        case .any: return [:]
        case .boolean: return ["type": "boolean"]
        case .string(let kind): return text(kind)
        case .number(let least, let most):
            return range("number", least.flatMap(JSONNumber.init), most.flatMap(JSONNumber.init))
        case .integer(let least, let most):
            return range("integer", least.map { JSONNumber($0) }, most.map { JSONNumber($0) })
        case .const(let value): return ["const": value]
        case .enumeration(let words): return ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .array(let list): return array(list)
        case .map(let keys, let values):
            var result: JSONObject = ["type": "object"]
            if keys.pattern != nil || keys.minimumLength > 0 { result["propertyNames"] = .object(text(keys)) }
            result["additionalProperties"] = value(values)
            return result
        case .object(let object): return self.object(object)
        case .variants(let variants): return self.variants(variants)
        case .branch(let key, let with, let without):
            return [
                "type": "object", "if": .object(needs([key])), "then": value(with), "else": value(without),
            ]
        case .either(let shapes): return ["anyOf": .array(shapes.map { value($0) })]
        case .nullable(let shape): return ["anyOf": [["type": "null"], value(shape)]]
        case .reference(let name, let find):
            if definitions[name] == nil {
                definitions[name] = [:]  // stands while the shape, which may contain itself, is written
                definitions[name] = schema(of: find())
            }
            return ["$ref": .string("#/$defs/\(name)")]
        }
    }

    private func text(_ kind: TextKind) -> JSONObject {
        var result: JSONObject = ["type": "string"]
        if kind.minimumLength > 0 { result["minLength"] = .number(JSONNumber(kind.minimumLength)) }
        result["pattern"] = kind.pattern.map(JSONValue.string)
        return result
    }

    private func range(_ type: String, _ least: JSONNumber?, _ most: JSONNumber?) -> JSONObject {
        var result: JSONObject = ["type": .string(type)]
        result["minimum"] = least.map(JSONValue.number)
        result["maximum"] = most.map(JSONValue.number)
        return result
    }

    private mutating func array(_ list: ListShape) -> JSONObject {
        var result: JSONObject = ["type": "array", "items": value(list.element)]
        if list.minimumCount > 0 { result["minItems"] = .number(JSONNumber(list.minimumCount)) }
        if list.isSet { result["uniqueItems"] = true }
        return result
    }

    private mutating func object(_ object: ObjectShape) -> JSONObject {
        var properties = JSONObject()
        for field in object.fields {
            var schema = self.schema(of: field.shape)
            schema["description"] = .string(field.summary)
            schema["default"] = field.defaultValue
            properties[field.key] = .object(schema)
        }
        var result: JSONObject = ["title": .string(object.title), "type": "object", "properties": .object(properties)]
        let required = object.fields.filter(\.isRequired).map(\.key)
        if !required.isEmpty { result["required"] = .array(required.map(JSONValue.string)) }
        result["patternProperties"] = ["^x-": true]
        result["additionalProperties"] = false
        if !object.rules.isEmpty { result["allOf"] = .array(object.rules.map { .object(rule($0)) }) }
        return result
    }

    private mutating func variants(_ variants: VariantShape) -> JSONObject {
        let key = variants.key
        let choices: [JSONValue] = variants.cases.map { word, shape in
            let condition: JSONObject = [
                "properties": .object([key: ["const": .string(word)]]), "required": [.string(key)],
            ]
            return ["if": .object(condition), "then": .object(object(shape))]
        }
        return [
            "type": "object", "required": [.string(key)],
            "properties": .object([key: ["enum": .array(variants.words.map(JSONValue.string))]]),
            "allOf": .array(choices),
        ]
    }

    // MARK: - What keys say about each other

    private func rule(_ rule: KeyRule) -> JSONObject {
        switch rule {
        case .exactlyOne(let groups):
            let all = groups.flatMap { $0 }
            return [
                "oneOf": .array(
                    groups.map { group in .object(needs(group, without: all.filter { !group.contains($0) })) }
                )
            ]
        case .atLeastOne(let keys): return ["anyOf": .array(keys.map { .object(needs([$0])) })]
        case .atMostOne(let keys):
            return ["anyOf": .array(keys.map { key in .object(needs([], without: keys.filter { $0 != key })) })]
        case .with(let key, let requires, let forbids):
            return ["if": .object(needs([key])), "then": .object(needs(requires, without: forbids))]
        case .when(let key, let words, let requires, let forbids):
            var condition = needs([key])
            condition["properties"] = .object([key: ["enum": .array(words)]])
            return ["if": .object(condition), "then": .object(needs(requires, without: forbids))]
        }
    }

    private func needs(_ keys: [String], without others: [String] = []) -> JSONObject {
        var result = JSONObject()
        if !keys.isEmpty { result["required"] = .array(keys.map(JSONValue.string)) }
        if !others.isEmpty { result["properties"] = .object(JSONObject(others.map { ($0, false) })) }
        return result
    }
}
