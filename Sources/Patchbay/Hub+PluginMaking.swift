import Foundation
import PatchbayArchive
import PatchbayDialog
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry

/// A plugin in one file, ready to be handed on.
package struct PackedPlugin: Sendable {
    package let loaded: LoadedPlugin
    package let plugin: Plugin
    package let archive: [UInt8]
    /// The SHA-256 of the archive as 64 hexadecimal digits.
    package let sha256: String
    package let entries: Int
}

extension Hub {
    /// Makes the folder of a new plugin, whole or not at all.
    ///
    /// - Parameters:
    ///   - start: The plugin to be.
    ///   - id: Its id, which is the folder's name.
    ///   - folder: Where the folder is made; made itself where it is missing.
    /// - Returns: The folder as the user would name it, and its files.
    /// - Throws: ``HubError`` `exists` when something stands there.
    package func make(_ start: PluginStart, id: String, in folder: String?) throws -> (place: String, files: [String]) {
        let entries = try start.files()
        let around = folder.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let root = try Root(creating: around ?? ".", mode: 0o755)
        let name = try RelativePath(id)
        let place = around.map { $0 == "/" ? "/\(id)" : "\($0)/\(id)" } ?? id
        guard try !root.exists(name) else {
            throw HubError("exists", "'\(place)' exists, and nothing in it is replaced; name another id or --directory")
        }
        let draft = ".\(id).new-\(UUID().uuidString.prefix(8))"
        do {
            for entry in entries {
                let path = try RelativePath("\(draft)/\(entry.path)")
                if let folder = path.folder { try root.makeFolder(folder) }
                try root.write(entry.bytes, to: path)
            }
            try FileManager.default.moveItem(atPath: "\(root.path)/\(draft)", toPath: "\(root.path)/\(id)")
        } catch {
            try? FileManager.default.removeItem(atPath: "\(root.path)/\(draft)")  // what is left harms nobody
            throw error
        }
        return (place, entries.map(\.path))
    }

    /// Packs a plugin's assembled files: the same bytes for the same files, whoever packs them, where and when.
    ///
    /// Entries are stored: how they would be compressed depends on the library.
    ///
    /// - Throws: `DiagnosticError` with everything that lint finds, when some of it is an error, or for a file that
    ///   holds what looks like a secret.
    package func pack(_ path: String) throws -> PackedPlugin {
        let loaded = try lintPlugin(path)
        let plugin = try loaded.checked()
        let entries = try plugin.files.paths().map { ArchiveEntry(path: $0, bytes: try plugin.files.read($0)) }
        guard try TreeHash.hash(of: MemoryPluginFiles(entries), with: hasher) == plugin.hash else {
            throw RegistryError.changedMeanwhile(plugin.id)
        }
        let secrets = entries.filter { !$0.path.hasSuffix(".png") }.flatMap {
            SecretScan.diagnostics(in: $0.bytes, file: "\(path)/\($0.path)")
        }
        guard secrets.isEmpty else { throw DiagnosticError(secrets) }
        let archive = try ZipWriter().zip(entries, compressed: false)
        return PackedPlugin(
            loaded: loaded,
            plugin: plugin,
            archive: archive,
            sha256: String(hasher.contentHash(archive).dropFirst("sha256:".count)),
            entries: entries.count
        )
    }
}
