package import PatchbayFiles
package import PatchbayModel

/// A plugin's files held in memory: those of an archive, or of a folder whose files must not change while it is worked on.
package struct MemoryPluginFiles: PluginFiles {
    private let contents: [RelativePath: [UInt8]]
    private let sortedPaths: [String]
    private let executables: Set<RelativePath>

    /// Takes the files of an archive that was read strictly.
    ///
    /// - Throws: `FileError` for a path that is not allowed, ``RegistryError/refusedFile(_:reason:)`` for one that is
    ///   there twice, ``RegistryError/tooLarge(_:)``.
    package init(_ entries: [ArchiveEntry]) throws {
        try PluginPaths.checkLimits(count: entries.count, bytes: entries.reduce(0) { $0 + $1.bytes.count })
        var contents: [RelativePath: [UInt8]] = [:]
        executables = try Set(entries.filter(\.isExecutable).map { try RelativePath($0.path) })
        for entry in entries {
            guard contents.updateValue(entry.bytes, forKey: try RelativePath(entry.path)) == nil else {
                throw RegistryError.refusedFile(entry.path, reason: "it is there twice")
            }
        }
        self.contents = contents
        sortedPaths = PluginPaths.sorted(contents.keys.map(\.text))
    }

    /// Reads all files of a plugin.
    package init(reading files: any PluginFiles) throws {
        try self.init(
            files.paths().map {
                ArchiveEntry(path: $0, bytes: try files.read($0), isExecutable: try files.isExecutable($0))
            }
        )
    }

    package func read(_ path: String) throws -> [UInt8] {
        guard let place = try? RelativePath(path), let bytes = contents[place] else {  // what is no path names no file
            throw RegistryError.missingFile(RelativePath.shown(path))
        }
        return bytes
    }

    package func names(in folder: String) throws -> [String] {
        PluginPaths.names(
            in: folder,
            of: folder.isEmpty ? sortedPaths[...] : PluginPaths.beneath(folder, of: sortedPaths)
        )
    }

    package func paths() throws -> [String] { sortedPaths }

    package func isExecutable(_ path: String) throws -> Bool {
        (try? RelativePath(path)).map(executables.contains) ?? false  // what is no path names no file
    }

    package func paths(beneath folder: String) throws -> [String] {
        Array(PluginPaths.beneath(folder, of: sortedPaths))
    }
}
