import Foundation
import PatchbayModel

/// A bound of a date or time, as the rules `earliest` and `latest` write it.
enum EntityMoment: Sendable, Equatable {
    /// The conversation's today, or its present minute.
    case now
    case day(CivilDay)
    /// Seconds since midnight.
    case time(Int)

    /// Takes `today`, `now` or `2026-12-24` for a date; `now`, `18:30` or `18:30:15` for a time, also with `T` before it.
    ///
    /// Nil for anything else, and for a type that is neither.
    init?(_ text: String, for type: EntityType) {
        switch (type, text) {
        case (.date, "today"), (.date, "now"), (.time, "now"): self = .now
        case (.date, _):
            guard let day = CivilDay(text) else { return nil }
            self = .day(day)
        case (.time, _):
            guard let seconds = Self.seconds(text) else { return nil }
            self = .time(seconds)
        default: return nil
        }
    }

    /// What a bound for a type looks like, for messages; nil for a type that has none.
    static func examples(for type: EntityType) -> String? {
        switch type {
        case .date: "today, or a day such as 2026-12-24"
        case .time: "now, or a time such as 18:30"
        default: nil
        }
    }

    /// The day that it is; nil for a time of day.
    func day(in surroundings: EntitySurroundings) -> CivilDay? {
        switch self {
        case .now: surroundings.today
        case .day(let day): day
        case .time: nil
        }
    }

    /// The seconds since midnight that it is; nil for a day.
    func time(in surroundings: EntitySurroundings) -> Int? {
        switch self {
        // People don't say seconds: the minute that runs is neither too early nor too late.
        case .now: surroundings.minuteOfDay * 60
        case .day: nil
        case .time(let seconds): seconds
        }
    }

    private static func seconds(_ text: String) -> Int? {
        let clock = text.hasPrefix("T") ? text.dropFirst() : text[...]
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count),
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int($0) } + [0]
        guard numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    }
}
