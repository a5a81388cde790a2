package import Foundation
import PatchbayModel

/// A moment of a conversation test, with the spelling it has in the file.
package struct TestTime: Sendable, Equatable {
    /// RFC 3339 in UTC, or a duration since the test's start.
    package let text: String
    /// The instant that it names.
    package let date: Date

    /// An instant, to the millisecond.
    package init(_ date: Date) {
        let milliseconds = date.roundedMilliseconds
        self.date = Date(milliseconds: milliseconds)
        let rest = ((milliseconds % 1_000) + 1_000) % 1_000
        let whole = Date(milliseconds: milliseconds - rest)
        let seconds = whole.formatted(Date.ISO8601FormatStyle())
        guard rest > 0 else {
            text = seconds
            return
        }
        let digits = String(1_000 + rest).dropFirst()
        text = seconds.dropLast() + ".\(digits)Z"
    }

    /// Reads `2026-03-02T09:00:00Z` (fractions beyond milliseconds are dropped) or, where a start is given, `90s`.
    package init?(_ text: String, since start: Date? = nil) {
        self.text = text
        if let start, let duration = DurationText.duration(text) {
            date = Date(milliseconds: start.roundedMilliseconds.addingClamped(Int64(duration.milliseconds)))
            return
        }
        guard text.hasSuffix("Z") else { return nil }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        guard let whole = try? Date.ISO8601FormatStyle().parse(first + "Z") else { return nil }
        var rest: Int64 = 0
        if parts.count == 2 {
            let digits = parts[1].prefix(3)
            guard !digits.isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits)
            else { return nil }
            rest = count * [0, 100, 10, 1][digits.count]
        }
        date = Date(milliseconds: whole.roundedMilliseconds.addingClamped(rest))
    }
}

extension Date {
    /// Whole milliseconds since 1970, bounded so that no clock can trap.
    var roundedMilliseconds: Int64 {
        let value = (timeIntervalSince1970 * 1_000).rounded()
        guard value.isFinite else { return 0 }
        return Int64(min(max(value, -9e15), 9e15))
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
