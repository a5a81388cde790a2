import PatchbayLanguage
import PatchbayModel

/// The JSON Schema of a parameter, from the place that it fills.
enum ParameterSchema {
    /// A schema that the value fits: what the place's shape allows, else, where anything may stand, the value's own type.
    static func schema(of place: DialogPlace) -> JSONValue {
        let schema = JSONValue.object(written(ShapeWalk.narrowed(place.shape, for: place.value), for: place.value))
        return fits(place.value, schema) ? schema : type(of: place.value)
    }

    /// Whether a schema can be compiled and takes a value.
    static func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        (try? JSONSchema(schema))?.isValid(value) ?? false
    }

    private static func written(_ shape: Shape, for value: JSONValue) -> JSONObject {
        switch shape.form {
        case .boolean: return ["type": "boolean"]
        case .string(let kind):
            var schema: JSONObject = ["type": "string"]
            if kind.minimumLength > 0 { schema["minLength"] = .number(JSONNumber(kind.minimumLength)) }
            schema["pattern"] = kind.pattern.map(JSONValue.string)
            return schema
        case .number(let least, let most):
            return range("number", least.flatMap(JSONNumber.init), most.flatMap(JSONNumber.init))
        case .integer(let least, let most):
            return range("integer", least.map { JSONNumber($0) }, most.map { JSONNumber($0) })
        case .enumeration(let words): return ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .array: return ["type": "array"]
        default: return type(of: value).object ?? [:]
        }
    }

    private static func range(_ type: String, _ least: JSONNumber?, _ most: JSONNumber?) -> JSONObject {
        var schema: JSONObject = ["type": .string(type)]
        schema["minimum"] = least.map(JSONValue.number)
        schema["maximum"] = most.map(JSONValue.number)
        return schema
    }

    /// A value's own type.
    static func type(of value: JSONValue) -> JSONValue {
        switch value {
        case .null: ["type": "null"]
        case .bool: ["type": "boolean"]
        case .number(let number): ["type": number.isInteger ? "integer" : "number"]
        case .string: ["type": "string"]
        case .array: ["type": "array"]
        case .object: ["type": "object"]
        }
    }
}
