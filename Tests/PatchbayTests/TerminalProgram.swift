import Foundation
import Glibc
import Synchronization
import Testing

/// The built `patchbay` in a terminal of its own, as a person sits before it.
final class TerminalProgram: Sendable {
    private let master: Int32
    private let process: Child
    private let screen = Mutex<[UInt8]>([])
    private let pieces: AsyncStream<[UInt8]>
    /// The longest that a program may take; then it is killed.
    private static let limit: DispatchTimeInterval = .seconds(300)

    /// Starts a command; its terminal has 60 columns and 20 rows.
    convenience init(_ program: Program, _ arguments: String...) throws {
        try self.init(program, command: [Program.executable] + arguments)
    }

    /// Starts a line of a shell in which `patchbay` is the built one.
    convenience init(_ program: Program, shell line: String) throws {
        try self.init(program, command: ["/bin/sh", "-c", line])
    }

    private init(_ program: Program, command: [String]) throws {
        master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), which Swift does not see: unlock the other side, and ask its number.
        var lock: Int32 = 0
        var number: UInt32 = 0
        try #require(unsafe ioctl(master, UInt(0x4004_5431), &lock) == 0)
        try #require(unsafe ioctl(master, UInt(0x8004_5430), &number) == 0)
        let path = "/dev/pts/\(number)"
        var size = winsize(ws_row: 20, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
        let terminal = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(terminal) }
        let (pieces, reading) = AsyncStream.makeStream(of: [UInt8].self)
        self.pieces = pieces
        process = try program.start(
            "/usr/bin/setsid",
            ["--ctty", "--wait"] + command,
            streams: (terminal, terminal, terminal)
        )
        let descriptor = master
        DispatchQueue.global().async {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe read(descriptor, &bytes, bytes.count)
                guard count > 0 else { break }
                reading.yield(Array(bytes[..<count]))
            }
            reading.finish()
            close(descriptor)
        }
        let watched = process
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit) {
            watched.send(SIGKILL)
            reading.finish()
        }
    }

    deinit { process.send(SIGTERM) }

    /// Waits until a text is shown, and takes everything up to it off the screen.
    ///
    /// - Returns: What was shown before and with it; all that came where the program ended first.
    @discardableResult
    func shows(_ text: String, _ location: SourceLocation = #_sourceLocation) async -> String {
        let wanted = Array(text.utf8)
        if let found = take(through: wanted) { return found }
        for await piece in pieces {
            screen.withLock { $0 += piece }
            if let found = take(through: wanted) { return found }
        }
        let all = screen.withLock { String(decoding: $0, as: UTF8.self) }
        Issue.record("'\(text)' was not shown: \(all)", sourceLocation: location)
        return all
    }

    private func take(through wanted: [UInt8]) -> String? {
        screen.withLock { shown in
            guard let start = shown.indices.first(where: { shown[$0...].starts(with: wanted) }) else { return nil }
            let end = start + wanted.count
            defer { shown.removeFirst(end) }
            return String(decoding: shown[..<end], as: UTF8.self)
        }
    }

    /// Types keys; Enter is `\r`, Control-C `\u{3}`.
    func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = unsafe write(master, bytes, bytes.count)
    }

    /// Waits for the end.
    ///
    /// - Returns: The exit code.
    func end() async -> Int32 { await process.end().status }
}
