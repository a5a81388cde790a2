import Foundation
import PatchbayModel

/// The second argument of `format`: how a number, a date or a time is shown, the same on every machine.
enum FormatPattern: Equatable {
    /// `#,##0.00`: at least `least` digits before the point, in groups of three or not, and the decimal places.
    case number(least: Int, isGrouped: Bool, places: ClosedRange<Int>)
    case time([TimePiece])
    case date, timeOfDay, dateAndTime

    enum TimePiece: Equatable {
        case text(String)
        /// A letter of `yMdHms` and how often it stands.
        case field(Character, Int)
    }

    /// Reads a pattern; nil when it is none.
    init?(_ text: String) {
        switch text {
        case "date": self = .date
        case "time": self = .timeOfDay
        case "dateTime": self = .dateAndTime
        default:
            guard !text.isEmpty, text.utf8.count <= 100, let pattern = Self.number(text) ?? Self.time(text) else {
                return nil
            }
            self = pattern
        }
    }

    private static func number(_ text: String) -> FormatPattern? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, !parts[0].isEmpty, parts[0].allSatisfy({ $0 == "#" || $0 == "0" || $0 == "," }) else {
            return nil
        }
        let least = parts[0].count { $0 == "0" }
        guard parts[0].last != ",", !parts[0].contains("0#"), !parts[0].contains("0,#") else { return nil }
        var places = 0...0
        if parts.count == 2 {
            let zeros = parts[1].prefix { $0 == "0" }.count
            guard !parts[1].isEmpty, parts[1].count <= 20, parts[1].dropFirst(zeros).allSatisfy({ $0 == "#" }) else {
                return nil
            }
            places = zeros...parts[1].count
        }
        return .number(least: least, isGrouped: parts[0].contains(","), places: places)
    }

    private static func time(_ text: String) -> FormatPattern? {
        var pieces: [TimePiece] = []
        var literal = ""
        var hasField = false
        var rest = Substring(text)
        while let character = rest.first {
            if character == "'" {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: "'") else { return nil }
                literal += rest[..<end]
                rest = rest[rest.index(after: end)...]
                continue
            }
            guard character.isLetter else {
                literal.append(character)
                rest = rest.dropFirst()
                continue
            }
            let count = rest.prefix { $0 == character }.count
            guard character == "y" ? count == 4 || count == 2 : "MdHms".contains(character) && count <= 2 else {
                return nil
            }
            if !literal.isEmpty { pieces.append(.text(literal)) }
            literal = ""
            pieces.append(.field(character, count))
            hasField = true
            rest = rest.dropFirst(count)
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        return hasField ? .time(pieces) : nil
    }

    /// The value as the pattern shows it; nil when the value is of another kind.
    func text(of value: JSONValue, in scope: some ExpressionScope) -> String? {
        switch self {
        case .number(let least, let isGrouped, let places):
            let number = value.number ?? value.string.flatMap(JSONNumber.init(wholly:))
            return number.flatMap { Self.text($0, least: least, isGrouped: isGrouped, places: places) }
        case .time(let pieces): return Self.time(value, in: scope).map { Self.text($0, pieces) }
        case .date: return styled(value, Self.datePattern(scope.language), in: scope)
        case .timeOfDay: return styled(value, "HH:mm", in: scope)
        case .dateAndTime: return styled(value, Self.datePattern(scope.language) + " HH:mm", in: scope)
        }
    }

    /// German writes the day first, with dots; every other language gets the form that nobody misreads.
    private static func datePattern(_ language: String) -> String {
        language == "de" || language.hasPrefix("de-") ? "dd.MM.yyyy" : "yyyy-MM-dd"
    }

    private func styled(_ value: JSONValue, _ pattern: String, in scope: some ExpressionScope) -> String? {
        guard case .time(let pieces)? = Self.time(pattern) else { return nil }
        return Self.time(value, in: scope).map { Self.text($0, pieces) }
    }

    private static func time(_ value: JSONValue, in scope: some ExpressionScope) -> CivilTime? {
        value.string.flatMap { CivilTime(iso: $0, in: scope.timeZone) }
    }

    private static func text(_ time: CivilTime, _ pieces: [TimePiece]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field("y", 2): CivilTime.padded(time.year % 100, 2)
            case .field("y", let width): CivilTime.padded(time.year, width)
            case .field("M", let width): CivilTime.padded(time.month, width)
            case .field("d", let width): CivilTime.padded(time.day, width)
            case .field("H", let width): CivilTime.padded(time.hour, width)
            case .field("m", let width): CivilTime.padded(time.minute, width)
            case .field(_, let width): CivilTime.padded(time.second, width)
            }
        }.joined()
    }

    private static func text(_ number: JSONNumber, least: Int, isGrouped: Bool, places: ClosedRange<Int>) -> String? {
        let rounded = ExactDecimal(number).rounded(toPlaces: places.upperBound)
        guard var (whole, fraction) = rounded.parts else { return nil }
        if whole == "0", least == 0, !fraction.isEmpty { whole = "" }
        whole = String(repeating: "0", count: max(0, least - whole.count)) + whole
        if isGrouped {
            var grouped = ""
            for (place, digit) in whole.enumerated() {
                if place > 0, (whole.count - place) % 3 == 0 { grouped.append(",") }
                grouped.append(digit)
            }
            whole = grouped
        }
        fraction += String(repeating: "0", count: max(0, places.lowerBound - fraction.count))
        return (rounded.isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
