/// Texts that name places in a network.
extension TextKind {
    /// A host of a manifest: labels with at least one dot, `{name}` for a connection value, `*.` for all labels before; never an
    /// address: the last label starts with a letter.
    static let host = TextKind(
        "a host name",
        "write a name such as api.example.com, {tenant}.example.com or *.example.com; an address never stands here",
        "^(\\*\\.)?(\(part)(\(part)|-)*\\.)+[a-z][a-z0-9-]*$"
    ) { text in
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let named = labels.first == "*" ? labels.dropFirst() : labels[...]
        return named.count >= 2 && isTopLabel(named.last)
            && named.dropLast().allSatisfy { isLabel($0, takesNames: true) }
    }

    /// A host of custom requests with an optional port; never an address.
    static let hostAndPort = TextKind(
        "a host",
        "write a name such as hr.example.com or hr.example.com:8443; an address never stands here",
        "^(\\*\\.)?([a-z0-9][a-z0-9-]*\\.)*[a-z][a-z0-9-]*(:[0-9]{1,5})?$"
    ) { text in
        let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let labels = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        let named = labels.first == "*" ? labels.dropFirst() : labels[...]
        return isTopLabel(named.last) && named.dropLast().allSatisfy { isLabel($0, takesNames: false) }
            && isPort(halves)
    }

    /// A host or address, with an optional port.
    static let addressAndPort = TextKind(
        "a host or address",
        "write a host or address, with a port where it needs one, such as 127.0.0.1:8080",
        "^(\\[[0-9a-f:.]{1,64}\\]|[a-z0-9*][a-z0-9.-]{0,255})(:[0-9]{1,5})?$"
    ) { text in
        var scanner = TextScanner(text)
        return takeAddress(&scanner) && scanner.isAtEnd
    }

    /// Scheme, host and perhaps port (RFC 6454).
    static let origin = TextKind(
        "an origin",
        "write scheme, host and perhaps a port, such as https://api.example.com",
        "^https?://(\\[[0-9a-f:.]{1,64}\\]|[a-z0-9*][a-z0-9.-]{0,255})(:[0-9]{1,5})?$"
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.take(word: "https://") || scanner.take(word: "http://") else { return false }
        return takeAddress(&scanner) && scanner.isAtEnd
    }

    /// A whole URL without holes.
    package static let url = TextKind(
        "a URL",
        "start with https:// and write other characters than ASCII encoded",
        "^https?://[!-z|~]+$"
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.take(word: "https://") || scanner.take(word: "http://") else { return false }
        return scanner.take(1...Int.max) { ByteClass.isGraphic($0) && $0 != 0x7B && $0 != 0x7D } && scanner.isAtEnd
    }

    /// A whole URL that may hold `{name}`.
    package static let urlWithNames = TextKind(
        "a URL",
        "start with https://; {name} stands for one label of a host or one segment of a path",
        "^https?://[!-~]+$"
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.take(word: "https://") || scanner.take(word: "http://") else { return false }
        return scanner.take(1...Int.max, of: ByteClass.isGraphic) && scanner.isAtEnd
    }

    /// The URL of a custom request: literal, with `{name}` parts, and `{{env.x}}` in scheme, host and port.
    static let requestURL = TextKind(
        "a URL",
        "start with https:// or {{env.…}}; {name} stands for one segment of the path",
        "^(https?://|\\{\\{)[ -~]+$"
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.take(word: "https://") || scanner.take(word: "http://") || scanner.take(word: "{{")
        else { return false }
        return scanner.take(1...Int.max) { $0 == 0x20 || ByteClass.isGraphic($0) } && scanner.isAtEnd
    }

    /// A path on a base URL, with `{name}` for one segment.
    static let path = TextKind("a path", "start with '/' and write other characters than ASCII encoded", "^/[!-~]*$") {
        text in
        var scanner = TextScanner(text)
        return scanner.take("/") && scanner.take(0...Int.max, of: ByteClass.isGraphic) && scanner.isAtEnd
    }

    /// A header's name (RFC 9110 §5.6.2).
    static let header = TextKind(
        "a header's name",
        "use letters, digits and hyphens",
        "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        takesParameter: false
    ) { text in
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || "!#$%&'*+.^_`|~-".utf8.contains(byte)
            }
    }

    /// An environment variable's name.
    static let environment = TextKind(
        "an environment variable's name",
        "use capital letters, digits and underscores",
        "^[A-Z][A-Z0-9_]{0,127}$",
        takesParameter: false
    ) { text in
        text.utf8.count <= 128 && (text.utf8.first ?? 0) &- 0x41 < 26
            && text.utf8.allSatisfy { $0 &- 0x41 < 26 || ByteClass.isDigit($0) || $0 == 0x5F }
    }

    private static let part = "([a-z0-9]|\\{\(namePattern)\\})"

    private static func isTopLabel(_ label: Substring?) -> Bool {
        guard let label, let first = label.utf8.first, ByteClass.isLower(first) else { return false }
        return label.utf8.allSatisfy { ByteClass.isLower($0) || ByteClass.isDigit($0) || $0 == 0x2D }
    }

    /// Whether a label is made of lower-case letters, digits and hyphens (not first), and of `{name}` where that is taken.
    private static func isLabel(_ label: Substring, takesNames: Bool) -> Bool {
        var scanner = TextScanner(String(label))
        var isFirst = true
        while !scanner.isAtEnd {
            if takesNames, scanner.take("{") {
                guard scanner.takeName(), scanner.take("}") else { return false }
            } else if !(!isFirst && scanner.take("-")) {
                guard let next = scanner.next, ByteClass.isLower(next) || ByteClass.isDigit(next) else { return false }
                _ = scanner.take(Unicode.Scalar(next))
            }
            isFirst = false
        }
        return !isFirst
    }

    private static func isPort(_ halves: [Substring]) -> Bool {
        guard halves.count > 1 else { return true }
        return (1...5).contains(halves[1].utf8.count) && halves[1].utf8.allSatisfy(ByteClass.isDigit)
    }

    private static func takeAddress(_ scanner: inout TextScanner) -> Bool {
        if scanner.take("[") {
            guard scanner.take(1...64, of: { ByteClass.isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }),
                scanner.take("]")
            else { return false }
        } else {
            guard let first = scanner.next, first == 0x2A || ByteClass.isLower(first) || ByteClass.isDigit(first) else {
                return false
            }
            _ = scanner.take(Unicode.Scalar(first))
            guard
                scanner.take(
                    0...255,
                    of: { ByteClass.isLower($0) || ByteClass.isDigit($0) || $0 == 0x2E || $0 == 0x2D }
                )
            else { return false }
        }
        return scanner.takePort()
    }
}
