import Glibc
import PatchbayDialog

/// A lock for each conversation across processes: one byte each of a file that is never deleted.
///
/// Open file description locks belong to the open file, so that two stores of one process exclude each other too, and the kernel drops
/// them when the process ends (fcntl(2), Linux 3.15). The file stays empty: a byte that is locked need not exist.
final class ClaimFile: Sendable {
    /// `F_OFD_SETLK` of <fcntl.h>, which the C library shows only with `_GNU_SOURCE`.
    private static let setLock: Int32 = 37

    private let descriptor: Int32
    private let path: String

    /// Opens the file, creating it readable to its owner alone.
    init(path: String) throws {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ClaimFile.failure(path) }
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
        .failed(
            "\(path): \(unsafe String(cString: strerror(errno)).lowercased()); check the folder's rights and file system"
        )
    }
}
