/// Any JSON value (RFC 8259), with object keys in their order and numbers in their spelling.
///
/// Two values are equal when they mean the same: `1` equals `1.0`, and the order of keys does not count.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The text of a string, or nil for another kind of value.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth value, or nil for another kind of value.
    package var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The number, or nil for another kind of value.
    package var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The number as an integer, or nil when this is no number, has a fraction or does not fit.
    package var int: Int? { number?.int }

    /// The number as a double, or nil when this is no number.
    package var double: Double? { number?.double }

    /// The elements of an array, or nil for another kind of value.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members of an object, or nil for another kind of value.
    package var object: JSONObject? {
        if case .object(let members) = self { members } else { nil }
    }

    /// Whether this is JSON null.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of a member; nil when this is no object or has no such key.
    package subscript(key: String) -> JSONValue? { object?[key] }

    /// The element at an index; nil when this is no array or the index is out of range.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What kind of value this is, in the words of JSON Schema, for messages.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    package init(floatLiteral value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    package init(nilLiteral: ()) { self = .null }
}
