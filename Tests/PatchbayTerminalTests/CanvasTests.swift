import Testing

@testable import PatchbayTerminal

@Suite("A picture of cells")
struct CanvasTests {
    @Test func `counts the columns of wide characters and marks`() {
        var canvas = Canvas(rows: 1, columns: 12)
        let end = canvas.put("手e\u{301}🖋️x", row: 0, column: 0)
        #expect(end == 6)
        canvas.put("|", row: 0, column: end)
        #expect(canvas.lines == ["手e\u{301}🖋️x|"])
        #expect(canvas[0, 1].isTail && canvas[0, 2].character == "e\u{301}")
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abcde…"), ("手手手手", 6, "手手…"), ("手手手", 6, "手手手"), ("ab手", 3, "ab…"),
        ("手", 1, "…"), ("", 3, ""),
    ])
    func `shortens what is too wide, never through a character`(text: String, width: Int, expected: String) {
        var canvas = Canvas(rows: 1, columns: 20)
        canvas.put(text, row: 0, column: 2, width: width)
        #expect(canvas.lines == [expected.isEmpty ? "" : "  " + expected])
        var narrow = Canvas(rows: 1, columns: width)
        narrow.put(text, row: 0, column: 0)
        #expect(narrow.lines == [expected])
    }

    @Test func `leaves out what could steer a terminal or has no place in a line`() {
        var canvas = Canvas(rows: 1, columns: 40)
        canvas.put("a\u{1B}[2J\u{9B}1m\u{202E}b\u{2028}\u{7}\r\nc\u{200B}\u{FEFF}d", row: 0, column: 0)
        #expect(canvas.lines == ["a[2J1mbcd"])
    }

    @Test func `bounds the marks on one letter`() throws {
        var canvas = Canvas(rows: 1, columns: 4)
        canvas.put("a" + String(repeating: "\u{301}", count: 500) + "b", row: 0, column: 0)
        #expect(canvas[0, 0].character.unicodeScalars.count <= 8)
        #expect(canvas[0, 1].character == "b")
    }

    @Test func `leaves no half of a character that is written over`() {
        var canvas = Canvas(rows: 1, columns: 6)
        canvas.put("手手手", row: 0, column: 0)
        canvas.put("x", row: 0, column: 1)
        canvas.put("y", row: 0, column: 4)
        #expect(canvas.lines == [" x手y"])
        var part = Canvas(rows: 1, columns: 3)
        var whole = Canvas(rows: 1, columns: 6)
        whole.put("手手手", row: 0, column: 0)
        part.draw(whole, from: (0, 1), at: (0, 0), size: (1, 3))
        #expect(part.lines == [" 手"])
    }

    @Test func `is drawn only where it differs`() {
        var painter = ScreenPainter(usesColor: true)
        var canvas = Canvas(rows: 2, columns: 10)
        canvas.put("hello", row: 0, column: 0, style: .red)
        let first = painter.paint(canvas)
        #expect(first == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1H\u{1B}[0;31mhello\u{1B}[0m")
        #expect(painter.paint(canvas) == "")
        canvas.put("y", row: 0, column: 4, style: .red)
        #expect(painter.paint(canvas) == "\u{1B}[1;5H\u{1B}[0;31my\u{1B}[0m")
        painter.forget()
        #expect(painter.paint(canvas).hasPrefix("\u{1B}[0m\u{1B}[2J"))
    }

    @Test func `places each character anew behind one whose width terminals disagree about`() {
        var painter = ScreenPainter(usesColor: false)
        var canvas = Canvas(rows: 1, columns: 10)
        canvas.put("a手b", row: 0, column: 0, style: .green)
        #expect(painter.paint(canvas).hasSuffix("\u{1B}[1;1H\u{1B}[0ma  \u{1B}[1;2H手\u{1B}[1;4Hb\u{1B}[0m"))
    }

    @Test func `knows the keys for pages and for Tab with Shift`() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(from: Array("\u{1B}[5~\u{1B}[6~\u{1B}[Z".utf8)) == [.pageUp, .pageDown, .backTab])
    }
}
