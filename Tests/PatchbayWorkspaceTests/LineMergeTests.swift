import PatchbayModel
import Testing

@testable import PatchbayWorkspace

@Suite("Joining texts by lines")
struct LineMergeTests {
    private func merge(_ base: String, _ mine: String, _ theirs: String) -> String? {
        LineMerge.merge(ThreeWay(base: base, mine: mine, theirs: theirs))
    }

    @Test func `joins edits of different lines, and of no line both`() {
        #expect(merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n") == "A\nb\nC\n")
        #expect(merge("a\nb\nc\n", "a\nB\nc\n", "a\nX\nc\n") == nil)
        // Neighbouring lines may belong to one sentence.
        #expect(merge("a\nb\n", "A\nb\n", "a\nB\n") == nil)
        #expect(merge("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n") == "a\nc\nd\n")
    }

    @Test func `keeps the line ends that the user's editor writes`() {
        #expect(merge("a\nb\nc\n", "A\r\nb\r\nc\r\n", "a\nb\nC\n") == "A\r\nb\r\nC\r\n")
        #expect(merge("a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nb\nC\n") == "a\r\nb\r\nC\r\n")
        #expect(merge("a\r\nb\r\nc", "A\nb\nc", "a\r\nb\r\nC") == "A\nb\nC")
    }

    @Test func `tells lines by their bytes`() {
        // An accent as a letter of its own, and one that combines, are the same to a reader, but not to a program.
        let (one, two) = ("caf\u{E9}\nx\ny\nz\n", "cafe\u{301}\nx\ny\nz\n")
        let joined = merge(one, two, "caf\u{E9}\nx\ny\nZ\n")
        #expect(joined.map { Array($0.utf8) } == Array("cafe\u{301}\nx\ny\nZ\n".utf8))
    }

    @Test func `ends soon for long texts that have nothing in common`() {
        let base = (0..<20_000).map { "base \($0)" }.joined(separator: "\n")
        let mine = (0..<20_000).map { "mine \($0)" }.joined(separator: "\n")
        let theirs = (0..<20_000).map { "theirs \($0)" }.joined(separator: "\n")
        #expect(merge(base, mine, theirs) == nil)
        let repeated = String(repeating: "}\n", count: 20_000)
        #expect(merge(repeated, repeated + "x\n", "y\n" + repeated) == "y\n" + repeated + "x\n")
    }

    @Test(arguments: 0..<200)
    func `gives the other side where one is unchanged, for any texts`(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        func text() -> String {
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                "abc".randomElement(using: &random).map(String.init) ?? ""
            }.joined(separator: "\n")
        }
        let (base, other) = (text(), text())
        #expect(merge(base, base, other) == other)
        #expect(merge(base, other, base) == other)
        // What comes of two edits has no line that nobody wrote, and joining once more changes nothing.
        let third = text()
        guard let joined = merge(base, other, third) else { return }
        let known = Set((base + "\n" + other + "\n" + third).split(separator: "\n", omittingEmptySubsequences: false))
        #expect(joined.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy(known.contains))
        #expect(merge(third, joined, third) == joined)
    }
}

/// Numbers from a seed (Steele, Lea and Flood: Fast splittable pseudorandom number generators, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Texts with and without a language")
struct PlainTextMergeTests {
    private static func dialog(_ language: String, _ text: JSONValue) -> JSONValue {
        [
            "formatVersion": 1, "language": .string(language), "id": "a", "name": text, "start": "one",
            "nodes": [
                ["id": "one", "kind": "intent", "utterances": ["a"], "next": "two"],
                ["id": "two", "kind": "message", "messages": [["id": "x", "text": text]], "next": "end"],
            ],
        ]
    }

    @Test func `keep their language where a version of the file has another`() {
        let base = Self.dialog("en", "Hello")
        let mine = Self.dialog("en", "Hello there")
        let theirs = Self.dialog("de", ["en": "Hello", "de": "Hallo"])
        var merge = DialogMerge(ThreeWay(base: base, mine: mine, theirs: theirs))
        let (merged, conflicts) = merge.run()
        #expect(conflicts.isEmpty)
        #expect(merged["language"] == "en")
        #expect(merged["name"] == ["en": "Hello there", "de": "Hallo"])
        #expect(FileCheck.diagnostics(of: merged, as: .dialog).isEmpty)
        // A plain text of the template's is in its language, not in mine.
        var other = DialogMerge(ThreeWay(base: base, mine: mine, theirs: Self.dialog("de", "Hallo")))
        #expect(other.run().merged["nodes"]?[0]?["utterances"] == ["de": ["a"]])
    }

    @Test func `become maps when one of their languages is set`() {
        let shape = FileKind.dialog.shape
        let dialog = Self.dialog("en", "Hello")
        let german = ShapeEdit.setting("Hallo", at: "/nodes/two/messages/x/text/de", in: dialog, shape)
        #expect(german["nodes"]?[1]?["messages"]?[0]?["text"] == ["en": "Hello", "de": "Hallo"])
        let english = ShapeEdit.setting("Hi", at: "/nodes/two/messages/x/text/en", in: dialog, shape)
        #expect(english["nodes"]?[1]?["messages"]?[0]?["text"] == "Hi")
    }
}
