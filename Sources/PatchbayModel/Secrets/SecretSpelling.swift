/// A secret's bytes, found in a text that spells each of them as it is or escaped as URLs, JSON and HTML do.
///
/// Escapes may be mixed and written in either case: encoders differ in what they escape, and in how.
struct SecretSpelling {
    /// What stands at a place of a text.
    enum Finding: Equatable {
        case nothing
        /// The text ends before it is decided.
        case beginning
        /// The secret, up to this place.
        case whole(end: Int)
    }

    let bytes: [UInt8]
    /// Whether escapes count; a base64 text has none.
    let takesEscapes: Bool

    /// What begins at a place.
    func finding(in text: [UInt8], at start: Int) -> Finding {
        guard let first = bytes.first, start < text.count,
            text[start] == first || takesEscapes && Self.isMark(text[start])
        else { return .nothing }
        var places = [start]
        var isCut = false
        for byte in bytes {
            var next: [Int] = []
            for place in places {
                guard place < text.count else {
                    isCut = true
                    continue
                }
                if text[place] == byte { next.append(place + 1) }
                guard takesEscapes, Self.isMark(text[place]) else { continue }
                let escape = Self.escape(of: byte, in: text, at: place)
                if let end = escape.end, !next.contains(end) { next.append(end) }
                isCut = isCut || escape.isCut
            }
            if next.isEmpty { return isCut ? .beginning : .nothing }
            places = next
        }
        return .whole(end: places.max() ?? start)
    }

    /// The first place at or behind another where the secret stands whole.
    func range(in text: [UInt8], from place: Int) -> Range<Int>? {
        for start in place..<max(text.count, place) {
            if case .whole(let end) = finding(in: text, at: start) { return start..<end }
        }
        return nil
    }

    // MARK: - Escapes

    private static func isMark(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "&")
            || byte == UInt8(ascii: "+")
    }

    /// Where an escape of a byte ends that begins at a place; whether the text ends before one is decided.
    private static func escape(of byte: UInt8, in text: [UInt8], at place: Int) -> (end: Int?, isCut: Bool) {
        switch text[place] {
        case UInt8(ascii: "+"): (byte == 0x20 ? place + 1 : nil, false)
        case UInt8(ascii: "%"): digits(2, spelling: byte, in: text, at: place + 1)
        case UInt8(ascii: "\\"): backslash(byte, in: text, at: place)
        default: entity(byte, in: text, at: place + 1)
        }
    }

    /// Hexadecimal digits, so many, that stand for a byte.
    private static func digits(
        _ count: Int,
        spelling byte: UInt8,
        in text: [UInt8],
        at place: Int
    ) -> (end: Int?, isCut: Bool) {
        let found = text[min(place, text.count)...].prefix(count)
        guard found.count == count else { return (nil, found.allSatisfy { hexadecimal($0) != nil }) }
        var value = 0
        for digit in found {
            guard let digit = hexadecimal(digit) else { return (nil, false) }
            value = value * 16 + digit
        }
        return (value == Int(byte) ? place + count : nil, false)
    }

    /// JSON's escapes, behind more than one backslash too: JSON within JSON.
    private static func backslash(_ byte: UInt8, in text: [UInt8], at place: Int) -> (end: Int?, isCut: Bool) {
        guard let end = text[place...].firstIndex(where: { $0 != UInt8(ascii: "\\") }) else {
            return (byte == UInt8(ascii: "\\") && text.count - place > 1 ? place + 2 : nil, true)
        }
        if byte == UInt8(ascii: "\\"), end - place > 1 { return (place + 2, false) }
        if text[end] == UInt8(ascii: "u") { return digits(4, spelling: byte, in: text, at: end + 1) }
        let isEscape = text[end] == byte && (byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\""))
        return (isEscape ? end + 1 : nil, false)
    }

    /// HTML's entities: by name for the characters that markup needs, and by number.
    private static func entity(_ byte: UInt8, in text: [UInt8], at place: Int) -> (end: Int?, isCut: Bool) {
        let rest = text[min(place, text.count)...].prefix(8)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else {
            return (nil, rest.count < 8 && rest.allSatisfy { isWord($0) || $0 == UInt8(ascii: "#") })
        }
        let name = String(decoding: text[place..<end], as: UTF8.self).lowercased()
        let value: UInt8? =
            if name.hasPrefix("#x") {
                UInt8(name.dropFirst(2), radix: 16)
            } else if name.hasPrefix("#") {
                UInt8(name.dropFirst())
            } else {
                ["amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27][name]
            }
        return (value == byte ? end + 1 : nil, false)
    }

    private static func isWord(_ byte: UInt8) -> Bool { ByteClass.isLetter(byte) || ByteClass.isDigit(byte) }

    private static func hexadecimal(_ byte: UInt8) -> Int? { Character(Unicode.Scalar(byte)).hexDigitValue }
}
