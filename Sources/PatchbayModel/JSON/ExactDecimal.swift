/// A decimal number of any length: digits without zeros at either end, times a power of ten.
///
/// For what must be exact (comparing, `multipleOf`, rounding, printing) where a double is not.
package struct ExactDecimal: Hashable, Sendable {
    package let isNegative: Bool
    /// Values 0 to 9, the highest place first; empty for zero.
    package let digits: [UInt8]
    /// Zero for zero.
    package let exponent: Int

    /// Beyond this an exponent is out of everybody's reach, and sums of two such do not overflow.
    private static let farthest = 1 << 40

    /// The value of a number, exactly.
    package init(_ number: JSONNumber) {
        var digits: [UInt8] = []
        var scale = 0
        var sawPoint = false
        var written = 0
        let bytes = Array(number.text.utf8)
        scan: for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "."): sawPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(byte - UInt8(ascii: "0"))
                if sawPoint { scale -= 1 }
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                let text = String(decoding: bytes[(place + 1)...], as: UTF8.self)
                written = Int(text) ?? (text.hasPrefix("-") ? -Self.farthest : Self.farthest)
                break scan
            default: break
            }
        }
        self.init(
            isNegative: number.text.hasPrefix("-"),
            digits: digits,
            exponent: scale + min(max(written, -Self.farthest), Self.farthest)
        )
    }

    private init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        let end = (digits.lastIndex { $0 != 0 } ?? -1) + 1
        let start = digits.firstIndex { $0 != 0 } ?? 0
        self.digits = end > start ? Array(digits[start..<end]) : []
        self.exponent = self.digits.isEmpty ? 0 : exponent + digits.count - end
        self.isNegative = isNegative && !self.digits.isEmpty
    }

    package var isZero: Bool { digits.isEmpty }

    /// How many digits stand before the decimal point; zero or less for numbers below 0.1.
    private var wholeDigits: Int { digits.count + exponent }

    /// The number with at most so many decimal places; a half goes away from zero.
    package func rounded(toPlaces places: Int) -> ExactDecimal {
        let kept = wholeDigits + places
        guard -exponent > places else { return self }
        guard kept >= 0 else { return ExactDecimal(isNegative: false, digits: [], exponent: 0) }
        var result = Array(digits.prefix(kept))
        if digits[kept] >= 5 {
            var place = result.count - 1
            while place >= 0, result[place] == 9 {
                result[place] = 0
                place -= 1
            }
            if place >= 0 { result[place] += 1 } else { result.insert(1, at: 0) }
        }
        return ExactDecimal(isNegative: isNegative, digits: result, exponent: -places)
    }

    /// The digits before and after the decimal point; nil when either part would be longer than 400 digits.
    package var parts: (whole: String, fraction: String)? {
        guard wholeDigits <= 400, exponent >= -400 else { return nil }
        let zero = UInt8(ascii: "0")
        let all = digits.map { $0 + zero }
        func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: zero, count: max(0, count)) }
        let split = max(0, min(all.count, wholeDigits))
        let whole = all[..<split] + zeros(exponent)
        let fraction = all.count > split ? zeros(-wholeDigits) + all[split...] : []
        return (whole.isEmpty ? "0" : String(decoding: whole, as: UTF8.self), String(decoding: fraction, as: UTF8.self))
    }

    /// The number without an exponent; nil when that would be too long.
    package var json: JSONNumber? {
        guard let (whole, fraction) = parts else { return nil }
        return JSONNumber(validated: (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction))
    }

    /// Whether the number is a whole multiple of another one, which is not zero and has at most 18 digits.
    package func isMultiple(of divisor: ExactDecimal) -> Bool {
        guard !isZero else { return true }
        let shift = exponent - divisor.exponent
        // Neither side's digits end in zero, so a divisor with more zeros than this number has cannot divide it.
        guard shift >= 0, divisor.digits.count <= 18, !divisor.isZero else { return false }
        let modulus = divisor.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
            modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
        }
        var rest = digits.reduce(UInt64(0)) { ($0 * 10 + UInt64($1)) % modulus }
        var power = 10 % modulus
        var remaining = shift
        while remaining > 0 {
            if remaining & 1 == 1 { rest = product(rest, power) }
            power = product(power, power)
            remaining >>= 1
        }
        return rest == 0
    }
}

extension ExactDecimal: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        let (smaller, larger) = left.isNegative ? (right, left) : (left, right)
        guard !smaller.isZero, !larger.isZero else { return smaller.isZero && !larger.isZero }
        guard smaller.wholeDigits == larger.wholeDigits else { return smaller.wholeDigits < larger.wholeDigits }
        return smaller.digits.lexicographicallyPrecedes(larger.digits)
    }
}
