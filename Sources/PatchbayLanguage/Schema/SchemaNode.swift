import PatchbayModel

/// One schema, compiled: places of other schemas are indices into ``JSONSchema/nodes``.
struct SchemaNode: Sendable {
    /// Set for the schema `false`.
    var isNever = false
    /// Null fits whatever the rest says (OpenAPI's `nullable`).
    var takesNull = false
    var types: SchemaTypes?
    var values: [JSONValue]?
    var constant: JSONValue?
    var number: NumberRules?
    var text: TextRules?
    var list: ListRules?
    var object: ObjectRules?
    var logic: LogicRules?
    /// Kept for examples; checks nothing.
    var format: String?

    /// The schemas that are checked against the same value.
    var inPlace: [Int] {
        let logic = logic.map {
            $0.all + $0.any + $0.one + [$0.not, $0.condition, $0.then, $0.otherwise].compactMap(\.self)
        }
        return (logic ?? []) + (object?.dependent.map(\.schema) ?? [])
    }
}

/// Kinds of values, as `type` names them.
struct SchemaTypes: OptionSet, Hashable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let number = SchemaTypes(rawValue: 8)
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)

    static let names: [(name: String, type: SchemaTypes)] = [
        ("boolean", .boolean), ("integer", .integer), ("number", .number), ("string", .string), ("array", .array),
        ("object", .object), ("null", .null),
    ]

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init?(name: String) {
        guard let type = Self.names.first(where: { $0.name == name })?.type else { return nil }
        self = type
    }

    func takes(_ value: JSONValue) -> Bool {
        switch value {
        case .null: contains(.null)
        case .bool: contains(.boolean)
        case .number(let number): contains(.number) || contains(.integer) && number.isInteger
        case .string: contains(.string)
        case .array: contains(.array)
        case .object: contains(.object)
        }
    }

    /// `string or null`, for messages.
    var words: String { Self.names.filter { contains($0.type) }.map(\.name).joined(separator: " or ") }
}

/// What is asked of numbers.
struct NumberRules: Sendable {
    var minimum: JSONNumber?
    var maximum: JSONNumber?
    var above: JSONNumber?
    var below: JSONNumber?
    var multipleOf: JSONNumber?
}

/// What is asked of strings; lengths in Unicode scalars.
struct TextRules: Sendable {
    var least = 0
    var most = Int.max
    var pattern: Pattern?
}

/// What is asked of arrays.
struct ListRules: Sendable {
    var prefix: [Int] = []
    var items: Int?
    var contains: Int?
    var leastContained = 1
    var mostContained = Int.max
    var least = 0
    var most = Int.max
    var isUnique = false
}

/// What is asked of objects.
struct ObjectRules: Sendable {
    var properties: [String: Int] = [:]
    /// The keys of ``properties`` in the schema's order.
    var order: [String] = []
    var patterns: [(pattern: Pattern, schema: Int)] = []
    var additional: Int?
    var names: Int?
    var required: [String] = []
    var least = 0
    var most = Int.max
    var dependentKeys: [(key: String, required: [String])] = []
    var dependent: [(key: String, schema: Int)] = []
}

/// Schemas that are checked against the same value.
struct LogicRules: Sendable {
    /// `allOf` and `$ref`.
    var all: [Int] = []
    var any: [Int] = []
    var one: [Int] = []
    var not: Int?
    var condition: Int?
    var then: Int?
    var otherwise: Int?
}
