import Glibc

/// One change in the journal's folder: `new-N` is what the N-th file becomes, `old-N` what it was.
struct StagingFolder {
    let journal: Journal
    let path: RelativePath
    /// Whether what is written is brought onto the device by syncing the whole file system, not file by file.
    private let syncsWhole: Bool

    /// From how many files on the file system is synced as a whole: by then that is quicker for sure, while a small change
    /// should not wait for what other programs have written.
    static let many = 16

    var root: Root { journal.root }
    var calls: SystemCalls { journal.root.calls }

    /// Names a folder that may be there, for a change of some files.
    init(named name: String, in journal: Journal, files: Int = 0) throws(FileError) {
        self.journal = journal
        path = try journal.folder.appending(name)
        syncsWhole = files >= Self.many && journal.root.canSyncWhole
    }

    /// Makes the folder.
    init(making name: String, in journal: Journal, files: Int = 0) throws(FileError) {
        try self.init(named: name, in: journal, files: files)
        try root.makeFolder(path, mode: 0o700, isSynced: !syncsWhole)
    }

    /// What the N-th file becomes.
    func new(_ place: Int) -> String { "new-\(place)" }

    /// What the N-th file was.
    func old(_ place: Int) -> String { "old-\(place)" }

    /// Writes all that the change needs, so that nothing but renaming is left to do.
    func stage(_ plan: ChangePlan) throws(FileError) {
        let folder = try root.open(folder: path)
        for (place, change) in plan.changes.enumerated() {
            guard case .write(let path, let bytes, _) = change else { continue }
            do throws(SystemFault) {
                try put(bytes, mode: plan.modes[place], at: new(place), in: folder)
            } catch {
                throw FileError(.write, root.shown(path), error)
            }
            if plan.record.items[place].hadFile { try keep(path, as: old(place), in: folder) }
        }
        let record = try record(.plan)
        do throws(SystemFault) {
            try put(plan.record.bytes, mode: 0o600, at: record.name, in: folder)
        } catch {
            throw FileError(.write, root.shown(record), error)
        }
        try sync([path], in: root)
    }

    /// Brings onto the device what was written, and the names in folders beneath another root.
    func sync(_ folders: Set<RelativePath?>, in root: Root) throws(FileError) {
        if syncsWhole { try self.root.syncWhole() } else { try root.sync(folders) }
    }

    /// Writes a new file beneath another root; its name, and in a large change its bytes, are not on the device before
    /// ``sync(_:in:)``.
    func put(_ bytes: [UInt8], mode: UInt32, at path: RelativePath, in root: Root) throws(FileError) {
        let folder = try root.open(folder: path.folder)
        do {
            try put(bytes, mode: mode, at: path.name, in: folder)
        } catch {
            throw FileError(.write, root.shown(path), error)
        }
    }

    private func put(_ bytes: [UInt8], mode: UInt32, at name: String, in folder: borrowing Descriptor)
        throws(SystemFault)
    {
        let file = try root.create(name, in: folder, mode: mode)
        try calls.write(bytes, to: file)
        if !syncsWhole { try calls.sync(file, name: name) }
        try calls.finish(file)
    }

    /// Gives the present file a second name, or copies it where the file system has no such thing.
    private func keep(_ path: RelativePath, as name: String, in old: borrowing Descriptor) throws(FileError) {
        let folder = try root.open(folder: path.folder)
        do throws(SystemFault) {
            try calls.link(path.name, in: folder, to: name, in: old)
        } catch let error where [EPERM, EACCES, EMLINK, ENOTSUP, ENOSYS].contains(error.code) {
            let bytes = try root.read(path, maxBytes: 1 << 30)
            do throws(SystemFault) {
                let mode = try calls.facts(path.name, in: folder).mode & 0o777
                try put(bytes, mode: mode, at: name, in: old)
            } catch {
                throw FileError(.write, root.shown(path), error)
            }
        } catch {
            throw FileError(.write, root.shown(path), error)
        }
    }

    /// Decides that the change happens.
    ///
    /// Once the folder is on the device, nothing but ``takeBack(_:because:)`` stops it.
    func decide() throws(FileError) {
        do throws(FileError) {
            try moveRecord(from: .plan, to: .forward)
        } catch {
            // The rename may stand without being on the device: then nothing has happened yet, and it may be renamed back.
            if try root.hasFile(record(.forward)) { try moveRecord(from: .forward, to: .plan) }
            throw error
        }
    }

    func record(_ stage: ChangeRecord.Stage) throws(FileError) -> RelativePath { try path.appending(stage.rawValue) }

    func moveRecord(from: ChangeRecord.Stage, to: ChangeRecord.Stage) throws(FileError) {
        let folder = try root.open(folder: path)
        do throws(SystemFault) {
            try calls.rename(from.rawValue, in: folder, to: to.rawValue, in: folder)
            try calls.sync(folder, name: path.text)
        } catch {
            throw FileError(.save, root.shown(path), error)
        }
    }

    /// Finishes or takes back what a killed process left here, and removes the folder; nil when there was nothing to do.
    func recover() throws(FileError) -> Recovery? {
        guard try root.hasFolder(path) else {
            try root.removeTree(path)
            return Recovery(outcome: .discarded, files: 0)
        }
        for stage in [ChangeRecord.Stage.undo, .forward] {
            let place = try record(stage)
            guard let bytes = try root.readIfPresent(place, maxBytes: ChangeRecord.maxBytes) else { continue }
            let record = try ChangeRecord(bytes, place: root.shown(place))
            let change = try StagingFolder(named: path.name, in: journal, files: record.items.count)
            var outcome = Recovery.Outcome.finished
            // Whoever was killed may not have come to it.
            try root.sync([path])
            if stage == .undo {
                try change.goBack(record)
                outcome = .discarded
            } else {
                do throws(FileError) {
                    try change.goForward(record)
                } catch {
                    try change.takeBack(record, because: error)
                    outcome = .discarded
                }
            }
            try clear()
            return Recovery(outcome: outcome, files: record.items.count)
        }
        let wasRemoval = try root.hasFolder(path.appending("trash"))
        let wasEmpty = try root.list(path).isEmpty
        try clear()
        return wasEmpty ? nil : Recovery(outcome: wasRemoval ? .finished : .discarded, files: 0)
    }

    /// Removes the folder; the records last, so that a change that was killed here still counts as what it came to.
    func clear() throws(FileError) {
        let records = Set(ChangeRecord.Stage.allCases.map(\.rawValue))
        var hasRecord = false
        for entry in try root.list(path) {
            if records.contains(entry.name) {
                hasRecord = true
            } else {
                try root.removeTree(path.appending(entry.name))
            }
        }
        if hasRecord {
            for stage in ChangeRecord.Stage.allCases { try root.removeTree(record(stage)) }
            // A record that came back after a loss of power would be acted on once more.
            try root.sync([path])
        }
        try root.removeTree(path)
    }

    /// Removes the folder as far as it goes; the next command removes the rest.
    func clearQuietly() {
        try? clear()
    }
}
