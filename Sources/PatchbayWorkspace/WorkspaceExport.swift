package import PatchbayFiles
package import PatchbayModel

/// What leaves a workspace: the files of its layout and nothing else, the same bytes on every machine, never a secret.
package struct WorkspaceExport: Sendable {
    /// The files of the archive in order: `export.json`, `bom.json`, the plugins' archives, the workspace's files.
    package let entries: [ArchiveEntry]
    /// What stands in the directory, is no part of a workspace and stays behind; whole folders end in `/`.
    package let leftOut: [String]

    /// A plugin that goes along.
    package struct PackedPlugin: Sendable {
        package let plugin: Plugin
        /// Its archive, when it was asked for.
        package let archive: [UInt8]?

        package init(plugin: Plugin, archive: [UInt8]?) {
            self.plugin = plugin
            self.archive = archive
        }

        var archivePath: String { "plugins/\(plugin.id)-\(plugin.manifest.version).zip" }
    }

    /// Collects a workspace.
    ///
    /// - Parameters:
    ///   - workspace: The workspace.
    ///   - selection: The part that goes along; nil is all.
    ///   - plugins: The pinned plugins that are at hand.
    ///   - hasher: For the hashes in `bom.json`.
    ///   - findSecrets: Looks for secrets in a file.
    /// - Throws: ``WorkspaceError/secretInFile(_:)`` when it finds one; `FileError.link` for a link in a folder of the
    ///   layout, which is neither followed nor left out in silence.
    package init(
        of workspace: Workspace,
        _ selection: ExportSelection? = nil,
        plugins: [PackedPlugin],
        hasher: any ContentHasher,
        findSecrets: (_ path: String, _ bytes: [UInt8]) -> [Diagnostic]
    ) throws {
        var collected = ExportedFiles()
        try collected.collect(workspace.root)
        var kept: [(path: String, bytes: [UInt8])] = []
        var secrets: [Diagnostic] = []
        for path in collected.paths.sorted() {
            var bytes = try workspace.bytes(of: path)
            if let selection {
                guard let selected = selection.file(path.text, bytes) else { continue }
                bytes = selected
            }
            secrets += findSecrets(path.text, bytes)
            kept.append((path.text, bytes))
        }
        guard secrets.isEmpty else { throw WorkspaceError.secretInFile(secrets) }

        let head = try ExportHead.json(of: workspace, selection, files: kept, plugins: plugins)
        let bom = ExportBill.json(of: kept, lock: selection?.lock ?? workspace.lock, hasher: hasher)
        var entries = [
            ArchiveEntry(path: "export.json", bytes: Array(CanonicalText.text(head, of: .export).utf8)),
            ArchiveEntry(path: "bom.json", bytes: Array(CanonicalText.text(bom, of: .bom).utf8)),
        ]
        for packed in plugins.sorted(by: { $0.plugin.id < $1.plugin.id }) {
            guard let archive = packed.archive else { continue }
            entries.append(ArchiveEntry(path: packed.archivePath, bytes: archive))
        }
        entries += kept.map { ArchiveEntry(path: "workspace/\($0.path)", bytes: $0.bytes) }
        self.entries = entries
        leftOut = selection == nil ? collected.leftOut.sorted() : []
    }
}

/// The files of a directory, those of the layout apart from the others.
struct ExportedFiles {
    private(set) var paths: [RelativePath] = []
    private(set) var leftOut: [String] = []

    mutating func collect(_ root: Root) throws {
        for entry in try root.list() {
            switch entry.name {
            case ".git": continue
            case ".patchbay" where entry.kind == .folder: try collectShared(root)
            case let name where WorkspaceLayout.folders.contains(name): try collect(name, entry.kind, in: root)
            default: take(entry.name, entry.kind)
            }
        }
    }

    private mutating func collectShared(_ root: Root) throws {
        for entry in try root.list(".patchbay") where !WorkspaceLayout.machineFolders.contains(entry.name) {
            let path = ".patchbay/\(entry.name)"
            if WorkspaceLayout.sharedFolders.contains(entry.name) {
                try collect(path, entry.kind, in: root)
            } else {
                take(path, entry.kind)
            }
        }
    }

    /// All of a folder of the layout.
    private mutating func collect(_ folder: String, _ kind: EntryKind, in root: Root) throws {
        let place = try RelativePath(folder)
        if kind == .link { throw FileError.link(root.shown(place)) }
        guard kind == .folder else { return take(folder, kind) }
        let tree = try root.files(beneath: place, withSizes: false)
        for file in tree.files { take(file.path) }
        for refused in tree.refused {
            if let path = try? RelativePath(refused.path), try root.kind(path) == .link {
                throw FileError.link(root.shown(path))
            }
            leftOut.append(refused.path)
        }
    }

    private mutating func take(_ path: String, _ kind: EntryKind) {
        if kind == .file, let place = try? RelativePath(path) {
            take(place)
        } else {
            leftOut.append(kind == .folder ? path + "/" : path)
        }
    }

    private mutating func take(_ file: RelativePath) {
        if WorkspaceLayout.belongs(file.text) { paths.append(file) } else { leftOut.append(file.text) }
    }
}
