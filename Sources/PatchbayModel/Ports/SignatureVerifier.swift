/// Checks Ed25519 signatures (RFC 8032); the core rooms have no cryptography of their own.
package protocol SignatureVerifier: Sendable {
    /// Whether a signature is that of these bytes by this key; false for one of a wrong length, too.
    func isValid(_ signature: [UInt8], of message: [UInt8], by key: PublicKey) -> Bool
}

/// Makes signatures with one private key.
package protocol SignatureMaker: Sendable {
    /// The key that others check the signatures with.
    var publicKey: PublicKey { get }
    /// The 64 bytes of an Ed25519 signature (RFC 8032); the same for the same bytes.
    func sign(_ message: [UInt8]) throws -> [UInt8]
}
