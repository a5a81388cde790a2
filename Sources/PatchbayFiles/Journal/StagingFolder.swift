import Glibc

/// One change in the journal's folder: `new/N` is what the N-th file becomes, `old/N` what it was.
struct StagingFolder {
    let journal: Journal
    let path: RelativePath
    let new: RelativePath
    let old: RelativePath

    var root: Root { journal.root }
    var calls: SystemCalls { journal.root.calls }

    /// Names a folder that may be there.
    init(named name: String, in journal: Journal) throws(FileError) {
        self.journal = journal
        path = try journal.folder.appending(name)
        new = try path.appending("new")
        old = try path.appending("old")
    }

    /// Makes the folder.
    init(making name: String, in journal: Journal) throws(FileError) {
        try self.init(named: name, in: journal)
        do throws(FileError) {
            for folder in [path, new, old] { try root.makeFolder(folder, mode: 0o700) }
        } catch {
            clearQuietly()
            throw error
        }
    }

    /// Writes all that the change needs, so that nothing but renaming is left to do.
    func stage(_ plan: ChangePlan) throws(FileError) {
        let new = try root.open(folder: self.new)
        let old = try root.open(folder: self.old)
        for (place, change) in plan.changes.enumerated() {
            guard case .write(let path, let bytes, _) = change else { continue }
            do throws(SystemFault) {
                try put(bytes, mode: plan.modes[place], at: "\(place)", in: new)
            } catch {
                throw FileError(.write, root.shown(path), error)
            }
            if plan.record.items[place].hadFile { try keep(path, as: "\(place)", in: old) }
        }
        try root.write(plan.record.bytes, to: record(.plan), mode: 0o600)
        do throws(SystemFault) {
            try calls.sync(new, name: self.new.text)
            try calls.sync(old, name: self.old.text)
        } catch {
            throw FileError(.save, root.shown(path), error)
        }
    }

    /// Writes a new file beneath another root; its name is not on the device yet.
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
        try calls.sync(file, name: name)
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

    /// Finishes or takes back what a killed process left here, and removes the folder.
    func recover() throws(FileError) -> Recovery {
        guard try root.hasFolder(path) else {
            try root.removeTree(path)
            return Recovery(outcome: .discarded, files: 0)
        }
        for stage in [ChangeRecord.Stage.undo, .forward] {
            let place = try record(stage)
            guard let bytes = try root.readIfPresent(place, maxBytes: ChangeRecord.maxBytes) else { continue }
            let record = try ChangeRecord(bytes, place: root.shown(place))
            var outcome = Recovery.Outcome.finished
            if stage == .undo {
                try goBack(record)
                outcome = .discarded
            } else {
                do throws(FileError) {
                    try goForward(record)
                } catch {
                    try takeBack(record, because: error)
                    outcome = .discarded
                }
            }
            try clear()
            return Recovery(outcome: outcome, files: record.items.count)
        }
        let wasRemoval = try root.hasFolder(path.appending("trash"))
        try clear()
        return Recovery(outcome: wasRemoval ? .finished : .discarded, files: 0)
    }

    /// Removes the folder: the records first, for what is left without one is only rubbish.
    func clear() throws(FileError) {
        for stage in ChangeRecord.Stage.allCases.reversed() { try root.remove(record(stage)) }
        try root.removeTree(path)
    }

    /// Removes the folder as far as it goes; the next command removes the rest.
    func clearQuietly() {
        try? clear()
    }
}
