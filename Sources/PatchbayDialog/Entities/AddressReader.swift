/// Finds what reaches somebody: e-mail addresses, phone numbers, web addresses.
enum AddressReader {
    /// The one e-mail address in a text; its domain in lower case.
    static func email(in text: String) -> String? { only(PlainText.pieces(text).compactMap(readEmail)) }

    /// The one web address in a text, as it was typed.
    static func url(in text: String) -> String? { only(PlainText.pieces(text).filter(isURL)) }

    /// The phone number that a text is, as digits with a leading `+` where it was typed: 3 to 12 digits.
    static func phone(in text: String) -> String? {
        if let whole = readPhone(PlainText.trimmed(text)[...]) { return whole }
        var runs: [Substring] = []
        var rest = text.prefix(1_000)[...]
        while let start = rest.firstIndex(where: { $0.isASCII && ($0.isNumber || $0 == "+" || $0 == "(") }) {
            let run = rest[start...].prefix { $0.isASCII && ($0.isNumber || " +()-./".contains($0)) }
            runs.append(run)
            rest = rest[run.endIndex...]
        }
        return only(runs.compactMap(readPhone))
    }

    private static func only(_ found: [String]) -> String? {
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private static func readPhone(_ text: Substring) -> String? {
        var digits = ""
        var hasPlus = false
        // The 0 of "+49 (0)30 …" is dialled without the country's code only.
        let dialled = text.hasPrefix("+") ? text.replacing("(0)", with: " ", maxReplacements: 1) : text
        for scalar in dialled.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "+" where digits.isEmpty && !hasPlus: hasPlus = true
            case " ", "-", ".", "/", "(", ")": continue
            default: return nil
            }
            if digits.utf8.count > 12 { return nil }
        }
        return digits.utf8.count >= 3 ? (hasPlus ? "+" : "") + digits : nil
    }

    private static func readEmail(_ piece: String) -> String? {
        let bare = piece.hasPrefix("mailto:") ? String(piece.dropFirst(7)) : piece
        let halves = bare.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, bare.utf8.count <= 254, isLocalPart(halves[0]), isHost(halves[1]),
            halves[1].contains(".")
        else {
            return nil
        }
        return halves[0] + "@" + halves[1].lowercased()
    }

    /// A dot-atom of RFC 5322 §3.2.3, letters of other scripts too (RFC 6531).
    private static func isLocalPart(_ text: Substring) -> Bool {
        guard (1...64).contains(text.utf8.count), !text.hasPrefix("."), !text.hasSuffix("."), !text.contains("..")
        else { return false }
        return text.allSatisfy { $0.isLetter || $0.isNumber || ".!#$%&'*+/=?^_`{|}~-".contains($0) }
    }

    /// Labels of letters, digits and inner hyphens (RFC 1123 §2.1).
    private static func isHost(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
            }
    }

    private static func isURL(_ piece: String) -> Bool {
        let lower = piece.lowercased()
        var rest: Substring
        if let scheme = ["https://", "http://"].first(where: lower.hasPrefix) {
            rest = piece.dropFirst(scheme.count)
        } else if lower.hasPrefix("www.") {
            rest = piece[...]
        } else {
            return false
        }
        rest = rest.prefix { !"/?#".contains($0) }
        let host = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard piece.utf8.count <= 2_048, let name = host.first, isHost(name), name.contains(".") || name == "localhost"
        else { return false }
        return host.count == 1 || Int(host[1]).map { (1...65_535).contains($0) } ?? false
    }
}
