/// A compiled regular expression: the part of ECMA-262 (as with the `u` flag) that is matched in time linear in the
/// text.
///
/// Served: literals, `^ $ . [] [^] \d \w \s \D \W \S \b \B \p{L} \P{L} \uXXXX \u{X} \xHH \cX`, groups (also named, as
/// plain groups), `|`, `* + ? {m,n}` and their lazy forms. Refused by name: back-references and look-around, which no
/// linear-time matcher has. All states advance together, one character at a time, as bits (Glushkov's automaton): the
/// cost of a character is bounded when the pattern is compiled, and a pattern that would cost too much is refused.
package struct Pattern: Sendable {
    /// The text that it was compiled from.
    package let source: String

    private let classes: ScalarClasses
    /// Steps at a place that is no word boundary, and at one that is.
    private let steps: [PatternSteps]
    /// Where a match can start inside the text; by word boundary.
    private let entries: [Entry]
    /// Where a match can start at the text's start; by word boundary.
    private let starts: [Entry]
    /// How a match can end at the text's end; by word boundary.
    private let ends: [End]
    /// Whether the pattern matches the empty text.
    private let acceptsEmpty: Bool

    private struct Entry {
        let positions: [UInt64]
        /// Whether an empty match stands here.
        let accepts: Bool

        var isEmpty: Bool { positions.allSatisfy { $0 == 0 } && !accepts }
    }

    private struct End {
        let accepting: [UInt64]
        /// Whether an empty match stands at the end of a text that is not empty.
        let acceptsEmpty: Bool
    }

    /// Nodes of the automaton, with repeats written out.
    static let maxSize = 10_000
    /// Words touched for one character in the worst case.
    static let maxCost = 400
    /// Empty steps looked at while compiling.
    private static let maxWork = 1_000_000

    /// Compiles a pattern.
    ///
    /// - Throws: ``PatternError`` for what is no pattern, what is not served, and for a pattern that is too large.
    package init(_ source: String) throws(PatternError) {
        var parser = PatternParser(source)
        let syntax = try parser.pattern()
        let size = syntax.size
        let remedy = "use smaller repeat counts"
        guard size <= Self.maxSize else {
            throw PatternError(
                "the pattern with its repeats written out is larger than \(Self.maxSize) states",
                at: 0,
                remedy: remedy
            )
        }
        let graph = PatternGraph(syntax)
        var budget = Self.maxWork
        var marks = [Int](repeating: -1, count: graph.nodes.count)
        var mark = 0
        func closure(of node: Int, start: Bool = false, end: Bool = false, boundary: Bool) -> (
            positions: [Int], accepts: Bool
        ) {
            mark += 1
            return graph.closure(of: node, marks: &marks, mark: mark, budget: &budget) { assertion in
                switch assertion {
                case .start: start
                case .end: end
                case .wordBoundary: boundary
                case .noWordBoundary: !boundary
                }
            }
        }
        var after = [Int](repeating: 0, count: graph.sets.count)
        for case .take(let position, let next) in graph.nodes { after[position] = next }

        let words = max(1, (graph.sets.count + 63) / 64)
        func entry(_ closure: (positions: [Int], accepts: Bool)) -> Entry {
            Entry(positions: PatternSteps.bits(closure.positions, words: words), accepts: closure.accepts)
        }
        let boundaries = [false, true]
        steps = boundaries.map { boundary in
            let reached = after.map { closure(of: $0, boundary: boundary) }
            return PatternSteps(followers: reached.map(\.positions), accepting: reached.map(\.accepts), words: words)
        }
        entries = boundaries.map { entry(closure(of: graph.start, boundary: $0)) }
        starts = boundaries.map { entry(closure(of: graph.start, start: true, boundary: $0)) }
        ends = boundaries.map { boundary in
            let accepting = after.indices.filter { closure(of: after[$0], end: true, boundary: boundary).accepts }
            return End(
                accepting: PatternSteps.bits(accepting, words: words),
                acceptsEmpty: closure(of: graph.start, end: true, boundary: boundary).accepts
            )
        }
        acceptsEmpty = closure(of: graph.start, start: true, end: true, boundary: false).accepts
        guard budget > 0, steps.allSatisfy({ $0.cost <= Self.maxCost }) else {
            throw PatternError("the pattern has too many ways through it to be matched quickly", at: 0, remedy: remedy)
        }
        classes = ScalarClasses(positions: graph.sets)
        self.source = source
    }

    /// Words touched for one character in the worst case.
    var costOfCharacter: Int { steps.map(\.cost).max() ?? 0 }

    /// Whether the pattern matches anywhere in a text.
    package func matches(_ text: String) -> Bool { run(over: text, whole: false) }

    /// Whether the pattern matches a text from its first character to its last.
    package func wholeMatch(_ text: String) -> Bool { run(over: text, whole: true) }

    private func run(over text: String, whole: Bool) -> Bool {
        classes.words == 1 ? runNarrow(text.unicodeScalars, whole: whole) : runWide(text.unicodeScalars, whole: whole)
    }

    @inline(__always)
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }

    /// For patterns of at most 64 positions, which are nearly all: the states are one machine word.
    private func runNarrow(_ text: String.UnicodeScalarView, whole: Bool) -> Bool {
        var active: UInt64 = 0
        var isFirst = true
        var wasWord = false
        let entersInside = !whole && !entries.allSatisfy(\.isEmpty)
        for scalar in text {
            let isWord = Self.isWord(scalar)
            let place = isWord != wasWord ? 1 : 0
            var next: UInt64
            if isFirst {
                if !whole, starts[place].accepts { return true }
                next = starts[place].positions[0]
            } else {
                let step = steps[place]
                if !whole, active & step.accepting[0] != 0 || entries[place].accepts { return true }
                next = (active & step.shifted[0]) << 1 | active & step.staying[0]
                // One word: each group has one member and one target.
                for place in step.members.indices where active & step.members[place].bits != 0 {
                    next |= step.targets[place].bits
                }
                if !whole { next |= entries[place].positions[0] }
            }
            active = next & classes.masks[classes.classID(of: scalar)]
            if active == 0, !entersInside { return !whole && endsEmpty(text) }
            wasWord = isWord
            isFirst = false
        }
        if isFirst { return acceptsEmpty }
        let end = ends[wasWord ? 1 : 0]
        return active & end.accepting[0] != 0 || !whole && end.acceptsEmpty
    }

    /// Whether an empty match stands at the end of a text that is not empty.
    private func endsEmpty(_ text: String.UnicodeScalarView) -> Bool {
        ends[text.last.map(Self.isWord) == true ? 1 : 0].acceptsEmpty
    }

    private func runWide(_ text: String.UnicodeScalarView, whole: Bool) -> Bool {
        let words = classes.words
        var active = [UInt64](repeating: 0, count: words)
        var next = active
        var isFirst = true
        var wasWord = false
        let entersInside = !whole && !entries.allSatisfy(\.isEmpty)
        for scalar in text {
            let isWord = Self.isWord(scalar)
            let place = isWord != wasWord ? 1 : 0
            if isFirst {
                if !whole, starts[place].accepts { return true }
                next = starts[place].positions
            } else {
                if !whole, entries[place].accepts || steps[place].accepts && Self.meets(active, steps[place].accepting)
                {
                    return true
                }
                Self.advance(active, by: steps[place], into: &next)
                if !whole { for word in 0..<words { next[word] |= entries[place].positions[word] } }
            }
            let mask = classes.classID(of: scalar) * words
            var any: UInt64 = 0
            for word in 0..<words {
                active[word] = next[word] & classes.masks[mask + word]
                any |= active[word]
            }
            if any == 0, !entersInside { return !whole && endsEmpty(text) }
            wasWord = isWord
            isFirst = false
        }
        if isFirst { return acceptsEmpty }
        let end = ends[wasWord ? 1 : 0]
        return Self.meets(active, end.accepting) || !whole && end.acceptsEmpty
    }

    private static func meets(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        for word in left.indices where left[word] & right[word] != 0 { return true }
        return false
    }

    private static func advance(_ active: [UInt64], by steps: PatternSteps, into next: inout [UInt64]) {
        var carry: UInt64 = 0
        for word in active.indices {
            let moving = active[word] & steps.shifted[word]
            next[word] = moving << 1 | carry | active[word] & steps.staying[word]
            carry = moving >> 63
        }
        for group in steps.groups {
            for member in group.members {
                let word = steps.members[member]
                guard active[word.place] & word.bits != 0 else { continue }
                for target in group.targets { next[steps.targets[target].place] |= steps.targets[target].bits }
                break
            }
        }
    }
}
