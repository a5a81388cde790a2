import Foundation
import Glibc
import Synchronization

/// A process that a test started.
///
/// Not Foundation's `Process`: with more than a thousand descriptors open, as when all tests run at once, its `run()` copies
/// directory entries of /proc/self/fd beyond the end of their buffer and crashes (Swift 6.3.1).
final class Child: Sendable {
    /// How a process ended.
    struct End: Sendable {
        /// The exit code, or the number of the signal.
        let status: Int32
        let wasKilled: Bool
    }

    /// What cannot be started, and why.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let id: pid_t
    private let state = Mutex<(end: End?, waiting: [CheckedContinuation<End, Never>])>((nil, []))

    /// Starts a program whose standard streams are the given descriptors; no other is open in it.
    init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        folder: String,
        streams: (input: Int32, output: Int32, errors: Int32)
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [streams.input, streams.output, streams.errors].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        _ = unsafe try Self.library("addclosefrom_np", as: AddCloseFrom.self)(&actions, 3)
        _ = unsafe try Self.library("addchdir_np", as: AddFolder.self)(&actions, folder)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        let values = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + values).forEach { unsafe free($0) } }
        var id: pid_t = 0
        let error = unsafe posix_spawn(&id, path, &actions, &attributes, words, values)
        guard error == 0 else {
            throw Failure(description: "'\(path)' cannot be started: \(unsafe String(cString: strerror(error)))")
        }
        self.id = id
        Thread.detachNewThread { self.wait() }
    }

    private typealias AddCloseFrom =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    private typealias AddFolder =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32

    /// A function of the C library that its headers show to GNU programs only.
    private static func library<Function>(_ name: String, as: Function.Type) throws -> Function {
        guard let address = unsafe dlsym(nil, "posix_spawn_file_actions_" + name) else {
            throw Failure(description: "the C library has no posix_spawn_file_actions_\(name)")
        }
        return unsafe unsafeBitCast(address, to: Function.self)
    }

    /// The end, as soon as it has come.
    func end() async -> End {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    /// Sends a signal, unless the process has ended: its id may be another's by then.
    func send(_ signal: Int32) {
        state.withLock { if $0.end == nil { _ = kill(id, signal) } }
    }

    private func wait() {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (end, waiting) = state.withLock { state in
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let end = End(status: signal == 0 ? status >> 8 & 0xFF : signal, wasKilled: signal != 0)
            defer { state = (end, []) }
            return (end, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: end) }
    }
}

/// Lets so many go on at once; the others wait their turn.
final class Turnstile: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ most: Int) { state = Mutex((most, [])) }

    /// Does something as soon as there is room for it.
    func pass<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        defer {
            let next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.free += 1
                    return nil as CheckedContinuation<Void, Never>?
                }
                return state.waiting.removeFirst()
            }
            next?.resume()
        }
        return try await body()
    }
}
