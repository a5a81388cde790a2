import CPlatform
import Glibc
import Synchronization

/// A worker as its hub sees it: a process with two pipes.
///
/// One thread, the one that made it, sends, receives and reaps; any thread may ``kill()`` it.
final class WorkerProcess: Sendable {
    /// Why there is no answer.
    enum Problem: Error, Equatable {
        /// The program could not be started: an error number.
        case notStarted(Int32)
        /// It ended or closed a pipe.
        case gone
        /// It did not answer in time.
        case late
        /// It answered more than it may.
        case tooLong
    }

    /// The whole environment: settings of the engine and the C library, no more (`docs/scripts.md`).
    ///
    /// The collector runs on the script's own thread: others would only wake up for its few milliseconds.
    static let environment = [
        "Malloc=1", "MALLOC_ARENA_MAX=1", "JSC_useJIT=0", "JSC_useConcurrentGC=0", "JSC_numberOfGCMarkers=1",
        "JSC_useWasm=0", "TZ=UTC", "SWIFT_BACKTRACE=enable=no",
    ]

    /// The process id, or 0 once it was reaped: the number may then belong to somebody else.
    private let pid: Mutex<pid_t>
    private let input: Int32
    private let output: Int32

    /// Starts `<executable> script-worker`.
    ///
    /// To be called on a thread that lives as long as the worker, which dies with it.
    init(executable: String) throws(Problem) {
        var pid: pid_t = 0
        var input: Int32 = -1
        var output: Int32 = -1
        let failure = unsafe Self.withCStrings([executable, "script-worker"]) { arguments in
            unsafe Self.withCStrings(Self.environment) { environment in
                unsafe patchbay_spawn(executable, arguments, environment, &pid, &input, &output)
            }
        }
        guard failure == 0, pid > 0 else { throw .notStarted(failure) }
        self.pid = Mutex(pid)
        self.input = input
        self.output = output
    }

    deinit {
        _ = end()
        close(input)
        close(output)
    }

    /// The process's id; nil once nothing is left of it.
    var identifier: pid_t? { pid.withLock { $0 > 0 ? $0 : nil } }

    /// Whether it runs and has said nothing unasked.
    var isIdle: Bool {
        var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }

    /// Sends a frame.
    func send(_ content: [UInt8], until deadline: ContinuousClock.Instant) throws(Problem) {
        var frame: [UInt8] = []
        frame.reserveCapacity(content.count + 4)
        FrameReader.append(UInt32(clamping: content.count), to: &frame)
        frame += content
        var done = 0
        while done < frame.count {
            let sent = unsafe frame.withUnsafeBytes {
                unsafe write(input, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if sent > 0 { done += sent } else { try wait(for: input, POLLOUT, afterError: errno, until: deadline) }
        }
    }

    /// Receives a frame.
    func receive(limit: Int, until deadline: ContinuousClock.Instant) throws(Problem) -> [UInt8] {
        var head = FrameReader(try take(4, until: deadline))
        guard let length: UInt32 = head.number(), Int(length) <= limit else { throw .tooLong }
        return try take(Int(length), until: deadline)
    }

    /// Ends it, whatever it does.
    func kill() {
        // 0 and negative numbers would reach whole groups of processes.
        pid.withLock { if $0 > 0 { _ = Glibc.kill($0, SIGKILL) } }
    }

    /// Ends it and takes its status from the kernel, so that nothing is left of it.
    ///
    /// - Returns: The status as `waitpid` gives it; nil when it was taken before.
    func end() -> Int32? {
        pid.withLock { pid in
            guard pid > 0 else { return nil }
            var status: Int32 = 0
            // It may have ended by itself just now: its own status says more than our signal.
            var reaped = unsafe waitpid(pid, &status, WNOHANG)
            if reaped == 0 {
                _ = Glibc.kill(pid, SIGKILL)
                repeat { reaped = unsafe waitpid(pid, &status, 0) } while reaped < 0 && errno == EINTR
            }
            pid = 0
            return reaped > 0 ? status : nil
        }
    }

    private func take(_ count: Int, until deadline: ContinuousClock.Instant) throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = min(count - bytes.count, 1 << 18)
            var got = 0
            let part = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                got = unsafe read(output, buffer.baseAddress, wanted)
                filled = max(got, 0)
            }
            if got > 0 {
                if bytes.isEmpty { bytes = part } else { bytes += part }
            } else if got == 0 {
                throw .gone
            } else {
                try wait(for: output, POLLIN, afterError: errno, until: deadline)
            }
        }
        return bytes
    }

    private func wait(
        for descriptor: Int32,
        _ events: Int32,
        afterError error: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(Problem) {
        if error == EINTR { return }
        guard error == EAGAIN else { throw .gone }
        let left = deadline - .now
        guard left > .zero else { throw .late }
        var descriptor = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        _ = unsafe poll(&descriptor, 1, Int32(clamping: Int(left / .milliseconds(1)) + 1))
    }

    /// Strings as C wants them for a new process: an array that ends with nil.
    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe copies.withUnsafeMutableBufferPointer { buffer in
            // The array has at least its final nil.
            guard let base = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
            return unsafe body(UnsafePointer(base))
        }
    }
}
