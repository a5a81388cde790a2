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
        let decimal = ExactDecimal(self)
        guard decimal.exponent >= 0, decimal.digits.count + decimal.exponent <= 19 else { return nil }
        return decimal.json.flatMap { Int($0.text) }
    }

    /// The nearest double; infinite when the number is too large for one.
    package var double: Double { Double(text) ?? (text.hasPrefix("-") ? -.infinity : .infinity) }

    /// Whether the value has no fraction, whatever its spelling (`1.0` has none).
    package var isInteger: Bool { ExactDecimal(self).exponent >= 0 }
}

extension JSONNumber: Hashable, Comparable {
    package static func == (left: Self, right: Self) -> Bool {
        left.text == right.text || ExactDecimal(left) == ExactDecimal(right)
    }

    package static func < (left: Self, right: Self) -> Bool {
        if let left = Int(left.text), let right = Int(right.text) { return left < right }
        return ExactDecimal(left) < ExactDecimal(right)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ExactDecimal(self))
    }
}

extension JSONNumber {
    /// The number that a text wholly is, in JSON's grammar; nil for any other text.
    package init?(wholly text: String) {
        var bytes = Array(text.utf8)[...]
        func digits() -> Int {
            let count = bytes.prefix { (0x30...0x39).contains($0) }.count
            bytes = bytes.dropFirst(count)
            return count
        }
        func skip(_ mark: Character) -> Bool {
            guard let value = mark.asciiValue, bytes.first == value else { return false }
            bytes = bytes.dropFirst()
            return true
        }
        _ = skip("-")
        let leadingZero = bytes.first == 0x30
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return nil }
        if skip("."), digits() == 0 { return nil }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            guard digits() > 0 else { return nil }
        }
        guard bytes.isEmpty else { return nil }
        self.init(validated: text)
    }
}
