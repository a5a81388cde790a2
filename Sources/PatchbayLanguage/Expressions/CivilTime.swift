import Foundation

/// A date and time of the proleptic Gregorian calendar, as the fields that people write.
struct CivilTime: Equatable {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0

    private init() {}

    /// The fields of an instant, so many seconds east of Greenwich.
    init(_ date: Date, secondsFromGMT: Int) {
        let seconds = date.timeIntervalSince1970
        // The years 1 to 9999; anything else would not be RFC 3339.
        let whole = seconds.isNaN ? 0 : Int(min(max(seconds.rounded(.down), -62_135_596_800), 253_402_300_799))
        self.init(secondsSince1970: whole + secondsFromGMT)
    }

    init(secondsSince1970 seconds: Int) {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The instant that the fields name in UTC, in seconds since 1970.
    var secondsSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// RFC 3339 in UTC, without fractions: `2026-01-02T03:04:05Z`.
    var iso: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
            + "T\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))Z"
    }

    static func padded(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// The fields of an ISO 8601 text: `2026-01-02`, `2026-01-02T03:04`, `03:04:05`, each time with seconds and
    /// fractions or without; one with `Z` or an offset is shown in the given zone, one without is taken as it stands.
    init?(iso text: String, in zone: TimeZone) {
        self.init()
        var scanner = Scanner(bytes: Array(text.utf8)[...])
        let isTimeAlone = text.utf8.dropFirst(2).first == UInt8(ascii: ":")
        if !isTimeAlone {
            guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
                let day = scanner.number(2), year > 0, (1...12).contains(month), (1...31).contains(day)
            else { return nil }
            (self.year, self.month, self.day) = (year, month, day)
            if scanner.isAtEnd {
                guard isReal else { return nil }
                return
            }
            guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" ") else { return nil }
        }
        guard let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), hour < 24, minute < 60
        else { return nil }
        (self.hour, self.minute) = (hour, minute)
        if scanner.skip(":") {
            guard let second = scanner.number(2), second <= 60 else { return nil }
            self.second = min(second, 59)
            if scanner.skip(".") { guard scanner.skipDigits() else { return nil } }
        }
        guard isReal else { return nil }
        if scanner.isAtEnd { return }
        guard !isTimeAlone, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        let instant = secondsSince1970 - offset
        let shift = zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(instant)))
        self = CivilTime(secondsSince1970: instant + shift)
    }

    /// Whether the day is one of its month.
    private var isReal: Bool {
        let round = CivilTime(secondsSince1970: secondsSince1970)
        return round.month == month && round.day == day
    }
}

/// Takes fixed fields from a text.
private struct Scanner {
    var bytes: ArraySlice<UInt8>

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard bytes.first == UInt8(ascii: mark) else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        let digits = bytes.prefix(width)
        guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        bytes = bytes.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    mutating func skipDigits() -> Bool {
        let count = bytes.prefix { (0x30...0x39).contains($0) }.count
        bytes = bytes.dropFirst(count)
        return count > 0
    }

    /// `Z`, `+01:00` or `-0530`, in seconds.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
