package import PatchbayFiles
import PatchbayModel

extension ImportPlan {
    /// Files at the top that stay as they are where there are any: they belong to the version control of this folder.
    private static let own = [".gitignore", ".gitattributes", ".patchbay/.gitignore"]

    /// The plan of making a workspace of an export, in a folder that is none yet or is not there.
    ///
    /// - Throws: `WorkspaceError.conflicts` when files of a workspace lie there already.
    package init(new archive: ImportArchive, in root: Root?) throws {
        var draft = ImportDraft(archive, into: root)
        for file in archive.files {
            if Self.own.contains(file.path) { try draft.putIfMissing(file) } else { try draft.put(file) }
        }
        let taken = draft.changes.filter { $0.action == .replace }.map(\.path)
        guard taken.isEmpty else { throw WorkspaceError.conflicts(taken) }
        for kind in FileKind.allCases {
            try draft.add(".patchbay/schema/\(kind.schemaName)", WorkspaceStart.schema(of: kind))
        }
        self = try draft.finish(isNew: true)
    }

    /// The plan of bringing an export into a workspace.
    package init(_ archive: ImportArchive, into workspace: Workspace, _ mode: Mode) throws {
        var draft = ImportDraft(archive, into: workspace.root)
        var collected = ExportedFiles()
        try collected.collect(workspace.root)
        let mine = collected.paths.map(\.text)
        switch mode {
        case .full:
            for file in archive.files { try draft.put(file) }
            let theirs = Set(archive.files.map(\.path))
            for path in mine where !theirs.contains(path) && !Self.own.contains(path) { try draft.remove(path) }
        case .incremental: try Self.add(archive, to: workspace, mine: mine, &draft)
        }
        self = try draft.finish(isNew: false)
    }

    private static func add(
        _ archive: ImportArchive,
        to workspace: Workspace,
        mine: [String],
        _ draft: inout ImportDraft
    ) throws {
        let shared = [Workspace.settingsFile, Workspace.lockFile, "variables/env.json", "variables/content.json"]
        for file in archive.files where !shared.contains(file.path) {
            if own.contains(file.path) { try draft.putIfMissing(file) } else { try draft.put(file) }
        }
        // A dialog is replaced as a whole, and so is what a template's installation keeps.
        let theirs = Set(archive.files.map(\.path))
        var units = Set(archive.files.compactMap { unit(of: $0.path) })
        for instance in archive.lock.templates {
            units.insert(".patchbay/base/\(instance.instance)/")
            units.insert(".patchbay/conflicts/\(instance.instance)/")
        }
        let conflicts = Set(archive.lock.templates.map { ".patchbay/conflicts/\($0.instance).json" })
        for path in mine where !theirs.contains(path) {
            guard conflicts.contains(path) || units.contains(where: path.hasPrefix) else { continue }
            try draft.remove(path)
        }
        for kind in VariableRecord.Kind.allCases { try ImportMerge.variables(kind, archive, workspace, &draft) }
        try ImportMerge.settings(archive, workspace, &draft)
        try ImportMerge.lock(archive, workspace, &draft)
    }

    /// The folder that is replaced as a whole with a file.
    private static func unit(of path: String) -> String? {
        let parts = path.split(separator: "/")
        return parts.first == "dialogs" && parts.count > 2 ? "dialogs/\(parts[1])/" : nil
    }
}
