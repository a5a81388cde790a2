import Testing

@testable import PatchbayTerminal

@Suite("A line being edited")
struct LineBufferTests {
    private func line(_ keys: [Key], history: [String] = []) -> String {
        var buffer = LineBuffer(history: history)
        for key in keys { _ = buffer.handle(key) }
        return buffer.text
    }

    @Test(arguments: [
        ([Key.text("helo"), .left, .text("l")], "hello"),
        ([.text("one two"), .control("w")], "one "),
        ([.text("one two"), .wordLeft, .control("k")], "one "),
        ([.text("abc"), .home, .delete], "bc"),
        ([.text("abc"), .backspace, .backspace], "a"),
        ([.text("e"), .text("\u{301}"), .backspace], ""),
        ([.text("👩‍👩‍👧"), .backspace, .text("x")], "x"),
        ([.paste("a\nb"), .text("c")], "a\nbc"),
    ])
    func `follows the keys`(keys: [Key], expected: String) {
        #expect(line(keys) == expected)
    }

    @Test func `recalls earlier lines and comes back to the draft`() {
        #expect(line([.text("new"), .up], history: ["first", "second"]) == "second")
        #expect(line([.text("new"), .up, .up], history: ["first", "second"]) == "first")
        #expect(line([.text("new"), .up, .down], history: ["first", "second"]) == "new")
    }

    @Test func `ends with Control-D only when it is empty`() {
        var empty = LineBuffer()
        #expect(empty.handle(.control("d")) == .ended)
        var full = LineBuffer()
        _ = full.handle(.text("x"))
        #expect(full.handle(.control("d")) == .edited)
    }
}

@Suite("Keys")
struct KeyDecoderTests {
    private func keys(_ chunks: String...) -> [Key] {
        var decoder = KeyDecoder()
        return chunks.flatMap { decoder.keys(from: Array($0.utf8)) }
    }

    @Test func `are decoded from a terminal's sequences`() {
        #expect(keys("a\u{1B}[D\u{1B}[1;5C\u{7F}\r") == [.text("a"), .left, .wordRight, .backspace, .enter])
        #expect(keys("\u{1B}OH\u{3}") == [.home, .control("c")])
    }

    @Test func `may arrive in pieces`() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(from: [0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.keys(from: [0x5B, 0x41]) == [.up])
        #expect(decoder.keys(from: [0xF0, 0x9F]).isEmpty)
        #expect(decoder.keys(from: [0x98, 0x80]) == [.text("😀")])
    }

    @Test func `keep a paste whole with its line breaks`() {
        #expect(keys("\u{1B}[200~one\r\ntwo", "\rthree\u{1B}[201~x") == [.paste("one\ntwo\nthree"), .text("x")])
    }

    @Test func `take a lonely Escape when nothing follows`() {
        var decoder = KeyDecoder()
        _ = decoder.keys(from: [0x1B])
        #expect(decoder.flush() == [.escape])
    }

    @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("😀", 2), ("", 0)])
    func `take columns by their width`(text: String, columns: Int) {
        #expect(DisplayWidth.columns(text) == columns)
    }
}
