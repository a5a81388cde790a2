import PatchbayModel

/// The rules of an entity node that run: bounds and trimming (`docs/dialogs.md`, "Entities").
struct EntityRules: Sendable {
    /// A number, or `{from, to}`.
    struct Bounds: Sendable {
        let from: JSONNumber?
        let to: JSONNumber?

        init?(_ value: JSONValue?) {
            switch value {
            case .number(let exact): (from, to) = (exact, exact)
            case .object(let object): (from, to) = (object["from"]?.number, object["to"]?.number)
            default: return nil
            }
        }

        func contains(_ number: JSONNumber) -> Bool {
            if let from, number < from { return false }
            if let to, number > to { return false }
            return true
        }
    }

    /// How many characters a text has.
    let letters: Bounds?
    /// How many digits a number has.
    let digits: Bounds?
    /// Between which a number lies.
    let range: Bounds?
    /// Between which a day lies, as ISO dates.
    let days: (from: String?, to: String?)
    let isInteger: Bool
    let asString: Bool
    let extractsOnlyNumbers: Bool
    let ignoresIndex: Bool
    let stripLeading: [String]
    let stripTrailing: [String]

    /// The keys that mean something here.
    static let known = [
        "letters", "digits", "range", "integer", "asString", "extractOnlyNumbers", "noIndexMatch", "stripLeading",
        "stripTrailing",
    ]

    init(_ rules: JSONObject) {
        letters = Bounds(rules["letters"])
        digits = Bounds(rules["digits"])
        range = Bounds(rules["range"])
        days = (rules["range"]?["from"]?.string, rules["range"]?["to"]?.string)
        isInteger = rules["integer"]?.bool ?? false
        asString = rules["asString"]?.bool ?? false
        extractsOnlyNumbers = rules["extractOnlyNumbers"]?.bool ?? false
        ignoresIndex = rules["noIndexMatch"]?.bool ?? false
        func words(_ key: String) -> [String] {
            rules[key]?.array?.compactMap(\.string) ?? rules[key]?.string.map { [$0] } ?? []
        }
        stripLeading = words("stripLeading")
        stripTrailing = words("stripTrailing")
    }

    /// A text without the words to strip, or nil when a rule refuses it.
    func text(_ text: String) -> String? {
        var text = text
        var goesOn = !stripLeading.isEmpty || !stripTrailing.isEmpty
        while goesOn {
            goesOn = false
            for word in stripLeading where !word.isEmpty && text.lowercased().hasPrefix(word.lowercased() + " ") {
                text = PlainText.trimmed(String(text.dropFirst(word.count)))
                goesOn = true
            }
            for word in stripTrailing where !word.isEmpty && text.lowercased().hasSuffix(" " + word.lowercased()) {
                text = PlainText.trimmed(String(text.dropLast(word.count)))
                goesOn = true
            }
        }
        if extractsOnlyNumbers { text = text.filter { $0.isASCII && $0.isNumber } }
        guard !text.isEmpty else { return nil }
        if let letters, !letters.contains(JSONNumber(text.count)) { return nil }
        return text
    }

    /// A number as the value to keep, or nil when a rule refuses it.
    func number(_ number: JSONNumber) -> JSONValue? {
        if let digits, !digits.contains(JSONNumber(number.text.utf8.count { (0x30...0x39).contains($0) })) {
            return nil
        }
        if let range, !range.contains(number) { return nil }
        if isInteger, !number.isInteger { return nil }
        return asString ? .string(number.text) : .number(number)
    }

    /// Whether a day lies within the range.
    func allows(_ day: CivilDay) -> Bool {
        if let from = days.from.flatMap({ CivilDay($0) }), day < from { return false }
        if let to = days.to.flatMap({ CivilDay($0) }), day > to { return false }
        return true
    }
}
