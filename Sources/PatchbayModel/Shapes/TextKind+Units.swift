/// Texts that are spelled in a fixed way: durations, times, versions, places.
extension TextKind {
    /// `250ms 20s 10m 24h 7d`.
    static let duration = TextKind(
        "a duration",
        "write a whole number and a unit, such as 250ms, 20s, 10m, 24h or 7d",
        "^(0|[1-9][0-9]{0,10})ms$|^(0|[1-9][0-9]{0,7})s$|^(0|[1-9][0-9]{0,5})m$|^(0|[1-9][0-9]{0,3})h$|^(0|[1-9][0-9]{0,2})d$"
    ) { hasUnit($0, [("ms", 11), ("s", 8), ("m", 6), ("h", 4), ("d", 3)]) }

    /// `512B 64KiB 10MiB`.
    static let size = TextKind(
        "a size",
        "write a whole number and a unit, such as 512B, 64KiB or 10MiB",
        "^(0|[1-9][0-9]{0,11})B$|^(0|[1-9][0-9]{0,8})KiB$|^(0|[1-9][0-9]{0,5})MiB$|^(0|[1-9][0-9]{0,2})GiB$"
    ) { hasUnit($0, [("B", 12), ("KiB", 9), ("MiB", 6), ("GiB", 3)]) }

    /// A day, `2026-01-31`.
    static let date = TextKind("a day", "write it as 2026-01-31", "^\(dayPattern)$") { text in
        var scanner = TextScanner(text)
        return takeDay(&scanner) && scanner.isAtEnd
    }

    /// A moment in UTC (RFC 3339).
    static let timestamp = TextKind(
        "a time",
        "write it in UTC, as 2026-01-31T12:00:00Z",
        "^\(dayPattern)T\(clockPattern)Z$"
    ) { text in
        var scanner = TextScanner(text)
        return takeDay(&scanner) && scanner.take("T") && takeClock(&scanner) && scanner.take("Z") && scanner.isAtEnd
    }

    /// A moment in UTC, or a duration since a start.
    static let moment = TextKind(
        "a moment",
        "write a duration since the start, such as 1500ms, or a time, such as 2026-01-31T12:00:00Z",
        "\(duration.pattern ?? "")|\(timestamp.pattern ?? "")"
    ) { duration.matches($0) || timestamp.matches($0) }

    /// A decimal as text, so that no money is lost in rounding.
    static let money = TextKind(
        "an amount",
        "write a decimal as a string, such as \"0.15\"",
        "^(0|[1-9][0-9]{0,14})(\\.[0-9]{1,12})?$"
    ) { text in
        var scanner = TextScanner(text)
        guard scanner.takeNumber(digits: 15) else { return false }
        if scanner.take("."), !scanner.take(1...12, of: { ByteClass.isDigit($0) }) { return false }
        return scanner.isAtEnd
    }

    /// Three capitals (ISO 4217).
    static let currency = TextKind("a currency", "write its three capital letters, such as EUR", "^[A-Z]{3}$") { text in
        text.utf8.count == 3 && text.utf8.allSatisfy { $0 &- 0x41 < 26 }
    }

    /// A language tag (RFC 5646): language, script, region.
    package static let language = TextKind(
        "a language",
        "write a tag such as en, de-AT or zh-Hant-TW",
        "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$",
        takesParameter: false
    ) { text in
        if text.utf8.count == 2 { return text.utf8.allSatisfy(ByteClass.isLower) }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count), first.utf8.allSatisfy(ByteClass.isLower)
        else { return false }
        var rest = parts.dropFirst()
        if let script = rest.first, script.utf8.count == 4, isCapital(script.utf8.first),
            script.utf8.dropFirst().allSatisfy(ByteClass.isLower)
        {
            rest = rest.dropFirst()
        }
        if let region = rest.first {
            let isRegion = region.utf8.count == 2 && region.utf8.allSatisfy { isCapital($0) }
            guard isRegion || region.utf8.count == 3 && region.utf8.allSatisfy(ByteClass.isDigit) else { return false }
            rest = rest.dropFirst()
        }
        return rest.isEmpty
    }

    /// A time zone's name (IANA).
    static let timeZone = TextKind(
        "a time zone",
        "write its name, such as UTC or Europe/Berlin",
        "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return ByteClass.isLetter(text.utf8.first ?? 0)
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == 0x5F || byte == 0x2B
                            || byte == 0x2D
                    }
            }
    }

    /// Three numbers (Semantic Versioning 2.0.0), perhaps with a pre-release part.
    static let version = TextKind(
        "a version",
        "write three numbers, such as 1.2.3",
        "^\(versionPattern)$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return scanner.takeVersion() && scanner.isAtEnd
    }

    /// Comparisons that must all hold.
    static let versionRange = TextKind(
        "a range of versions",
        "write comparisons separated by a space, such as >=1.0.0 <2.0.0",
        "^\(comparisonPattern)( \(comparisonPattern))*$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        repeat {
            if scanner.take(">") || scanner.take("<") { _ = scanner.take("=") } else { _ = scanner.take("=") }
            guard scanner.takeVersion() else { return false }
        } while scanner.take(" ")
        return scanner.isAtEnd
    }

    /// A place in a JSON value (RFC 6901); empty means the whole value.
    static let pointer = TextKind(
        "a JSON Pointer",
        "start with '/', and write '~' as ~0 and '/' in a key as ~1",
        "^(/([^/~]|~[01])*)*$"
    ) { text in
        guard let first = text.utf8.first else { return true }
        guard first == 0x2F else { return false }
        var afterTilde = false
        for byte in text.utf8 {
            if afterTilde, byte != 0x30, byte != 0x31 { return false }
            afterTilde = byte == 0x7E
        }
        return !afterTilde
    }

    /// The hash of a file or tree.
    static let hash = TextKind(
        "a hash",
        "write sha256: and 64 hexadecimal digits",
        "^sha256:[0-9a-f]{64}$",
        takesParameter: false
    ) { text in
        var scanner = TextScanner(text)
        return scanner.take(word: "sha256:") && scanner.take(64...64, of: ByteClass.isHexadecimal) && scanner.isAtEnd
    }

    private static let dayPattern = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    private static let clockPattern = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?"
    private static let numberPattern = "(0|[1-9][0-9]{0,8})"
    private static let versionPattern =
        "\(numberPattern)\\.\(numberPattern)\\.\(numberPattern)(-[0-9A-Za-z-]{1,64}(\\.[0-9A-Za-z-]{1,64})*)?"
    private static let comparisonPattern = "(>=|<=|>|<|=)?\(versionPattern)"

    private static func isCapital(_ byte: UInt8?) -> Bool { (byte ?? 0) &- 0x41 < 26 }

    private static func hasUnit(_ text: String, _ units: [(String, Int)]) -> Bool {
        let digits = text.utf8.prefix { ByteClass.isDigit($0) }.count
        guard digits > 0, digits == 1 || text.utf8.first != 0x30 else { return false }
        let unit = text.utf8.dropFirst(digits)
        return units.contains { $0.1 >= digits && unit.elementsEqual($0.0.utf8) }
    }

    private static func takeDay(_ scanner: inout TextScanner) -> Bool {
        guard scanner.takeDigits(4) != nil, scanner.take("-"), let month = scanner.takeDigits(2),
            (1...12).contains(month),
            scanner.take("-"), let day = scanner.takeDigits(2)
        else { return false }
        return (1...31).contains(day)
    }

    private static func takeClock(_ scanner: inout TextScanner) -> Bool {
        guard let hour = scanner.takeDigits(2), hour < 24, scanner.take(":"), let minute = scanner.takeDigits(2),
            minute < 60,
            scanner.take(":"), let second = scanner.takeDigits(2), second < 60
        else { return false }
        return !scanner.take(".") || scanner.take(1...9) { ByteClass.isDigit($0) }
    }
}
