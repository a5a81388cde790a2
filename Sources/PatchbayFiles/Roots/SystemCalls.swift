import CPlatform
import Glibc

/// An open file or folder, closed at the end of its life.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Ends this value and leaves the descriptor open.
    consuming func release() { discard self }

    deinit { _ = close(number) }
}

/// What is known about a file without opening it.
struct FileFacts: Sendable {
    let kind: EntryKind
    /// Permission bits, with setuid, setgid and sticky.
    let mode: UInt32
    let owner: UInt32
    let size: Int
    let device: UInt64
    /// When the content last changed, in nanoseconds since 1970.
    let modified: Int64
    /// Nobody may rename or replace it.
    let isFixed: Bool
}

/// Why the system refused: its `errno`.
struct SystemFault: Error {
    let code: Int32
}

/// The system calls that this room makes, each at one place, so that a test can let any of them fail.
struct SystemCalls: Sendable {
    /// One call, as a test sees it before it happens.
    struct Call: Sendable, Equatable {
        enum Kind: Sendable { case open, create, makeFolder, write, mode, sync, rename, link, remove, lock }

        let kind: Kind
        /// The name or path that the call acts on; empty where it acts on an open file.
        let name: String
    }

    /// Answers with the `errno` that the call shall fail with, or 0.
    typealias Fault = @Sendable (Call) -> Int32

    private let fault: Fault?

    init(fault: Fault? = nil) {
        self.fault = fault
    }

    private func check(_ kind: Call.Kind, _ name: String = "") throws(SystemFault) {
        guard let fault else { return }
        let code = fault(Call(kind: kind, name: name))
        if code != 0 { throw SystemFault(code: code) }
    }

    /// Runs a call that answers with -1 and `errno`, again when a signal interrupted it.
    private func outcome<Value: SignedInteger>(_ call: () -> Value) throws(SystemFault) -> Value {
        for _ in 0..<100 {
            let value = call()
            if value >= 0 { return value }
            if errno != EINTR { break }
        }
        throw SystemFault(code: errno)
    }

    /// Runs a call of CPlatform, which answers with a negative error number.
    private func answer(_ call: () -> Int32) throws(SystemFault) -> Int32 {
        var value = call()
        for _ in 0..<100 where value == -EINTR { value = call() }
        if value < 0 { throw SystemFault(code: -value) }
        return value
    }

    /// Opens beneath a folder without following links; creates when `flags` has `O_CREAT`, with exactly `mode`.
    func open(
        _ path: String,
        in folder: borrowing Descriptor,
        flags: Int32,
        mode: UInt32 = 0
    ) throws(SystemFault) -> Descriptor {
        try check(flags & O_CREAT != 0 ? .create : .open, path)
        let root = folder.number
        let number = try answer { unsafe patchbay_open_beneath(root, path, flags, mode) }
        return Descriptor(number: number)
    }

    /// Opens a folder by any path, following links in it.
    func openRoot(_ path: String) throws(SystemFault) -> Descriptor {
        let number = try outcome { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        return Descriptor(number: number)
    }

    func makeFolder(_ name: String, in folder: borrowing Descriptor, mode: UInt32) throws(SystemFault) {
        try check(.makeFolder, name)
        let root = folder.number
        _ = try outcome { unsafe mkdirat(root, name, mode) }
    }

    /// Sets the exact permission bits, whatever the umask made of them.
    func setMode(_ mode: UInt32, of file: borrowing Descriptor) throws(SystemFault) {
        try check(.mode)
        let number = file.number
        _ = try outcome { fchmod(number, mode) }
    }

    func facts(_ name: String, in folder: borrowing Descriptor) throws(SystemFault) -> FileFacts {
        let root = folder.number
        var found = patchbay_file_facts()
        _ = try answer { unsafe patchbay_facts(root, name, &found) }
        let kind: EntryKind =
            switch found.mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        return FileFacts(
            kind: kind,
            mode: found.mode & 0o7777,
            owner: found.owner,
            size: Int(clamping: found.size),
            device: found.device,
            modified: found.modified,
            isFixed: found.fixed != 0
        )
    }

    /// A name in a folder, and what it stands for where the file system tells.
    struct Name {
        let bytes: [UInt8]
        let kind: EntryKind?
    }

    /// The names in a folder, in no order.
    func names(in folder: borrowing Descriptor, most: Int) throws(SystemFault) -> [Name] {
        var buffer: UnsafeMutablePointer<CChar>?
        var length = 0
        let root = folder.number
        _ = try answer { unsafe patchbay_names(root, most, &buffer, &length) }
        defer { unsafe free(buffer) }
        let bytes = unsafe UnsafeRawBufferPointer(start: buffer, count: length)
        return unsafe bytes.split(separator: 0).map { entry in
            let kind: EntryKind? =
                switch unsafe entry.first {
                case UInt8(ascii: "f"): .file
                case UInt8(ascii: "d"): .folder
                case UInt8(ascii: "l"): .link
                case UInt8(ascii: "o"): .other
                default: nil
                }
            return unsafe Name(bytes: Array(entry.dropFirst()), kind: kind)
        }
    }

    /// Reads to the end, but at most `most` bytes.
    func read(_ file: borrowing Descriptor, most: Int, expecting size: Int) throws(SystemFault) -> [UInt8] {
        let number = file.number
        var result: [UInt8] = []
        // One byte more than expected shows the end in the same call that fills the rest.
        var room = min(size, most - 1) + 1
        while result.count < most {
            var failure: SystemFault?
            let wanted = min(room, most - result.count)
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                do throws(SystemFault) {
                    count = try outcome { unsafe Glibc.read(number, buffer.baseAddress, wanted) }
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            if piece.isEmpty { break }
            if result.isEmpty { result = piece } else { result += piece }
            // A regular file gives all that it has: what has the size it was said to have is whole.
            if result.count == size { break }
            room = 64 << 10
        }
        return result
    }

    func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(SystemFault) {
        try check(.write)
        let number = file.number
        var done = 0
        while done < bytes.count {
            let count = try outcome {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(
                        number,
                        UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
                        buffer.count - done
                    )
                }
            }
            if count == 0 { throw SystemFault(code: EIO) }
            done += count
        }
    }

    /// Waits until a file's bytes, or a folder's names, are on the device.
    func sync(_ file: borrowing Descriptor, name: String = "") throws(SystemFault) {
        try check(.sync, name)
        let number = file.number
        _ = try outcome { fsync(number) }
    }

    /// Whether ``syncWhole(_:)`` keeps the promises of ``sync(_:name:)`` where a folder lies.
    func canSyncWhole(_ folder: borrowing Descriptor) -> Bool { patchbay_can_sync_whole(folder.number) != 0 }

    /// Waits until everything on a folder's file system is on the device; the folder has been open since before the
    /// writing, for that is how long the system remembers what it could not write.
    func syncWhole(_ folder: borrowing Descriptor) throws(SystemFault) {
        try check(.sync, "*")
        let number = folder.number
        _ = try answer { patchbay_sync_whole(number) }
    }

    /// Closes and reports what the system only then finds out.
    func finish(_ file: consuming Descriptor) throws(SystemFault) {
        let number = file.number
        file.release()
        // After EINTR the descriptor is gone on Linux; closing again would close another's.
        if close(number) != 0, errno != EINTR { throw SystemFault(code: errno) }
    }

    func rename(
        _ name: String,
        in folder: borrowing Descriptor,
        to newName: String,
        in newFolder: borrowing Descriptor
    ) throws(SystemFault) {
        try check(.rename, newName)
        let (old, new) = (folder.number, newFolder.number)
        _ = try outcome { unsafe renameat(old, name, new, newName) }
    }

    /// Renames, and fails with `EEXIST` where something stands already.
    func renameNew(
        _ name: String,
        in folder: borrowing Descriptor,
        to newName: String,
        in newFolder: borrowing Descriptor
    ) throws(SystemFault) {
        try check(.rename, newName)
        let (old, new) = (folder.number, newFolder.number)
        _ = try answer { unsafe patchbay_rename_new(old, name, new, newName) }
    }

    /// Gives a file a second name.
    func link(
        _ name: String,
        in folder: borrowing Descriptor,
        to newName: String,
        in newFolder: borrowing Descriptor
    ) throws(SystemFault) {
        try check(.link, newName)
        let (old, new) = (folder.number, newFolder.number)
        _ = try outcome { unsafe linkat(old, name, new, newName, 0) }
    }

    func remove(_ name: String, in folder: borrowing Descriptor, isFolder: Bool = false) throws(SystemFault) {
        try check(.remove, name)
        let root = folder.number
        _ = try outcome { unsafe unlinkat(root, name, isFolder ? AT_REMOVEDIR : 0) }
    }

    /// Takes the kernel's lock on an open file; false when another open file has it.
    func lock(_ file: borrowing Descriptor, exclusive: Bool) throws(SystemFault) -> Bool {
        try check(.lock)
        let number = file.number
        do {
            _ = try outcome { flock(number, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) }
            return true
        } catch let error where error.code == EWOULDBLOCK {
            return false
        }
    }

    /// Whether this process may make and remove names in a folder.
    func checkWritable(_ folder: borrowing Descriptor) throws(SystemFault) {
        let number = folder.number
        _ = try outcome { unsafe faccessat(number, ".", W_OK | X_OK, AT_EACCESS) }
    }
}
