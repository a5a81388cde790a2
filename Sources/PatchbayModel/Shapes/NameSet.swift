/// Names of which no two may differ in case only; short lists are searched through, which is faster than hashing.
struct NameSet {
    private var few: [String] = []
    private var many: Set<String> = []
    private let isLong: Bool

    init(capacity: Int) {
        isLong = capacity > 12
        if isLong { many.reserveCapacity(capacity) } else { few.reserveCapacity(capacity) }
    }

    /// Adds a name; whether it is new.
    mutating func insert(_ name: String) -> Bool {
        if isLong { return many.insert(name.lowercased()).inserted }
        if few.contains(where: { Self.areSame($0, name) }) { return false }
        few.append(name)
        return true
    }

    private static func areSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard left.utf8.count == right.utf8.count else { return false }
        for (one, other) in zip(left.utf8, right.utf8) where one != other {
            guard one | 0x20 == other | 0x20, ByteClass.isLetter(one) else { return false }
        }
        return true
    }
}
