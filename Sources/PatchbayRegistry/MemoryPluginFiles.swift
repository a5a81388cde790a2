package import PatchbayFiles
import PatchbayModel

/// A plugin's files held in memory: those of an archive.
package struct MemoryPluginFiles: PluginFiles {
    private let contents: [String: [UInt8]]

    package init(_ entries: [ArchiveEntry]) {
        contents = Dictionary(entries.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
    }

    package func read(_ path: String) throws -> [UInt8] {
        guard let bytes = contents[path] else { throw RegistryError.missingFile(path) }
        return bytes
    }

    package func names(in folder: String) throws -> [String] { PluginPaths.names(in: folder, of: contents.keys) }

    package func paths() throws -> [String] { PluginPaths.sorted(contents.keys) }
}

/// Order and grouping of paths, the same for folders and archives.
enum PluginPaths {
    /// In the order of their bytes, which is the order of the tree hash.
    static func sorted(_ paths: some Sequence<String>) -> [String] {
        paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The distinct first components below a folder.
    static func names(in folder: String, of paths: some Sequence<String>) -> [String] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var names: Set<String> = []
        for path in paths where path.hasPrefix(prefix) {
            names.insert(String(path.dropFirst(prefix.count).prefix { $0 != "/" }))
        }
        return sorted(names)
    }
}
