import Foundation
import PatchbayLanguage
import PatchbayModel

/// What reading a value may know of the conversation.
struct EntitySurroundings: Sendable {
    let language: String
    let timeZone: String
    let now: Date

    var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }
    var today: CivilDay { CivilDay(now, in: zone) }

    /// Minutes since midnight.
    var minuteOfDay: Int {
        let seconds = now.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: now))
        let minutes = (seconds / 60).rounded(.down).truncatingRemainder(dividingBy: 1_440)
        return Int(exactly: minutes < 0 ? minutes + 1_440 : minutes) ?? 0
    }
}

/// Turns what a user says into the value of an entity, typed as its entity type says (`docs/dialogs.md`, "Entities").
struct EntityReader: Sendable {
    let type: EntityType
    let isMany: Bool
    let rules: EntityRules
    /// Compiled from a custom entity's pattern.
    let pattern: Pattern?

    /// The value of a message, or nil when the text is none; `choices` are the values of a list.
    func value(
        of text: String,
        attachments: [JSONValue] = [],
        choices: ListChoices?,
        in surroundings: EntitySurroundings
    ) -> JSONValue? {
        if type == .message {
            return .object(["text": .string(text), "attachments": .array(attachments)])
        }
        guard isMany, type.takesMany else { return single(text, choices: choices, in: surroundings) }
        if let values = several(parts(text, at: [",", ";", "\n"]), choices: choices, in: surroundings) {
            return values
        }
        let words = parts(text, at: [",", ";", "\n"], words: [" and ", " und ", " & "])
        return several(words, choices: choices, in: surroundings)
    }

    private func several(_ parts: [String], choices: ListChoices?, in surroundings: EntitySurroundings) -> JSONValue? {
        guard !parts.isEmpty, parts.count <= 1_000 else { return nil }
        let values = parts.compactMap { single($0, choices: choices, in: surroundings) }
        guard values.count == parts.count, rules.allows(count: values.count) else { return nil }
        return .array(values)
    }

    private func parts(_ text: String, at marks: Set<Character>, words: [String] = []) -> [String] {
        var text = text
        for word in words { text = text.replacing(word, with: "\n") }
        // A comma inside a number is no border between two values.
        let isBorder: (Character) -> Bool = type == .number ? { $0 == ";" || $0 == "\n" } : { marks.contains($0) }
        if type == .number { text = text.replacing(", ", with: "\n") }
        return text.split(whereSeparator: isBorder).map { PlainText.trimmed(String($0)) }.filter { !$0.isEmpty }
    }

    private func single(_ text: String, choices: ListChoices?, in surroundings: EntitySurroundings) -> JSONValue? {
        let trimmed = PlainText.trimmed(text)
        guard !trimmed.isEmpty else { return nil }
        switch type {
        case .string, .description: return rules.text(trimmed).map(JSONValue.string)
        case .number:
            return NumberReader.number(in: trimmed, language: surroundings.language).flatMap(rules.number)
                .map(JSONValue.number)
        case .boolean: return AnswerWords.answer(trimmed).map(JSONValue.bool)
        case .date:
            guard trimmed.utf8.count <= 10_000, let day = DateReader.day(in: trimmed, today: surroundings.today),
                rules.allows(day, in: surroundings)
            else {
                return nil
            }
            return .string(day.text)
        case .time:
            guard let time = DateReader.time(in: trimmed), rules.allows(time: time, in: surroundings) else {
                return nil
            }
            return .string(DateReader.timeText(time, at: surroundings.now, in: surroundings.zone))
        case .email:
            return AddressReader.email(in: String(trimmed.prefix(10_000))).flatMap(rules.text).map(JSONValue.string)
        case .phoneNumber: return AddressReader.phone(in: trimmed).flatMap(rules.text).map(JSONValue.string)
        case .url:
            return AddressReader.url(in: String(trimmed.prefix(10_000))).flatMap(rules.text).map(JSONValue.string)
        case .list: return choices?.choice(trimmed, allowsIndex: !rules.ignoresIndex)
        case .custom:
            guard let pattern, pattern.wholeMatch(trimmed) else { return nil }
            return rules.text(trimmed).map(JSONValue.string)
        default: return nil
        }
    }
}
