/// One of several ways to say something; of those that fit a turn the seed picks one.
package struct Alternative: Sendable, Equatable {
    /// What is said.
    package enum Content: Sendable, Equatable {
        case text(LocalizedText)
        /// A rich message, such as quick replies or a table, with `{{…}}` in its strings.
        case template(JSONValue)
        /// What the script `<node id>.<alternative id>.message.js` prints.
        case script
    }

    package let id: String
    package let content: Content
    /// The channels it is for; empty means all.
    package let channels: [String]
    /// From which try on it is for; nil means any.
    package let attempt: Int?

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        channels = fields.strings("channels")
        attempt = fields.int("try")
        if let text = fields.optionalText("text") {
            content = .text(text)
        } else if let template = fields["template"] {
            content = .template(template)
        } else {
            content = .script
        }
    }
}

/// Phrases by language, in the author's order.
package struct Phrases: Sendable, Equatable {
    package let byLanguage: [String: [String]]

    /// Takes a list in the file's language, or a map of lists by language; elements may be objects with `text`.
    init(_ value: JSONValue?, language: String) {
        func words(_ value: JSONValue) -> [String] { value.array?.compactMap { $0.string ?? $0["text"]?.string } ?? [] }
        switch value {
        case .object(let object):
            byLanguage = Dictionary(object.members.map { ($0.key, words($0.value)) }, uniquingKeysWith: +)
        case .some(let list): byLanguage = [language: words(list)]
        case .none: byLanguage = [:]
        }
    }

    /// Those for a language and, since people mix languages, all others after them.
    package func all(first language: String) -> [String] {
        let chosen = LanguageFallback.pick(language, from: byLanguage, base: language) ?? []
        let others = byLanguage.sorted { $0.key < $1.key }.flatMap(\.value)
        return chosen + others.filter { !chosen.contains($0) }
    }
}
