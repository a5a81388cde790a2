import PatchbayModel
import Testing

@Suite("JSON Pointer")
struct JSONPointerTests {
    /// RFC 6901 §5.
    static let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    @Test(
        arguments: [
            ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5),
            ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)]
    )
    func `finds what the standard's examples find`(text: String, value: JSONValue) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(Self.document[pointer] == value)
        #expect(pointer.description == text)
    }

    @Test(arguments: ["a", "foo/0", "/~", "/~2", "/a~", "~0"])
    func `is not any text`(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test(arguments: [
        "/foo/2", "/foo/01", "/foo/-", "/foo/-1", "/foo/x", "/bar", "/foo/0/x", "/foo/99999999999999999999",
    ])
    func `finds nothing where nothing is`(text: String) throws {
        #expect(Self.document[try #require(JSONPointer(text))] == nil)
    }

    @Test func `lays values down, making objects on the way`() {
        let value: JSONValue = ["a": [1, 2]]
        #expect(value.setting(9, at: "/a/0") == ["a": [9, 2]])
        #expect(value.setting(9, at: "/a/-") == ["a": [1, 2, 9]])
        #expect(value.setting(9, at: "/b/c") == ["a": [1, 2], "b": ["c": 9]])
        #expect(value.setting(9, at: "") == 9)
    }
}

@Suite("JSON numbers")
struct JSONNumberTests {
    private func number(_ text: String) throws -> JSONNumber { try #require(try JSONReader().read(text).number) }

    @Test(arguments: [
        ("1", "1.0"), ("1e2", "100"), ("0.10", "0.1"), ("-0", "0"), ("0e5", "0"), ("1E+2", "1e2"), ("123e-2", "1.23"),
        ("1e400", "10e399"),
        ("1000000000000000000000", "1e21"),
    ])
    func `are equal by value`(left: String, right: String) throws {
        let (one, other) = (try number(left), try number(right))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(!(one < other) && !(other < one))
        #expect(one.text == left)
    }

    @Test(arguments: [
        ("1", "2"), ("-1", "0"), ("9", "10"), ("-10", "-9"), ("0.9", "1"), ("1e399", "1e400"), ("-1e400", "1"),
        ("9007199254740992", "9007199254740993"),
    ])
    func `are ordered by value`(left: String, right: String) throws {
        let (one, other) = (try number(left), try number(right))
        #expect(one < other)
        #expect(!(other < one))
        #expect(one != other)
    }

    @Test(
        arguments: [
            ("1.0", 1), ("1e2", 100), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
            ("1.5", nil),
            ("9223372036854775808", nil), ("1e400", nil), ("1e-1", nil), ("1e18", 1_000_000_000_000_000_000),
            ("1e99999999999999999999", nil),
        ] as [(String, Int?)]
    )
    func `are integers when they have no fraction and fit`(text: String, int: Int?) throws {
        #expect(try number(text).int == int)
    }

    @Test(arguments: ["0.0", "-0.0", "0e99999999999999999999"])
    func `are the integer zero in every spelling`(text: String) throws {
        #expect(try number(text).int == 0)
    }

    @Test func `become doubles as near as can be`() throws {
        #expect(try number("1e400").double == .infinity)
        #expect(try number("-1e400").double == -.infinity)
        #expect(try number("0.1").double == 0.1)
        #expect(try number("1e400").isInteger)
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(2.0)?.text == "2")
    }
}

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test func `writes the same bytes for the same value`() throws {
        let value: JSONValue = [
            "b": [], "a": [:], "list": [1, "x", nil, true, ["k": 1.5]], "text": "ü\"\\\u{1}/\u{7F}\u{2028}😀",
        ]
        #expect(
            JSONWriter(.indented).text(value) == """
                {
                  "b": [],
                  "a": {},
                  "list": [
                    1,
                    "x",
                    null,
                    true,
                    {
                      "k": 1.5
                    }
                  ],
                  "text": "ü\\"\\\\\\u0001/\u{7F}\u{2028}😀"
                }

                """
        )
        let text = JSONWriter().text(value)
        #expect(JSONWriter().text(try JSONReader().read(text)) == text)
        #expect(!text.contains("\n"))
    }
}

@Suite("Near names")
struct NearNameTests {
    @Test(arguments: [
        ("nmae", "name"), ("Name", "name"), ("operation", "operations"), ("onFailur", "onFailure"),
        ("transition", "transitions"),
    ])
    func `offer what was probably meant`(name: String, meant: String) {
        let known = ["id", "name", "operations", "onFailure", "transitions", "next"]
        #expect(NearName.suggestion(for: name, among: known) == meant)
        #expect(NearName.remedy(for: name, among: known) == "did you mean '\(meant)'?")
    }

    @Test func `offer nothing far-fetched`() {
        #expect(NearName.suggestion(for: "weather", among: ["id", "name"]) == nil)
        #expect(NearName.suggestion(for: "", among: ["a"]) == nil)
        #expect(NearName.suggestion(for: String(repeating: "a", count: 65), among: ["a"]) == nil)
        #expect(NearName.remedy(for: "weather", among: ["id", "name"]) == "use one of id, name")
        #expect(NearName.remedy(for: "weather", among: [String]()) == nil)
    }
}
