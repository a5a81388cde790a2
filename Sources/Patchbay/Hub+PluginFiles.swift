import PatchbayArchive
import PatchbayFiles
import PatchbayModel
package import PatchbayRegistry
import PatchbayWorkspace

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

    /// What a plugin may do beyond the pinned version, and what else speaks for asking; empty where nothing is pinned.
    func differences(
        from before: Plugin?,
        to plugin: Plugin,
        signedBy standing: SignatureStanding,
        by offer: IndexOffer?
    ) -> [String] {
        guard let before else { return [] }
        // A signature that no longer holds is said, not thrown: the new version may mend it.
        let old = try? self.standing(of: before)
        return Self.downgrade(from: before.manifest.version, to: plugin.manifest.version)
            + PluginReach(before.manifest).differences(to: PluginReach(plugin.manifest))
            + Self.difference(from: old, to: standing, by: offer, pinned: before.hash)
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
    private static func downgrade(from old: Version, to new: Version) -> [String] {
        new < old ? ["older version: \(new), before: \(old)"] : []
    }

    /// The files of the version that lists show: the pinned one, else the newest in the home; nil where there is none.
    func listedFiles(_ id: PluginID) throws -> (any PluginFiles)? {
        guard let home = try existingPluginHome() else { return nil }
        let pinned = try workspace()?.lock.pin(of: id).flatMap { try? home.installed($0) }
        return try (pinned ?? home.newest(of: id)).map { try home.wholePlugin($0).files }
    }

    /// What to say where the signer of another version is another one, or where an index offers it that has never had the
    /// pinned one: nothing but its id would say that they belong together.
    private static func difference(
        from old: SignatureStanding?,
        to new: SignatureStanding,
        by offer: IndexOffer?,
        pinned: String
    ) -> [String] {
        if let offer, old?.key == nil, !offer.siblings.contains(pinned) {
            return ["new source: index '\(offer.source.name)', which does not offer the pinned version"]
        }
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
