package import PatchbayFiles
import PatchbayModel

/// A plugin's files in a folder; those of a catalogue may have their templates in a second folder beside it.
package struct FolderPluginFiles: PluginFiles {
    private let root: Root
    private let templates: Root?
    private let isSource: Bool

    /// The longest file of a plugin that is read.
    private static let maxFileBytes = 4 << 20

    /// Files beneath a folder.
    ///
    /// - Parameters:
    ///   - root: The plugin's folder.
    ///   - templates: The folder whose content lies under `templates/`, or nil when the plugin's own folder has it.
    ///   - isSource: Whether an author works in the folder: what version control keeps there (`.git`) is no part of the
    ///     plugin. In an installed plugin every file counts.
    package init(_ root: Root, templates: Root? = nil, isSource: Bool = false) {
        self.root = root
        self.templates = templates
        self.isSource = isSource
    }

    package func read(_ path: String) throws -> [UInt8] {
        let (root, inside) = place(of: path)
        return try root.read(RelativePath(inside), maxBytes: Self.maxFileBytes)
    }

    package func isExecutable(_ path: String) throws -> Bool {
        let (root, inside): (Root, String) = place(of: path)
        return try root.status(RelativePath(inside)).mode & 0o111 != 0
    }

    /// The folder that a file lies in, and where.
    func place(of path: String) -> (folder: Root, file: RelativePath)? {
        let (root, inside): (Root, String) = place(of: path)
        return (try? RelativePath(inside)).map { (root, $0) }  // what is no path names no file
    }

    package func names(in folder: String) throws -> [String] {
        let (root, inside) = place(of: folder)
        if inside.isEmpty { return try root.list().map(\.name) }
        let path = try RelativePath(inside)
        guard try root.hasFolder(path) else { return [] }
        return try root.list(path).map(\.name)
    }

    package func paths() throws -> [String] {
        var files = try self.files(in: root)
        if let templates { files += try self.files(in: templates).map { ("templates/" + $0.path, $0.size) } }
        try PluginPaths.checkLimits(count: files.count, bytes: files.reduce(0) { $0 + $1.size })
        return PluginPaths.sorted(files.map(\.path))
    }

    private func place(of path: String) -> (Root, String) {
        guard let templates, path == "templates" || path.hasPrefix("templates/") else { return (root, path) }
        return (templates, String(path.dropFirst("templates/".count)))
    }

    private func files(in root: Root) throws -> [(path: String, size: Int)] {
        let tree = try root.files { isSource && $0.text == ".git" }
        if let refused = tree.refused.first { throw RegistryError.refusedFile(refused.path, reason: refused.reason) }
        return tree.files.map { ($0.path.text, $0.size) }
    }
}
