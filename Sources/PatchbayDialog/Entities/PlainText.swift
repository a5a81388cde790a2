/// Makes texts comparable: what people type differs in case, spaces and punctuation and means the same.
enum PlainText {
    /// The words of a text in lower case, separated by single spaces; punctuation separates words, apostrophes vanish.
    static func fold(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isPending = false
        for scalar in text.lowercased().unicodeScalars {
            if isWordPart(scalar) {
                if isPending, !result.isEmpty { result.append(" ") }
                isPending = false
                result.append(scalar)
            } else if scalar != "'" && scalar != "’" {
                isPending = true
            }
        }
        return String(result)
    }

    /// The folded words.
    static func words(_ text: String) -> [String] { fold(text).split(separator: " ").map(String.init) }

    /// The text without white space at its ends.
    static func trimmed(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isSpace(first) || isSpace(last) else { return text }
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let end = scalars.lastIndex(where: { !isSpace($0) })
        else {
            return ""
        }
        return String(scalars[start...end])
    }

    /// The pieces between spaces, each without punctuation at its ends.
    static func pieces(_ text: String) -> [String] {
        let marks: Set<Character> = [",", ";", "!", "?", "\"", "'", "(", ")", "<", ">", "[", "]", "“", "”", "„"]
        return text.split(whereSeparator: \.isWhitespace).compactMap { piece in
            var piece = piece.drop { marks.contains($0) }
            while let last = piece.last, marks.contains(last) || last == "." || last == ":" { piece.removeLast() }
            return piece.isEmpty ? nil : String(piece)
        }
    }

    private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61...0x7A, 0x30...0x39, 0x41...0x5A: true
        case 0..<0x80: false
        default:
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
                .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
                true
            default: false
            }
        }
    }
}
