import Crypto
import Foundation
import PatchbayModel

/// One encrypted value: AES-256-GCM with a random nonce (NIST SP 800-38D), bound to its place by associated data.
struct VaultRecord: Sendable, Equatable {
    static let algorithm = "A256GCM"

    /// The id of the key it is encrypted with.
    let keyID: String
    let nonce: [UInt8]
    /// Ciphertext and tag.
    let sealed: [UInt8]

    /// Encrypts a value for a place.
    init(sealing plain: [UInt8], with key: SymmetricKey, keyID: String, place: VaultPlace) throws {
        let nonce = AES.GCM.Nonce()
        let box = try AES.GCM.seal(plain, using: key, nonce: nonce, authenticating: place.associatedData(keyID: keyID))
        self.keyID = keyID
        self.nonce = Array(nonce)
        sealed = Array(box.ciphertext) + Array(box.tag)
    }

    /// Reads `{v, kid, alg, n, c}`.
    init(_ value: JSONValue, name: String) throws(VaultError) {
        guard value["v"]?.int == 1, value["alg"]?.string == Self.algorithm else {
            let found = "v \(value["v"].map { JSONWriter().text($0) } ?? "?"), alg \(value["alg"]?.string ?? "?")"
            throw .unknownFormat(record: name, found: found)
        }
        guard let keyID = value["kid"]?.string, let nonce = Self.bytes(value["n"]), let sealed = Self.bytes(value["c"]),
            nonce.count == 12, sealed.count >= 16
        else { throw .damaged(record: name) }
        self.keyID = keyID
        self.nonce = nonce
        self.sealed = sealed
    }

    /// Decrypts the value.
    ///
    /// - Throws: ``VaultError/damaged(record:)`` when a bit was changed or the record comes from another place.
    func open(with key: SymmetricKey, place: VaultPlace) throws(VaultError) -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce),
                ciphertext: sealed.dropLast(16),
                tag: sealed.suffix(16)
            )
            return Array(try AES.GCM.open(box, using: key, authenticating: place.associatedData(keyID: keyID)))
        } catch {
            throw .damaged(record: place.name)
        }
    }

    var json: JSONValue {
        [
            "v": 1, "kid": .string(keyID), "alg": .string(Self.algorithm),
            "n": .string(Data(nonce).base64EncodedString()), "c": .string(Data(sealed).base64EncodedString()),
        ]
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8]? {
        value?.string.flatMap { Data(base64Encoded: $0) }.map(Array.init)
    }
}

/// Where a secret belongs: a record that is moved elsewhere does not open.
package struct VaultPlace: Sendable, Hashable {
    /// The workspace's local id, or `vault` for the vault's own keys.
    package let workspace: String
    package let integration: String
    package let profile: String
    package let field: String

    package init(workspace: String, integration: String, profile: String, field: String) {
        self.workspace = workspace
        self.integration = integration
        self.profile = profile
        self.field = field
    }

    /// What messages and redacted texts call the secret: `openai/apiKey`, or with a profile of another name
    /// `openai/office/apiKey`.
    package var name: String {
        profile == integration ? "\(integration)/\(field)" : "\(integration)/\(profile)/\(field)"
    }

    /// Every part with its length before it, so that no two places give the same bytes.
    func associatedData(keyID: String) -> [UInt8] {
        ["patchbay-vault-1", keyID, workspace, integration, profile, field].flatMap { part in
            (0..<4).reversed().map { UInt8(truncatingIfNeeded: part.utf8.count >> ($0 * 8)) } + Array(part.utf8)
        }
    }
}
