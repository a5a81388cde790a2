extension PatternParser {
    mutating func brackets(from start: Int) throws(PatternError) -> ScalarSet {
        var result = ScalarSet()
        let isNegated = skip("^")
        while true {
            guard next != nil else {
                throw PatternError("'[' is never closed", at: start, remedy: "write '\\[' for the character")
            }
            if skip("]") { break }
            let low = position
            let first = try bracketItem()
            guard next == "-", position + 1 < source.count, source[position + 1] != "]" else {
                result.add(first)
                continue
            }
            position += 1
            let second = try bracketItem()
            guard let from = Self.only(first), let to = Self.only(second) else {
                // As browsers read `[\w-.]` without the `u` flag: the dash is a character.
                result.add(first)
                result.add(Self.single("-"))
                result.add(second)
                continue
            }
            guard from <= to else { throw PatternError("the range runs backwards", at: low) }
            result.add(ScalarSet(ranges: [from...to]))
        }
        result.isNegated = isNegated
        return result
    }

    private mutating func bracketItem() throws(PatternError) -> ScalarSet {
        let start = position
        guard let scalar = next else { throw PatternError("'[' is never closed", at: start) }
        position += 1
        guard scalar == "\\" else { return Self.single(scalar) }
        if skip("b") { return Self.single("\u{8}") }
        return try escape(from: start, inBrackets: true)
    }

    private static func only(_ set: ScalarSet) -> UInt32? {
        guard !set.isNegated, set.categories == 0, set.ranges.count == 1, set.ranges[0].count == 1 else { return nil }
        return set.ranges[0].lowerBound
    }

    /// What follows a backslash.
    mutating func escape(from start: Int, inBrackets: Bool) throws(PatternError) -> ScalarSet {
        guard let scalar = next else {
            throw PatternError("the pattern ends after '\\'", at: start, remedy: "write '\\\\' for the character")
        }
        position += 1
        switch scalar {
        case "d": return .digits
        case "D": return Self.not(.digits)
        case "w": return .word
        case "W": return Self.not(.word)
        case "s": return .space
        case "S": return Self.not(.space)
        case "t": return Self.single("\t")
        case "n": return Self.single("\n")
        case "r": return Self.single("\r")
        case "v": return Self.single("\u{B}")
        case "f": return Self.single("\u{C}")
        case "0" where next.map({ !("0"..."9").contains($0) }) ?? true: return Self.single("\0")
        case "c": return try control(from: start)
        case "x": return ScalarSet(ranges: [try hexadecimal(2, from: start)].map { $0...$0 })
        case "u": return try unicode(from: start)
        case "p", "P": return try property(isNegated: scalar == "P", from: start)
        case "k": throw PatternError("the back-reference '\\k' is not supported", at: start)
        case "0"..."9":
            throw PatternError(
                "the back-reference '\\\(scalar)' is not supported",
                at: start,
                remedy: inBrackets ? "write '\\x' with two digits" : nil
            )
        case "a"..."z", "A"..."Z":
            throw PatternError("unknown escape '\\\(scalar)'", at: start, remedy: "write '\(scalar)' for the letter")
        default: return Self.single(scalar)
        }
    }

    private static func not(_ set: ScalarSet) -> ScalarSet {
        var copy = set
        copy.isNegated.toggle()
        return copy
    }

    private mutating func control(from start: Int) throws(PatternError) -> ScalarSet {
        guard let letter = next, ("a"..."z").contains(letter) || ("A"..."Z").contains(letter) else {
            throw PatternError("'\\c' must be followed by a letter", at: start)
        }
        position += 1
        return ScalarSet(ranges: [letter.value % 32...letter.value % 32])
    }

    private mutating func hexadecimal(_ count: Int, from start: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = next.flatMap({ Character($0).isASCII ? Character($0).hexDigitValue : nil }) else {
                throw PatternError("the escape needs \(count) hexadecimal digits", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// `\u1234`, a pair of surrogates, or `\u{1F600}`.
    private mutating func unicode(from start: Int) throws(PatternError) -> ScalarSet {
        if skip("{") {
            var value: UInt32 = 0
            while let digit = next.flatMap({ Character($0).isASCII ? Character($0).hexDigitValue : nil }) {
                value = min(value << 4 | UInt32(digit), 0xFFFFFF)
                position += 1
            }
            guard skip("}"), value <= ScalarSet.last else {
                throw PatternError("'\\u{…}' names no character", at: start)
            }
            return ScalarSet(ranges: [value...value])
        }
        var value = try hexadecimal(4, from: start)
        if (0xD800..<0xDC00).contains(value), skip(word: "\\u") {
            let low = try hexadecimal(4, from: start)
            guard (0xDC00..<0xE000).contains(low) else {
                throw PatternError("a lone surrogate is no character", at: start)
            }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        return ScalarSet(ranges: [value...value])
    }

    private mutating func property(isNegated: Bool, from start: Int) throws(PatternError) -> ScalarSet {
        var name = ""
        if skip("{") {
            while let scalar = next, scalar != "}", name.utf8.count < 64 {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard skip("}") else { throw PatternError("'\\p{' is never closed", at: start) }
        }
        guard let set = ScalarSet(property: name) else {
            throw PatternError(
                "unknown character property '\(name)'",
                at: start,
                remedy: "use a general category such as '\\p{L}', '\\p{Lu}' or '\\p{Nd}'"
            )
        }
        return isNegated ? Self.not(set) : set
    }
}
