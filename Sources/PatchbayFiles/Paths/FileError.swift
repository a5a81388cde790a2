import Glibc

/// Why a file or folder is not read, written or removed.
///
/// Paths are shown as the user gave the root, and escaped.
package enum FileError: Error, Equatable {
    /// What was being done.
    package enum Action: String, Sendable {
        case open, create, read, write, list, rename, remove, save, lock, inspect
    }

    /// The system refused; `code` is its `errno`.
    case system(Action, path: String, code: Int32)
    /// There is nothing at the path.
    case missing(String)
    /// There is something at the path already.
    case exists(String)
    /// A symbolic link stands at the path or on the way to it.
    case link(String)
    /// A folder, device, FIFO or socket stands where a regular file is expected.
    case notAFile(String, kind: EntryKind)
    /// Something else stands where a folder is expected.
    case notAFolder(String)
    /// A file has more bytes than are read.
    case tooLarge(String, limit: Int)
    /// A folder holds more entries than are read.
    case tooMany(String, limit: Int)
    /// A name that is not allowed.
    case badName(String, reason: String)
    /// A list of changes that contradicts itself.
    case clash(String, reason: String)
    /// Another process holds the lock; `holder` as in `pid 12 (patchbay init) since 2026-01-01T00:00:00Z`, nil when unknown.
    case locked(String, holder: String?)
    /// Other users may write here.
    case openToOthers(String, mode: UInt32)
    /// Another user owns it.
    case foreign(String)
    /// Nobody may change it: immutable, append-only or a mount point.
    case fixed(String)
    /// The target lies on another file system than the journal.
    case otherDevice(String)
    /// A journal's record can't be read.
    case damagedJournal(String, reason: String)
    /// A change was neither finished nor taken back; the next command goes on with it.
    case unfinished(String, because: String)
    /// Neither `PATCHBAY_HOME` nor `HOME` says where the home is.
    case noHome
    /// No folder with plugins and schemas was found.
    case noShare
}

extension FileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let action, let path, let code): "can't \(action.rawValue) '\(path)': \(Self.words(for: code))"
        case .missing(let path): "'\(path)' doesn't exist"
        case .exists(let path): "'\(path)' exists already"
        case .link(let path):
            "'\(path)' is a symbolic link or lies behind one; Patchbay doesn't follow links: put the file itself there"
        case .notAFile(let path, let kind): "'\(path)' is \(kind.words), not a regular file; move it away"
        case .notAFolder(let path): "'\(path)' is not a folder; move it away"
        case .tooLarge(let path, let limit): "'\(path)' is larger than \(limit) bytes, the most that is read"
        case .tooMany(let path, let limit): "'\(path)' holds more than \(limit) files, the most that are read"
        case .badName(let path, let reason): "the name '\(path)' is not allowed: \(reason)"
        case .clash(let path, let reason): "can't change '\(path)': \(reason)"
        case .locked(let path, let holder):
            "'\(path)' is locked by \(holder ?? "another process"); wait until it ends, then try again"
        case .openToOthers(let path, let mode):
            "other users may write to '\(path)' (mode \(String(mode & 0o7777, radix: 8))); run: chmod go-w '\(path)'"
        case .foreign(let path): "'\(path)' belongs to another user; use a folder of your own"
        case .fixed(let path):
            "'\(path)' can't be replaced: it is immutable, append-only or a mount point (see lsattr, findmnt)"
        case .otherDevice(let path):
            "'\(path)' lies on another file system than the journal; it can't be changed safely"
        case .damagedJournal(let path, let reason):
            "the journal '\(path)' is damaged (\(reason)); look at the files it holds, then move it away"
        case .unfinished(let path, let because):
            "the change is neither finished nor taken back (\(because)); mend that, and the next command goes on with '\(path)'"
        case .noHome: "don't know where the home is: set PATCHBAY_HOME to a folder"
        case .noShare: "found no plugins and schemas: set PATCHBAY_SHARE to the folder that holds them"
        }
    }

    /// What an `errno` means, in a person's words.
    private static func words(for code: Int32) -> String {
        switch code {
        case ENOENT: "the folder around it was removed, or takes nothing new (such as /proc)"
        case ENOSPC: "no space left on the device; make room and try again"
        case EDQUOT: "the disk quota is used up; make room and try again"
        case EACCES, EPERM: "permission denied; check owner and mode"
        case EROFS: "the file system is read-only"
        case EIO: "the device failed (input/output error)"
        case EMFILE, ENFILE: "too many open files; raise the limit (ulimit -n)"
        case EFBIG: "the file would be larger than allowed (ulimit -f)"
        case ENAMETOOLONG: "the name is too long for the file system"
        case ENOTEMPTY: "the folder is not empty"
        case EBUSY: "it is in use"
        default: unsafe String(cString: strerror(code))
        }
    }
}
