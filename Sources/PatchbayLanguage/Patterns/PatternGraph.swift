/// The automaton of a pattern as a graph (Thompson, "Regular Expression Search Algorithm", CACM 1968): nodes with empty
/// steps between those that take a character.
struct PatternGraph {
    enum Node {
        case match
        /// Takes a character of the position's set and goes on.
        case take(position: Int, next: Int)
        case split(Int, Int)
        case assertion(PatternAssertion, next: Int)
    }

    private(set) var nodes: [Node] = [.match]
    /// The sets of the positions, in the order in which they are written in the pattern.
    private(set) var sets: [ScalarSet] = []
    private(set) var start = 0

    /// - Parameter syntax: Small: its ``PatternSyntax/size`` is checked.
    init(_ syntax: PatternSyntax) {
        start = add(syntax, before: 0)
        // Nodes were made from the back; positions should rise with the text so that most steps are shifts.
        sets.reverse()
        for (place, node) in nodes.enumerated() {
            if case .take(let position, let next) = node {
                nodes[place] = .take(position: sets.count - 1 - position, next: next)
            }
        }
    }

    private mutating func add(_ node: Node) -> Int {
        nodes.append(node)
        return nodes.count - 1
    }

    private mutating func add(_ syntax: PatternSyntax, before next: Int) -> Int {
        switch syntax {
        case .empty: return next
        case .set(let set):
            sets.append(set)
            return add(.take(position: sets.count - 1, next: next))
        case .assertion(let assertion): return add(.assertion(assertion, next: next))
        case .sequence(let parts): return parts.reversed().reduce(next) { add($1, before: $0) }
        case .choice(let parts):
            let entries = parts.reversed().map { add($0, before: next) }
            return entries.dropFirst().reduce(entries[0]) { add(.split($1, $0)) }
        case .repeated(let part, let least, let most):
            var entry = next
            if let most {
                for _ in least..<max(least, most) {
                    let inner = add(part, before: entry)
                    entry = add(.split(inner, next))
                }
            } else {
                entry = add(.split(next, next))
                nodes[entry] = .split(add(part, before: entry), next)
            }
            for _ in 0..<least { entry = add(part, before: entry) }
            return entry
        }
    }

    /// What can be reached from a node without taking a character, where `holds` tells which assertions hold; the
    /// budget is counted down for each node looked at.
    func closure(
        of node: Int,
        marks: inout [Int],
        mark: Int,
        budget: inout Int,
        holds: (PatternAssertion) -> Bool
    ) -> (positions: [Int], accepts: Bool) {
        var positions: [Int] = []
        var accepts = false
        var open = [node]
        while let place = open.popLast() {
            guard marks[place] != mark, budget > 0 else { continue }
            marks[place] = mark
            budget -= 1
            switch nodes[place] {
            case .match: accepts = true
            case .take(let position, _): positions.append(position)
            case .split(let one, let other): open += [one, other]
            case .assertion(let assertion, let next): if holds(assertion) { open.append(next) }
            }
        }
        return (positions, accepts)
    }
}
