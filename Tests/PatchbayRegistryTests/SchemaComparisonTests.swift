import PatchbayModel
import PatchbayRegistry
import Testing

@Suite("Two JSON Schemas")
struct SchemaComparisonTests {
    /// An old and a new schema, and what the step means for what an operation takes and for what it answers: `=` nothing,
    /// `!` something is lost, `?` no rule can tell.
    static let cases: [(old: String, new: String, input: Character, output: Character)] = [
        // The same, and what says nothing.
        (#"{"type": "string"}"#, #"{"type": "string"}"#, "=", "="),
        (#"{"type": "string"}"#, #"{"type": "string", "title": "Name", "default": "a"}"#, "=", "="),
        (#"{"type": "string", "x-mine": 1}"#, #"{"type": "string", "x-mine": 2}"#, "=", "="),
        ("true", "true", "=", "="), ("true", "{}", "=", "="),
        // Types.
        (#"{"type": "string"}"#, #"{"type": "integer"}"#, "!", "!"),
        (#"{"type": "integer"}"#, #"{"type": "number"}"#, "=", "!"),
        (#"{"type": "number"}"#, #"{"type": "integer"}"#, "!", "="),
        (#"{"type": "string"}"#, #"{"type": ["string", "null"]}"#, "=", "!"),
        (#"{"type": ["string", "null"]}"#, #"{"type": "string"}"#, "!", "="),
        ("true", #"{"type": "string"}"#, "!", "="), (#"{"type": "string"}"#, "true", "=", "!"),
        (#"{"type": "string"}"#, "false", "!", "="), ("false", #"{"type": "string"}"#, "=", "!"),
        // Listed values.
        (#"{"enum": ["a", "b"]}"#, #"{"enum": ["a", "b", "c"]}"#, "=", "!"),
        (#"{"enum": ["a", "b", "c"]}"#, #"{"enum": ["a", "b"]}"#, "!", "="),
        (#"{"enum": ["a", "b"]}"#, #"{"enum": ["b", "a"]}"#, "=", "="),
        (#"{"enum": ["a", "b"]}"#, #"{"type": "string"}"#, "=", "!"),
        (#"{"type": "string"}"#, #"{"enum": ["a", "b"]}"#, "!", "="),
        (#"{"enum": ["a", "bb"]}"#, #"{"type": "string", "minLength": 2}"#, "!", "!"),
        (#"{"enum": [1, 2]}"#, #"{"type": "number", "maximum": 5}"#, "=", "!"),
        (#"{"const": 1}"#, #"{"enum": [1, 2]}"#, "=", "!"), (#"{"const": "a"}"#, #"{"const": "b"}"#, "!", "!"),
        (#"{"enum": ["a"]}"#, #"{"const": "a"}"#, "=", "="),
        // Numbers.
        (#"{"type": "integer", "minimum": 1}"#, #"{"type": "integer", "minimum": 0}"#, "=", "!"),
        (#"{"type": "integer", "minimum": 1}"#, #"{"type": "integer", "minimum": 2}"#, "!", "="),
        (#"{"type": "integer"}"#, #"{"type": "integer", "maximum": 9}"#, "!", "="),
        (#"{"type": "integer", "minimum": 1}"#, #"{"type": "integer", "exclusiveMinimum": 0}"#, "=", "="),
        (#"{"type": "integer", "exclusiveMaximum": 5}"#, #"{"type": "integer", "maximum": 4}"#, "=", "="),
        (#"{"type": "number", "minimum": 1}"#, #"{"type": "number", "exclusiveMinimum": 1}"#, "!", "="),
        (#"{"type": "number", "maximum": 1.0}"#, #"{"type": "number", "maximum": 1}"#, "=", "="),
        (#"{"type": "number", "maximum": 0.1}"#, #"{"type": "number", "maximum": 0.10000000000000001}"#, "=", "!"),
        (#"{"type": "string"}"#, #"{"type": "string", "minimum": 5}"#, "=", "="),
        (#"{"type": "integer", "multipleOf": 4}"#, #"{"type": "integer", "multipleOf": 2}"#, "=", "!"),
        (#"{"type": "integer"}"#, #"{"type": "integer", "multipleOf": 1}"#, "=", "="),
        (#"{"type": "integer"}"#, #"{"type": "integer", "multipleOf": 5}"#, "!", "="),
        // Texts.
        (#"{"type": "string", "maxLength": 10}"#, #"{"type": "string", "maxLength": 20}"#, "=", "!"),
        (#"{"type": "string"}"#, #"{"type": "string", "minLength": 1}"#, "!", "="),
        (#"{"type": "string", "minLength": 0}"#, #"{"type": "string"}"#, "=", "="),
        (#"{"type": "string"}"#, #"{"type": "string", "pattern": "^a"}"#, "!", "="),
        (#"{"type": "string", "pattern": "^a"}"#, #"{"type": "string", "pattern": "^[a]"}"#, "?", "?"),
        (#"{"type": "string"}"#, #"{"type": "string", "format": "date"}"#, "?", "="),
        // Lists.
        (
            #"{"type": "array", "items": {"type": "string"}}"#, #"{"type": "array", "items": {"type": "integer"}}"#,
            "!", "!"
        ),
        (#"{"type": "array"}"#, #"{"type": "array", "items": {"type": "string"}}"#, "!", "="),
        (#"{"type": "array", "maxItems": 3}"#, #"{"type": "array", "maxItems": 2}"#, "!", "="),
        (#"{"type": "array"}"#, #"{"type": "array", "uniqueItems": true}"#, "!", "="),
        (#"{"type": "array"}"#, #"{"type": "array", "contains": {"type": "string"}}"#, "?", "="),
        (#"{"type": "array"}"#, #"{"type": "array", "prefixItems": [{"type": "string"}]}"#, "?", "="),
        // Objects.
        (#"{"type": "object"}"#, #"{"type": "object", "required": ["a"]}"#, "!", "="),
        (#"{"type": "object", "required": ["a"]}"#, #"{"type": "object"}"#, "=", "!"),
        (
            #"{"type": "object", "properties": {"a": {"type": "string"}}}"#,
            #"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}"#, "=", "="
        ),
        (
            #"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}"#,
            #"{"type": "object", "properties": {"a": {"type": "string"}}}"#, "?", "?"
        ),
        (
            #"{"type": "object", "properties": {"a": {}}}"#,
            #"{"type": "object", "properties": {}, "additionalProperties": false}"#, "!", "?"
        ),
        (
            #"{"type": "object", "properties": {"a": {"properties": {"b": {"type": "string"}}}}}"#,
            #"{"type": "object", "properties": {"a": {"properties": {"b": {"type": "null"}}}}}"#, "!", "!"
        ),
        (#"{"type": "object"}"#, #"{"type": "object", "additionalProperties": false}"#, "!", "="),
        (
            #"{"type": "object", "additionalProperties": {"type": "string"}}"#,
            #"{"type": "object", "additionalProperties": {"type": "integer"}}"#, "!", "="
        ),
        (
            #"{"type": "object", "additionalProperties": {"type": "string"}}"#,
            #"{"type": "object", "properties": {"a": {"type": "integer"}}}"#, "!", "="
        ),
        (#"{"type": "object"}"#, #"{"type": "object", "maxProperties": 2}"#, "!", "="),
        (#"{"type": "object"}"#, #"{"type": "object", "dependentRequired": {"a": ["b"]}}"#, "?", "="),
        (#"{"type": "object"}"#, #"{"type": "object", "patternProperties": {"^a": {}}}"#, "?", "="),
        // Alternatives and what no rule knows.
        (#"{"type": "string"}"#, #"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "=", "!"),
        (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, #"{"type": "string"}"#, "!", "="),
        (#"{"anyOf": [{"type": "string"}]}"#, #"{"type": "string"}"#, "=", "="),
        (
            #"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
            #"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#, "=", "="
        ),
        (#"{"oneOf": [{"type": "string"}, {"type": "integer"}]}"#, #"{"type": ["string", "integer"]}"#, "=", "?"),
        (#"{"type": "string"}"#, #"{"type": "string", "not": {"const": "a"}}"#, "?", "="),
        (#"{"allOf": [{"type": "string"}]}"#, #"{"type": "string"}"#, "?", "?"),
        (#"{"type": "string"}"#, #"{"type": "string", "if": true, "then": false}"#, "?", "="),
        // References.
        (##"{"$defs": {"a": {"type": "string"}}, "$ref": "#/$defs/a"}"##, ##"{"type": "string"}"##, "=", "="),
        (
            ##"{"$defs": {"a": {"type": "string"}}, "$ref": "#/$defs/a"}"##,
            ##"{"$defs": {"a": {"type": "null"}}, "$ref": "#/$defs/a"}"##, "!", "!"
        ),
        (#"{"$ref": "files/name.json"}"#, #"{"type": "string"}"#, "=", "="),
        (#"{"$ref": "files/within.json"}"#, #"{"type": "string", "maxLength": 3}"#, "!", "="),
        (#"{"$ref": "files/none.json"}"#, #"{"type": "string"}"#, "?", "?"),
        (
            ##"{"$defs": {"t": {"type": "object", "properties": {"c": {"$ref": "#/$defs/t"}}}}, "$ref": "#/$defs/t"}"##,
            ##"{"$defs": {"t": {"type": "object", "properties": {"c": {"$ref": "#/$defs/t"}}, "required": ["n"]}}, "$ref": "#/$defs/t"}"##,
            "!", "="
        ),
    ]

    private static let files: [String: JSONValue] = [
        "files/name.json": ["type": "string"],
        "files/within.json": ["$ref": "#/$defs/a", "$defs": ["a": ["$ref": "name.json"]]],
    ]

    private func mark(_ old: String, _ new: String, _ direction: SchemaComparison.Direction) throws -> Character {
        func side(_ text: String) throws -> SchemaComparison.Side {
            SchemaComparison.Side(try JSONReader().read(text)) { Self.files[$0] }
        }
        let findings = SchemaComparison.findings(from: try side(old), to: try side(new), direction)
        return findings.isEmpty ? "=" : findings.contains(where: \.isCertain) ? "!" : "?"
    }

    @Test(arguments: cases)
    func `differ by rule in what is taken and in what is answered`(
        old: String,
        new: String,
        input: Character,
        output: Character
    ) throws {
        #expect(try mark(old, new, .input) == input, "taken: \(old) to \(new)")
        #expect(try mark(old, new, .output) == output, "answered: \(old) to \(new)")
    }

    @Test func `are many cases`() { #expect(Self.cases.count >= 60) }

    @Test func `differ in nothing from themselves`() throws {
        for schema in Self.cases.flatMap({ [$0.old, $0.new] }) where !schema.contains("none.json") {
            #expect(try mark(schema, schema, .input) == "=", "\(schema)")
            #expect(try mark(schema, schema, .output) == "=", "\(schema)")
        }
    }

    @Test func `are told with their places in words`() throws {
        let old: JSONValue = ["type": "object", "properties": ["size": ["type": "integer", "maximum": 9]]]
        let new: JSONValue = [
            "type": "object", "properties": ["size": ["type": "integer", "maximum": 5]], "required": ["size"],
        ]
        let findings = SchemaComparison.findings(from: .init(old), to: .init(new), .input)
        #expect(findings.map(\.words) == ["it is required now", "its numbers are at most 5 now, not 9"])
        #expect(findings.map(\.place.description) == ["/properties/size", "/properties/size"])
    }

    @Test func `are compared however deep they are`() throws {
        var (old, new): (JSONValue, JSONValue) = (["type": "string"], ["type": "null"])
        for _ in 0..<40 { (old, new) = (["items": old], ["items": new]) }
        let findings = SchemaComparison.findings(from: .init(old), to: .init(new), .input)
        #expect(!findings.isEmpty && !findings.contains(where: \.isCertain))
    }
}

@Suite("A version's step")
struct VersionStepTests {
    @Test(arguments: [
        ("1.2.3", "2.0.0", true), ("1.2.3", "1.3.0", false), ("1.2.3", "1.2.4", false), ("0.3.1", "0.4.0", true),
        ("0.3.1", "0.3.2", false), ("0.9.0", "1.0.0", true), ("1.0.0-beta.1", "1.0.0", true),
        ("1.0.0", "2.0.0-rc.1", true),
        ("1.0.0", "1.1.0-rc.1", false),
    ])
    func `says whether something may break`(old: String, new: String, says: Bool) throws {
        #expect(try #require(Version(old)).announcesBreaking(to: try #require(Version(new))) == says)
    }

    @Test func `that may break something is named`() {
        #expect(Version(1, 2, 3).nextBreaking == Version(2, 0, 0))
        #expect(Version(0, 2, 3).nextBreaking == Version(0, 3, 0))
    }
}
