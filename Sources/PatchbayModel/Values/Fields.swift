/// Takes a checked file's object apart; what a check has let through is decoded without a second set of messages.
///
/// Its errors say what is missing where, so that a value which nobody checked fails loudly instead of turning into defaults.
package struct Fields {
    package let object: JSONObject
    package let pointer: JSONPointer
    /// The file's `language`, in which its plain texts are written.
    package let language: String

    /// The fields of a file's root.
    package init(root: JSONValue) throws(DiagnosticError) {
        let language = root["language"]?.string ?? "en"
        try self.init(root, at: .root, language: language)
    }

    package init(_ value: JSONValue, at pointer: JSONPointer, language: String) throws(DiagnosticError) {
        guard let object = value.object else {
            throw DiagnosticError([Diagnostic(at: pointer, "expected an object, found \(value.kindName)")])
        }
        self.object = object
        self.pointer = pointer
        self.language = language
    }

    package subscript(key: String) -> JSONValue? { object[key] }

    /// The value of a key that must be there.
    package func required(_ key: String) throws(DiagnosticError) -> JSONValue {
        guard let value = object[key] else { throw wrong(key, "'\(key)' is missing") }
        return value
    }

    package func string(_ key: String) throws(DiagnosticError) -> String {
        guard let text = try required(key).string else { throw wrong(key, "expected a string") }
        return text
    }

    package func optionalString(_ key: String) -> String? { object[key]?.string }

    package func bool(_ key: String, default value: Bool = false) -> Bool { object[key]?.bool ?? value }

    package func int(_ key: String) -> Int? { object[key]?.int }

    package func strings(_ key: String) -> [String] { object[key]?.array?.compactMap(\.string) ?? [] }

    package func optionalObject(_ key: String) -> JSONObject { object[key]?.object ?? JSONObject() }

    package func id<Subject>(_ key: String) throws(DiagnosticError) -> Identifier<Subject> {
        Identifier(try string(key))
    }

    package func optionalID<Subject>(_ key: String) -> Identifier<Subject>? {
        optionalString(key).map { Identifier($0) }
    }

    package func text(_ key: String) throws(DiagnosticError) -> LocalizedText {
        guard let text = optionalText(key) else { throw wrong(key, "expected a text") }
        return text
    }

    package func optionalText(_ key: String) -> LocalizedText? {
        object[key].flatMap { LocalizedText($0, language: language) }
    }

    package func duration(_ key: String) throws(DiagnosticError) -> Duration? {
        guard let value = object[key] else { return nil }
        guard let duration = value.string.flatMap(DurationText.duration) else {
            throw wrong(key, "expected a duration such as 250ms, 20s, 10m, 24h, 7d")
        }
        return duration
    }

    package func size(_ key: String) throws(DiagnosticError) -> Int? {
        guard let value = object[key] else { return nil }
        guard let size = value.string.flatMap(SizeText.bytes) else {
            throw wrong(key, "expected a size such as 512B, 64KiB, 10MiB")
        }
        return size
    }

    /// A list of objects; absent means none.
    package func list<Element>(
        _ key: String,
        _ make: (Fields) throws(DiagnosticError) -> Element
    ) throws(DiagnosticError) -> [Element] {
        guard let value = object[key] else { return [] }
        guard let elements = value.array else { throw wrong(key, "expected a list") }
        var result: [Element] = []
        for (index, element) in elements.enumerated() {
            result.append(try make(Fields(element, at: pointer.appending(key).appending(index), language: language)))
        }
        return result
    }

    /// A map of objects in order; absent means none.
    package func map<Element>(
        _ key: String,
        _ make: (String, Fields) throws(DiagnosticError) -> Element
    ) throws(DiagnosticError) -> [Element] {
        guard let value = object[key] else { return [] }
        guard let object = value.object else { throw wrong(key, "expected an object") }
        var result: [Element] = []
        for member in object.members {
            let place = pointer.appending(key).appending(member.key)
            result.append(try make(member.key, Fields(member.value, at: place, language: language)))
        }
        return result
    }

    /// A nested object; absent means nil.
    package func nested<Element>(
        _ key: String,
        _ make: (Fields) throws(DiagnosticError) -> Element
    ) throws(DiagnosticError) -> Element? {
        guard let value = object[key] else { return nil }
        return try make(Fields(value, at: pointer.appending(key), language: language))
    }

    /// One of an enumeration's words.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        default value: Choice? = nil
    ) throws(DiagnosticError) -> Choice {
        guard let found = object[key] else {
            guard let value else { throw wrong(key, "'\(key)' is missing") }
            return value
        }
        guard let word = found.string, let choice = Choice(rawValue: word) else {
            let words = Choice.allCases.map(\.rawValue)
            throw wrong(
                key,
                "unknown word \(JSONWriter().text(found))",
                remedy: "use one of " + words.joined(separator: ", ")
            )
        }
        return choice
    }

    /// An error about a key.
    package func wrong(_ key: String, _ message: String, remedy: String? = nil) -> DiagnosticError {
        DiagnosticError([Diagnostic(at: pointer.appending(key), message, remedy: remedy)])
    }
}
