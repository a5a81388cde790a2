package import PatchbayFiles
import PatchbayModel

/// A plugin's files held in memory: those of an archive.
package struct MemoryPluginFiles: PluginFiles {
    private let contents: [RelativePath: [UInt8]]

    /// Takes the files of an archive that was read strictly.
    ///
    /// - Throws: `FileError` for a path that is not allowed, ``RegistryError/refusedFile(_:reason:)`` for one that is
    ///   there twice, ``RegistryError/tooLarge(_:)``.
    package init(_ entries: [ArchiveEntry]) throws {
        try PluginPaths.checkLimits(count: entries.count, bytes: entries.reduce(0) { $0 + $1.bytes.count })
        var contents: [RelativePath: [UInt8]] = [:]
        for entry in entries {
            guard contents.updateValue(entry.bytes, forKey: try RelativePath(entry.path)) == nil else {
                throw RegistryError.refusedFile(entry.path, reason: "it is there twice")
            }
        }
        self.contents = contents
    }

    package func read(_ path: String) throws -> [UInt8] {
        guard let place = try? RelativePath(path), let bytes = contents[place] else {  // what is no path names no file
            throw RegistryError.missingFile(RelativePath.shown(path))
        }
        return bytes
    }

    package func names(in folder: String) throws -> [String] {
        PluginPaths.names(in: folder, of: contents.keys.map(\.text))
    }

    package func paths() throws -> [String] { PluginPaths.sorted(contents.keys.map(\.text)) }
}
