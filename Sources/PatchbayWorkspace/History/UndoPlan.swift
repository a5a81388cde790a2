import PatchbayFiles
package import PatchbayModel

/// What taking back entries of a workspace's history does: a value, printed before it is applied as a whole.
package struct UndoPlan: Sendable {
    /// One file.
    package struct Change: Sendable, Equatable {
        /// What happens to it.
        package enum Action: String, Sendable {
            case create, replace, remove
        }

        package let action: Action
        package let path: String

        /// `{action, path}`.
        package var json: JSONValue { ["action": .string(action.rawValue), "path": .string(path)] }
    }

    /// The entries that are taken back, the newest first.
    package let entries: [HistoryEntry]
    package let changes: [Change]
    let writes: [FileChange]
}

extension UndoPlan {
    /// Plans on what stands in the workspace now.
    ///
    /// - Parameters:
    ///   - root: The workspace.
    ///   - target: The entry to which everything goes back, 0 for the beginning; nil takes back the last command that
    ///     was not taken back yet.
    ///   - hasher: The one that made the entries' hashes.
    /// - Throws: ``HistoryError``.
    init(of root: Root, to target: Int?, hasher: any ContentHasher) throws {
        let history = WorkspaceHistory(root)
        let all = try history.entries()
        let entries = try Self.chosen(of: all, to: target)
        var (changes, writes): ([Change], [FileChange]) = ([], [])
        var edited: [(entry: Int, path: String)] = []
        // The newest entry that changed a file says what must stand there, the oldest what will.
        var oldest: [String: (entry: HistoryEntry, file: HistoryEntry.File)] = [:]
        var now: [String: String?] = [:]
        for entry in entries {
            for file in entry.files {
                let later: String?
                if let known = oldest[file.path] {
                    later = known.file.before?.hash
                } else {
                    later = try Self.hash(of: file.path, in: root, hasher)
                    now[file.path] = .some(later)
                }
                // What somebody did between two commands would be lost with both.
                if later != file.after?.hash { edited.append((entry.id, file.path)) }
                oldest[file.path] = (entry, file)
            }
        }
        let changed = oldest.filter { $0.value.file.before?.hash != now[$0.key] ?? nil }
        let lost = edited.filter { changed[$0.path] != nil }
        if let entry = lost.map(\.entry).max() {
            throw HistoryError.edited(Set(lost.map(\.path)).sorted(), entry: entry)
        }
        for (path, found) in changed.sorted(by: { $0.key < $1.key }) {
            let place = try RelativePath(path)
            if let bytes = try history.oldBytes(of: path, in: found.entry, hasher: hasher) {
                changes.append(.init(action: (now[path] ?? nil) == nil ? .create : .replace, path: path))
                writes.append(.write(place, bytes, mode: found.file.before?.mode))
            } else {
                changes.append(.init(action: .remove, path: path))
                writes.append(.remove(place))
            }
        }
        // Where all of it was taken back already, there is nothing to do.
        self.entries = target != nil && changes.isEmpty ? [] : entries
        self.changes = changes
        self.writes = writes
    }

    private static func chosen(of all: [HistoryEntry], to target: Int?) throws -> [HistoryEntry] {
        guard let target else {
            var undone: Set<Int> = []
            for entry in all.reversed() where !undone.contains(entry.id) {
                if entry.undone.isEmpty { return [entry] }
                undone.formUnion(entry.undone)
            }
            throw HistoryError.nothingToUndo
        }
        let isKnown = all.contains { $0.id == target } || target == 0 && all.first?.id == 1
        guard isKnown else { throw HistoryError.unknownEntry(target, first: all.first?.id, last: all.last?.id) }
        return all.filter { $0.id > target }.reversed()
    }

    private static func hash(of path: String, in root: Root, _ hasher: any ContentHasher) throws -> String? {
        try root.readIfPresent(RelativePath(path), maxBytes: WorkspaceHistory.mostBytes).map(hasher.contentHash)
    }
}

extension Workspace {
    /// What commands changed here, the oldest first; those that are too old are gone.
    ///
    /// - Throws: ``HistoryError/damaged(_:reason:)``.
    package func history() throws -> [HistoryEntry] { try WorkspaceHistory(root).entries() }

    /// Plans taking back what commands changed, without writing anything.
    ///
    /// - Throws: As ``undo(to:by:)``.
    package func undoPlan(to target: Int?, hasher: any ContentHasher) throws -> UndoPlan {
        try UndoPlan(of: root, to: target, hasher: hasher)
    }

    /// Takes back the last change that was not taken back yet, or all after an entry, whole or not at all; that is an
    /// entry of its own.
    ///
    /// - Throws: ``HistoryError/edited(_:entry:)`` when something that was done since would be lost, and ``HistoryError``
    ///   for what else is in the way. Nothing is changed then.
    package func undo(to target: Int?, by author: ChangeAuthor) throws -> UndoPlan {
        release()
        let access = try WorkspaceChange.journal(of: root).change()
        defer { access.end() }
        let plan = try UndoPlan(of: root, to: target, hasher: author.hasher)
        let ids = plan.entries.map(\.id)
        let entry = try WorkspaceHistory(root).recording(plan.writes, by: author, undoing: ids)
        try WorkspaceChange.apply(plan.writes, recorded: entry, with: access)
        return plan
    }
}
