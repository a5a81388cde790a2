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

    private let prompt: Prompt
    private var history: [String] = []
    private static let longestHistory = 500

    /// - Parameters:
    ///   - prompt: What stands before the line.
    ///   - painted: The prompt with its colors, which take no columns; by default as it is.
    package init(prompt: String, painted: String? = nil) {
        self.prompt = Prompt(text: painted ?? prompt, columns: DisplayWidth.columns(prompt))
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
                case .cleared:
                    Terminal.write("\u{1B}[H\u{1B}[2J")
                    screen = LineScreen(prompt: prompt)
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
