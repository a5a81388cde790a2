import Foundation
import PatchbayModel
import Testing

@testable import PatchbayLanguage

@Suite("The required tests of JSON Schema draft 2020-12")
struct JSONSchemaVectorTests {
    /// Files of what is refused by name.
    static let notServed: Set = [
        "dynamicRef.json", "unevaluatedItems.json", "unevaluatedProperties.json", "refRemote.json", "vocabulary.json",
    ]

    /// The two cases in other files that use a refused keyword.
    static let refused: [String: String] = [
        "collect annotations inside a 'not', even if collection is disabled": "unevaluatedProperties",
        "ref creates new scope when adjacent to keywords": "unevaluatedProperties",
    ]

    static let place = "data/vectors/json-schema/tests/draft2020-12"

    static let files: [String] = {
        let folder = SharedMaterial.url(place)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") && !notServed.contains($0) }.sorted()
    }()

    @Test(.reading(place), arguments: files)
    func `every case is judged as the suite says`(file: String) throws {
        let folder = SharedMaterial.url(Self.place)
        for group in try read(folder.appending(path: file)).array ?? [] {
            let name = group["description"]?.string ?? ""
            let value = try #require(group["schema"])
            if let keyword = Self.refused[name] {
                let error = #expect(throws: SchemaError.self) { try JSONSchema(value) }
                #expect(error?.message.contains(keyword) == true)
                continue
            }
            let schema = try JSONSchema(value)
            for test in group["tests"]?.array ?? [] {
                let data = try #require(test["data"])
                let expected = test["valid"]?.bool
                let problems = schema.problems(of: data)
                #expect(schema.isValid(data) == expected, "\(name): \(test["description"]?.string ?? "")")
                #expect(problems.isEmpty == expected, "\(name): \(test["description"]?.string ?? ""): \(problems)")
            }
        }
    }

    @Test(.reading(place), arguments: notServed.sorted())
    func `what is not served is refused by name, never judged wrongly`(file: String) throws {
        let folder = SharedMaterial.url(Self.place)
        for group in try read(folder.appending(path: file)).array ?? [] {
            let value = try #require(group["schema"])
            guard let schema = try? JSONSchema(value) else { continue }
            for test in group["tests"]?.array ?? [] {
                let data = try #require(test["data"])
                #expect(schema.isValid(data) == test["valid"]?.bool, "\(file): \(group["description"]?.string ?? "")")
            }
        }
    }

    /// The suite writes NUL in strings, which the reader refuses: a private character stands for it while reading.
    private func read(_ url: URL) throws -> JSONValue {
        let text = try String(contentsOf: url, encoding: .utf8).replacing("\\u0000", with: "\\uE000")
        return withNUL(try JSONReader(maxDepth: 64, maxBytes: 1 << 20).read(text))
    }

    private func withNUL(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text.replacing("\u{E000}", with: "\0"))
        case .array(let elements): .array(elements.map(withNUL))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, withNUL($0.value)) }))
        default: value
        }
    }
}
