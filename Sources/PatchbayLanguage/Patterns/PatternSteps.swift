/// The positions, as bits, that can follow others at one kind of place between two characters.
///
/// Most positions are followed by the next one, or by themselves: one shift and one mask serve them all. The rest is
/// grouped by what follows, so that a step costs a number of words fixed by the pattern, whatever the text (compare
/// Navarro and Raffinot, "Fast and simple character classes and bounded gaps pattern matching", 2003).
struct PatternSteps {
    /// A word of a bit set.
    struct Word {
        let place: Int
        let bits: UInt64
    }

    /// Positions that share what follows beside the next position: ranges of ``members`` and ``targets``.
    struct Group {
        let members: Range<Int>
        let targets: Range<Int>
    }

    /// Positions whose next position follows.
    private(set) var shifted: [UInt64]
    /// Positions that follow themselves.
    private(set) var staying: [UInt64]
    private(set) var groups: [Group] = []
    /// The words of all groups, one after the other, so that a step touches no memory but these two lists.
    private(set) var members: [Word] = []
    private(set) var targets: [Word] = []
    /// Positions after which the pattern may end here.
    private(set) var accepting: [UInt64]
    /// Whether the pattern can end here at all.
    let accepts: Bool

    var cost: Int { shifted.count * 4 + members.count + targets.count }

    init(followers: [[Int]], accepting accepts: [Bool], words: Int) {
        shifted = [UInt64](repeating: 0, count: words)
        staying = shifted
        accepting = Self.bits(accepts.indices.filter { accepts[$0] }, words: words)
        self.accepts = accepts.contains(true)
        var sharing: [[Int]: [Int]] = [:]
        var order: [[Int]] = []
        for (position, next) in followers.enumerated() {
            var rest = next.sorted()
            if let place = rest.firstIndex(of: position + 1) {
                rest.remove(at: place)
                shifted[position >> 6] |= 1 << UInt64(position & 63)
            }
            if let place = rest.firstIndex(of: position) {
                rest.remove(at: place)
                staying[position >> 6] |= 1 << UInt64(position & 63)
            }
            guard !rest.isEmpty else { continue }
            if sharing[rest] == nil { order.append(rest) }
            sharing[rest, default: []].append(position)
        }
        for rest in order {
            let from = (members.count, targets.count)
            members += Self.sparse(sharing[rest] ?? [])
            targets += Self.sparse(rest)
            groups.append(Group(members: from.0..<members.count, targets: from.1..<targets.count))
        }
    }

    static func bits(_ positions: some Sequence<Int>, words: Int) -> [UInt64] {
        var result = [UInt64](repeating: 0, count: words)
        for position in positions { result[position >> 6] |= 1 << UInt64(position & 63) }
        return result
    }

    private static func sparse(_ positions: [Int]) -> [Word] {
        var result: [Word] = []
        for position in positions.sorted() {
            let bit: UInt64 = 1 << UInt64(position & 63)
            if let last = result.last, last.place == position >> 6 {
                result[result.count - 1] = Word(place: last.place, bits: last.bits | bit)
            } else {
                result.append(Word(place: position >> 6, bits: bit))
            }
        }
        return result
    }
}
