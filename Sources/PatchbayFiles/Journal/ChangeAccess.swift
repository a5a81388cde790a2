import Glibc
import PatchbayModel
import Synchronization

/// The right to change files beneath a journal's root; hold it until ``end()``.
package final class ChangeAccess: Sendable {
    let journal: Journal
    private let lock: KernelLock
    private let found = Mutex<Recovery?>(nil)

    init(journal: Journal, lock: KernelLock) {
        self.journal = journal
        self.lock = lock
    }

    var root: Root { journal.root }

    /// What was found of an interrupted change, to be told to the user.
    package var recovery: Recovery? { found.withLock { $0 } }

    /// Gives the right back.
    package func end() { lock.end() }

    /// Makes all changes, or none.
    ///
    /// Before anything is written it is checked that no target is a link, a folder or unchangeable and that its folder
    /// can be written to or made.
    ///
    /// - Throws: Why nothing was changed; ``FileError/unfinished(_:because:)`` when not even taking it back worked.
    package func apply(_ changes: [FileChange]) throws(FileError) {
        try recover()
        let changes = try ChangePlan(changes, journal: journal)
        if changes.record.items.isEmpty { return }
        let folder = try StagingFolder(making: newName(), in: journal, files: changes.record.items.count)
        do throws(FileError) {
            try folder.stage(changes)
            try folder.decide()
        } catch {
            folder.clearQuietly()
            throw error
        }
        do throws(FileError) {
            try folder.goForward(changes.record)
        } catch {
            try folder.takeBack(changes.record, because: error)
            folder.clearQuietly()
            throw error
        }
        folder.clearQuietly()
    }

    /// Removes a folder that holds nothing; one that holds something stays.
    package func removeEmptyFolder(_ path: RelativePath) throws(FileError) { try root.removeEmptyFolder(path) }

    /// Finishes or takes back what was interrupted; does nothing when nothing was.
    func recover() throws(FileError) {
        let names: [DirectoryEntry]
        do {
            names = try root.list(journal.folder)
        } catch .missing {
            return
        }
        for entry in names where entry.kind != .badName {
            guard let recovery = try StagingFolder(named: entry.name, in: journal).recover() else { continue }
            found.withLock { $0 = recovery }
        }
    }

    /// Ends the access after its recovery.
    func recoveredOnly() -> Recovery? {
        end()
        return recovery
    }

    func newName() -> String { RandomIDSource().newID() }
}
