import Foundation
import PatchbayModel
import Testing

@Suite("The JSON reader")
struct JSONReaderTests {
    /// Texts of a public suite: name, whether a reader must accept or reject it, bytes.
    struct Vector: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]

        var testDescription: String { name }
    }

    static let file = PackageRoot.url.appendingPathComponent("../shared/data/vectors/jsontestsuite.json")

    /// Skips a test, and says so, where the suite is not beside the package.
    static let readsVectors = ConditionTrait.enabled(
        if: FileManager.default.fileExists(atPath: file.path),
        "there is no ../shared/data/vectors/jsontestsuite.json"
    )

    static let vectors: [Vector] = {
        guard let data = try? Data(contentsOf: file) else { return [] }
        guard let value = try? JSONReader(maxBytes: 1 << 24).read(Array(data)) else { return [] }
        return (value["parsing"]?.array ?? []).compactMap { entry in
            guard let name = entry["name"]?.string,
                let bytes = entry["b64"]?.string.flatMap({ Data(base64Encoded: $0) })
            else { return nil }
            return Vector(name: name, bytes: Array(bytes))
        }
    }()

    /// Good JSON that we refuse on purpose: a key twice, NUL in a string.
    static let refusedByUs: Set<String> = [
        "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json", "y_object_escaped_null_in_key.json",
        "y_string_null_escape.json",
    ]

    @Test(readsVectors) func `takes the good texts of the public suite and refuses the bad ones`() {
        #expect(Self.vectors.count > 250)
        for vector in Self.vectors {
            let isTaken = (try? JSONReader().read(vector.bytes)) != nil
            if vector.name.hasPrefix("n_") { #expect(!isTaken, "\(vector.name)") }
            if vector.name.hasPrefix("y_") {
                #expect(isTaken != Self.refusedByUs.contains(vector.name), "\(vector.name)")
            }
        }
    }

    @Test(readsVectors) func `a text that is taken means the same when it is written and read again`() throws {
        for vector in Self.vectors {
            // The refused ones are not at issue here.
            guard let value = try? JSONReader().read(vector.bytes) else { continue }
            for layout in [JSONWriter.Layout.compact, .indented] {
                let text = JSONWriter(layout).text(value)
                #expect(try JSONReader().read(text) == value, "\(vector.name)")
            }
        }
    }

    @Test(arguments: [
        ("[1,]", 3, "a comma stands before the end"), ("{\"a\":1,}", 7, "a comma stands before the end"),
        ("{\"a\" 1}", 5, "unexpected '1'; expected ':'"), ("[1 2]", 3, "unexpected '2'; expected ',' or ']'"),
        ("", 0, "the text ends"), ("{", 1, "the text ends inside an object"),
        ("\"a", 2, "the text ends inside a string"),
        ("01", 0, "a number may not start with 0"), ("-", 1, "unexpected end of the text in a number"),
        ("1.", 2, "unexpected"),
        ("tru", 3, "unexpected end"), ("[\"\u{1}\"]", 2, "unexpected control character 1"),
        ("\"\\x\"", 1, "unknown escape"),
        ("\"\\ud800\"", 1, "a lone surrogate"), ("\"\\u0000\"", 1, "NUL"), ("\u{FEFF}{}", 0, "a byte order mark"),
        ("1 1", 2, "unexpected '1' after the value"), ("'a'", 0, "unexpected '''"),
        ("{a:1}", 1, "expected a key in double quotes"),
    ])
    func `says what is wrong and where`(text: String, offset: Int, message: String) throws {
        let error = try #require(throws: JSONSyntaxError.self) { try JSONReader().read(text) }
        let problem = try #require(error.problems.first)
        #expect(problem.message.hasPrefix(message) || problem.message.contains(message), "\(problem.message)")
        #expect(problem.offset == offset)
    }

    @Test func `names every repeated key, in short and in long objects`() throws {
        let short = try #require(throws: JSONSyntaxError.self) {
            try JSONReader().read(#"{"a":1,"b":{"c":1,"c":2},"a":2}"#)
        }
        #expect(short.problems.map(\.offset) == [18, 25])
        let keys = (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",")
        let long = try #require(throws: JSONSyntaxError.self) { try JSONReader().read("{\(keys),\"k7\":1,\"k39\":1}") }
        #expect(long.problems.map { $0.message.contains("twice") } == [true, true])
        let same = [String](repeating: "\"a\": 1", count: 5_000).joined(separator: ",")
        let many = try #require(throws: JSONSyntaxError.self) { try JSONReader().read("{\(same)}") }
        #expect(many.problems.count == 100)
        // Two spellings of one character are one key.
        let forms = #expect(throws: JSONSyntaxError.self) { try JSONReader().read("{\"\u{E9}\":1,\"e\u{301}\":2}") }
        #expect(forms?.problems.count == 1)
    }

    @Test func `refuses more depth and bytes than allowed`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONReader().read(nested(64)) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader().read(nested(65)) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader().read(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONSyntaxError.self) { try JSONReader(maxBytes: 10).read("[1,2,3,4,5,6]") }
        #expect(throws: JSONSyntaxError.self) { try JSONReader().read([0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test func `keeps the order of keys and the spelling of numbers`() throws {
        let text = #"{"z":1.0,"a":-0,"m":[1e400,0.10,1E+2],"":"\u00e9\n"}"#
        let value = try JSONReader().read(text)
        #expect(value.object?.keys == ["z", "a", "m", ""])
        #expect(JSONWriter().text(value) == #"{"z":1.0,"a":-0,"m":[1e400,0.10,1E+2],"":"é\n"}"#)
    }
}

@Suite("Places in a JSON text")
struct JSONLocationTests {
    static let text = """
        {
          "a/b": [10, {"ü": 1, "~": "x"}],
          "text": "a, \\"b\\" ]}",
          "c": {"d": true}
        }
        """

    @Test(arguments: [
        ("", 1, 1), ("/a~1b", 2, 10), ("/a~1b/0", 2, 11), ("/a~1b/1", 2, 15), ("/a~1b/1/ü", 2, 21),
        ("/a~1b/1/~0", 2, 29),
        ("/text", 3, 11), ("/c", 4, 8), ("/c/d", 4, 14),
    ])
    func `are found by pointer`(pointer: String, line: Int, column: Int) throws {
        let location = JSONLocation(of: try #require(JSONPointer(pointer)), in: Array(Self.text.utf8))
        #expect((location.line, location.column) == (line, column))
    }

    @Test func `what is not there is shown at what encloses it`() {
        let bytes = Array(Self.text.utf8)
        #expect(JSONLocation(of: "/c/missing", in: bytes) == JSONLocation(of: "/c", in: bytes))
        #expect(JSONLocation(of: "/nothing/at/all", in: bytes) == JSONLocation(of: "", in: bytes))
        #expect(JSONLocation(of: "/a~1b/7", in: bytes) == JSONLocation(of: "/a~1b", in: bytes))
    }

    @Test func `columns count characters, not bytes`() {
        let location = JSONLocation(offset: "{\n \"äöü\": x".utf8.count - 1, in: Array("{\n \"äöü\": x".utf8))
        #expect((location.line, location.column) == (2, 9))
        #expect(JSONLocation(offset: 99, in: []).line == 1)
        #expect(JSONLocation(offset: -5, in: [0x0A]).column == 1)
    }
}
