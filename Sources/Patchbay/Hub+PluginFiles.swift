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

extension Hub {
    /// The files as they are now: what is checked and shown is then what is installed, whoever writes to the folder.
    static func still(_ files: FolderPluginFiles) throws -> any PluginFiles {
        // What is no plugin is said so, whatever else lies there.
        guard try files.names(in: "").contains("plugin.json") else { return files }
        return try MemoryPluginFiles(reading: files)
    }

    /// What to say where the signer of a newer version is another one.
    static func difference(from old: SignatureStanding, to new: SignatureStanding) -> [String] {
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
