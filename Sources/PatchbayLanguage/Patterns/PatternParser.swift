/// Reads a pattern by recursive descent: the part of ECMA-262 (with the `u` flag) that a linear-time matcher can serve.
struct PatternParser {
    let source: [Unicode.Scalar]
    var position = 0
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

    var next: Unicode.Scalar? { position < source.count ? source[position] : nil }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    mutating func skip(word: String) -> Bool {
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
