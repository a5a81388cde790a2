import Glibc
import PatchbayDialog

/// A lock and a mark for each conversation across processes, in a file that is never deleted.
///
/// The lock is one byte each. Open file description locks belong to the open file, so that two stores of one process exclude each other
/// too, and the kernel drops them when the process ends (fcntl(2), Linux 3.15). A byte that is locked need not exist.
///
/// The marks stand at the file's start, eight bytes each (``SavedHeads``). Nothing depends on them once all processes have ended.
final class ClaimFile: Sendable {
    /// `F_OFD_SETLK` of <fcntl.h>, which the C library shows only with `_GNU_SOURCE`.
    private static let setLock: Int32 = 37

    /// How many marks there are; a power of two.
    private static let markCount: Int64 = 4_096

    private let descriptor: Int32
    private let path: String

    /// Opens the file, creating it readable to its owner alone.
    init(path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ClaimFile.failure(path) }
        // Where the file is another's, its rights are that one's business.
        _ = fchmod(descriptor, 0o600)
    }

    deinit { Glibc.close(descriptor) }

    /// Which byte stands for a conversation: FNV-1a, the same in every process.
    ///
    /// A collision costs waiting, nothing else.
    static func byte(for id: String) -> Int64 {
        let hash = id.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return Int64(hash >> 2)
    }

    /// Locks the byte, asking again in growing intervals of 1 to 50 ms while another process holds it.
    ///
    /// - Throws: `CancellationError`, or ``ConversationStoreError/failed(_:)`` where the file system has no locks.
    func lock(_ byte: Int64) async throws {
        var pause = Duration.milliseconds(1)
        while try !set(Int16(F_WRLCK), byte) {
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// Lets go of the byte.
    func unlock(_ byte: Int64) {
        // Unlocking a byte that is held can't fail.
        _ = try? set(Int16(F_UNLCK), byte)
    }

    /// The mark that stands at a conversation's byte; nil when none was ever set, or it can't be read.
    func mark(at byte: Int64) -> UInt64? {
        var mark: UInt64 = 0
        let count = unsafe withUnsafeMutableBytes(of: &mark) { room in
            unsafe pread(descriptor, room.baseAddress, room.count, Self.place(of: byte))
        }
        return count == MemoryLayout<UInt64>.size ? mark : nil
    }

    /// Sets the mark at a conversation's byte, in place of the one before.
    ///
    /// - Throws: ``ConversationStoreError/failed(_:)``, as on a full disk.
    func set(_ mark: UInt64, at byte: Int64) throws {
        let count = unsafe withUnsafeBytes(of: mark) { bytes in
            unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, Self.place(of: byte))
        }
        guard count == MemoryLayout<UInt64>.size else { throw ClaimFile.failure(path) }
    }

    private static func place(of byte: Int64) -> off_t { off_t(byte & (markCount - 1)) * 8 }

    private func set(_ kind: Int16, _ byte: Int64) throws -> Bool {
        var range = flock()
        range.l_type = kind
        range.l_whence = Int16(SEEK_SET)
        range.l_start = off_t(byte)
        range.l_len = 1
        while unsafe fcntl(descriptor, Self.setLock, &range) != 0 {
            switch errno {
            case EAGAIN, EACCES: return false
            case EINTR: continue
            default: throw ClaimFile.failure(path)
            }
        }
        return true
    }

    private static func failure(_ path: String) -> ConversationStoreError {
        let cause = errno
        let remedy =
            cause == ENOSPC ? "make room on the disk and try again" : "check the folder's rights and file system"
        return .failed("\(path): \(unsafe String(cString: strerror(cause)).lowercased()); \(remedy)")
    }
}
