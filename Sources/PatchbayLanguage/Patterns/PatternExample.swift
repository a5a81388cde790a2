extension Pattern {
    /// A text that the pattern is likely to match: the first way through it, each repeat as short as it may be.
    ///
    /// It is wrong only where assertions inside the pattern rule that way out; nil then.
    package var example: String? {
        var parser = PatternParser(source)
        guard let syntax = try? parser.pattern() else { return nil }  // compiled before: never fails
        var text = String.UnicodeScalarView()
        Self.write(syntax, into: &text)
        let result = String(text)
        return matches(result) ? result : nil
    }

    private static func write(_ syntax: PatternSyntax, into text: inout String.UnicodeScalarView) {
        switch syntax {
        case .empty, .assertion: break
        case .set(let set): text.append(character(of: set))
        case .sequence(let parts): for part in parts { write(part, into: &text) }
        case .choice(let parts): if let first = parts.first { write(first, into: &text) }
        case .repeated(let part, let least, let most):
            // One is more telling than none.
            for _ in 0..<max(least, min(1, most ?? 1)) { write(part, into: &text) }
        }
    }

    private static func character(of set: ScalarSet) -> Unicode.Scalar {
        let usual = "ax0A_-@. /".unicodeScalars
        let printable = (0x21...0x7E).lazy.map { Unicode.Scalar(UInt8($0)) }
        let fits = { (scalar: Unicode.Scalar) in set.contains(scalar.value, category: scalar.categoryPlace) }
        if let scalar = usual.first(where: fits) ?? printable.first(where: fits) { return scalar }
        return set.isNegated ? "é" : set.ranges.first.flatMap { Unicode.Scalar($0.lowerBound) } ?? "é"
    }
}
