import Crypto
import Foundation
package import PatchbayFiles
package import PatchbayModel
import Synchronization

/// Keeps secrets encrypted in the home's `vault/` folder.
///
/// Two layers: records are encrypted with a data key, and data keys are wrapped by a master key that lies outside
/// (``MasterKeySource``). A record is bound to its place, so that moving or swapping records is noticed. Opened secrets are
/// made known to the redactor before anybody sees them.
package final class Vault: Sendable {
    private let root: Root
    private let keySource: MasterKeySource
    private let redactor: Redactor
    private let keys = Mutex<DataKeys?>(nil)

    private static let keysFile = "keys.json"

    package init(root: Root, keySource: MasterKeySource, redactor: Redactor) {
        self.root = root
        self.keySource = keySource
        self.redactor = redactor
    }

    /// Where the master key that is used, or would be made, lies: words for people.
    package var keyPlace: String { keySource.description }

    /// Makes a master key if there is neither a key nor anything encrypted yet; true when one was made.
    package func prepare() throws -> Bool {
        guard try !root.exists(RelativePath(Self.keysFile)) else {
            _ = try dataKeys()
            return false
        }
        let (master, isNew) = try keySource.findOrMake(in: root)
        let fresh = try DataKeys(fresh: master)
        try root.write(JSONWriter(.indented).bytes(fresh.json), to: RelativePath(Self.keysFile), mode: 0o600)
        keys.withLock { $0 = fresh }
        return isNew
    }

    /// Stores the fields of one credential, all or none; fields that were there and are not given go.
    package func store(_ fields: [String: Secret], workspace: String, integration: String, profile: String) throws {
        _ = try prepare()
        let keys = try dataKeys()
        var records = JSONObject()
        for (field, secret) in fields.sorted(by: { $0.key < $1.key }) {
            let place = VaultPlace(workspace: workspace, integration: integration, profile: profile, field: field)
            redactor.register(secret, as: place.name)
            let plain = secret.open { Array($0.utf8) }
            records[field] = try VaultRecord(sealing: plain, with: keys.current, keyID: keys.currentID, place: place).json
        }
        let file: JSONValue = ["v": 1, "fields": .object(records)]
        let path = try Self.path(workspace, integration, profile)
        if let folder = path.folder { try root.makeFolder(folder, mode: 0o700) }
        try root.write(JSONWriter(.indented).bytes(file), to: path, mode: 0o600)
    }

    /// The fields of a credential; nil when there is none.
    package func fields(workspace: String, integration: String, profile: String) throws -> [String: Secret]? {
        let path = try Self.path(workspace, integration, profile)
        guard try root.exists(path) else { return nil }
        let name = "\(integration)/\(profile)"
        let file: JSONValue
        do {
            file = try JSONReader().read(try root.read(path, maxBytes: 1 << 20))
        } catch is JSONSyntaxError {
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

    /// Removes a credential; nothing happens when there is none.
    package func remove(workspace: String, integration: String, profile: String) throws {
        let path = try Self.path(workspace, integration, profile)
        guard try root.exists(path) else { return }
        try root.remove(path)
    }

    private static func path(_ workspace: String, _ integration: String, _ profile: String) throws -> RelativePath {
        try RelativePath("\(workspace)/\(integration)/\(profile).json")
    }

    private func dataKeys() throws -> DataKeys {
        if let known = keys.withLock({ $0 }) { return known }
        let bytes = try root.read(RelativePath(Self.keysFile), maxBytes: 1 << 20)
        guard let file = try? JSONReader().read(bytes) else {  // what is no JSON is damaged, however it came to be
            throw VaultError.damaged(record: "vault/\(Self.keysFile)")
        }
        let wanted = file["masterKey"]?.string ?? "?"
        guard let master = try keySource.find(in: root) else {
            throw VaultError.keyMissing(wanted: wanted, place: keySource.description)
        }
        let found = try DataKeys(file, master: master)
        keys.withLock { $0 = found }
        return found
    }
}

/// The unwrapped data keys, and how they are written.
private struct DataKeys: Sendable {
    let currentID: String
    let current: SymmetricKey
    private let all: [String: SymmetricKey]
    let json: JSONValue

    private static let checkText = Array("patchbay vault".utf8)

    private static func place(_ name: String) -> VaultPlace {
        VaultPlace(workspace: "vault", integration: "vault", profile: "keys", field: name)
    }

    /// One new data key under a master key.
    init(fresh master: MasterKey) throws {
        let key = SymmetricKey(size: .bits256)
        let bytes = unsafe key.withUnsafeBytes { unsafe Array($0) }
        let wrapped = try VaultRecord(sealing: bytes, with: master.key, keyID: master.id, place: Self.place("k1"))
        let check = try VaultRecord(sealing: Self.checkText, with: master.key, keyID: master.id, place: Self.place("check"))
        currentID = "k1"
        current = key
        all = ["k1": key]
        json = [
            "v": 1, "masterKey": .string(master.id), "check": check.json, "current": "k1",
            "keys": .object(JSONObject([("k1", wrapped.json)])),
        ]
    }

    /// Unwraps the keys of a file; a wrong master key and damaged data are told apart.
    init(_ file: JSONValue, master: MasterKey) throws(VaultError) {
        let name = "vault/keys.json"
        guard file["v"]?.int == 1 else {
            throw .unknownFormat(record: name, found: file["v"].map { JSONWriter().text($0) } ?? "?")
        }
        guard let wanted = file["masterKey"]?.string, let current = file["current"]?.string, let check = file["check"],
            let wrapped = file["keys"]?.object
        else { throw .damaged(record: name) }
        guard wanted == master.id else { throw .wrongKey(wanted: wanted, found: master.id) }
        guard try VaultRecord(check, name: name).open(with: master.key, place: Self.place("check")) == Self.checkText else {
            throw .damaged(record: name)
        }
        var all: [String: SymmetricKey] = [:]
        for member in wrapped.members {
            let bytes = try VaultRecord(member.value, name: name).open(with: master.key, place: Self.place(member.key))
            all[member.key] = SymmetricKey(data: bytes)
        }
        guard let key = all[current] else { throw .damaged(record: name) }
        self.all = all
        self.current = key
        currentID = current
        json = file
    }

    func key(_ id: String) -> SymmetricKey? { all[id] }
}
