import Glibc

/// Changes that were checked against what stands beneath the root.
struct ChangePlan {
    /// The changes that have something to do, in the record's order.
    let changes: [FileChange]
    let record: ChangeRecord
    /// The permissions of each file that is written, in the same order.
    let modes: [UInt32]

    init(_ all: [FileChange], journal: Journal) throws(FileError) {
        let root = journal.root
        try Self.checkNames(all, journal: journal)
        var check = TargetCheck(root: root)
        var changes: [FileChange] = []
        var items: [ChangeRecord.Item] = []
        var modes: [UInt32] = []
        for change in all {
            let old = try check.target(change.path)
            switch change {
            case .write(_, _, let mode): modes.append(mode ?? old.map { $0.mode & 0o777 } ?? 0o644)
            case .remove where old == nil: continue
            case .remove: modes.append(0)
            }
            let isWritten = if case .write = change { true } else { false }
            changes.append(change)
            items.append(.init(path: change.path, isWritten: isWritten, hadFile: old != nil))
        }
        self.changes = changes
        self.modes = modes
        let needed = Set(changes.flatMap(\.path.folders))
        record = ChangeRecord(items: items, newFolders: check.missing.filter(needed.contains).sorted())
    }

    private static func checkNames(_ changes: [FileChange], journal: Journal) throws(FileError) {
        var paths: Set<RelativePath> = []
        for change in changes {
            let path = change.path
            if !paths.insert(path).inserted {
                throw .clash(journal.root.shown(path), reason: "it stands twice in the change")
            }
            if path.isInside(journal.folder) || path == journal.lock {
                throw .clash(journal.root.shown(path), reason: "it belongs to the journal")
            }
        }
        for change in changes {
            if case .remove = change { continue }
            for folder in change.path.folders where paths.contains(folder) {
                throw .clash(journal.root.shown(folder), reason: "it is a file and a folder at once")
            }
        }
    }
}

/// Finds out whether targets can be changed, before anything is.
struct TargetCheck {
    let root: Root
    /// Folders that aren't there.
    private(set) var missing: Set<RelativePath> = []
    private var present: [RelativePath?: FileFacts] = [:]
    private var device: UInt64?

    init(root: Root) {
        self.root = root
    }

    /// What stands at a target; nil when there is nothing.
    ///
    /// Throws when it can't be changed.
    mutating func target(_ path: RelativePath) throws(FileError) -> FileFacts? {
        let shown = root.shown(path)
        guard let around = try folder(path.folder), let facts = try root.facts(path) else { return nil }
        try facts.requireFile(shown)
        if facts.isFixed { throw .fixed(shown) }
        // In a sticky folder only the owner of a file or of the folder may rename (unlink(2), EPERM).
        let user = geteuid()
        if around.mode & UInt32(S_ISVTX) != 0, user != 0, facts.owner != user, around.owner != user {
            throw .foreign(shown)
        }
        return facts
    }

    /// The facts of a folder; nil when it has to be made.
    ///
    /// Throws when no name can be made in it or instead of it.
    private mutating func folder(_ path: RelativePath?) throws(FileError) -> FileFacts? {
        if let known = present[path] { return known }
        if let path, missing.contains(path) { return nil }
        let shown = root.shown(path)
        do throws(FileError) {
            let descriptor = try root.open(folder: path)
            let top = try root.open(folder: nil)
            do throws(SystemFault) {
                let facts = try root.calls.facts("", in: descriptor)
                if facts.isFixed { throw SystemFault(code: EPERM) }
                try root.calls.checkWritable(descriptor)
                if device == nil { device = try root.calls.facts("", in: top).device }
                guard facts.device == device else { throw SystemFault(code: EXDEV) }
                present[path] = facts
                return facts
            } catch {
                throw error.code == EXDEV ? .otherDevice(shown) : FileError(.write, shown, error)
            }
        } catch .missing {
            guard let path else { throw .missing(shown) }
            missing.insert(path)
            _ = try folder(path.folder)
            return nil
        }
    }
}
