import Glibc
import Synchronization

/// A terminal whose keys arrive one by one, as they are pressed, and without echo, until the mode ends.
///
/// It is put back at the end, also where a signal ends or stops the program. One stands at a time.
final class TerminalMode {
    /// Whether keys like Control-C arrive as keys; else they are signals.
    var takesSignalKeys: Bool {
        didSet { if takesSignalKeys != oldValue { enter(TCSADRAIN) } }
    }
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
        self.takesSignalKeys = takesSignalKeys
        unsafe ModeAtSignals.modes = SignalModes(around: mode, sequences: sequences, wake: wake)
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
        ModeAtSignals.takesSignalKeys.store(takesSignalKeys, ordering: .relaxed)
        ModeAtSignals.enter(when)
    }
}

/// The settings of a terminal that stand in turn, and what is written between them.
private struct SignalModes {
    var before = termios()
    /// While Control-C and its like are signals.
    var withSignals = termios()
    /// While they arrive as keys.
    var withKeys = termios()
    var sequences: (begin: StaticString, end: StaticString) = ("", "")
    /// Where a byte is written when the window or what it shows has changed; -1 where nobody waits for that.
    var wake: Int32 = -1

    init() {}

    init(around mode: termios, sequences: (begin: StaticString, end: StaticString), wake: Int32) {
        before = mode
        withSignals = mode
        withSignals.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN)
        withSignals.c_iflag &= ~tcflag_t(ICRNL)
        withKeys = withSignals
        withKeys.c_lflag &= ~tcflag_t(ISIG)
        withKeys.c_iflag &= ~tcflag_t(IXON)
        self.sequences = sequences
        self.wake = wake
    }
}

/// What a signal's handler needs to put the terminal back; it calls only what signal-safety(7) allows.
private enum ModeAtSignals {
    // A handler can be given no value, so it stands here. It is written only while no handler is installed: before `watch` by the one
    // mode that stands, and by the next one only after `unwatch`; a handler reads it. What changes in between is the atomic below.
    nonisolated(unsafe) static var modes = SignalModes()
    static let takesSignalKeys = Atomic(true)

    /// Those that end a program, its own crashes included.
    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP]

    static func watch() {
        for number in ending { take(number, with: ends) }
        take(SIGTSTP, with: ends)
        _ = signal(SIGCONT) { _ in
            ModeAtSignals.take(SIGTSTP, with: ModeAtSignals.ends)
            ModeAtSignals.enter(TCSADRAIN)
            unsafe ModeAtSignals.write(ModeAtSignals.modes.sequences.begin)
            ModeAtSignals.wakes()
        }
        if unsafe modes.wake >= 0 { _ = signal(SIGWINCH) { _ in ModeAtSignals.wakes() } }
    }

    /// Says that everything has to be drawn anew.
    private static func wakes() {
        var byte: UInt8 = 1
        // Somebody's errno is not to change beneath them.
        let former = errno
        let wake = unsafe modes.wake
        if wake >= 0 { _ = unsafe Glibc.write(wake, &byte, 1) }
        errno = former
    }

    static func unwatch() {
        for number in ending + [SIGTSTP] { take(number, with: SIG_DFL) }
        _ = signal(SIGCONT, SIG_DFL)
        if unsafe modes.wake >= 0 { _ = signal(SIGWINCH, SIG_DFL) }
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

    static func enter(_ when: Int32) {
        var mode = unsafe takesSignalKeys.load(ordering: .relaxed) ? modes.withKeys : modes.withSignals
        unsafe tcsetattr(STDIN_FILENO, when, &mode)
    }

    static func leave() {
        unsafe write(modes.sequences.end)
        var mode = unsafe modes.before
        unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    }

    static func write(_ sequence: StaticString) {
        _ = unsafe Glibc.write(STDERR_FILENO, sequence.utf8Start, sequence.utf8CodeUnitCount)
    }
}
