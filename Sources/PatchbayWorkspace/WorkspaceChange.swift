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
    ///   - author: Who makes them, for the workspace's history; nil writes nothing down there.
    ///   - stillHolds: Called under the lock before anything is written; throws when what was planned on has changed.
    /// - Throws: What `stillHolds` throws, or why nothing could be changed.
    static func apply(
        _ changes: [FileChange],
        in root: Root,
        by author: ChangeAuthor? = nil,
        stillHolds: () throws -> Void
    ) throws {
        let access = try journal(of: root).change()
        defer { access.end() }
        try stillHolds()
        let entry = try author.map { try WorkspaceHistory(root).recording(changes, by: $0) } ?? []
        try apply(changes, recorded: entry, with: access)
    }

    /// Applies changes together with what the history says of them; folders that lose their last file go, too.
    static func apply(_ changes: [FileChange], recorded entry: [FileChange], with access: ChangeAccess) throws {
        try access.apply(changes + entry)
        var folders: Set<RelativePath> = []
        for case .remove(let path) in changes { folders.formUnion(path.folders) }
        // An empty folder harms nobody, and version control knows none: that one stays is no failure.
        for folder in folders.sorted().reversed() { try? access.removeEmptyFolder(folder) }
    }
}
