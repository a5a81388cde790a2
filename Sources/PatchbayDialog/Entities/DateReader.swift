import Foundation

/// Finds days and times of day in what a user says.
enum DateReader {
    /// The one day that a text names, as `2026-01-31`: ISO, a word such as `tomorrow`, a weekday, `next monday`.
    ///
    /// A weekday alone is the coming one, today included; with `next` it is after today, with `last` before.
    static func day(in text: String, today: CivilDay) -> CivilDay? {
        var found: [CivilDay] = PlainText.pieces(text).compactMap { CivilDay($0) }
        let words = PlainText.words(text)
        guard !words.contains(where: DateWords.spans.contains) else { return nil }
        var place = 0
        while place < words.count {
            if let (length, days) = relative(words[place...]) {
                found.append(today.adding(days))
                place += length
            } else {
                if let weekday = DateWords.weekdays[words[place]] {
                    found.append(named(weekday, before: place > 0 ? words[place - 1] : "", today: today))
                }
                place += 1
            }
        }
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private static func relative(_ words: ArraySlice<String>) -> (length: Int, days: Int)? {
        for length in [3, 1] where words.count >= length {
            if let days = DateWords.days[Array(words.prefix(length))] { return (length, days) }
        }
        return nil
    }

    private static func named(_ weekday: Int, before word: String, today: CivilDay) -> CivilDay {
        let ahead = (weekday - today.weekday + 7) % 7
        if DateWords.next.contains(word) { return today.adding(ahead == 0 ? 7 : ahead) }
        if DateWords.last.contains(word) { return today.adding(ahead - 7) }
        return today.adding(ahead)
    }

    /// The one time of day that a text names: `6:30`, `18:30:15`, `6 am`, `6.30pm`, `18 Uhr`, `12 Uhr 30`,
    /// `7 in the evening`, `6 o'clock`, `noon`, or a whole hour alone.
    ///
    /// What means another time than its digits, such as `half past 6`, is none.
    /// - Returns: Seconds since midnight.
    static func time(in text: String) -> Int? {
        let lower = text.lowercased().replacing("o'clock", with: "uhr").replacing("o’clock", with: "uhr")
        let words = PlainText.words(lower)
        let isOtherTime = zip(words, words.dropFirst()).contains { number, word in
            DateWords.betweenHours.contains(word) && Int(number) != nil
        }
        guard !isOtherTime, !words.contains(where: DateWords.partsOfHours.contains) else { return nil }
        let isAfternoon = words.contains(where: DateWords.afternoon.contains)
        var scanner = TimeScanner(lower)
        var found = scanner.times()
        let named = words.compactMap { DateWords.hours[$0].map { $0 * 3_600 } }
        if found.isEmpty, named.isEmpty {
            // A whole hour alone, also behind the word that leads to it.
            var rest = Array(words.drop { ["at", "um", "gegen"].contains($0) })
            if let hour = rest.first, rest.dropFirst().contains(where: DateWords.partsOfDays.contains),
                rest.dropFirst().allSatisfy({ DateWords.partsOfDays.contains($0) || ["in", "the", "am"].contains($0) })
            {
                rest = [hour]
            }
            if rest.count == 1, let hour = Int(rest[0]), (0...24).contains(hour) { found = [hour % 24 * 3_600] }
        }
        if isAfternoon { found = found.map { (1..<12).contains($0 / 3_600) ? $0 + 12 * 3_600 : $0 } }
        found += named
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// A time of day with the zone's offset at a moment, `T06:00:00+05:30`.
    static func timeText(_ seconds: Int, at moment: Date, in zone: TimeZone) -> String {
        let two = { (number: Int) in CivilDay.padded(number, 2) }
        let offset = zone.secondsFromGMT(for: moment) / 60
        let sign = offset < 0 ? "-" : "+"
        return "T" + two(seconds / 3_600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60) + sign
            + two(abs(offset) / 60) + ":" + two(abs(offset) % 60)
    }
}

/// Steps over a text and takes what looks like a clock.
private struct TimeScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8.prefix(1_000))
    }

    mutating func times() -> [Int] {
        var found: [Int] = []
        while position < bytes.count {
            if isDigit(position), position == 0 || !isWordPart(position - 1) {
                if let time = time() { found.append(time) }
            } else {
                position += 1
            }
        }
        return found
    }

    private mutating func time() -> Int? {
        guard var hour = number(upTo: 2) else { return nil }
        var minute = 0
        var second = 0
        var isClock = false
        if next([0x3A, 0x2E]), let part = pair(after: 1) {
            isClock = bytes[position] == 0x3A
            position += 3
            minute = part
            if next([0x3A]), let part = pair(after: 1) {
                position += 3
                second = part
            }
        }
        var mark = self.mark()
        if mark == "uhr" || mark == "h" {
            if minute == 0, let part = minutesBehind() {
                // "7 Uhr 20 Personen" is no time of day for sure.
                guard bytes[position...].allSatisfy({ [0x20, 0x21, 0x2C, 0x2E, 0x3F].contains($0) }) else { return nil }
                minute = part
            }
            if case let half = self.mark(), half.hasPrefix("a") || half.hasPrefix("p") { mark = half }
        }
        switch mark {
        case "am", "a.m":
            guard (1...12).contains(hour) else { return nil }
            hour %= 12
        case "pm", "p.m":
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + 12
        case "uhr", "h":
            break
        default:
            guard isClock else { return nil }
        }
        if hour == 24, minute == 0, second == 0 { hour = 0 }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private func isDigit(_ place: Int) -> Bool { place < bytes.count && (0x30...0x39).contains(bytes[place]) }

    private func isWordPart(_ place: Int) -> Bool {
        isDigit(place) || (0x61...0x7A).contains(bytes[place]) || bytes[place] >= 0x80 || bytes[place] == 0x2D
            || bytes[place] == 0x3A
            || bytes[place] == 0x2E
    }

    private func next(_ marks: [UInt8]) -> Bool { position < bytes.count && marks.contains(bytes[position]) }

    /// Two digits, and no third, behind the mark at the present place.
    private func pair(after offset: Int) -> Int? {
        let start = position + offset
        guard isDigit(start), isDigit(start + 1), !isDigit(start + 2) else { return nil }
        return Int(bytes[start] - 0x30) * 10 + Int(bytes[start + 1] - 0x30)
    }

    private mutating func number(upTo length: Int) -> Int? {
        var value = 0
        var count = 0
        while isDigit(position) {
            if count < 3 { value = value * 10 + Int(bytes[position] - 0x30) }
            count += 1
            position += 1
        }
        return count <= length ? value : nil
    }

    /// The minutes of `12 Uhr 30`: two digits.
    private mutating func minutesBehind() -> Int? {
        var start = position
        while start < bytes.count, bytes[start] == 0x20 { start += 1 }
        guard isDigit(start), isDigit(start + 1), start + 2 == bytes.count || !isWordPart(start + 2) else { return nil }
        position = start + 2
        return Int(bytes[start] - 0x30) * 10 + Int(bytes[start + 1] - 0x30)
    }

    /// `am`, `pm`, `uhr`, `h` behind the digits, with or without a space.
    private mutating func mark() -> String {
        var start = position
        while start < bytes.count, bytes[start] == 0x20 { start += 1 }
        var end = start
        while end < bytes.count, (0x61...0x7A).contains(bytes[end]) || (bytes[end] == 0x2E && end > start) { end += 1 }
        var word = String(decoding: bytes[start..<end], as: UTF8.self)
        while word.hasSuffix(".") { word.removeLast() }
        guard ["am", "pm", "a.m", "p.m", "uhr", "h"].contains(word) else { return "" }
        position = end
        return word
    }
}
