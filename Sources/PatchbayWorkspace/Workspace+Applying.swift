import PatchbayFiles
package import PatchbayModel

extension Workspace {
    /// Applies an install plan, whole or not at all.
    ///
    /// - Throws: ``WorkspaceError/conflicts(_:)`` when something stands in the way; nothing is written then.
    package func apply(_ plan: InstallPlan) throws {
        guard plan.conflicts.isEmpty else { throw WorkspaceError.conflicts(plan.conflicts) }
        guard !plan.isNoOp else { return }
        release()
        try WorkspaceChange.apply(plan.writes, in: root) {
            let now = try Workspace(reading: root)
            let taken = plan.changes.filter { $0.action == .create && now.exists($0.path) }.map(\.path)
            guard taken.isEmpty else { throw WorkspaceError.conflicts(taken) }
            guard now.lock == lock, now.settingsValue == settingsValue else { throw WorkspaceError.changedMeanwhile }
        }
    }

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
        try WorkspaceChange.apply([.write(RelativePath("patchbay.lock"), Array(text.utf8))], in: root) {
            guard try Workspace(reading: root).lock == self.lock else { throw WorkspaceError.changedMeanwhile }
        }
    }

    /// Writes files of the workspace, whole or not at all.
    package func write(_ files: [(path: String, bytes: [UInt8])]) throws {
        release()
        try WorkspaceChange.apply(try files.map { .write(try RelativePath($0.path), $0.bytes) }, in: root) {}
    }

    /// Removes files of the workspace.
    package func remove(_ paths: [String]) throws {
        release()
        try WorkspaceChange.apply(try paths.map { .remove(try RelativePath($0)) }, in: root) {}
    }
}
