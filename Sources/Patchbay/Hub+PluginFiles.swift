import PatchbayArchive
import PatchbayFiles
import PatchbayModel
package import PatchbayRegistry

/// What was found of an installed version.
package struct PluginVerification: Sendable {
    package let installed: PluginHome.Installed
    /// Whether its files are those that were installed.
    package let isSame: Bool
    package let hash: String
    /// Who signed it; nil where that can't be said.
    package var standing: SignatureStanding?
    /// What is wrong with its signature; nil where nothing is.
    package var problem: String?

    package var isGood: Bool { isSame && problem == nil }
}

extension PluginReference {
    /// Refuses a path where only an id has a meaning.
    func requireID(_ text: String) throws(HubError) {
        if case .catalogue = self { return }
        throw HubError("usage", "'\(text)' is a path, for which no index is asked; leave --index out")
    }
}

extension Hub {
    /// The files as they are now: what is checked and shown is then what is installed, whoever writes to the folder.
    static func still(_ files: FolderPluginFiles) throws -> any PluginFiles {
        // What is no plugin is said so, whatever else lies there.
        guard try files.names(in: "").contains("plugin.json") else { return files }
        return try MemoryPluginFiles(reading: files)
    }

    /// Whether this very plugin is in the home.
    ///
    /// - Throws: ``HubError`` when something else lies in its place: a folder's name has only the first digits of the hash.
    func isInstalled(_ plugin: Plugin) throws -> Bool {
        guard let home = try existingPluginHome(),
            let installed = try home.list().first(where: {
                $0.id == plugin.id && $0.version == plugin.manifest.version
                    && $0.shortHash == PluginHome.short(plugin.hash)
            })
        else { return false }
        guard try home.verify(installed).hash == plugin.hash else {
            throw HubError(
                "changed",
                "plugin '\(plugin.id)' \(installed.version) is not what was installed; 'patchbay plugin verify "
                    + "\(plugin.id)' shows it, 'patchbay plugin remove' and 'install' mend it"
            )
        }
        return true
    }

    /// What to say where a version is older than the pinned one.
    static func downgrade(from old: Version, to new: Version) -> [String] {
        new < old ? ["older version: \(new), before: \(old)"] : []
    }

    /// What to say where the signer of a newer version is another one.
    static func difference(from old: SignatureStanding?, to new: SignatureStanding) -> [String] {
        guard let old else { return ["new signer: \(new.words), before: a signature that is damaged"] }
        guard let key = old.key, new.key != key else { return [] }
        return ["new signer: \(new.words), before: \(old.words)"]
    }

    static func archiveFiles(of bytes: [UInt8], place: String) throws -> any PluginFiles {
        do {
            return try MemoryPluginFiles(PluginArchive.unwrapped(StrictArchiveReader().entries(of: bytes)))
        } catch var error as ArchiveError {
            error.file = place
            throw error
        }
    }
}
