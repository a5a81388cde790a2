import Testing

@testable import PatchbayFiles

@Suite("A relative path")
struct RelativePathTests {
    @Test(arguments: [
        ("", "empty"), (".", "part '.'"), ("..", "part '..'"), ("a/../b", "part '..'"), ("/etc/passwd", "absolute"),
        ("a//b", "empty part"), ("a/", "empty part"), ("a\0b", "control character"), ("a\nb", "control character"),
        ("a\u{202E}b", "control character"), ("a\u{85}", "control character"),
        (String(repeating: "x", count: 241), "241 bytes"), (String(repeating: "a/", count: 17) + "b", "16 folders"),
    ])
    func `is refused with its reason`(text: String, reason: String) {
        let error = #expect(throws: FileError.self) { try RelativePath(text) }
        #expect(error?.description.contains(reason) == true)
        #expect(error?.description.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test(arguments: [
        "a", "a/b", "...", ".hidden", "-f", "CON", "name. ", "emoji 🎛️", String(repeating: "a/", count: 16) + "b",
        "a\\b",
        String(repeating: "x", count: 240),
    ])
    func `keeps its bytes`(text: String) throws {
        #expect(try RelativePath(text).text.utf8.elementsEqual(text.utf8))
    }

    @Test func `is another path when only its Unicode form differs`() {
        let (composed, decomposed): (RelativePath, RelativePath) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func `knows its folders`() {
        let path: RelativePath = "a/b/c.json"
        #expect(path.name == "c.json")
        #expect(path.folder == "a/b")
        #expect(path.folders == ["a", "a/b"])
        #expect(path.isInside("a/b"))
        #expect(!path.isInside("a/b/c"))
        #expect(path.inside("a") == "b/c.json")
        #expect(RelativePath("a").folder == nil)
    }

    @Test func `is refused when it is no UTF-8`() {
        #expect(throws: FileError.self) { try RelativePath(bytes: [0x61, 0xFF]) }
    }
}
