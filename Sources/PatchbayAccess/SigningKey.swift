import Crypto
import Glibc
package import PatchbayFiles
package import PatchbayModel

/// A private Ed25519 key in a file: PKCS#8 in PEM, as openssl writes and reads it, for the owner's eyes only.
package struct SigningKey: SignatureMaker {
    package let publicKey: PublicKey
    private let key: Curve25519.Signing.PrivateKey

    /// PrivateKeyInfo of an Ed25519 key without its public part, up to its 32 bytes (RFC 8410 §7).
    private static let derPrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// A new key.
    package init() throws {
        try self.init(Curve25519.Signing.PrivateKey())
    }

    private init(_ key: Curve25519.Signing.PrivateKey) throws {
        guard let publicKey = PublicKey(bytes: Array(key.publicKey.rawRepresentation)) else {
            throw AccessError.badSigningKey("", reason: "its public key is not 32 bytes long")
        }
        self.key = key
        self.publicKey = publicKey
    }

    /// Reads a key's file.
    ///
    /// - Throws: ``AccessError/badSigningKey(_:reason:)`` for a file that others may read, or that holds something else.
    package init(_ file: NamedFile) throws {
        func wrong(_ reason: String) -> AccessError { .badSigningKey(RelativePath.shown(file.place), reason: reason) }
        let text = String(decoding: try file.read(maxBytes: 16 << 10), as: UTF8.self)
        guard let block = PEMText(text) else {
            throw wrong("it is no PEM file; 'patchbay plugin key new FILE' makes a key")
        }
        switch block.label {
        case "PRIVATE KEY": break
        case "ENCRYPTED PRIVATE KEY":
            throw wrong("it needs a passphrase; 'openssl pkey -in KEY -out PLAIN' writes it without one")
        case "PUBLIC KEY": throw wrong("it is a public key; the private one signs")
        default: throw wrong("it holds a \(RelativePath.shown(block.label)); an Ed25519 key in PKCS#8 is wanted")
        }
        guard block.bytes.count == Self.derPrefix.count + 32, block.bytes.starts(with: Self.derPrefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: block.bytes.suffix(32))
        else {
            throw wrong("it is no Ed25519 key as 'openssl genpkey -algorithm ed25519' writes it")
        }
        let status = try file.root.status(file.name)
        guard status.owner == geteuid() || status.owner == 0 else { throw wrong("another user owns it") }
        guard status.mode & 0o077 == 0 else { throw wrong("others may read it; run chmod 600 on it") }
        try self.init(key)
    }

    /// Writes the key to a new file with mode 0600.
    ///
    /// - Throws: `FileError.exists` where something stands already.
    package func write(to file: NamedFile) throws {
        guard try !file.root.exists(file.name) else { throw FileError.exists(RelativePath.shown(file.place)) }
        let text = PEMText(label: "PRIVATE KEY", bytes: Self.derPrefix + Array(key.rawRepresentation)).text
        try file.root.write(Array(text.utf8), to: file.name, mode: 0o600)
    }

    package func sign(_ message: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: message)) }
}
