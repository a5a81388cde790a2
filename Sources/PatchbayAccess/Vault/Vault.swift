package import PatchbayFiles
package import PatchbayModel
import Synchronization

/// Keeps secrets encrypted in the home's `vault/` folder.
///
/// Two layers: records are encrypted with a data key, and data keys are wrapped by a master key that lies outside
/// (``MasterKeySource``). A record is bound to its place, so that moving or swapping records is noticed. Opened secrets
/// are made known to the redactor before anybody sees them.
package final class Vault: Sendable {
    private let root: Root
    private let keySource: MasterKeySource
    private let redactor: Redactor
    private let keys = Mutex<DataKeys?>(nil)

    private static let keysFile: RelativePath = "keys.json"
    private static let lockFile: RelativePath = "lock"

    /// A vault in a folder.
    ///
    /// - Parameters:
    ///   - root: The folder, mode 0700.
    ///   - keySource: Where its master key comes from.
    ///   - redactor: Learns every secret that is stored or opened.
    package init(root: Root, keySource: MasterKeySource, redactor: Redactor) {
        self.root = root
        self.keySource = keySource
        self.redactor = redactor
    }

    /// Where the master key that is used, or would be made, lies: words for people.
    package var keyPlace: String { keySource.description }

    /// Makes a master key if there is neither a key nor anything encrypted yet; true when one was made.
    ///
    /// Of two that prepare at once, the second finds what the first has made.
    ///
    /// - Throws: ``VaultError``: the key is missing, wrong or open to others, or there are records without their keys.
    package func prepare() throws -> Bool {
        guard try !root.exists(Self.keysFile) else {
            _ = try dataKeys()
            return false
        }
        let lock = try KernelLock.take(Self.lockFile, in: root)
        defer { lock.end() }
        guard try !root.exists(Self.keysFile) else {
            _ = try dataKeys()
            return false
        }
        guard try !hasRecords() else { throw VaultError.keysMissing(place: root.shown(Self.keysFile)) }
        let (master, isNew) = try keySource.findOrMake(in: root)
        let fresh = try DataKeys(fresh: master)
        try root.write(JSONWriter(.indented).bytes(fresh.json), to: Self.keysFile, mode: 0o600)
        keys.withLock { $0 = fresh }
        return isNew
    }

    /// Whether anything is encrypted here: `<workspace>/<integration>/<profile>.json`.
    private func hasRecords() throws -> Bool {
        try root.files().files.contains { $0.path.parts.count == 3 && $0.path.name.hasSuffix(".json") }
    }

    /// Stores the fields of one credential, all or none; fields that were there and are not given go.
    package func store(_ fields: [String: Secret], workspace: String, integration: String, profile: String) throws {
        let file = try sealed(fields, workspace: workspace, integration: integration, profile: profile)
        if let folder = file.path.folder { try root.makeFolder(folder, mode: 0o700) }
        try root.write(file.bytes, to: file.path, mode: 0o600)
    }

    /// What ``store(_:workspace:integration:profile:)`` would write: the path within the vault, and the bytes.
    package func sealed(
        _ fields: [String: Secret],
        workspace: String,
        integration: String,
        profile: String
    ) throws -> (path: RelativePath, bytes: [UInt8]) {
        _ = try prepare()
        let keys = try dataKeys()
        var records = JSONObject()
        for (field, secret) in fields.sorted(by: { $0.key < $1.key }) {
            let place = VaultPlace(workspace: workspace, integration: integration, profile: profile, field: field)
            redactor.register(secret, as: place.name)
            let plain = secret.open { Array($0.utf8) }
            records[field] = try VaultRecord(sealing: plain, with: keys.current, keyID: keys.currentID, place: place)
                .json
        }
        let file: JSONValue = ["v": 1, "fields": .object(records)]
        return (try Self.path(workspace, integration, profile), JSONWriter(.indented).bytes(file))
    }

    /// The fields of a credential; nil when there is none.
    ///
    /// - Throws: ``VaultError``: the master key is missing or the wrong one, or a record was changed, moved or swapped.
    package func fields(workspace: String, integration: String, profile: String) throws -> [String: Secret]? {
        let path = try Self.path(workspace, integration, profile)
        guard let bytes = try root.readIfPresent(path, maxBytes: 1 << 20) else { return nil }
        let name = "\(integration)/\(profile)"
        guard let file = try? JSONReader().read(bytes) else {  // what is no JSON is damaged, however it came to be
            throw VaultError.damaged(record: name)
        }
        guard file["v"]?.int == 1, let records = file["fields"]?.object else {
            throw VaultError.unknownFormat(record: name, found: file["v"].map { JSONWriter().text($0) } ?? "?")
        }
        let keys = try dataKeys()
        var result: [String: Secret] = [:]
        for member in records.members {
            let place = VaultPlace(workspace: workspace, integration: integration, profile: profile, field: member.key)
            let record = try VaultRecord(member.value, name: place.name)
            guard let key = keys.key(record.keyID) else { throw VaultError.damaged(record: place.name) }
            let plain = try record.open(with: key, place: place)
            let secret = Secret(String(decoding: plain, as: UTF8.self))
            redactor.register(secret, as: place.name)
            result[member.key] = secret
        }
        return result
    }

    /// The path of a credential within the vault.
    package static func path(_ workspace: String, _ integration: String, _ profile: String) throws -> RelativePath {
        try RelativePath.joining([workspace, integration, profile + ".json"])
    }

    private func dataKeys() throws -> DataKeys {
        if let known = keys.withLock({ $0 }) { return known }
        guard let bytes = try root.readIfPresent(Self.keysFile, maxBytes: 1 << 20) else {
            throw VaultError.keysMissing(place: root.shown(Self.keysFile))
        }
        guard let file = try? JSONReader().read(bytes) else {  // what is no JSON is damaged, however it came to be
            throw VaultError.damagedKeys(place: root.shown(Self.keysFile))
        }
        let wanted = file["masterKey"]?.string ?? "?"
        guard let master = try keySource.find(in: root) else {
            throw VaultError.keyMissing(wanted: wanted, place: keySource.description)
        }
        let found = try DataKeys(file, master: master, place: root.shown(Self.keysFile))
        keys.withLock { $0 = found }
        return found
    }
}
