/// A set of variables by their numbers, a bit for each: a dialog may have thousands of nodes, and each has such sets.
struct VariableSet: Equatable {
    private var words: [UInt64]

    /// An empty set of the numbers below a count.
    init(count: Int) {
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    func contains(_ number: Int) -> Bool { words[number / 64] & (1 << UInt64(number % 64)) != 0 }

    mutating func insert(_ number: Int) { words[number / 64] |= 1 << UInt64(number % 64) }

    mutating func remove(_ number: Int) { words[number / 64] &= ~(1 << UInt64(number % 64)) }

    mutating func formUnion(_ other: VariableSet) {
        for place in words.indices { words[place] |= other.words[place] }
    }

    mutating func formIntersection(_ other: VariableSet) {
        for place in words.indices { words[place] &= other.words[place] }
    }
}
