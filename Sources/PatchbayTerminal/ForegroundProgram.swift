import Glibc

/// Runs another program in this terminal, as a shell would: it has the keys and the screen until it ends.
package enum ForegroundProgram {
    /// How it ended.
    package enum End: Sendable, Equatable {
        case exit(Int32)
        /// A signal ended it.
        case signal(Int32)
        /// It could not be started; an `errno`.
        case failed(Int32)
    }

    /// Runs a program to its end.
    ///
    /// Control-C is the program's own while it runs, and does not end this one.
    ///
    /// - Parameters:
    ///   - path: The program; without a slash it is looked for in `PATH`.
    ///   - arguments: What follows its name.
    /// - Returns: How it ended.
    package static func run(_ path: String, _ arguments: [String]) -> End {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // What is ignored here would be ignored there.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ] { unsafe sigaddset(&signals, number) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        let former = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in former { _ = signal(number, handler) } }
        var id: pid_t = 0
        let fault = unsafe posix_spawnp(&id, path, nil, &attributes, words, environ)
        guard fault == 0 else { return .failed(fault) }
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            guard errno == EINTR else { return .failed(errno) }
        }
        let number = status & 0x7F
        return number == 0 ? .exit(status >> 8 & 0xFF) : .signal(number)
    }

    /// Waits until somebody presses a key.
    ///
    /// - Parameter prompt: What is said before.
    package static func waitForKey(_ prompt: String) {
        guard let mode = try? TerminalMode(keepsTypedAhead: false) else { return }  // nobody is there
        defer { mode.end() }
        Terminal.write(prompt)
        _ = Terminal.bytes(waiting: false)
        Terminal.write("\r\n")
    }
}
