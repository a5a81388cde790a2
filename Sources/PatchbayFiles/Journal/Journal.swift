import Glibc
package import PatchbayModel

/// The place from which many files of a root are changed at once: whole or not at all, also when the process is killed
/// or the power fails at any instant.
///
/// All new contents are written to the journal's folder first, together with a record of the change. Renaming the
/// record to `forward` decides; then the files are renamed into place. Whoever comes next finishes what was decided and
/// clears away what was not. A step that fails meanwhile is answered by taking everything back.
package struct Journal: Sendable {
    /// What the paths of changes are relative to.
    package let root: Root
    let folder: RelativePath
    let lock: RelativePath
    let folderMode: UInt32
    let clock: any HubClock

    /// A journal in a folder beneath the root.
    ///
    /// - Parameters:
    ///   - root: What the paths of changes are relative to.
    ///   - folder: Where changes are prepared; on the same file system as the root.
    ///   - lock: The lock file; never deleted.
    ///   - folderMode: The permissions of folders that changes make.
    ///   - clock: What messages about the lock take the time from.
    package init(
        root: Root,
        folder: RelativePath,
        lock: RelativePath,
        folderMode: UInt32 = 0o755,
        clock: any HubClock = SystemHubClock()
    ) {
        self.root = root
        self.folder = folder
        self.lock = lock
        self.folderMode = folderMode
        self.clock = clock
    }

    /// Takes the lock to read: others may read meanwhile, nobody changes anything.
    ///
    /// Hold it only while reading, not while a user or a service is waited for.
    ///
    /// Where the lock can't be had because nothing may be written there (a read-only medium), it goes without.
    ///
    /// - Throws: ``FileError/locked(_:holder:)`` after `timeout`, and why an interrupted change can't be finished.
    package func read(timeout: Duration = .seconds(10)) throws(FileError) -> ReadAccess {
        var recovery: Recovery?
        let deadline = ContinuousClock.now + timeout
        while true {
            if try isBusy() { recovery = try change(timeout: timeout).recoveredOnly() ?? recovery }
            let held: KernelLock?
            do throws(FileError) {
                try makeFolders()
                held = try KernelLock.take(lock, in: root, .shared, timeout: timeout, clock: clock)
            } catch .system(let action, let path, let code) where FileError.isReadOnly(code) || code == ENOSPC {
                guard try !isBusy() else { throw .system(action, path: path, code: code) }
                held = nil
            }
            // Somebody may have begun and been killed between the look and the lock.
            guard held != nil, try isBusy() else { return ReadAccess(lock: held, recovery: recovery) }
            held?.end()
            if ContinuousClock.now >= deadline { throw .locked(root.shown(lock), holder: nil) }
        }
    }

    /// Takes the lock to change things: nobody else reads or changes meanwhile.
    ///
    /// - Throws: ``FileError/locked(_:holder:)`` after `timeout`, and why an interrupted change can't be finished.
    package func change(timeout: Duration = .seconds(10)) throws(FileError) -> ChangeAccess {
        try makeFolders()
        let held = try KernelLock.take(lock, in: root, .exclusive, timeout: timeout, clock: clock)
        let access = ChangeAccess(journal: self, lock: held)
        try access.recover()
        return access
    }

    /// Whether a change is under way or was interrupted.
    private func isBusy() throws(FileError) -> Bool {
        do {
            return try !root.list(folder).isEmpty
        } catch .missing {
            return false
        }
    }

    private func makeFolders() throws(FileError) {
        if let around = lock.folder { try root.makeFolder(around, mode: folderMode) }
        if let around = folder.folder { try root.makeFolder(around, mode: folderMode) }
    }
}

/// The right to read beneath a journal's root; hold it until ``end()``.
package final class ReadAccess: Sendable {
    private let lock: KernelLock?
    /// What was found of an interrupted change, to be told to the user.
    package let recovery: Recovery?

    init(lock: KernelLock?, recovery: Recovery?) {
        self.lock = lock
        self.recovery = recovery
    }

    /// Gives the right back.
    package func end() { lock?.end() }
}

extension FileError {
    static func isReadOnly(_ code: Int32) -> Bool { [EROFS, EACCES, EPERM].contains(code) }
}
