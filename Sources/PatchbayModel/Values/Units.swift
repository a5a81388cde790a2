/// Durations as files spell them: `250ms 20s 10m 24h 7d`.
package enum DurationText {
    /// The duration, or nil when it is not spelled like one; at most ten years.
    package static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 12, let count = Int(digits) else { return nil }
        let milliseconds: Int
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = 1
        case "s": milliseconds = 1_000
        case "m": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        default: return nil
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: milliseconds)
        guard !overflow, total <= 315_360_000_000 else { return nil }
        return .milliseconds(total)
    }

    /// The shortest spelling that says it exactly, rounded to milliseconds.
    package static func text(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
        where milliseconds != 0 && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }
}

extension Duration {
    /// The whole milliseconds in it; capped, so that it never traps.
    package var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000)
        return overflow ? (seconds < 0 ? .min : .max) : product + Int(attoseconds / 1_000_000_000_000_000)
    }
}

/// Sizes as files spell them: `512B 64KiB 10MiB`.
package enum SizeText {
    /// The bytes, or nil when it is not spelled like a size; at most 1 TiB.
    package static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 12, let count = Int(digits) else { return nil }
        let unit: Int
        switch text.dropFirst(digits.count) {
        case "B": unit = 1
        case "KiB": unit = 1 << 10
        case "MiB": unit = 1 << 20
        case "GiB": unit = 1 << 30
        default: return nil
        }
        let (total, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow || total > 1 << 40 ? nil : total
    }
}
