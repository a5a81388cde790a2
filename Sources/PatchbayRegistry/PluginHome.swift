package import PatchbayFiles
package import PatchbayModel

/// The plugins that are installed in the home, versions side by side: `plugins/<id>/<version>-<hash>/`.
package struct PluginHome: Sendable {
    private let home: HomeLayout
    private let loader: PluginLoader
    private let hasher: any ContentHasher

    package init(_ home: HomeLayout, loader: PluginLoader, hasher: any ContentHasher) {
        self.home = home
        self.loader = loader
        self.hasher = hasher
    }

    private var root: Root { home.root }

    /// An installed version.
    package struct Installed: Sendable, Equatable {
        package let id: PluginID
        package let version: Version
        /// The first digits of its hash, as the folder has them.
        package let shortHash: String

        var folder: String { "plugins/\(id)/\(version)-\(shortHash)" }
    }

    /// All installed versions, by id, the newest first.
    package func list() throws -> [Installed] {
        guard try root.exists("plugins") else { return [] }
        return try root.list("plugins").filter { $0.kind == .folder }.map { PluginID($0.name) }.sorted()
            .flatMap(versions)
    }

    /// The installed versions of a plugin, the newest first.
    func versions(of id: PluginID) throws -> [Installed] {
        guard TextKind.id.matches(id.rawValue), case let plugin = try RelativePath("plugins/\(id)"),
            try root.hasFolder(plugin)
        else { return [] }
        return try root.list(plugin).compactMap { folder -> Installed? in
            guard folder.kind == .folder, let dash = folder.name.lastIndex(of: "-"),
                let version = Version(String(folder.name[..<dash]))
            else { return nil }
            let hash = String(folder.name[folder.name.index(after: dash)...])
            return Installed(id: id, version: version, shortHash: hash)
        }.sorted { $1.version < $0.version }
    }

    /// The newest installed version of a plugin, or nil.
    package func newest(of id: PluginID) throws -> Installed? { try versions(of: id).first }

    /// Loads an installed version; its hash is computed only where asked.
    package func plugin(_ installed: Installed, hash: String? = nil) throws -> Plugin {
        let files = FolderPluginFiles(try root.folder(RelativePath(installed.folder)))
        return try load(installed, files, hash: hash ?? TreeHash.hash(of: files, with: hasher))
    }

    /// Loads an installed version with all its files and their hash: what is verified is what is used.
    package func wholePlugin(_ installed: Installed) throws -> Plugin {
        let files = try MemoryPluginFiles(reading: FolderPluginFiles(root.folder(RelativePath(installed.folder))))
        return try load(installed, files, hash: TreeHash.hash(of: files, with: hasher))
    }

    /// Reads a manifest that was checked at installation; one that can't be read any more says where it stands.
    private func load(_ installed: Installed, _ files: any PluginFiles, hash: String) throws -> Plugin {
        do {
            return try loader.manifest(of: files, hash: hash)
        } catch {
            let file = "plugin.json"
            let found = FileCheck.read(try files.read(file), as: .plugin, file: "\(place(of: installed))/\(file)").1
            throw found.hasErrors ? DiagnosticError(found) : error
        }
    }

    /// Loads the version that a lock pins.
    ///
    /// - Throws: As ``installed(_:)``.
    package func plugin(pinned pin: LockFile.PinnedPlugin) throws -> Plugin {
        try plugin(installed(pin), hash: pin.hash)
    }

    /// The version that a lock pins.
    ///
    /// - Throws: ``RegistryError/notInstalled(_:)`` or ``RegistryError/unknownVersion(_:wanted:found:)`` when it
    ///   isn't here.
    package func installed(_ pin: LockFile.PinnedPlugin) throws -> Installed {
        let versions = try versions(of: pin.id)
        guard !versions.isEmpty else { throw RegistryError.notInstalled(pin.id) }
        let short = Self.short(pin.hash)
        guard let found = versions.first(where: { $0.version == pin.version && $0.shortHash == short }) else {
            throw RegistryError.unknownVersion(
                pin.id,
                wanted: "\(pin.version)-\(short)",
                found: versions.map(\.version)
            )
        }
        return found
    }

    /// Copies a checked plugin into the home, whole or not at all; one that is there with the same content stays.
    ///
    /// What is written is what was checked and shown: files that changed since then are refused.
    ///
    /// - Throws: ``RegistryError/changedMeanwhile(_:)``, and why the home can't be written.
    @discardableResult
    package func install(_ plugin: Plugin) throws -> Installed {
        let installed = Installed(id: plugin.id, version: plugin.manifest.version, shortHash: Self.short(plugin.hash))
        let path = try RelativePath(installed.folder)
        guard try !root.exists(path) else { return installed }
        let entries = try plugin.files.paths().map { ArchiveEntry(path: $0, bytes: try plugin.files.read($0)) }
        guard try TreeHash.hash(of: MemoryPluginFiles(entries), with: hasher) == plugin.hash else {
            throw RegistryError.changedMeanwhile(plugin.id)
        }
        let access = try home.journal.change()
        defer { access.end() }
        // Another command may have installed it while this one waited.
        guard try !root.exists(path) else { return installed }
        try access.installFolder(entries, at: path)
        return installed
    }

    /// The folder of an installed version.
    package func place(of installed: Installed) -> String { root.path + "/" + installed.folder }

    /// Removes an installed version.
    package func remove(_ installed: Installed) throws {
        let access = try home.journal.change()
        defer { access.end() }
        try access.removeFolder(RelativePath(installed.folder))
    }

    /// Whether an installed version is what its folder's name says: the hash computed anew.
    package func verify(_ installed: Installed) throws -> (isGood: Bool, hash: String) {
        let files = FolderPluginFiles(try root.folder(RelativePath(installed.folder)))
        let hash = try TreeHash.hash(of: files, with: hasher)
        return (Self.short(hash) == installed.shortHash, hash)
    }

    /// The first twelve digits of a hash.
    package static func short(_ hash: String) -> String { String(hash.drop { $0 != ":" }.dropFirst().prefix(12)) }
}
