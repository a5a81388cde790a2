/// The lines in which two texts differ, as people know it from version control: ` ` both, `-` before, `+` after.
package enum LineDiff {
    /// How many lines are shown; the rest is counted.
    private static let mostLines = 200
    /// How much of a long line is shown, in Unicode scalars.
    private static let mostScalars = 400
    /// More lines than these are not compared one by one.
    private static let mostCompared = 3_000

    private enum Change {
        case same([UInt8]), removed([UInt8]), added([UInt8])

        var isSame: Bool {
            if case .same = self { true } else { false }
        }
    }

    /// The difference, each line with a line feed at its end; empty when the texts have the same bytes.
    ///
    /// - Parameters:
    ///   - old: The text before.
    ///   - new: The text after.
    ///   - labels: What the two texts are; shown as `--- recorded` and `+++ sent`.
    ///   - context: How many equal lines are shown around different ones.
    /// - Returns: At most 200 lines; control characters show themselves.
    package static func text(
        from old: String,
        to new: String,
        labels: (String, String)? = nil,
        context: Int = 3
    ) -> String {
        guard !old.utf8.elementsEqual(new.utf8) else { return "" }
        let changes = changes(lines(old), lines(new))
        var output = labels.map { ["--- \($0.0)", "+++ \($0.1)"] } ?? []
        for range in hunks(changes, context: context) {
            output.append(header(changes, range))
            output += shown(Array(changes[range]))
        }
        if output.count > mostLines {
            let more = output.count - mostLines
            output = output.prefix(mostLines) + ["… and \(more) more lines"]
        }
        return output.map { $0 + "\n" }.joined()
    }

    /// A text in which control characters show themselves instead of acting.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 != "\t" && isControl($0) }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar != "\t", isControl(scalar) {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func lines(_ text: String) -> [[UInt8]] {
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        return lines.last?.isEmpty == true ? lines.dropLast() : lines
    }

    // MARK: - Comparing

    private static func changes(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Change] {
        var start = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        var end = 0
        while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        let before = Array(old[start..<(old.count - end)])
        let after = Array(new[start..<(new.count - end)])
        let middle =
            before.count + after.count > mostCompared
            ? before.map(Change.removed) + after.map(Change.added) : compared(before, after)
        return old[..<start].map(Change.same) + middle + old[(old.count - end)...].map(Change.same)
    }

    /// The shortest way from one to the other, removed lines before added ones.
    private static func compared(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Change] {
        let difference = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var result: [Change] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                result.append(.removed(old[left]))
                left += 1
            } else if right < new.count, added.contains(right) {
                result.append(.added(new[right]))
                right += 1
            } else if left < old.count {
                result.append(.same(old[left]))
                left += 1
                right += 1
            } else {
                break
            }
        }
        return result
    }

    // MARK: - Showing

    /// The stretches around changes.
    private static func hunks(_ changes: [Change], context: Int) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for (index, change) in changes.enumerated() where !change.isSame {
            let range = max(0, index - context)..<min(changes.count, index + context + 1)
            if let last = result.last, last.upperBound >= range.lowerBound {
                result[result.count - 1] = last.lowerBound..<range.upperBound
            } else {
                result.append(range)
            }
        }
        return result
    }

    private static func header(_ changes: [Change], _ range: Range<Int>) -> String {
        var (old, new) = (1, 1)
        var (oldCount, newCount) = (0, 0)
        for (index, change) in changes[..<range.upperBound].enumerated() {
            let isInside = index >= range.lowerBound
            switch change {
            case .same:
                if isInside {
                    (oldCount, newCount) = (oldCount + 1, newCount + 1)
                } else {
                    (old, new) = (old + 1, new + 1)
                }
            case .removed: if isInside { oldCount += 1 } else { old += 1 }
            case .added: if isInside { newCount += 1 } else { new += 1 }
            }
        }
        return "@@ -\(oldCount == 0 ? old - 1 : old),\(oldCount) +\(newCount == 0 ? new - 1 : new),\(newCount) @@"
    }

    private static func shown(_ changes: [Change]) -> [String] {
        var output: [String] = []
        var removed: [[UInt8]] = []
        var added: [[UInt8]] = []
        func flush() {
            for (place, line) in removed.enumerated() {
                output.append("-" + cut(line, beside: place < added.count ? added[place] : nil))
            }
            for (place, line) in added.enumerated() {
                output.append("+" + cut(line, beside: place < removed.count ? removed[place] : nil))
            }
            removed = []
            added = []
        }
        for change in changes {
            switch change {
            case .removed(let line): removed.append(line)
            case .added(let line): added.append(line)
            case .same(let line):
                flush()
                output.append(" " + cut(line, beside: nil))
            }
        }
        flush()
        return output
    }

    /// A line, of a long one the stretch in which it differs from the other.
    private static func cut(_ line: [UInt8], beside other: [UInt8]?) -> String {
        let scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
        guard scalars.count > mostScalars else { return visible(text(scalars[...])) }
        var start = 0
        if let other = other.map({ Array(String(decoding: $0, as: UTF8.self).unicodeScalars) }) {
            let same = zip(scalars, other).prefix { $0 == $1 }.count
            start = min(max(0, same - 60), scalars.count - 1)
        }
        let end = min(scalars.count, start + mostScalars)
        return (start > 0 ? "…" : "") + visible(text(scalars[start..<end])) + (end < scalars.count ? "…" : "")
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
