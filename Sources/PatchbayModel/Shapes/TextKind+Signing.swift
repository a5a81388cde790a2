/// Texts of signatures, policies and index files.
extension TextKind {
    /// An Ed25519 public key: `ed25519:` and 32 bytes in base64.
    package static let publicKey = TextKind(
        "a public key",
        "write ed25519: and the key's 32 bytes in base64",
        "^ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return scanner.take(word: "ed25519:") && isBase64(&scanner, 43, last: "AEIMQUYcgkosw048", padding: "=")
    }

    /// An Ed25519 signature: 64 bytes in base64.
    package static let signature = TextKind(
        "a signature",
        "write its 64 bytes in base64",
        "^[A-Za-z0-9+/]{85}[AQgw]==$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return isBase64(&scanner, 86, last: "AQgw", padding: "==")
    }

    /// A plugin's id, or how ids begin.
    static let pluginPattern = TextKind(
        "a plugin's id",
        "write an id, or how ids begin and '*', such as acme-*",
        "^(\\*|\(idPattern)\\*?)$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        if scanner.take("*") { return scanner.isAtEnd }
        guard scanner.takeID() else { return false }
        _ = scanner.take("*")
        return scanner.isAtEnd
    }

    /// A host or address without a port, or all names below one.
    static let hostPattern = TextKind(
        "a host",
        "write a name such as api.example.com, *.example.com for all names below one, or an address",
        "^(\\[[0-9a-f:.]{1,64}\\]|(\\*\\.)?[a-z0-9][a-z0-9.-]{0,252})$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        if scanner.take("[") {
            guard scanner.take(1...64, of: { ByteClass.isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else {
                return false
            }
            return scanner.take("]") && scanner.isAtEnd
        }
        _ = scanner.take(word: "*.")
        guard let first = scanner.next, ByteClass.isLower(first) || ByteClass.isDigit(first) else { return false }
        return scanner.take(1...253) { ByteClass.isLower($0) || ByteClass.isDigit($0) || $0 == 0x2E || $0 == 0x2D }
            && scanner.isAtEnd
    }

    /// Where an index has an archive: beside itself, or at an https address.
    package static let archivePlace = TextKind(
        "an archive's place",
        "write a path beside the index, such as archives/helpdesk-1.2.0.zip, or an address that starts with https://",
        "^https://[!-z|~]+$|\(file.pattern ?? "")",
        takesParameter: false
    ) { file.matches($0) || $0.utf8.starts(with: "https://".utf8) && url.matches($0) }

    private static func isBase64(_ scanner: inout TextScanner, _ count: Int, last: String, padding: String) -> Bool {
        for place in 1...count {
            guard let next = scanner.next else { return false }
            let isDigit =
                ByteClass.isLetter(next) || ByteClass.isDigit(next) || next == UInt8(ascii: "+")
                || next == UInt8(ascii: "/")
            guard isDigit, place < count || last.utf8.contains(next) else { return false }
            _ = scanner.take(Unicode.Scalar(next))
        }
        return scanner.take(word: padding) && scanner.isAtEnd
    }
}
