/// Finds for each line of a text the same line in an edited version of it.
///
/// What both share at their ends is cut off; lines that stand once in both, in the same order, divide the rest (the patience
/// difference of Bram Cohen); what is then left between them is compared line by line where it is short.
struct LinePartners {
    typealias Line = ArraySlice<UInt8>

    private let base: [Line]
    private let other: [Line]
    private var partners: [Int?]
    /// The most comparisons between two dividing lines; beyond them no line there counts as kept.
    private static let mostComparisons = 1 << 20

    /// For each line of the base its place in the other text; nil where it is gone.
    static func find(of base: [Line], in other: [Line]) -> [Int?] {
        var search = LinePartners(base: base, other: other, partners: Array(repeating: nil, count: base.count))
        search.match(base.indices, other.indices)
        return search.partners
    }

    private mutating func match(_ here: Range<Int>, _ there: Range<Int>) {
        var (here, there) = (here, there)
        while let first = here.first, let second = there.first, base[first] == other[second] {
            partners[first] = second
            (here, there) = (here.dropFirst(), there.dropFirst())
        }
        while let first = here.last, let second = there.last, base[first] == other[second] {
            partners[first] = second
            (here, there) = (here.dropLast(), there.dropLast())
        }
        guard !here.isEmpty, !there.isEmpty else { return }
        let anchors = self.anchors(here, there)
        guard !anchors.isEmpty else { return compare(here, there) }
        for (first, second) in anchors {
            partners[first] = second
            match(here.lowerBound..<first, there.lowerBound..<second)
            (here, there) = (first + 1..<here.upperBound, second + 1..<there.upperBound)
        }
        match(here, there)
    }

    /// The lines that stand once in both stretches: the longest run of them that is in the same order.
    private func anchors(_ here: Range<Int>, _ there: Range<Int>) -> [(Int, Int)] {
        var places: [Line: (count: Int, here: Int)] = [:]
        for index in here { places[base[index], default: (0, index)].count += 1 }
        var found: [Line: (count: Int, there: Int)] = [:]
        for index in there where places[other[index]]?.count == 1 {
            found[other[index], default: (0, index)].count += 1
        }
        let pairs = found.compactMap { line, place in
            place.count == 1 ? places[line].map { ($0.here, place.there) } : nil
        }.sorted { $0.0 < $1.0 }
        return Self.longestRising(pairs)
    }

    /// The longest part of pairs, sorted by their first, whose second rises, too.
    private static func longestRising(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        var tails: [Int] = []
        var before: [Int?] = Array(repeating: nil, count: pairs.count)
        for index in pairs.indices {
            var (low, high) = (0, tails.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[tails[middle]].1 < pairs[index].1 { low = middle + 1 } else { high = middle }
            }
            before[index] = low > 0 ? tails[low - 1] : nil
            if low < tails.count { tails[low] = index } else { tails.append(index) }
        }
        var run: [(Int, Int)] = []
        var next = tails.last
        while let index = next {
            run.append(pairs[index])
            next = before[index]
        }
        return run.reversed()
    }

    private mutating func compare(_ here: Range<Int>, _ there: Range<Int>) {
        guard here.count * there.count <= Self.mostComparisons else { return }
        let difference = other[there].difference(from: base[here])
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var place = 0
        for offset in 0..<here.count where !removed.contains(offset) {
            while inserted.contains(place) { place += 1 }
            partners[here.lowerBound + offset] = there.lowerBound + place
            place += 1
        }
    }
}
