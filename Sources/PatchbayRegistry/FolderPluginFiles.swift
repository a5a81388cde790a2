package import PatchbayFiles
import PatchbayModel

/// A plugin's files in a folder; those of a catalogue may have their templates in a second folder beside it.
package struct FolderPluginFiles: PluginFiles {
    private let root: Root
    private let templates: Root?
    /// The longest file of a plugin that is read.
    private static let maxFileBytes = 4 << 20

    /// - Parameter templates: The folder whose content lies under `templates/`, or nil when the plugin's own folder has it.
    package init(_ root: Root, templates: Root? = nil) {
        self.root = root
        self.templates = templates
    }

    package func read(_ path: String) throws -> [UInt8] {
        let (root, inside) = place(of: path)
        return try root.read(RelativePath(inside), maxBytes: Self.maxFileBytes)
    }

    package func names(in folder: String) throws -> [String] {
        let (root, inside) = place(of: folder)
        if inside.isEmpty { return try root.list().map(\.name) }
        let path = try RelativePath(inside)
        guard try root.exists(path) else { return [] }
        return try root.list(path).map(\.name)
    }

    package func paths() throws -> [String] {
        var paths = try Self.paths(in: root)
        if let templates { paths += try Self.paths(in: templates).map { "templates/" + $0 } }
        return PluginPaths.sorted(paths)
    }

    private func place(of path: String) -> (Root, String) {
        guard let templates, path == "templates" || path.hasPrefix("templates/") else { return (root, path) }
        return (templates, String(path.dropFirst("templates/".count)))
    }

    private static func paths(in root: Root) throws -> [String] {
        let tree = try root.files()
        if let refused = tree.refused.first { throw RegistryError.refusedFile(refused.path, reason: refused.reason) }
        return tree.files.map(\.path.text)
    }
}
