package import PatchbayFiles
package import PatchbayModel

extension Workspace {
    /// Applies an install plan, whole or not at all.
    ///
    /// - Throws: ``WorkspaceError/conflicts(_:)`` when something stands in the way, by now too;
    ///   ``WorkspaceError/changedMeanwhile`` when a file that was planned on has changed. Nothing is written then.
    package func apply(_ plan: InstallPlan) throws {
        guard plan.conflicts.isEmpty else { throw WorkspaceError.conflicts(plan.conflicts) }
        guard !plan.isNoOp else { return }
        release()
        try WorkspaceChange.apply(plan.writes, in: root, by: author) {
            let created = Set(plan.changes.filter { $0.action == .create }.map(\.path))
            let foreign = try plan.parts.filter { !$0.isNoOp }.flatMap(\.dialogs)
                .flatMap { try foreignFiles(in: "dialogs/\($0)") }
            let conflicts = created.filter(exists).sorted() + foreign.filter { !created.contains($0) }
            guard conflicts.isEmpty else { throw WorkspaceError.conflicts(conflicts) }
            try checkUnchanged(plan.basis)
        }
    }

    /// What already stands in a dialog's folder, or in its place.
    func foreignFiles(in folder: String) throws -> [String] {
        let place = try RelativePath(folder)
        switch try root.kind(place) {
        case nil: return []
        case .folder?: return try names(in: folder).map { "\(folder)/\($0)" }
        default: return [folder]
        }
    }

    /// Compares files with what they were.
    func checkUnchanged(_ basis: [String: [UInt8]?]) throws {
        for (path, bytes) in basis {
            let now = exists(path) ? try self.bytes(of: path) : nil
            guard now == bytes else { throw WorkspaceError.changedMeanwhile }
        }
    }

    /// Settings and lock as they were read.
    var basis: [String: [UInt8]?] { [Self.settingsFile: settingsBytes, Self.lockFile: lockBytes] }

    /// Pins a plugin's version in the lock.
    package func pin(_ plugin: LockFile.PinnedPlugin) throws {
        try updateLock { lock in
            lock.plugins.removeAll { $0.id == plugin.id }
            lock.plugins.append(plugin)
        }
    }

    /// Takes a plugin out of the lock.
    package func unpin(_ plugin: PluginID) throws {
        try updateLock { $0.plugins.removeAll { $0.id == plugin } }
    }

    private func updateLock(_ change: (inout LockFile) -> Void) throws {
        var lock = lock
        change(&lock)
        guard lock != self.lock else { return }
        release()
        let text = CanonicalText.text(lock.json, of: .lock)
        try WorkspaceChange.apply([.write(RelativePath(Self.lockFile), Array(text.utf8))], in: root, by: author) {
            try checkUnchanged([Self.lockFile: lockBytes])
        }
    }

    /// Makes changes that were worked out from the settings as this value has them.
    func change(_ changes: [FileChange]) throws {
        release()
        try WorkspaceChange.apply(changes, in: root, by: author) {
            try checkUnchanged([Self.settingsFile: settingsBytes])
        }
    }

    /// Writes files of the workspace, whole or not at all.
    package func write(_ files: [(path: String, bytes: [UInt8])]) throws {
        release()
        try WorkspaceChange.apply(try files.map { .write(try RelativePath($0.path), $0.bytes) }, in: root, by: author) {
        }
    }

    /// Writes a file that the user named: one of the workspace as a change of it, any other as it is.
    package func write(_ bytes: [UInt8], to file: NamedFile) throws {
        let here = Root.realPath(root.path)
        let place = Root.realPath(file.root.path) + "/" + file.name.text
        guard place.hasPrefix(here + "/"), case let path = String(place.dropFirst(here.count + 1)),
            WorkspaceLayout.belongs(path)
        else { return try file.write(bytes) }
        try write([(path, bytes)])
    }

    /// Removes files of the workspace.
    package func remove(_ paths: [String]) throws {
        release()
        try WorkspaceChange.apply(try paths.map { .remove(try RelativePath($0)) }, in: root, by: author) {}
    }
}
