import Crypto
package import PatchbayModel

/// Ed25519 by swift-crypto.
package struct Ed25519Verifier: SignatureVerifier {
    package init() {}

    package func isValid(_ signature: [UInt8], of message: [UInt8], by key: PublicKey) -> Bool {
        // Bytes that are no point of the curve verify nothing.
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key.bytes) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
