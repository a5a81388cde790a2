/// Joins two edited versions of a text, line by line.
enum LineMerge {
    /// The longest text, in lines, whose lines are compared; both sides changing a longer one is a conflict.
    static let mostLines = 20_000

    /// The joined text; nil where both changed the same or neighbouring lines differently: no line that nobody wrote.
    static func merge(_ texts: ThreeWay<String>) -> String? {
        if let plain = texts.plain { return plain }
        let lines = texts.map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        guard lines.allSatisfy({ $0.count <= mostLines }) else { return nil }
        let mine = partners(of: lines.base, in: lines.mine)
        let theirs = partners(of: lines.base, in: lines.theirs)
        var joined: [Substring] = []
        var at = ThreeWay(base: 0, mine: 0, theirs: 0)
        while true {
            // The next line of the base that both sides kept ends a stretch that at least one side changed.
            var stop = at.base
            while stop < lines.base.count, mine[stop] == nil || theirs[stop] == nil { stop += 1 }
            let end = ThreeWay(
                base: stop,
                mine: stop < lines.base.count ? mine[stop] ?? 0 : lines.mine.count,
                theirs: stop < lines.base.count ? theirs[stop] ?? 0 : lines.theirs.count
            )
            let stretch = ThreeWay(
                base: lines.base[at.base..<end.base],
                mine: lines.mine[at.mine..<end.mine],
                theirs: lines.theirs[at.theirs..<end.theirs]
            )
            guard let plain = stretch.plain else { return nil }
            joined += plain
            guard stop < lines.base.count else { break }
            joined.append(lines.mine[end.mine])
            at = ThreeWay(base: end.base + 1, mine: end.mine + 1, theirs: end.theirs + 1)
        }
        return joined.joined(separator: "\n")
    }

    /// For each line of the base its place in the other text; nil where it is gone.
    private static func partners(of base: [Substring], in other: [Substring]) -> [Int?] {
        var partners: [Int?] = Array(repeating: nil, count: base.count)
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        for change in other.difference(from: base) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var place = 0
        for line in base.indices where !removed.contains(line) {
            while inserted.contains(place) { place += 1 }
            partners[line] = place
            place += 1
        }
        return partners
    }
}
