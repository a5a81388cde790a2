/// Sorts characters into classes whose members a pattern cannot tell apart, and knows each class's positions.
struct ScalarClasses {
    /// For each class, the positions that take its characters: ``words`` words a class.
    private(set) var masks: [UInt64] = []
    let words: Int

    /// Classes of code points below 128.
    private var ascii: [Int] = []
    /// First code points of the intervals from 128 on.
    private var starts: [UInt32] = []
    /// Classes by interval and, where categories matter, by category.
    private var byInterval: [Int] = []
    private let usesCategories: Bool

    init(positions sets: [ScalarSet]) {
        words = max(1, (sets.count + 63) / 64)
        var distinct: [ScalarSet] = []
        var kinds: [ScalarSet: Int] = [:]
        let kindOfPosition = sets.map { set in
            if let known = kinds[set] { return known }
            distinct.append(set)
            kinds[set] = distinct.count - 1
            return distinct.count - 1
        }
        usesCategories = distinct.contains { $0.categories != 0 }

        var edges: Set<UInt32> = [128]
        for range in distinct.flatMap(\.ranges) {
            if range.lowerBound > 128 { edges.insert(range.lowerBound) }
            if range.upperBound >= 128 { edges.insert(range.upperBound + 1) }
        }
        starts = edges.sorted()

        var classes: [[Bool]: Int] = [:]
        func classID(_ value: UInt32, _ category: Int) -> Int {
            let signature = distinct.map { $0.contains(value, category: category) }
            if let known = classes[signature] { return known }
            let id = classes.count
            classes[signature] = id
            var mask = [UInt64](repeating: 0, count: words)
            for (position, kind) in kindOfPosition.enumerated() where signature[kind] {
                mask[position >> 6] |= 1 << UInt64(position & 63)
            }
            masks += mask
            return id
        }
        ascii = (0..<128).map { classID($0, Unicode.Scalar(UInt8($0)).categoryPlace) }
        for start in starts {
            for category in 0..<(usesCategories ? ScalarSet.categoryNames.count : 1) {
                byInterval.append(classID(start, category))
            }
        }
    }

    /// The class of a character.
    @inline(__always)
    func classID(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 128 { return ascii[Int(value)] }
        return wide(scalar)
    }

    private func wide(_ scalar: Unicode.Scalar) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= scalar.value { low = middle } else { high = middle }
        }
        return usesCategories ? byInterval[low * ScalarSet.categoryNames.count + scalar.categoryPlace] : byInterval[low]
    }
}
