import Glibc

/// Reads lines from a terminal with editing, history and pasting; a pasted text is one line, however many it has.
///
/// Between two lines, too, what is typed waits unseen for the next one, keys included; only Control-C, Control-Z and
/// Control-\\ are signals then.
package final class LineEditor {
    /// What was read.
    package enum Input: Sendable, Equatable {
        case line(String)
        /// Control-C.
        case cancelled
        /// Control-D, or the end of the input.
        case ended
    }

    private let prompt: Prompt
    private let mode: TerminalMode
    private var history: [String] = []
    private var decoder = KeyDecoder()
    /// Keys that have arrived and belong to no line yet.
    private var pressed: ArraySlice<Key> = []
    private static let longestHistory = 500

    /// - Parameters:
    ///   - prompt: What stands before the line.
    ///   - painted: The prompt with its colors, which take no columns; by default as it is.
    /// - Throws: ``TerminalError/notATerminal``.
    package init(prompt: String, painted: String? = nil) throws {
        mode = try TerminalMode(
            keepsTypedAhead: true,
            takesSignalKeys: false,
            sequences: ("\u{1B}[?2004h", "\u{1B}[?2004l")
        )
        self.prompt = Prompt(text: painted ?? prompt, columns: DisplayWidth.columns(prompt))
    }

    /// Puts the terminal back.
    package func end() { mode.end() }

    /// Reads one line.
    ///
    /// Blocks the calling thread.
    package func read() -> Input {
        mode.takesSignalKeys = true
        defer { mode.takesSignalKeys = false }
        var buffer = LineBuffer(history: history)
        var screen = LineScreen(prompt: prompt)
        screen.show(buffer)
        while let key = nextKey(before: { screen.show(buffer) }) {
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
        return .ended
    }

    /// Takes what was pressed next, in this line or ahead of it.
    ///
    /// - Parameter wait: Called before it is waited for.
    /// - Returns: The key; nil at the end of the input.
    private func nextKey(before wait: () -> Void) -> Key? {
        while pressed.isEmpty {
            wait()
            guard let bytes = Terminal.bytes(waiting: decoder.isWaiting) else { return nil }
            pressed = (bytes.isEmpty ? decoder.flush() : decoder.keys(from: bytes))[...]
        }
        return pressed.removeFirst()
    }

    private func remember(_ text: String) {
        guard !text.isEmpty, history.last != text else { return }
        history.append(text)
        if history.count > Self.longestHistory { history.removeFirst() }
    }
}
