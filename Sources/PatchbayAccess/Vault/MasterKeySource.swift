import Foundation
import Glibc
import PatchbayFiles
import PatchbayModel

/// Where the master key comes from; the first that is set counts, and what is set but unusable is an error.
///
/// In this order: the file that the home's settings name, systemd's credential folder (`patchbay-master-key`,
/// systemd.exec(5) `LoadCredential=`), the variable `PATCHBAY_MASTER_KEY`, and the vault's own `master.key`, which
/// alone is made when it is missing.
package struct MasterKeySource: Sendable {
    private enum Place {
        case file(String)
        /// In systemd's credential folder.
        case credential(String)
        case environment
        case own
    }

    private let place: Place
    private let environment: [String: String]
    private static let variable = "PATCHBAY_MASTER_KEY"
    private static let credential = "patchbay-master-key"
    private static let ownFile = "master.key"

    /// Chooses the place.
    ///
    /// - Parameters:
    ///   - file: The file that the settings name, or nil.
    ///   - environment: The process's variables.
    package init(file: String?, environment: [String: String]) {
        self.environment = environment
        if let file {
            place = .file(file)
        } else if let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty,
            unsafe access(folder + "/" + Self.credential, F_OK) == 0
        {
            place = .credential(folder)
        } else if environment[Self.variable] != nil {
            place = .environment
        } else {
            place = .own
        }
    }

    /// The place in words for people.
    package var description: String {
        switch place {
        case .file(let path): "'\(RelativePath.shown(path))'"
        case .credential(let folder): "'\(RelativePath.shown(folder))/\(Self.credential)'"
        case .environment: "the variable \(Self.variable)"
        case .own: "'vault/\(Self.ownFile)' in the home"
        }
    }

    /// The key, or nil when its place is empty.
    func find(in vault: Root) throws -> MasterKey? {
        switch place {
        case .file(let path):
            let file = try NamedFile(path)
            return try read(file.name.text, in: file.root, closedTo: 0o077)
        // There the service's user may be let in by an access list, which shows in the group's bits (systemd.exec(5)).
        case .credential(let folder):
            return try read(Self.credential, in: Root(opening: folder), closedTo: 0o037)
        case .environment: return try parse(environment[Self.variable] ?? "")
        case .own: return try read(Self.ownFile, in: vault, closedTo: 0o077)
        }
    }

    /// The key; the vault's own one is made when it is missing.
    func findOrMake(in vault: Root) throws -> (key: MasterKey, isNew: Bool) {
        if let key = try find(in: vault) { return (key, false) }
        guard case .own = place, let fresh = MasterKey.fresh() else {
            throw VaultError.badKey(place: description, reason: "there is nothing; put 32 random bytes in base64 there")
        }
        try vault.write(Array((fresh.text + "\n").utf8), to: RelativePath(Self.ownFile), mode: 0o600)
        return (fresh.key, true)
    }

    private func read(_ name: String, in root: Root, closedTo others: UInt32) throws -> MasterKey? {
        let path = try RelativePath(name)
        guard let kind = try root.kind(path) else { return nil }
        guard kind == .file else {
            throw VaultError.badKey(place: description, reason: "it is no regular file; put the file itself there")
        }
        let status = try root.status(path)
        guard status.owner == geteuid() || status.owner == 0 else {
            throw VaultError.badKey(place: description, reason: "another user owns it")
        }
        guard status.mode & others == 0 else {
            throw VaultError.badKey(place: description, reason: "others may read it; run chmod 600 on it")
        }
        return try parse(String(decoding: try root.read(path, maxBytes: 4096), as: UTF8.self))
    }

    private func parse(_ text: String) throws -> MasterKey {
        guard let key = MasterKey(text: text) else {
            throw VaultError.badKey(place: description, reason: "it is not 32 bytes in base64 or hexadecimal")
        }
        return key
    }
}
