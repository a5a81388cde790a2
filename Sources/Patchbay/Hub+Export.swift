import PatchbayArchive
import PatchbayDialog
import PatchbayFiles
import PatchbayModel
package import PatchbayWorkspace

/// A workspace in one file.
package struct ExportedWorkspace: Sendable {
    package let archive: [UInt8]
    /// The SHA-256 of the archive as 64 hexadecimal digits.
    package let hash: String
    package let entries: Int
    /// Files that are not part of a workspace and stayed behind.
    package let leftOut: [String]
}

extension Hub {
    /// Exports a workspace.
    ///
    /// - Throws: `WorkspaceError.secretInFile` when a file holds a secret.
    package func export(_ workspace: Workspace, withPlugins: Bool, compressed: Bool) throws -> ExportedWorkspace {
        let writer = ZipWriter()
        let packed = try plugins(of: workspace).plugins.values.map { plugin in
            WorkspaceExport.PackedPlugin(plugin: plugin, archive: withPlugins ? try pack(plugin, with: writer) : nil)
        }
        let export = try WorkspaceExport(of: workspace, plugins: packed, hasher: hasher) { path, bytes in
            SecretScan.diagnostics(in: bytes, file: path)
        }
        let archive = try writer.zip(export.entries, compressed: compressed)
        return ExportedWorkspace(
            archive: archive,
            hash: String(hasher.contentHash(archive).dropFirst("sha256:".count)),
            entries: export.entries.count,
            leftOut: export.leftOut
        )
    }

    /// A plugin as an archive that can be installed.
    func pack(_ plugin: Plugin, with writer: any ArchiveWriter) throws -> [UInt8] {
        let entries = try plugin.files.paths().map { ArchiveEntry(path: $0, bytes: try plugin.files.read($0)) }
        return try writer.zip(entries, compressed: true)
    }
}
