import Foundation

/// A public key that signatures are checked with: Ed25519 (RFC 8032), written `ed25519:` and base64.
package struct PublicKey: Sendable, Hashable {
    /// The 32 bytes of the key.
    package let bytes: [UInt8]

    /// SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410 §4).
    private static let derPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let mark = "ed25519:"

    /// Takes 32 bytes; nil for any other number.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads `ed25519:` and 44 characters of base64; nil for anything else.
    package init?(_ text: String) {
        guard TextKind.publicKey.matches(text), let data = Data(base64Encoded: String(text.dropFirst(Self.mark.count)))
        else { return nil }
        self.init(bytes: Array(data))
    }

    /// Reads a `PUBLIC KEY` in PEM, as openssl writes it; nil for anything else.
    package init?(pem: String) {
        guard let block = PEMText(pem), block.label == "PUBLIC KEY", block.bytes.starts(with: Self.derPrefix) else {
            return nil
        }
        self.init(bytes: Array(block.bytes.dropFirst(Self.derPrefix.count)))
    }

    /// `ed25519:` and base64.
    package var text: String { Self.mark + Data(bytes).base64EncodedString() }

    /// The key in PEM.
    package var pem: String { PEMText(label: "PUBLIC KEY", bytes: Self.derPrefix + bytes).text }

    /// What people compare keys by: the first 32 hexadecimal digits of the key's SHA-256, in groups of four.
    package func fingerprint(_ hasher: some ContentHasher) -> String {
        let digits = Array(hasher.contentHash(bytes).dropFirst("sha256:".count).prefix(32))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
            .joined(separator: "-")
    }
}
