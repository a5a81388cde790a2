import Crypto
import Foundation
import PatchbayModel

/// The key that wraps data keys: 256 bits that lie outside the vault's data.
struct MasterKey: Sendable {
    let key: SymmetricKey
    /// Names the key without giving anything away: the start of the SHA-256 of a label and the key.
    let id: String

    /// Takes 32 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
        let digest = SHA256.hash(data: Array("patchbay master key id".utf8) + bytes)
        id = "m-" + digest.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Reads the text form: 32 bytes in base64 or 64 hexadecimal digits, with white space around it.
    init?(text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.utf8.count == 64, let bytes = Self.bytes(hexadecimal: trimmed) {
            self.init(bytes: bytes)
        } else if let data = Data(base64Encoded: trimmed) {
            self.init(bytes: Array(data))
        } else {
            return nil
        }
    }

    /// A fresh key with its text form.
    static func fresh() -> (key: MasterKey, text: String)? {
        let bytes = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Array($0) }
        return MasterKey(bytes: bytes).map { ($0, Data(bytes).base64EncodedString()) }
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
