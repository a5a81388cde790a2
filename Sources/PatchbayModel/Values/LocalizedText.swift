/// A text in one or more languages.
package struct LocalizedText: Sendable, Hashable {
    /// The texts by BCP 47 language tag, in the author's order.
    package let byLanguage: [String: String]
    /// The language that stands in for missing ones: the file's.
    package let base: String

    /// A text in one language.
    package init(_ text: String, language: String) {
        byLanguage = [language: text]
        base = language
    }

    /// Takes a string in the file's language, or a map by language; nil for anything else.
    package init?(_ value: JSONValue, language: String) {
        base = language
        switch value {
        case .string(let text): byLanguage = [language: text]
        case .object(let object):
            var texts: [String: String] = [:]
            for member in object.members {
                guard let text = member.value.string else { return nil }
                texts[member.key] = text
            }
            byLanguage = texts
        default: return nil
        }
    }

    /// The text for a language: `de-AT`, else `de`, else the file's language, else any (the first by tag).
    package func text(in language: String) -> String {
        if byLanguage.count == 1, let only = byLanguage.first { return only.value }
        return LanguageFallback.pick(language, from: byLanguage, base: base) ?? ""
    }
}

/// Chooses among values by language.
package enum LanguageFallback {
    /// The value for `de-AT`, else `de`, else the base language, else the first by tag.
    package static func pick<Value>(_ language: String, from values: [String: Value], base: String) -> Value? {
        var tag = Substring(language)
        while true {
            if let value = values[String(tag)] { return value }
            guard let end = tag.lastIndex(of: "-") else { break }
            tag = tag[..<end]
        }
        if let value = values[base] { return value }
        return values.min { $0.key < $1.key }?.value
    }
}
