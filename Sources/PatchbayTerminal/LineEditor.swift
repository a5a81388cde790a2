import Glibc

/// Reads lines from a terminal with editing, history and pasting; a pasted text is one line, however many it has.
package struct LineEditor: Sendable {
    /// What was read.
    package enum Input: Sendable, Equatable {
        case line(String)
        /// Control-C.
        case cancelled
        /// Control-D, or the end of the input.
        case ended
    }

    private let prompt: String
    private var history: [String] = []
    private static let longestHistory = 500

    package init(prompt: String) {
        self.prompt = prompt
    }

    /// Reads one line.
    ///
    /// Blocks the calling thread.
    ///
    /// - Throws: ``TerminalError/notATerminal``.
    package mutating func read() throws -> Input {
        let mode = try TerminalMode(isRaw: true, keepsTypedAhead: true)
        Terminal.write("\u{1B}[?2004h")
        defer {
            Terminal.write("\u{1B}[?2004l")
            mode.restore()
        }
        var buffer = LineBuffer(history: history)
        var decoder = KeyDecoder()
        var screen = LineScreen(prompt: prompt)
        screen.show(buffer)
        while let bytes = Terminal.bytes(waiting: decoder.isWaiting) {
            let keys = bytes.isEmpty ? decoder.flush() : decoder.keys(from: bytes)
            for key in keys {
                switch buffer.handle(key) {
                case .edited: continue
                case .cleared: Terminal.write("\u{1B}[H\u{1B}[2J")
                case .cancelled:
                    screen.finish(buffer)
                    return .cancelled
                case .ended:
                    screen.finish(buffer)
                    return .ended
                case .line(let text):
                    screen.finish(buffer)
                    remember(text)
                    return .line(text)
                }
            }
            screen.show(buffer)
        }
        return .ended
    }

    private mutating func remember(_ text: String) {
        guard !text.isEmpty, history.last != text else { return }
        history.append(text)
        if history.count > Self.longestHistory { history.removeFirst() }
    }
}

/// Draws a line that may be wider than the window.
private struct LineScreen {
    let prompt: String
    private var rowOfCursor = 0

    init(prompt: String) {
        self.prompt = prompt
    }

    mutating func show(_ buffer: LineBuffer) {
        let columns = Terminal.columns
        let shown = buffer.characters.map(Self.shown)
        let width = DisplayWidth.columns(prompt)
        let atCursor = width + shown[..<buffer.cursor].reduce(0) { $0 + DisplayWidth.columns($1) }
        let total = width + shown.reduce(0) { $0 + DisplayWidth.columns($1) }
        var output = rowOfCursor > 0 ? "\u{1B}[\(rowOfCursor)A" : ""
        output += "\r\u{1B}[J" + prompt + shown.joined()
        // A full last row leaves the cursor hanging behind it; a space moves it on.
        if total % columns == 0 { output += " \r" }
        let rowsBack = total / columns - atCursor / columns
        if rowsBack > 0 { output += "\u{1B}[\(rowsBack)A" }
        output += "\r" + (atCursor % columns > 0 ? "\u{1B}[\(atCursor % columns)C" : "")
        rowOfCursor = atCursor / columns
        Terminal.write(output)
    }

    mutating func finish(_ buffer: LineBuffer) {
        var whole = buffer
        _ = whole.handle(.end)
        show(whole)
        Terminal.write("\n")
        rowOfCursor = 0
    }

    /// A character as it is drawn: a line break of a pasted text as an arrow, other controls as a dot.
    private static func shown(_ character: Character) -> String {
        switch character {
        case "\n": return "⏎"
        case "\t": return "    "
        default:
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return isControl ? "·" : String(character)
        }
    }
}
