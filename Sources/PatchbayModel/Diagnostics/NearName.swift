/// Finds the name that somebody probably meant.
package enum NearName {
    /// The nearest of the candidates, if it is near: at most a third of the letters differ (swapped neighbours count once).
    package static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased())
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased())
            guard abs(other.count - wanted.count) <= 3 else { continue }
            let distance = distance(wanted, other)
            if distance <= max(1, min(3, wanted.count / 3)), distance < best?.distance ?? Int.max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    /// `did you mean 'x'?` or, where nothing is near, `use one of a, b, c`; nil when there is nothing to offer.
    package static func remedy(for name: String, among candidates: some Collection<String>) -> String? {
        if let near = suggestion(for: name, among: candidates) { return "did you mean '\(near)'?" }
        guard !candidates.isEmpty else { return nil }
        let shown = candidates.prefix(12).joined(separator: ", ")
        return "use one of " + shown + (candidates.count > 12 ? ", …" : "")
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [[Int]](repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
        for row in 0...left.count { rows[row][0] = row }
        for column in 0...right.count { rows[0][column] = column }
        for row in 1...left.count {
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var least = min(
                    rows[row - 1][column] + 1,
                    rows[row][column - 1] + 1,
                    rows[row - 1][column - 1] + (same ? 0 : 1)
                )
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    least = min(least, rows[row - 2][column - 2] + 1)
                }
                rows[row][column] = least
            }
        }
        return rows[left.count][right.count]
    }
}
