/// Computes SHA-256 (FIPS 180-4); the core rooms have no cryptography of their own.
package protocol ContentHasher: Sendable {
    /// The 32 bytes of the digest of all parts, one after the other.
    func sha256(_ parts: [[UInt8]]) -> [UInt8]
}

extension ContentHasher {
    /// The digest as `sha256:` and 64 hexadecimal digits, as lock files hold it.
    package func contentHash(_ bytes: [UInt8]) -> String { Self.name(sha256([bytes])) }

    /// A digest as `sha256:` and hexadecimal digits.
    package static func name(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var name = Array("sha256:".utf8)
        for byte in digest {
            name.append(digits[Int(byte >> 4)])
            name.append(digits[Int(byte & 15)])
        }
        return String(decoding: name, as: UTF8.self)
    }
}
