import Foundation
import Glibc
package import PatchbayModel
import Synchronization

/// The kernel's lock on a file that is never deleted; it ends with ``end()``, or with the process however that ends.
///
/// What stands in the file is for messages only; rubbish in it is ignored.
package final class KernelLock: Sendable {
    /// Whether others may hold the lock at the same time.
    package enum Sharing: Sendable {
        /// Many readers.
        case shared
        /// One writer and no reader.
        case exclusive
    }

    private let file: Mutex<Descriptor?>

    private init(_ file: consuming Descriptor) {
        self.file = Mutex(file)
    }

    /// Takes the lock, and waits for it at most `timeout`; blocks its thread meanwhile.
    ///
    /// The lock file is made with mode 0600 where it is missing, in a folder that is there; `clock` gives the time for
    /// messages to others.
    ///
    /// - Throws: ``FileError/locked(_:holder:)`` after `timeout`; ``FileError/link(_:)``,
    ///   ``FileError/notAFile(_:kind:)``, ``FileError/system(_:path:code:)``.
    package static func take(
        _ path: RelativePath,
        in root: Root,
        _ sharing: Sharing = .exclusive,
        timeout: Duration = .seconds(10),
        clock: any HubClock = SystemHubClock()
    ) throws(FileError) -> KernelLock {
        let shown = root.shown(path)
        let calls = root.calls
        do throws(SystemFault) {
            let opened = try open(path, in: root)
            guard try calls.facts("", in: opened.file).kind == .file else { throw SystemFault(code: ELOOP) }
            let deadline = ContinuousClock.now + timeout
            while try !calls.lock(opened.file, exclusive: sharing == .exclusive) {
                if ContinuousClock.now >= deadline { throw SystemFault(code: EWOULDBLOCK) }
                // 5 ms: short beside what a person notices, long beside what a try costs.
                _ = usleep(5_000)
            }
            if sharing == .exclusive, opened.isWritable { note(in: opened.file, calls: calls, at: clock.now()) }
            return KernelLock(opened.consumeFile())
        } catch {
            switch error.code {
            case EWOULDBLOCK: throw .locked(shown, holder: holder(of: path, in: root))
            case ELOOP: throw try kindError(path, in: root, shown: shown)
            default: throw FileError(.lock, shown, error)
            }
        }
    }

    /// Gives the lock back; what comes later does nothing.
    package func end() {
        file.withLock { held in
            guard let descriptor = held.take() else { return }
            // A child process between fork and exec shares the lock: closing the file here would not free it.
            _ = flock(descriptor.number, LOCK_UN)
        }
    }

    deinit { end() }

    private struct Opened: ~Copyable {
        let file: Descriptor
        let isWritable: Bool

        consuming func consumeFile() -> Descriptor { file }
    }

    /// Opens the lock file, to read only where it may not be written: the lock works all the same.
    private static func open(_ path: RelativePath, in root: Root) throws(SystemFault) -> Opened {
        let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        do throws(SystemFault) {
            return Opened(file: try root.openHere(path, flags: O_RDWR | O_CREAT | flags, mode: 0o600), isWritable: true)
        } catch let refused where [EACCES, EPERM, EROFS].contains(refused.code) {
            do throws(SystemFault) {
                return Opened(file: try root.openHere(path, flags: O_RDONLY | flags), isWritable: false)
            } catch let error where error.code == ENOENT {
                throw refused
            }
        }
    }

    /// Writes who holds the lock since when; a failure only makes another's message shorter.
    private static func note(in file: borrowing Descriptor, calls: SystemCalls, at date: Date) {
        let text = "\(getpid()) \(date.formatted(.iso8601))\n"
        guard ftruncate(file.number, 0) == 0 else { return }
        try? calls.write(Array(text.utf8), to: file)
    }

    /// Who holds the lock, as far as the file says it and the process lives.
    private static func holder(of path: RelativePath, in root: Root) -> String? {
        // The note is only for the message; without one it says "another process".
        guard let bytes = try? root.read(path, maxBytes: 64), bytes.last == UInt8(ascii: "\n") else { return nil }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        guard words.count == 2, let pid = Int32(words[0]), pid > 0, kill(pid, 0) == 0 || errno == EPERM,
            (try? Date(String(words[1]), strategy: .iso8601)) != nil
        else { return nil }
        let command = command(of: pid).map { " (\($0))" } ?? ""
        return "pid \(pid)\(command) since \(words[1])"
    }

    /// What a process was started as, as far as the system tells: program and words up to the first option, for values
    /// of options may be secret.
    private static func command(of pid: Int32) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return nil }
        let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first?.split(separator: "/").last else { return nil }
        let rest = words.dropFirst().prefix { !$0.hasPrefix("-") }
        return RelativePath.shown(String(([String(program)] + rest).joined(separator: " ").prefix(100)))
    }

    private static func kindError(_ path: RelativePath, in root: Root, shown: String) throws(FileError) -> FileError {
        switch try root.kind(path) {
        case .link?, nil: .link(shown)
        case let kind?: .notAFile(shown, kind: kind)
        }
    }
}
