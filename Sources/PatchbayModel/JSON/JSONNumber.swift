/// A JSON number in the spelling it was written with.
///
/// Equality and order go by value (`1.0` equals `1`, `1e2` equals `100`), exactly and without limit of size.
package struct JSONNumber: Sendable {
    /// The number as JSON text, for example `0.10` or `1e400`.
    package let text: String

    /// Takes text that a JSON reader has already found to be a number.
    package init(validated text: String) {
        self.text = text
    }

    /// A whole number.
    package init(_ value: Int) {
        text = String(value)
    }

    /// A finite number, whole ones spelled without a fraction; nil for infinities and NaN, which JSON lacks.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000_000 {
            text = String(whole)
        } else {
            text = value.description
        }
    }

    /// The value as an integer; nil when it has a fraction or does not fit into 64 bits.
    package var int: Int? {
        if let plain = Int(text) { return plain }
        let decimal = Decimal(text)
        if decimal.digits.isEmpty { return 0 }
        guard decimal.exponent >= 0, decimal.digits.count + decimal.exponent <= 19 else { return nil }
        return Int((decimal.isNegative ? "-" : "") + decimal.digits + String(repeating: "0", count: decimal.exponent))
    }

    /// The nearest double; infinite when the number is too large for one.
    package var double: Double { Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity) }

    /// Whether the value has no fraction, whatever its spelling (`1.0` has none).
    package var isInteger: Bool { Decimal(text).exponent >= 0 }
}

extension JSONNumber: Hashable, Comparable {
    package static func == (left: Self, right: Self) -> Bool {
        left.text == right.text || Decimal(left.text) == Decimal(right.text)
    }

    package static func < (left: Self, right: Self) -> Bool {
        if let left = Int(left.text), let right = Int(right.text) { return left < right }
        return Decimal(left.text) < Decimal(right.text)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(Decimal(text))
    }
}

/// A decimal in normal form: digits without zeros at either end, and a power of ten.
private struct Decimal: Hashable, Comparable {
    let isNegative: Bool
    let digits: String
    let exponent: Int

    init(_ text: String) {
        var mantissa: [UInt8] = []
        var scale = 0
        var written = 0
        var sawPoint = false
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                mantissa.append(byte)
                if sawPoint { scale -= 1 }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                // An exponent beyond this range is the same to everybody: out of reach.
                let exponent = String(decoding: bytes[index...], as: UTF8.self)
                written =
                    Int(exponent).map { min(max($0, -1 << 40), 1 << 40) }
                    ?? (exponent.hasPrefix("-") ? -1 << 40 : 1 << 40)
                index = bytes.count
            default: break
            }
        }
        var end = mantissa.count
        while end > 0, mantissa[end - 1] == UInt8(ascii: "0") {
            end -= 1
            scale += 1
        }
        let start = mantissa[..<end].firstIndex { $0 != UInt8(ascii: "0") } ?? end
        digits = String(decoding: mantissa[start..<end], as: UTF8.self)
        exponent = digits.isEmpty ? 0 : scale + written
        isNegative = !digits.isEmpty && text.hasPrefix("-")
    }

    static func < (left: Self, right: Self) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        let smaller = left.isNegative ? right : left
        let larger = left.isNegative ? left : right
        if smaller.digits.isEmpty || larger.digits.isEmpty { return smaller.digits.isEmpty && !larger.digits.isEmpty }
        let place = (smaller.digits.count + smaller.exponent, larger.digits.count + larger.exponent)
        if place.0 != place.1 { return place.0 < place.1 }
        return smaller.digits < larger.digits
    }
}
