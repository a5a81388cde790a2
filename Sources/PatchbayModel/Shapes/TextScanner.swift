/// Steps through the bytes of a short text; what the kinds of text are matched with.
struct TextScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    /// The byte that comes next; nil at the end.
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Steps over a byte if it comes next.
    mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard let next, UInt32(next) == byte.value else { return false }
        position += 1
        return true
    }

    /// Steps over a text if it comes next.
    mutating func take(word: String) -> Bool {
        let wanted = Array(word.utf8)
        guard bytes.count - position >= wanted.count, bytes[position..<position + wanted.count].elementsEqual(wanted)
        else { return false }
        position += wanted.count
        return true
    }

    /// Steps over bytes of a class, as many as come; whether their count lies in the range.
    mutating func take(_ range: ClosedRange<Int>, of belongs: (UInt8) -> Bool) -> Bool {
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return range.contains(position - start)
    }

    /// Steps over a whole number without leading zeros, of at most so many digits.
    mutating func takeNumber(digits most: Int) -> Bool {
        if take("0") { return true }
        return take(1...most) { ByteClass.isDigit($0) }
    }

    /// Steps over exactly so many digits and returns their value; nil when they do not come.
    mutating func takeDigits(_ count: Int) -> Int? {
        guard bytes.count - position >= count else { return nil }
        var value = 0
        for byte in bytes[position..<position + count] {
            guard ByteClass.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += count
        return value
    }

    /// Steps over a letter and up to 63 letters, digits and underscores.
    mutating func takeName() -> Bool {
        guard let next, ByteClass.isLetter(next) else { return false }
        return take(1...64) { ByteClass.isLetter($0) || ByteClass.isDigit($0) || $0 == 0x5F }
    }

    /// Steps over a lower-case letter and up to 63 lower-case letters, digits and hyphens.
    mutating func takeID() -> Bool {
        guard let next, ByteClass.isLower(next) else { return false }
        return take(1...64) { ByteClass.isLower($0) || ByteClass.isDigit($0) || $0 == 0x2D }
    }

    /// Steps over `1.2.3` or `1.2.3-beta.1`.
    mutating func takeVersion() -> Bool {
        for part in 0..<3 {
            if part > 0, !take(".") { return false }
            guard takeNumber(digits: 9) else { return false }
        }
        guard take("-") else { return true }
        repeat {
            guard take(1...64, of: { ByteClass.isLetter($0) || ByteClass.isDigit($0) || $0 == 0x2D }) else {
                return false
            }
        } while take(".")
        return true
    }

    /// Steps over `:` and a port, where they come; false for a bad port.
    mutating func takePort() -> Bool {
        guard take(":") else { return true }
        return take(1...5) { ByteClass.isDigit($0) }
    }
}

/// Classes of ASCII bytes.
enum ByteClass {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isLower(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    @inline(__always)
    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || byte &- 0x61 < 6 }

    /// Visible ASCII.
    @inline(__always)
    static func isGraphic(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
}
