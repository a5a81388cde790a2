import Glibc

/// The terminal of this process: its modes, its size, its bytes.
package enum Terminal {
    /// Whether somebody types on standard input and reads standard error.
    package static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Whether standard output is shown to somebody.
    package static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// The columns of the window; 80 when it doesn't say.
    package static var columns: Int {
        var size = winsize()
        let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return known ? Int(size.ws_col) : 80
    }

    /// Reads one line without showing it, for a secret; nil at the end of the input.
    ///
    /// - Throws: ``TerminalError/notATerminal`` where nobody can be asked.
    package static func readHidden(prompt: String) throws -> String? {
        let mode = try TerminalMode(echoes: false, isRaw: false)
        defer { mode.restore() }
        write(prompt)
        defer { write("\n") }
        return readLine(strippingNewline: true)
    }

    /// Asks a question and reads one line; nil at the end of the input.
    package static func ask(_ prompt: String) -> String? {
        write(prompt)
        return readLine(strippingNewline: true)
    }

    /// Writes to standard error, where prompts go.
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Why a terminal could not be used.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    case notATerminal

    package var description: String { "standard input is no terminal" }
}

/// A terminal mode that is put back.
struct TerminalMode {
    private let before: termios

    /// - Parameter isRaw: Whether bytes arrive one by one, keys like Control-C included.
    init(echoes: Bool, isRaw: Bool) throws {
        var mode = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else { throw TerminalError.notATerminal }
        before = mode
        if !echoes { mode.c_lflag &= ~tcflag_t(ECHO) }
        if isRaw {
            mode.c_lflag &= ~tcflag_t(ICANON | ISIG | IEXTEN)
            mode.c_iflag &= ~tcflag_t(IXON | ICRNL)
        }
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
    }

    func restore() {
        var mode = before
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    }
}
