import Glibc

/// A terminal whose keys arrive one by one, as they are pressed, and without echo, until the mode ends.
///
/// It is put back at the end, also where a signal ends or stops the program. One stands at a time.
final class TerminalMode {
    /// Whether keys like Control-C arrive as keys; else they are signals.
    var takesSignalKeys: Bool {
        didSet { if takesSignalKeys != oldValue { enter(TCSADRAIN) } }
    }
    private let before: termios
    private var hasEnded = false

    /// - Parameters:
    ///   - keepsTypedAhead: Whether what was typed before counts.
    ///   - takesSignalKeys: Whether keys like Control-C arrive as keys; else they are signals.
    ///   - sequences: What is written to the terminal when the mode begins and when it ends.
    ///   - wake: Takes a byte whenever everything has to be drawn anew: the window has another size, or the program goes
    ///     on after it was stopped.
    /// - Throws: ``TerminalError/notATerminal``.
    init(
        keepsTypedAhead: Bool,
        takesSignalKeys: Bool = true,
        sequences: (begin: StaticString, end: StaticString) = ("", ""),
        wake: Int32 = -1
    ) throws {
        var mode = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else { throw TerminalError.notATerminal }
        before = mode
        self.takesSignalKeys = takesSignalKeys
        unsafe ModeAtSignals.before = mode
        unsafe ModeAtSignals.sequences = sequences
        unsafe ModeAtSignals.wake = wake
        enter(keepsTypedAhead ? TCSADRAIN : TCSAFLUSH)
        ModeAtSignals.write(sequences.begin)
        ModeAtSignals.watch()
    }

    deinit { end() }

    /// Puts the terminal back.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        ModeAtSignals.leave()
        ModeAtSignals.unwatch()
    }

    private func enter(_ when: Int32) {
        var mode = before
        mode.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN)
        mode.c_iflag &= ~tcflag_t(ICRNL)
        if takesSignalKeys {
            mode.c_lflag &= ~tcflag_t(ISIG)
            mode.c_iflag &= ~tcflag_t(IXON)
        }
        unsafe ModeAtSignals.during = mode
        unsafe tcsetattr(STDIN_FILENO, when, &mode)
    }
}

/// What a signal's handler needs to put the terminal back; it calls only what signal-safety(7) allows.
private enum ModeAtSignals {
    // Written by the one mode that stands, before its handlers are there; a handler only reads.
    nonisolated(unsafe) static var before = termios()
    nonisolated(unsafe) static var during = termios()
    nonisolated(unsafe) static var sequences: (begin: StaticString, end: StaticString) = ("", "")
    /// Where a byte is written when the window or what it shows has changed; -1 where nobody waits for that.
    nonisolated(unsafe) static var wake: Int32 = -1

    /// Those that end a program, its own crashes included.
    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP]

    static func watch() {
        for number in ending { take(number, with: ends) }
        take(SIGTSTP, with: ends)
        _ = signal(SIGCONT) { _ in
            ModeAtSignals.take(SIGTSTP, with: ModeAtSignals.ends)
            unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &ModeAtSignals.during)
            unsafe ModeAtSignals.write(ModeAtSignals.sequences.begin)
            ModeAtSignals.wakes()
        }
        if unsafe wake >= 0 { _ = signal(SIGWINCH) { _ in ModeAtSignals.wakes() } }
    }

    /// Says that everything has to be drawn anew.
    private static func wakes() {
        var byte: UInt8 = 1
        // Somebody's errno is not to change beneath them.
        let former = errno
        if unsafe wake >= 0 { _ = unsafe Glibc.write(wake, &byte, 1) }
        errno = former
    }

    static func unwatch() {
        for number in ending + [SIGTSTP] { take(number, with: SIG_DFL) }
        _ = signal(SIGCONT, SIG_DFL)
        if unsafe wake >= 0 { _ = signal(SIGWINCH, SIG_DFL) }
        unsafe wake = -1
    }

    /// Puts the terminal back, then lets the signal have its usual effect.
    private static let ends: @convention(c) (Int32) -> Void = { number in
        ModeAtSignals.leave()
        _ = signal(number, SIG_DFL)
        raise(number)
    }

    /// Changes what a signal does, unless the program was started to ignore it.
    private static func take(_ number: Int32, with handler: (@convention(c) (Int32) -> Void)?) {
        let former = signal(number, handler)
        if unsafe unsafeBitCast(former, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
            _ = signal(number, SIG_IGN)
        }
    }

    static func leave() {
        unsafe write(sequences.end)
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &before)
    }

    static func write(_ sequence: StaticString) {
        _ = unsafe Glibc.write(STDERR_FILENO, sequence.utf8Start, sequence.utf8CodeUnitCount)
    }
}
