/// What a pattern says, before it becomes an automaton.
indirect enum PatternSyntax {
    case empty
    case set(ScalarSet)
    case sequence([PatternSyntax])
    case choice([PatternSyntax])
    /// `most` nil: without end.
    case repeated(PatternSyntax, least: Int, most: Int?)
    case assertion(PatternAssertion)

    /// How many nodes the automaton gets from it, repeats written out; never overflows.
    var size: Int {
        switch self {
        case .empty, .set, .assertion: return 1
        case .sequence(let parts), .choice(let parts):
            return parts.reduce(1) { Self.sum($0, $1.size) }
        case .repeated(let part, let least, let most):
            let (product, overflow) = Self.sum(part.size, 1).multipliedReportingOverflow(by: max(1, most ?? least))
            return overflow ? .max : product
        }
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// What a pattern can ask about a place between two characters.
enum PatternAssertion: Hashable {
    case start, end, wordBoundary, noWordBoundary
}
