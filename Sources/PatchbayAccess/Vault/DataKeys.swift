import Crypto
import Foundation
import PatchbayModel

/// The unwrapped data keys, and how they are written.
struct DataKeys: Sendable {
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
        let check = try VaultRecord(
            sealing: Self.checkText,
            with: master.key,
            keyID: master.id,
            place: Self.place("check")
        )
        currentID = "k1"
        current = key
        all = ["k1": key]
        json = [
            "v": 1, "masterKey": .string(master.id), "check": check.json, "current": "k1",
            "keys": .object(JSONObject([("k1", wrapped.json)])),
        ]
    }

    /// Unwraps the keys of a file; a wrong master key and damaged data are told apart.
    ///
    /// - Parameters:
    ///   - file: The file's value.
    ///   - master: The master key that is at hand.
    ///   - place: What messages call the file.
    /// - Throws: ``VaultError/wrongKey(wanted:found:)``, ``VaultError/damagedKeys(place:)`` or
    ///   ``VaultError/unknownFormat(record:found:)``.
    init(_ file: JSONValue, master: MasterKey, place: String) throws(VaultError) {
        guard file["v"]?.int == 1 else {
            throw .unknownFormat(record: place, found: file["v"].map { JSONWriter().text($0) } ?? "?")
        }
        guard let wanted = file["masterKey"]?.string, let current = file["current"]?.string, let check = file["check"],
            let wrapped = file["keys"]?.object
        else { throw .damagedKeys(place: place) }
        guard wanted == master.id else { throw .wrongKey(wanted: wanted, found: master.id) }
        guard try Self.open(check, "check", master, place) == Self.checkText else { throw .damagedKeys(place: place) }
        var all: [String: SymmetricKey] = [:]
        for member in wrapped.members {
            let bytes = try Self.open(member.value, member.key, master, place)
            guard bytes.count == 32 else { throw .damagedKeys(place: place) }
            all[member.key] = SymmetricKey(data: bytes)
        }
        guard let key = all[current] else { throw .damagedKeys(place: place) }
        self.all = all
        self.current = key
        currentID = current
        json = file
    }

    private static func open(
        _ value: JSONValue,
        _ name: String,
        _ master: MasterKey,
        _ place: String
    ) throws(VaultError) -> [UInt8] {
        do throws(VaultError) {
            return try VaultRecord(value, name: place).open(with: master.key, place: self.place(name))
        } catch .damaged {
            throw .damagedKeys(place: place)
        }
    }

    func key(_ id: String) -> SymmetricKey? { all[id] }
}
