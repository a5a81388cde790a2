/// A short name for content, the same on every machine; not for secrets.
enum Fingerprint {
    /// FNV-1a of 64 bits (draft-eastlake-fnv).
    static func hash(_ bytes: some Sequence<UInt8>, basis: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        bytes.reduce(basis) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    static func hash(_ text: String) -> UInt64 { hash(text.utf8) }

    /// 24 hexadecimal digits.
    static func id(_ bytes: [UInt8]) -> String {
        let first = hash(bytes)
        let second = hash(bytes, basis: first ^ 0x9E37_79B9_7F4A_7C15)
        return (hexadecimal(first) + hexadecimal(second)).prefix(24).description
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
