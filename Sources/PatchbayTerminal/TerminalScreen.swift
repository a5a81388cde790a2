import Glibc

/// A terminal as one screen that a program draws: what stood there comes back at the end, however that comes.
package final class TerminalScreen {
    /// What happens to a screen.
    package enum Event: Sendable, Equatable {
        case key(Key)
        /// It has to be drawn anew: another size, or the program was stopped and goes on.
        case changed
        /// Nobody is there any more.
        case ended
    }

    private let mode: TerminalMode
    private var painter: ScreenPainter
    private var decoder = KeyDecoder()
    private var pressed: ArraySlice<Key> = []
    /// What signals write to, and what is read here.
    private let wake: (reading: Int32, writing: Int32)

    /// Takes the terminal: its other screen, no cursor, no breaking of lines, pasting in brackets.
    ///
    /// - Parameter usesColor: Whether colors are wanted.
    /// - Throws: ``TerminalError/notATerminal``.
    package init(usesColor: Bool) throws {
        painter = ScreenPainter(usesColor: usesColor)
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wake = (ends[0], ends[1])
        do {
            mode = try TerminalMode(
                keepsTypedAhead: true,
                sequences: (
                    "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[?2004h\u{1B}[2J",
                    "\u{1B}[?2004l\u{1B}[0m\u{1B}[2J\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
                ),
                wake: ends[1]
            )
        } catch {
            close(ends[0])
            close(ends[1])
            throw error
        }
    }

    deinit {
        mode.end()
        close(wake.reading)
        close(wake.writing)
    }

    /// Gives the terminal back.
    package func end() { mode.end() }

    /// The rows and columns of the window.
    package var size: (rows: Int, columns: Int) { (Terminal.rows, Terminal.columns) }

    /// Whether more keys are there already: then nobody sees what is drawn now.
    package var isBehind: Bool {
        if !pressed.isEmpty { return true }
        var poller = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, 0) > 0 && poller.revents & Int16(POLLIN) != 0
    }

    /// Shows a picture.
    package func show(_ picture: Canvas) {
        let output = painter.paint(picture)
        if !output.isEmpty { Terminal.write(output) }
    }

    /// Waits for what happens next.
    ///
    /// Blocks the calling thread.
    package func next() -> Event {
        while pressed.isEmpty {
            var pollers = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&pollers, 2, decoder.isWaiting ? 50 : -1)
            if count < 0 && errno != EINTR { return .ended }
            if count == 0 { pressed = decoder.flush()[...] }
            guard count > 0 else { continue }
            if pollers[1].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                while unsafe read(wake.reading, &bytes, bytes.count) > 0 {}
                painter.forget()
                return .changed
            }
            if pollers[0].revents != 0 {
                guard let bytes = Terminal.bytes(waiting: false) else { return .ended }
                pressed = decoder.keys(from: bytes)[...]
            }
        }
        let key = pressed.removeFirst()
        if key == .control("l") {
            painter.forget()
            return .changed
        }
        // What Control-Z does where it is a signal: the whole job stops.
        if key == .control("z") {
            kill(0, SIGTSTP)
            return .changed
        }
        return .key(key)
    }
}
