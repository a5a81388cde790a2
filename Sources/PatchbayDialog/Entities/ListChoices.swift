import PatchbayModel

/// The values of a list, ready to be found in what a user says.
struct ListChoices: Sendable {
    /// One value with all the ways to say it, folded.
    struct Choice: Sendable {
        let value: JSONValue
        let title: LocalizedText?
        let phrases: [String]
    }

    let choices: [Choice]

    /// The values that a dialog's file lists.
    init(_ values: [ListValue]) {
        choices = values.map { value in
            var phrases = [value.id]
            if let text = Self.text(value.value) { phrases.append(text) }
            phrases += value.title.map { Array($0.byLanguage.values) } ?? []
            phrases += value.synonyms.byLanguage.values.flatMap(\.self)
            return Choice(value: value.value, title: value.title, phrases: Self.folded(phrases))
        }
    }

    /// The values that a variable holds: a list of scalars, or of objects whose keys a rule names.
    ///
    /// The rule is `{value, title, key, synonyms}`: names of members; synonyms are a list or separated by commas.
    init(_ list: JSONValue?, rule: JSONValue, language: String) {
        choices = (list?.array ?? []).prefix(10_000).map { element in
            func member(_ key: String) -> JSONValue? { rule[key]?.string.flatMap { element[$0] } }
            let value = member("key") ?? (element.object == nil ? element : member("title") ?? element)
            let title = member("title").flatMap(Self.text)
            var phrases = [Self.text(value), title].compactMap(\.self)
            switch member("synonyms") {
            case .array(let words): phrases += words.compactMap(\.string)
            case .string(let words): phrases += words.split(separator: ",").map(String.init)
            default: break
            }
            return Choice(
                value: value,
                title: title.map { LocalizedText($0, language: language) },
                phrases: Self.folded(phrases)
            )
        }
    }

    /// The one value that a text names: as a whole, by its number, or as words inside; nil when none or several.
    func choice(_ text: String, allowsIndex: Bool) -> JSONValue? {
        guard text.utf8.count <= 10_000 else { return nil }
        let folded = PlainText.fold(text)
        guard !folded.isEmpty else { return nil }
        if let exact = choices.first(where: { $0.phrases.contains(folded) }) { return exact.value }
        if allowsIndex, let number = Int(folded), number >= 1, number <= choices.count {
            return choices[number - 1].value
        }
        let padded = " " + folded + " "
        let inside = choices.filter { $0.phrases.contains { padded.contains(" " + $0 + " ") } }
        guard inside.count == 1 else { return nil }
        return inside[0].value
    }

    /// The title of a value in a language, where it has one.
    func title(of value: JSONValue, in language: String) -> String? {
        choices.first { $0.value == value }?.title?.text(in: language)
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    private static func folded(_ phrases: [String]) -> [String] {
        var seen: Set<String> = []
        return phrases.map(PlainText.fold).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
