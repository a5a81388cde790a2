import Foundation
import Glibc
import PatchbayFiles
import PatchbayModel

/// Where the master key comes from; the first that is set counts, and what is set but unusable is an error.
///
/// In this order: the file that the home's settings name, systemd's credential folder (`patchbay-master-key`, systemd.exec(5)
/// `LoadCredential=`), the variable `PATCHBAY_MASTER_KEY`, and the vault's own `master.key`, which alone is made when it is missing.
package struct MasterKeySource: Sendable {
    private enum Place {
        case file(String)
        case environment
        case own
    }

    private let place: Place
    private let environment: [String: String]
    private static let variable = "PATCHBAY_MASTER_KEY"
    private static let ownFile = "master.key"

    /// - Parameter file: The file that the settings name, or nil.
    package init(file: String?, environment: [String: String]) {
        self.environment = environment
        if let file {
            place = .file(file)
        } else if let folder = environment["CREDENTIALS_DIRECTORY"], unsafe access(folder + "/patchbay-master-key", F_OK) == 0 {
            place = .file(folder + "/patchbay-master-key")
        } else if environment[Self.variable] != nil {
            place = .environment
        } else {
            place = .own
        }
    }

    /// The place in words for people.
    package var description: String {
        switch place {
        case .file(let path): "'\(path)'"
        case .environment: "the variable \(Self.variable)"
        case .own: "'vault/\(Self.ownFile)' in the home"
        }
    }

    /// The key, or nil when its place is empty.
    func find(in vault: Root) throws -> MasterKey? {
        switch place {
        case .file(let path):
            let folder = (path as NSString).deletingLastPathComponent
            let root = try Root(opening: folder.isEmpty ? "." : folder)
            return try read((path as NSString).lastPathComponent, in: root)
        case .environment: return try parse(environment[Self.variable] ?? "")
        case .own: return try read(Self.ownFile, in: vault)
        }
    }

    /// The key; the vault's own one is made when it is missing.
    func findOrMake(in vault: Root) throws -> (key: MasterKey, isNew: Bool) {
        if let key = try find(in: vault) { return (key, false) }
        guard case .own = place, let fresh = MasterKey.fresh() else {
            throw VaultError.badKey(place: description, reason: "there is nothing")
        }
        try vault.write(Array((fresh.text + "\n").utf8), to: RelativePath(Self.ownFile), mode: 0o600)
        return (fresh.key, true)
    }

    private func read(_ name: String, in root: Root) throws -> MasterKey? {
        let path = try RelativePath(name)
        guard try root.exists(path) else { return nil }
        let status = try root.status(path)
        guard status.owner == getuid() || status.owner == 0 else {
            throw VaultError.badKey(place: description, reason: "another user owns it")
        }
        guard status.mode & 0o077 == 0 else {
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
