import PatchbayFiles

/// How a workspace is locked and changed.
enum WorkspaceChange {
    /// The journal of a workspace; its folder is never tracked.
    static func journal(of root: Root) -> Journal {
        Journal(root: root, folder: ".patchbay/local/journal", lock: ".patchbay/local/lock")
    }

    /// Applies changes, whole or not at all.
    ///
    /// - Parameters:
    ///   - changes: The files to write and remove.
    ///   - root: The workspace's directory.
    ///   - stillHolds: Called under the lock before anything is written; throws when what was planned on has changed.
    /// - Throws: What `stillHolds` throws, or why nothing could be changed.
    static func apply(_ changes: [FileChange], in root: Root, stillHolds: () throws -> Void) throws {
        let access = try journal(of: root).change()
        defer { access.end() }
        try stillHolds()
        try access.apply(changes)
    }
}
