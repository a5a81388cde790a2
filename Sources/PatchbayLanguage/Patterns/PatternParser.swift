/// Reads a pattern by recursive descent: the part of ECMA-262 (with the `u` flag) that a linear-time matcher can serve.
struct PatternParser {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    /// How deep groups may nest.
    private static let maxDepth = 100
    /// How long a pattern may be, in Unicode scalars.
    private static let maxLength = 20_000

    init(_ text: String) {
        source = Array(text.unicodeScalars)
    }

    mutating func pattern() throws(PatternError) -> PatternSyntax {
        guard source.count <= Self.maxLength else {
            throw PatternError("the pattern has \(source.count) characters; at most \(Self.maxLength) are read", at: 0)
        }
        let result = try choice()
        if position < source.count {
            throw PatternError("')' closes no group", at: position, remedy: "write '\\)' for the character")
        }
        return result
    }

    private var next: Unicode.Scalar? { position < source.count ? source[position] : nil }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func skip(word: String) -> Bool {
        guard source[position...].starts(with: word.unicodeScalars) else { return false }
        position += word.unicodeScalars.count
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternSyntax {
        var choices = [try sequence()]
        while skip("|") { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() throws(PatternError) -> PatternSyntax {
        var parts: [PatternSyntax] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let start = position
            let part = try atom()
            parts.append(try repeats(of: part, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repeats(of part: PatternSyntax, from start: Int) throws(PatternError) -> PatternSyntax {
        let place = position
        guard let (least, most) = try quantifier() else { return part }
        if case .assertion = part {
            throw PatternError("'\(source[place])' repeats nothing: an assertion takes no characters", at: place)
        }
        // A lazy repeat matches the same texts; only captures would differ, and there are none.
        _ = skip("?")
        let again = position
        if try quantifier() != nil {
            throw PatternError(
                "'\(source[again])' repeats a repeat",
                at: again,
                remedy: "put the part in '(?:…)' first"
            )
        }
        return .repeated(part, least: least, most: most)
    }

    private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
        switch next {
        case "*":
            position += 1
            return (0, nil)
        case "+":
            position += 1
            return (1, nil)
        case "?":
            position += 1
            return (0, 1)
        case "{": return try counts()
        default: return nil
        }
    }

    /// `{3}`, `{3,}`, `{3,5}`; a brace that is none of these is a character.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        let start = position
        position += 1
        guard let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if skip(",") { most = number() }
        guard skip("}") else {
            position = start
            return nil
        }
        if let most, most < least {
            throw PatternError("the repeat {\(least),\(most)} asks for at least more than at most", at: start)
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            // Larger counts are refused later for their size; here they must only not overflow.
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternSyntax {
        let start = position
        guard let scalar = next else { return .empty }
        position += 1
        switch scalar {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .set(.notLineEnd)
        case "(": return try group(from: start)
        case "[": return .set(try brackets(from: start))
        case "\\":
            if skip("b") { return .assertion(.wordBoundary) }
            if skip("B") { return .assertion(.noWordBoundary) }
            return .set(try escape(from: start, inBrackets: false))
        case "*", "+", "?":
            throw PatternError(
                "'\(scalar)' repeats nothing",
                at: start,
                remedy: "write '\\\(scalar)' for the character"
            )
        case "{":
            position = start
            if try counts() != nil { throw PatternError("a repeat count repeats nothing", at: start) }
            position = start + 1
            return .set(Self.single(scalar))
        default: return .set(Self.single(scalar))
        }
    }

    private mutating func group(from start: Int) throws(PatternError) -> PatternSyntax {
        guard depth < Self.maxDepth else {
            throw PatternError("groups nest deeper than \(Self.maxDepth) levels", at: start)
        }
        if next == "?" { try groupKind(from: start) }
        depth += 1
        let inner = try choice()
        depth -= 1
        guard skip(")") else {
            throw PatternError("the group is never closed", at: start, remedy: "write '\\(' for the character")
        }
        // In a group even an assertion may be repeated.
        return .sequence([inner])
    }

    private mutating func groupKind(from start: Int) throws(PatternError) {
        if skip(word: "?:") { return }
        for (mark, name) in [
            ("?=", "look-ahead"), ("?!", "negative look-ahead"), ("?<=", "look-behind"),
            ("?<!", "negative look-behind"),
        ]
        where skip(word: mark) {
            throw PatternError(
                "\(name) '(\(mark)' is not supported",
                at: start,
                remedy: "say it with a second pattern or rule"
            )
        }
        guard skip(word: "?<") else {
            throw PatternError("unknown kind of group", at: start, remedy: "use '(…)' or '(?:…)'")
        }
        while let scalar = next, scalar != ">" {
            guard scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            else { break }
            position += 1
        }
        guard skip(">") else { throw PatternError("the group's name is never closed", at: start) }
    }

    static func single(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }
}

extension PatternParser {
    private mutating func brackets(from start: Int) throws(PatternError) -> ScalarSet {
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
    private mutating func escape(from start: Int, inBrackets: Bool) throws(PatternError) -> ScalarSet {
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
