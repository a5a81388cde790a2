package import PatchbayFiles
package import PatchbayModel

/// What taking an installed template out of a workspace will do: what it made goes, what the user made of it stays.
package struct TemplateRemoval: Sendable {
    package let installed: LockFile.Instance
    /// What goes and what stays, by file.
    package let changes: [UpgradePlan.Change]
    /// What stays, in words: files, and records of shared files as `variables/env.json#/variables/key`.
    package let kept: [String]
    /// The dialogs that go.
    package let dialogs: [DialogID]
    package let writes: [FileChange]
    let basis: [String: [UInt8]?]

    /// Plans the removal; nothing is written.
    ///
    /// - Throws: `DiagnosticError` for a shared file that is none.
    package init(of installed: LockFile.Instance, in workspace: Workspace, hasher: any ContentHasher) throws {
        var draft = Draft(files: WorkspaceDraft(workspace), installed: installed, hasher: hasher)
        let folders = Dictionary(grouping: installed.files.map(\.path), by: UpgradeDraft.folder)
        var dialogs: [DialogID] = []
        for (folder, paths) in folders.sorted(by: { $0.key < $1.key }) {
            if try draft.remove(folder, paths.sorted()) {
                dialogs.append(DialogID(String(folder.split(separator: "/").last ?? "")))
            }
        }
        for (path, _) in installed.records { try draft.removeRecords(of: path) }
        try draft.removeHosts()
        try draft.removeTraces()
        self.installed = installed
        (changes, kept, self.dialogs) = (draft.changes, draft.kept, dialogs)
        (writes, basis) = (try draft.files.changes(), draft.files.basis)
    }

    private struct Draft {
        var files: WorkspaceDraft
        let installed: LockFile.Instance
        let hasher: any ContentHasher
        var changes: [UpgradePlan.Change] = []
        var kept: [String] = []

        private func base(_ path: String) -> String { ".patchbay/base/\(installed.instance)/\(path)" }

        /// Removes a dialog's files, if all are as the template wrote them: with a part of it gone it would not run.
        ///
        /// - Returns: Whether they go.
        mutating func remove(_ folder: String, _ paths: [String]) throws -> Bool {
            let hashes = Dictionary(installed.files.map { ($0.path, $0.hash) }, uniquingKeysWith: { first, _ in first })
            let edited = try paths.filter { path in
                guard let mine = try files.read(path) else { return false }
                return hasher.contentHash(WorkspaceLayout.canonical(mine, of: path)) != hashes[path]
            }
            let own = try files.names(in: folder).map { "\(folder)/\($0)" }
                .filter { path in !paths.contains { $0 == path || $0.hasPrefix(path + "/") } }
            let stays = !edited.isEmpty || !own.isEmpty
            for path in paths {
                guard let mine = try files.read(path) else { continue }
                changes.append(.init(action: stays ? .keep : .remove, path: path, old: mine, new: stays ? mine : nil))
                if !stays { try files.write(nil, to: path) }
            }
            kept += (edited + own).sorted()
            return !stays
        }

        /// Removes the records that nobody else lists and nobody edited.
        mutating func removeRecords(of path: String) throws {
            guard let kind = WorkspaceLayout.kind(of: path), let value = try files.value(path, as: kind),
                let records = value["variables"]?.array
            else { return }
            let name = installed.instance
            let listed = Set(
                files.lock.templates.filter { $0.instance != name }.flatMap(\.records).filter { $0.path == path }
                    .flatMap(\.keys)
            )
            let written = try files.value(base(path), as: kind)?["variables"]?.array ?? []
            let left = records.filter { record in
                let key = record["key"]?.string ?? ""
                guard let base = written.first(where: { $0["key"]?.string == key }), !listed.contains(key) else {
                    return true
                }
                guard record == base else {
                    kept.append("\(path)#/variables/\(key)")
                    return true
                }
                return false
            }
            guard left.count < records.count, let old = try files.read(path) else { return }
            let new = CanonicalText.bytes(value.setting(.array(left), at: "/variables"), of: kind)
            try files.write(new, to: path)
            changes.append(.init(action: .merge, path: path, old: old, new: new))
        }

        /// Removes the hosts that it brought and that no other file names.
        mutating func removeHosts() throws {
            let path = Workspace.settingsFile
            guard let written = try files.read(base(path)).map({ try JSONReader().read($0) })?["hosts"]?.array,
                let settings = try files.value(path, as: .workspace), let old = try files.read(path)
            else { return }
            let hosts = settings["hosts"]?.array ?? []
            let texts = try written.isEmpty ? [] : dialogTexts()
            let left = hosts.filter { host in
                !written.contains(host) || texts.contains { $0.contains(host.string ?? "") }
            }
            guard left.count < hosts.count else { return }
            var object = settings.object ?? [:]
            object["hosts"] = left.isEmpty ? .none : .array(left)
            let new = CanonicalText.bytes(.object(object), of: .workspace)
            try files.write(new, to: path)
            changes.append(.init(action: .merge, path: path, old: old, new: new))
        }

        /// The dialogs that stay.
        private mutating func dialogTexts() throws -> [String] {
            var texts: [String] = []
            for id in try files.workspace.dialogIDs() {
                guard let bytes = try files.read("dialogs/\(id)/dialog.json") else { continue }
                texts.append(String(decoding: bytes, as: UTF8.self))
            }
            return texts
        }

        /// Removes base copies, conflicts and the entry in the lock.
        mutating func removeTraces() throws {
            let paths = installed.files.map(\.path) + installed.records.map(\.path) + [Workspace.settingsFile]
            for path in paths { try files.write(nil, to: base(path)) }
            let conflicts = OpenConflicts.path(of: installed.instance)
            if let value = try files.value(conflicts, as: .conflicts) {
                for place in OpenConflicts(value, instance: installed.instance).conflicts.flatMap(\.theirsFiles) {
                    try files.write(nil, to: place)
                }
                try files.write(nil, to: conflicts)
            }
            let name = installed.instance
            files.lock.templates.removeAll { $0.instance == name }
        }
    }
}

extension Workspace {
    /// Applies a removal, whole or not at all.
    ///
    /// - Throws: ``WorkspaceError/changedMeanwhile`` when a file that was planned on has changed; nothing is written then.
    package func apply(_ removal: TemplateRemoval) throws { try apply(removal.writes, basis: removal.basis) }

    /// What the user changed in the files of an installed template since it was written, in words.
    ///
    /// - Throws: Why a file can't be read.
    package func edits(of installed: LockFile.Instance) throws -> [Difference] {
        var files = WorkspaceDraft(self)
        return try installed.files.flatMap { path, _ in
            let base = try files.read(".patchbay/base/\(installed.instance)/\(path)")
            guard base != nil else { throw WorkspaceError.baseLost(instance: installed.instance, path: path) }
            let mine = try files.read(path)
            return FileDifference.all(of: path, from: base, to: mine.map { WorkspaceLayout.canonical($0, of: path) })
        }
    }
}
