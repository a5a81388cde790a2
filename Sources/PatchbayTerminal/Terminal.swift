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

    /// The rows of the window; 24 when it doesn't say.
    package static var rows: Int {
        var size = winsize()
        let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
        return known ? Int(size.ws_row) : 24
    }

    /// Reads one line without showing it, for a secret; nil at the end of the input.
    ///
    /// - Throws: ``TerminalError/notATerminal`` where nobody can be asked, ``TerminalError/cancelled`` after Control-C.
    package static func readHidden(prompt: String) throws -> String? {
        // Raw, so that Control-C can't leave the terminal without echo.
        let mode = try TerminalMode(keepsTypedAhead: false)
        defer { mode.end() }
        write(prompt)
        defer { write("\n") }
        var buffer = LineBuffer()
        var decoder = KeyDecoder()
        while let bytes = Self.bytes(waiting: decoder.isWaiting) {
            for key in bytes.isEmpty ? decoder.flush() : decoder.keys(from: bytes) {
                switch buffer.handle(key) {
                case .line(let text): return text
                case .cancelled: throw TerminalError.cancelled
                case .ended: return nil
                case .edited, .cleared: continue
                }
            }
        }
        return nil
    }

    /// Lets writing fail instead of ending the process: to a pipe that nobody reads any more, or beyond the size that files may have.
    package static func survivesFailedWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Takes the places of closed standard streams, so that no file or connection that is opened later becomes one of them.
    ///
    /// Using them fails as before, because each is open in the other direction only.
    package static func fillClosedStreams() {
        for (stream, direction) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(stream, F_GETFD) < 0 && errno == EBADF {
            _ = unsafe open("/dev/null", direction)
        }
    }

    /// The bytes that are there; empty when a started sequence gets no rest for 50 ms; nil at the end.
    static func bytes(waiting: Bool) -> [UInt8]? {
        if waiting {
            var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&poller, 1, 50) == 0 { return [] }
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count > 0 { return Array(bytes[..<count]) }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }

    /// Asks a question and reads one line; nil at the end of the input.
    package static func ask(_ prompt: String) -> String? {
        write(prompt)
        return readLine(strippingNewline: true)
    }

    /// Writes to standard error, where prompts go, or to another open file.
    ///
    /// - Returns: Why not all was written, as an `errno`; 0 when all was.
    @discardableResult
    package static func write(_ text: String, to file: Int32 = STDERR_FILENO) -> Int32 {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody who shares the terminal made it so.
                var poller = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&poller, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// Why a terminal could not be used.
package enum TerminalError: Error, Equatable, CustomStringConvertible {
    case notATerminal
    /// Control-C.
    case cancelled

    package var description: String {
        switch self {
        case .notATerminal: "standard input is no terminal"
        case .cancelled: "cancelled; nothing was changed"
        }
    }
}
