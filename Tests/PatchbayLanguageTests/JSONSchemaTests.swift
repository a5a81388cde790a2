import Foundation
import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("A JSON Schema")
struct JSONSchemaTests {
    @Test(
        arguments: [
            (#"{"type": "string"}"#, "5", "", "expected string, found 5", nil),
            (#"{"type": ["string", "null"]}"#, "[]", "", "expected string or null, found an array", nil),
            (#"{"required": ["name"]}"#, "{}", "", "'name' is missing", "add it"),
            (
                #"{"properties": {"name": true}, "additionalProperties": false}"#, #"{"nmae": 1}"#, "/nmae",
                "unknown key 'nmae'", "did you mean 'name'?"
            ),
            (
                #"{"properties": {"a": {"items": {"enum": ["red", "blue"]}}}}"#, #"{"a": ["red", "blu"]}"#, "/a/1",
                "is not one of the allowed values", "did you mean 'blue'?"
            ),
            (#"{"enum": [1, 2]}"#, "3", "", "3 is not one of the allowed values", "use one of 1, 2"),
            (#"{"const": "x"}"#, #""y""#, "", "expected \"x\", found \"y\"", nil),
            (#"{"minimum": 1}"#, "0.5", "", "0.5 is less than 1", "use at least 1"),
            (#"{"exclusiveMaximum": 1}"#, "1.0", "", "1.0 is not less than 1", nil),
            (#"{"multipleOf": 0.01}"#, "0.075", "", "0.075 is no multiple of 0.01", nil),
            (#"{"minLength": 3}"#, #""ab""#, "", "the text has 2 characters; at least 3", nil),
            (#"{"pattern": "^a"}"#, #""b""#, "", "\"b\" does not match the pattern ^a", nil),
            (#"{"minItems": 1}"#, "[]", "", "0 elements; at least 1", nil),
            (#"{"uniqueItems": true}"#, "[1, 1.0]", "", "stands twice", nil),
            (#"{"contains": {"const": 1}}"#, "[2]", "", "at least 1 must be there", nil),
            (#"{"not": {"type": "null"}}"#, "null", "", "not allowed here", nil),
            (#"{"properties": {"a/b": false}}"#, #"{"a/b": 1}"#, "/a~1b", "nothing is allowed here", nil),
            (#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#, "", "'a' needs 'b' beside it", "add 'b'"),
            (#"{"oneOf": [{"minimum": 1}, {"minimum": 2}]}"#, "3", "", "fits more than one of the 2 forms", nil),
            (
                #"{"anyOf": [{"type": "string"}, {"type": "object", "required": ["x"]}]}"#, "{}", "", "'x' is missing",
                "add it"
            ),
            (
                #"{"anyOf": [{"required": ["x"]}, {"required": ["y", "z"]}]}"#, "{}", "",
                "fits none of the 2 allowed forms", "closest form: 'x' is missing"
            ),
            (#"{"if": {"type": "number"}, "then": {"minimum": 5}}"#, "3", "", "3 is less than 5", nil),
            (
                #"{"maxLength": 1e400, "minimum": -1e400, "maximum": 1e400}"#, "2e400", "", "2e400 is more than 1e400",
                nil
            ),
            (#"{"propertyNames": {"maxLength": 2}}"#, #"{"abc": 1}"#, "/abc", "at most 2", nil),
        ] as [(String, String, String, String, String?)]
    )
    func `says what is wrong, where, and how to mend it`(
        schema: String,
        value: String,
        pointer: String,
        message: String,
        remedy: String?
    ) throws {
        let schema = try JSONSchema(try json(schema))
        let value = try json(value)
        let problem = try #require(schema.problems(of: value).first)
        #expect(problem.pointer.description == pointer)
        #expect(problem.message.contains(message), "\(problem)")
        if let remedy { #expect(problem.remedy?.contains(remedy) == true, "\(problem)") }
        #expect(!schema.isValid(value))
        #expect(problem.diagnostic(at: "/input").pointer?.description == "/input" + pointer)
    }

    @Test func `tells everything that is wrong at once`() throws {
        let schema = try JSONSchema([
            "properties": ["a": ["type": "string"], "b": ["minimum": 3]], "required": ["c"],
            "additionalProperties": false,
        ])
        #expect(schema.problems(of: ["a": 1, "b": 2, "d": 3]).map(\.pointer.description) == ["", "/a", "/b", "/d"])
    }

    @Test(
        arguments: [
            (##"{"$dynamicRef": "#x"}"##, "/$dynamicRef", "'$dynamicRef' is not supported"),
            (#"{"items": {"$dynamicAnchor": "x"}}"#, "/items/$dynamicAnchor", "'$dynamicAnchor'"),
            (
                #"{"properties": {"a": {"unevaluatedProperties": false}}}"#, "/properties/a/unevaluatedProperties",
                "'unevaluatedProperties'"
            ),
            (#"{"$defs": {"a": {"unevaluatedItems": false}}}"#, "/$defs/a/unevaluatedItems", "'unevaluatedItems'"),
            (#"{"$vocabulary": {}}"#, "/$vocabulary", "'$vocabulary'"),
            (##"{"$recursiveRef": "#"}"##, "/$recursiveRef", "'$recursiveRef'"),
            (
                #"{"$ref": "https://example.com/x.json#/a"}"#, "/$ref",
                "'https://example.com/x.json#/a' names a document that is not here"
            ),
            (##"{"$ref": "#/$defs/a"}"##, "/$ref", "'#/$defs/a' names nothing"),
            (##"{"$ref": "#a"}"##, "/$ref", "names nothing"), (##"{"$ref": "#/%zz"}"##, "/$ref", "percent escape"),
            (#"{"$ref": 5}"#, "/$ref", "is a string, not a number"),
            (#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, "/$schema", "draft-07"),
            (#"{"type": "sting"}"#, "/type", "unknown type \"sting\""), (#"{"type": 5}"#, "/type", "unknown type 5"),
            (#"{"pattern": "(?=a)"}"#, "/pattern", "look-ahead"),
            (#"{"patternProperties": {"[": true}}"#, "/patternProperties/[", "never closed"),
            (#"{"minLength": -1}"#, "/minLength", "whole number of at least 0"),
            (#"{"maxItems": 1.5}"#, "/maxItems", "whole number"), (#"{"multipleOf": 0}"#, "/multipleOf", "above 0"),
            (#"{"minimum": "1"}"#, "/minimum", "is a number, not a string"),
            (#"{"properties": []}"#, "/properties", "is an object, not an array"),
            (#"{"properties": {"a": 5}}"#, "/properties/a", "an object or a boolean, not a number"),
            (#"{"required": "a"}"#, "/required", "list of keys"), (#"{"anyOf": []}"#, "/anyOf", "at least one schema"),
            (#"{"enum": 1}"#, "/enum", "is an array"), ("5", "", "an object or a boolean"),
            (##"{"$ref": "#"}"##, "", "refers to itself without end"),
            (##"{"anyOf": [{"type": "string"}, {"not": {"$ref": "#"}}]}"##, "", "without end"),
        ] as [(String, String, String)]
    )
    func `that cannot be used is refused by name and place`(schema: String, pointer: String, message: String) throws {
        let error = try #require(throws: SchemaError.self) { try JSONSchema(try json(schema)) }
        #expect(error.message.contains(message), "\(error)")
        if !message.contains("without end") { #expect(error.pointer.description == pointer, "\(error)") }
        #expect(error.diagnostics(at: "/response").first?.severity == .error)
    }

    @Test func `names a pattern of great length by its beginning`() throws {
        let pattern = String(repeating: "(", count: 20_000)
        let error = try #require(throws: SchemaError.self) { try JSONSchema(["pattern": .string(pattern)]) }
        #expect(error.message.contains("((((…' cannot be used"))
        #expect(error.message.utf8.count < 500)
    }

    @Test func `takes other documents from whoever has them`() throws {
        let files: [String: JSONValue] = [
            "schemas/messages.json": ["type": "array", "items": ["$ref": "message.json#/$defs/one"]],
            "schemas/message.json": ["$defs": ["one": ["required": ["role"]], "bad": ["type": "x"]]],
        ]
        let schema = try JSONSchema(["properties": ["m": ["$ref": "./schemas/messages.json"]]]) { files[$0] }
        #expect(schema.isValid(["m": [["role": "user"]]]))
        #expect(schema.problems(of: ["m": [["rol": 1]]]).map(\.pointer.description) == ["/m/0"])
        let error = try #require(throws: SchemaError.self) {
            try JSONSchema(["$ref": "schemas/message.json#/$defs/bad"]) { files[$0] }
        }
        #expect(error.document == "schemas/message.json")
        #expect(error.description.hasPrefix("schemas/message.json#/$defs/bad/type: unknown type"))
    }

    @Test func `ends on values and schemas that never would`() throws {
        var deep: JSONValue = []
        for _ in 0..<1000 { deep = .array([deep]) }
        let nested = try JSONSchema(["items": ["$ref": "#"]])
        #expect(nested.problems(of: deep).first?.message.contains("nests too deeply") == true)
        #expect(!nested.isValid(deep))

        var definitions = JSONObject()
        for level in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
            definitions["d\(level)"] = ["allOf": [next, next]]
        }
        definitions["d40"] = true
        let wide = try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        #expect(!wide.isValid(1))
        let turned = try JSONSchema(["not": ["$ref": "#/$defs/d0"], "$defs": .object(definitions)])
        #expect(!turned.isValid(1))
        #expect(turned.problems(of: 1).map(\.message) == ["the value takes too long to check"])

        var chain = JSONObject()
        for level in 0..<5000 { chain["d\(level)"] = ["$ref": .string("#/$defs/d\(level + 1)")] }
        chain["d5000"] = true
        #expect(throws: SchemaError.self) { try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(chain)]) }
    }

    @Test(
        arguments: [
            ("1e400", "1", true), ("1e400", "3", false), ("3e400", "3", true), ("0.3", "0.1", true),
            ("0.35", "0.1", false), ("1e-7", "1e-8", true), ("1e-8", "1e-7", false),
            ("123456789012345678901234567890", "10", true), ("123456789012345678901234567891", "7", false),
            ("0", "0.1", true), ("4.5e1", "1.5", true), ("1e99999999999999999999", "7", false),
        ] as [(String, String, Bool)]
    )
    func `divides exactly`(value: String, step: String, expected: Bool) throws {
        #expect(try JSONSchema(["multipleOf": try json(step)]).isValid(try json(value)) == expected)
    }

    @Test func `reads OpenAPI's own words in its dialect`() throws {
        let text = try json(
            ##"{"type": "integer", "nullable": true, "minimum": 1, "exclusiveMinimum": true, "items": {"$recursiveRef": "#"}, "$recursiveAnchor": true}"##
        )
        let schema = try JSONSchema(text, dialect: .openAPI)
        #expect(
            [nil, 1, 2].map { schema.isValid($0.map { .number(JSONNumber($0)) } ?? .null) } == [true, false, true]
        )
        #expect(throws: SchemaError.self) { try JSONSchema(text) }
    }

    @Test(.reading("data/vectors/openai-openapi-trimmed.json"))
    func `compiles the whole of an official document`() throws {
        let url = SharedMaterial.url("data/vectors/openai-openapi-trimmed.json")
        let document = try JSONReader(maxBytes: 1 << 24).read(Array(try Data(contentsOf: url)))
        let names = try #require(document["components"]?["schemas"]?.object).keys
        #expect(names.count > 300)
        func reference(_ name: String) -> JSONValue { ["$ref": .string("openapi.json#/components/schemas/\(name)")] }
        let files = ["openapi.json": document]
        let all = JSONValue.object(["$defs": .object(JSONObject(names.map { ($0, reference($0)) }))])
        #expect(throws: Never.self) { try JSONSchema(all, dialect: .openAPI) { files[$0] } }
        for name in names.enumerated().filter({ $0.offset % 6 == 0 }).map(\.element) {
            let schema = try JSONSchema(reference(name), dialect: .openAPI) { files[$0] }
            let example = schema.example(seed: 1)
            #expect(schema.isValid(example), "\(name): \(schema.problems(of: example).first?.description ?? "")")
        }
    }
}

@Suite("An example of a schema")
struct SchemaExampleTests {
    @Test(arguments: [
        #"true"#, #"{}"#, #"{"type": "string"}"#, #"{"type": "string", "minLength": 40}"#,
        #"{"type": "string", "maxLength": 3}"#, #"{"type": "string", "minLength": 5, "maxLength": 5}"#,
        #"{"type": "integer", "minimum": 3, "maximum": 3}"#, #"{"type": "integer", "minimum": 7, "multipleOf": 5}"#,
        #"{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}"#,
        #"{"type": "number", "multipleOf": 0.01, "minimum": 0.011}"#, #"{"type": "integer", "maximum": -10}"#,
        #"{"type": "integer", "exclusiveMinimum": -3, "exclusiveMaximum": -1}"#, #"{"minimum": 4}"#,
        #"{"type": "boolean"}"#, #"{"type": "null"}"#, #"{"type": ["null", "string"]}"#, #"{"const": {"a": [1]}}"#,
        #"{"enum": ["a", 2, null]}"#, #"{"type": "string", "enum": [1, "b"]}"#,
        #"{"type": "array", "items": {"type": "integer"}, "minItems": 4}"#,
        #"{"type": "array", "items": {"type": "integer"}, "minItems": 4, "uniqueItems": true}"#,
        #"{"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": true}"#,
        #"{"type": "array", "maxItems": 0}"#,
        #"{"type": "array", "prefixItems": [{"const": 1}, {"type": "string"}], "items": false}"#,
        #"{"type": "array", "contains": {"const": 5}}"#,
        #"{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "number"}}, "required": ["a", "c"]}"#,
        #"{"type": "object", "minProperties": 3, "additionalProperties": {"type": "boolean"}}"#,
        #"{"properties": {"a": false, "b": true}}"#,
        #"{"anyOf": [{"type": "string", "format": "uuid"}, {"type": "object", "required": ["x"], "properties": {"x": {"type": "null"}}}]}"#,
        #"{"oneOf": [{"type": "integer"}, {"type": "string"}]}"#,
        #"{"allOf": [{"properties": {"a": {"minimum": 2}}}, {"properties": {"a": {"type": "integer"}}, "required": ["a"]}], "type": "object"}"#,
        ##"{"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "required": ["v", "c"], "properties": {"v": {"type": "integer"}, "c": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}}"##,
        ##"{"$ref": "#/$defs/t", "$defs": {"t": {"type": "object", "required": ["n"], "properties": {"n": {"anyOf": [{"$ref": "#/$defs/t"}, {"type": "null"}]}}}}}"##,
        #"{"type": "string", "pattern": "^[A-Z]{2}\\d{4}$"}"#,
        #"{"type": "string", "pattern": "^[a-z]+$", "minLength": 12}"#, #"{"type": "string", "format": "date-time"}"#,
        #"{"not": {"type": "string"}, "type": ["string", "integer"]}"#,
        #"{"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"], "if": {"properties": {"kind": {"const": "a"}}}, "then": {"minProperties": 1}}"#,
        #"{"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"], "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}"#,
        #"{"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"required": ["c"]}}}"#,
        #"{"type": "object", "minProperties": 3, "propertyNames": {"pattern": "^[a-z]+$"}}"#,
    ])
    func `fits it, for every seed the same`(text: String) throws {
        let schema = try JSONSchema(try json(text))
        let known = text.contains("\"not\"")
        for seed in UInt64(0)..<8 {
            let example = schema.example(seed: seed)
            #expect(known || schema.isValid(example), "\(JSONWriter().text(example)): \(schema.problems(of: example))")
            #expect(JSONWriter().text(example) == JSONWriter().text(schema.example(seed: seed)))
        }
    }

    @Test(arguments: [
        ("date-time", #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"#), ("uuid", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
        ("email", "^[^@]+@[^@]+$"), ("uri", "^https://"), ("date", #"^\d{4}-\d\d-\d\d$"#),
    ])
    func `has the format's shape`(format: String, pattern: String) throws {
        let example = try JSONSchema(["type": "string", "format": .string(format)]).example(seed: 5)
        #expect(try Pattern(pattern).matches(example.string ?? ""))
    }
}
