import PatchbayModel

/// Finds the number in what a user says.
enum NumberReader {
    /// Kore's bound for number entities.
    static let maxDigits = 18

    private static let words: [String: Int] = [
        "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10,
        "eleven": 11, "twelve": 12,
        "null": 0, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
        "zehn": 10, "elf": 11, "zwölf": 12,
    ]

    /// Words that make another number of the one beside them: rather ask again than read "twenty one" as 1.
    private static let unread: Set<String> = [
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million",
        "millions", "billion", "billions", "dozen", "dozens", "half", "point",
        "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig", "hundert", "tausend",
        "millionen", "milliarde", "milliarden", "mio", "mrd", "dutzend", "halb", "halbe", "halbes", "komma",
    ]

    private static let minus: Set<String> = ["minus", "negative"]

    /// The one number in a text: `1,234.5` in English, `1.234,5` in German; at most 18 digits.
    static func number(in text: String, language: String) -> JSONNumber? {
        let trimmed = PlainText.trimmed(text)
        if let whole = read(trimmed, language: language) { return whole }
        let pieces = PlainText.pieces(trimmed.count > 1_000 ? String(trimmed.prefix(1_000)) : trimmed)
        var found: [JSONNumber] = []
        var isNegative = false
        for piece in pieces {
            let word = piece.lowercased()
            guard !word.split(separator: "-").contains(where: { unread.contains(String($0)) }) else { return nil }
            if minus.contains(word) {
                isNegative = true
                continue
            }
            let sign = isNegative ? "-" : ""
            let spelled = words[word].map { sign + String($0) } ?? sign + piece
            if let number = read(spelled, language: language) { found.append(number) }
            isNegative = false
        }
        return found.count == 1 ? found[0] : nil
    }

    /// A text that is wholly a number.
    static func read(_ text: String, language: String) -> JSONNumber? {
        guard text.utf8.count <= 40 else { return nil }
        var rest = Array(text.utf8)
        let isNegative = rest.first == 0x2D
        if isNegative || rest.first == 0x2B { rest.removeFirst() }
        guard let first = rest.first, let last = rest.last, isDigit(last),
            isDigit(first) || first == 0x2E || first == 0x2C
        else { return nil }
        let usesComma = language.hasPrefix("de")
        let (decimal, group): (UInt8, UInt8) = usesComma ? (0x2C, 0x2E) : (0x2E, 0x2C)
        guard
            let (whole, fraction) = split(rest, decimal: decimal, group: group)
                ?? split(rest, decimal: group, group: decimal, lone: true)
        else { return nil }
        guard whole.count + fraction.count <= maxDigits, !(whole.isEmpty && fraction.isEmpty) else { return nil }
        let significant = whole.drop { $0 == 0x30 }
        var spelled = significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
        if !fraction.isEmpty { spelled += "." + String(decoding: fraction, as: UTF8.self) }
        let isZero = significant.isEmpty && fraction.allSatisfy { $0 == 0x30 }
        return JSONNumber(validated: (isNegative && !isZero ? "-" : "") + spelled)
    }

    /// Digits before and after the decimal mark; nil when the marks don't stand as in a number.
    ///
    /// With `lone` the marks are those of the other language: then only a single decimal mark is taken that cannot be a
    /// group mark, as in `1,5` or `0.25`.
    private static func split(
        _ bytes: [UInt8],
        decimal: UInt8,
        group: UInt8,
        lone: Bool = false
    ) -> (whole: [UInt8], fraction: [UInt8])? {
        let halves = bytes.split(separator: decimal, maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = halves.count > 1 ? Array(halves[1]) : []
        guard fraction.allSatisfy(isDigit), halves.count == 1 || !fraction.isEmpty else { return nil }
        let groups = halves[0].split(separator: group, omittingEmptySubsequences: false)
        if groups.count > 1 {
            guard !lone, !groups[0].isEmpty, groups[0].count <= 3, groups.dropFirst().allSatisfy({ $0.count == 3 })
            else { return nil }
        }
        guard groups.allSatisfy({ $0.allSatisfy(isDigit) }), !lone || fraction.count != 3 || halves[0].count > 3 else {
            return nil
        }
        return (groups.flatMap { Array($0) }, fraction)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
