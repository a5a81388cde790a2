package import PatchbayModel

/// How an installed template stands.
package struct TemplateStatus: Sendable, Equatable {
    /// In one word; the worst of what applies.
    package enum State: String, Sendable {
        /// As the template wrote it, and the plugin has nothing newer.
        case current
        /// The user changed files of it.
        case edited
        /// The pinned plugin offers another version.
        case outdated
        /// An upgrade left open conflicts.
        case conflict
    }

    package let instance: LockFile.Instance
    /// The version that the pinned plugin offers; nil when the plugin is missing.
    package let available: Version?
    package let state: State
    /// The files that differ from what the template wrote; missing ones too.
    package let edited: [String]
    /// How many conflicts of upgrades are open.
    package let conflicts: Int

    /// Compares a workspace's files with the hashes in its lock.
    ///
    /// - Parameters:
    ///   - workspace: The workspace.
    ///   - hasher: The one that made the hashes.
    ///   - available: The version of a plugin that is at hand: the pinned one.
    /// - Returns: One status for each instance, in the lock's order.
    /// - Throws: When the folder of conflicts can't be listed.
    package static func all(
        in workspace: Workspace,
        hasher: any ContentHasher,
        available: (PluginID) -> Version?
    ) throws -> [TemplateStatus] {
        let inConflict = Set(try workspace.names(in: ".patchbay/conflicts"))
        return try workspace.lock.templates.map { instance in
            let edited = instance.files.filter { !isUnchanged($0, in: workspace, hasher: hasher) }.map(\.path)
            let version = available(instance.plugin)
            let open =
                inConflict.contains("\(instance.instance).json") ? try openConflicts(of: instance, in: workspace) : 0
            let isOutdated = version.map { $0 > instance.pluginVersion } ?? false
            let state: State = open != 0 ? .conflict : isOutdated ? .outdated : edited.isEmpty ? .current : .edited
            return TemplateStatus(instance: instance, available: version, state: state, edited: edited, conflicts: open)
        }
    }

    /// At least one for a file that does not say.
    private static func openConflicts(of instance: LockFile.Instance, in workspace: Workspace) throws -> Int {
        let bytes = try workspace.bytes(of: OpenConflicts.path(of: instance.instance))
        return (try? JSONReader().read(bytes))?["conflicts"]?.array?.count ?? 1
    }

    /// Files are compared as canonical text: white space and the order of keys change nothing.
    private static func isUnchanged(
        _ file: (path: String, hash: String),
        in workspace: Workspace,
        hasher: any ContentHasher
    ) -> Bool {
        guard let bytes = try? workspace.bytes(of: file.path) else { return false }  // missing is changed
        return hasher.contentHash(WorkspaceLayout.canonical(bytes, of: file.path)) == file.hash
    }
}
