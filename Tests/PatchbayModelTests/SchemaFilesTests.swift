import Foundation
import PatchbayModel
import Testing

@Suite("The published schemas")
struct SchemaFilesTests {
    static let folder = PackageRoot.url.appendingPathComponent("docs/schema")

    @Test(arguments: FileKind.allCases)
    func `a schema says what the shape says`(kind: FileKind) throws {
        let file = Self.folder.appendingPathComponent(kind.schemaName)
        let text = JSONSchemaText.text(of: kind)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let published = try? String(contentsOf: file, encoding: .utf8)
        #expect(
            published == text,
            "docs/schema/\(kind.schemaName) is not what the shape says; run the tests with RECORD=1"
        )
    }

    @Test func `no other file lies there`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == FileKind.allCases.map(\.schemaName).sorted())
    }

    @Test(arguments: FileKind.allCases)
    func `a schema uses the words that we validate with`(kind: FileKind) {
        let schema = JSONSchemaText.schema(of: kind)
        let definitions = schema["$defs"]?.object?.keys ?? []
        checkWords(schema, definitions: definitions)
    }

    private static let words: Set<String> = [
        "$schema", "$defs", "$ref", "title", "description", "default", "x-merge", "type", "properties", "required",
        "additionalProperties", "patternProperties", "propertyNames", "items", "enum", "const", "oneOf", "anyOf",
        "allOf", "if",
        "then", "else", "pattern", "minLength", "minItems", "minimum", "maximum", "uniqueItems",
    ]

    private func checkWords(_ schema: JSONValue, definitions: [String]) {
        guard let object = schema.object else {
            #expect(schema.bool != nil)
            return
        }
        for member in object.members {
            #expect(Self.words.contains(member.key), "\(member.key)")
            switch member.key {
            case "properties", "patternProperties", "$defs":
                for child in member.value.object?.members ?? [] { checkWords(child.value, definitions: definitions) }
            case "additionalProperties", "propertyNames", "items", "if", "then", "else":
                checkWords(member.value, definitions: definitions)
            case "oneOf", "anyOf", "allOf":
                for child in member.value.array ?? [] { checkWords(child, definitions: definitions) }
            case "$ref": #expect(definitions.contains(String(member.value.string?.dropFirst("#/$defs/".count) ?? "")))
            default: break
            }
        }
    }
}
