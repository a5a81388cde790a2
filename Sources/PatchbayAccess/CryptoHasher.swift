import Crypto
import PatchbayModel

/// SHA-256 by swift-crypto.
package struct CryptoHasher: ContentHasher {
    package init() {}

    package func sha256(_ parts: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for part in parts { hash.update(data: part) }
        return Array(hash.finalize())
    }
}
