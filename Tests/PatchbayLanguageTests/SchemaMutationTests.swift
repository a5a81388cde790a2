import Foundation
import Testing

@testable import PatchbayLanguage
@testable import PatchbayModel

/// The published schemas and the reader judge alike what no author has thought of: good files with random mistakes.
@Suite("The published schemas and the reader, on mutated files")
struct SchemaMutationTests {
    /// How many mutants are made of each file.
    static let mutants = 60

    @Test(arguments: FileKind.allCases)
    func `agree on every mutant`(kind: FileKind) throws {
        let folder = SharedMaterial.packageRoot.appending(path: "docs/schema")
        let published = Array(try Data(contentsOf: folder.appending(path: kind.schemaName)))
        let schema = try JSONSchema(try JSONReader().read(published))
        var mutator = Mutator(seed: 42)
        var judged = 0
        for url in Self.files(of: kind) {
            guard let value = try? JSONReader().read(Array(try Data(contentsOf: url))) else { continue }
            for _ in 0..<Self.mutants {
                let mutant = mutator.mutant(of: value)
                // What stands twice by its id is beyond JSON Schema's words.
                let found = ShapeChecker.diagnostics(of: mutant, shape: kind.shape)
                    .filter { $0.remedy?.hasPrefix("choose another") != true }
                let problems = schema.problems(of: mutant)
                judged += 1
                guard found.hasErrors == problems.isEmpty else { continue }
                let verdict = problems.isEmpty ? "only the reader says \(found)" : "only the schema says \(problems)"
                Issue.record("\(url.lastPathComponent), \(mutator.done): \(verdict)")
            }
        }
        #expect(judged >= Self.mutants)
    }

    /// The good files of the corpus, and those that come with the product.
    static func files(of kind: FileKind) -> [URL] {
        let root = SharedMaterial.packageRoot
        let places: [(String, (String) -> Bool)] = [
            ("Tests/PatchbayModelTests/Fixtures/corpus/good/\(kind.rawValue)", { _ in true }),
            ("Plugins", { kind == .plugin && $0.hasSuffix("/plugin.json") }),
            ("Plugins", { kind == .exchange && $0.contains("/tapes/") }),
            ("Templates", { kind == .template && $0.hasSuffix("/template.json") }),
            ("Templates", { kind == .test && $0.contains("/tests/") }),
        ]
        return places.flatMap { place, fits -> [URL] in
            let folder = root.appending(path: place)
            guard let names = FileManager.default.enumerator(atPath: folder.path) else { return [] }
            return names.compactMap { $0 as? String }.sorted().filter { $0.hasSuffix(".json") && fits("/" + $0) }
                .map { folder.appending(path: $0) }
        }
    }
}

/// Makes one to three random mistakes in a value.
struct Mutator {
    private var chance: SplitMix64
    /// What was done to make the last mutant.
    private(set) var done: [String] = []

    init(seed: UInt64) {
        chance = SplitMix64(seed: seed)
    }

    private static let pool: [JSONValue] = [
        nil, true, false, 0, 1, -1, 7, 1.5, 65536, "", " ", "a", "A b", "1s", "5 s", "1KiB", "1.0.0", "2026-01-31",
        "en",
        "xx-YY", "end", "/a/b", "a/b", "https://api.example.com/x", "http://127.0.0.1", "{{context.x}}", "ü\n", [], [:],
        ["a", "a"], ["a", "b"], [1, 1], [[:]], ["en": "x"], ["id": "x"], ["value": "x"], ["pointer": "/a"],
        .number(JSONNumber(Int.max)),
    ]
    private static let words = [
        "id", "kind", "then", "next", "title", "x-mine", "$schema", "fields", "schema", "default", "text", "in",
        "equals",
    ]

    mutating func mutant(of value: JSONValue) -> JSONValue {
        done = []
        var result = value
        for _ in 0...Int(chance.next() % 3) {
            let places = Self.places(in: result)
            let place = places[Int(chance.next() % UInt64(places.count))]
            result = change(result, at: place[...], whole: result)
        }
        return result
    }

    private static func places(in value: JSONValue) -> [[String]] {
        switch value {
        case .object(let object): [[]] + object.members.flatMap { m in places(in: m.value).map { [m.key] + $0 } }
        case .array(let list): [[]] + list.enumerated().flatMap { i, e in places(in: e).map { [String(i)] + $0 } }
        default: [[]]
        }
    }

    private mutating func change(_ value: JSONValue, at place: ArraySlice<String>, whole: JSONValue) -> JSONValue {
        guard let first = place.first else { return mistake(value, whole: whole) }
        switch value {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map {
                        ($0.key, $0.key == first ? change($0.value, at: place.dropFirst(), whole: whole) : $0.value)
                    }
                )
            )
        case .array(let list):
            return .array(
                list.enumerated().map { String($0) == first ? change($1, at: place.dropFirst(), whole: whole) : $1 }
            )
        default: return value
        }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element? {
        list.isEmpty ? nil : list[Int(chance.next() % UInt64(list.count))]
    }

    private mutating func mistake(_ value: JSONValue, whole: JSONValue) -> JSONValue {
        let other = pick(Self.places(in: whole)).flatMap { whole[JSONPointer(tokens: $0)] } ?? nil
        let new = chance.next() % 4 == 0 ? other : pick(Self.pool) ?? nil
        switch (chance.next() % 4, value) {
        case (0, .object(var object)):
            guard let key = pick(object.members.map(\.key)) else { return new }
            done.append("without \(key)")
            object[key] = nil
            return .object(object)
        case (1, .object(var object)):
            guard let key = pick(object.members.map(\.key)) else { return new }
            let near = chance.next() % 2 == 0 ? key + "s" : String(key.dropLast())
            done.append("\(key) called \(near)")
            let member = object[key]
            object[key] = nil
            object[near] = member
            return .object(object)
        case (2, .object(var object)):
            let key = pick(Self.words) ?? "id"
            done.append("\(key) = \(new)")
            object[key] = new
            return .object(object)
        case (0, .array(let list)):
            done.append("an element twice")
            return .array(list + (pick(list).map { [$0] } ?? []))
        case (1, .array(let list)):
            done.append("an element less")
            return .array(Array(list.dropFirst()))
        case (2, .array(let list)):
            done.append("also \(new)")
            return .array(list + [new])
        case (0, .string(let text)):
            done.append("'\(text)' longer")
            return .string(text + "-")
        case (1, .string(let text)):
            done.append("'\(text)' in capitals")
            return .string(text.uppercased())
        default:
            done.append("\(value) → \(new)")
            return new
        }
    }
}
