import PatchbayModel

extension SchemaComparison {
    // MARK: - Lists

    mutating func lists(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard Self.types(wide).intersection(Self.types(narrow)).contains("array") else { return }
        if narrow["uniqueItems"] == .bool(true), wide["uniqueItems"] != .bool(true) {
            note(say("its elements differ from each other now", "its elements may now be the same"), at: place)
        }
        if let items = narrow["items"] {
            compare(wide["items"] ?? .bool(true), items, at: place.appending("items"))
        }
    }

    // MARK: - Objects

    mutating func objects(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard Self.types(wide).intersection(Self.types(narrow)).contains("object") else { return }
        required(wide, narrow, at: place)
        let (before, now) = (wide["properties"]?.object ?? JSONObject(), narrow["properties"]?.object ?? JSONObject())
        for member in now.members {
            let inside = place.appending("properties").appending(member.key)
            if let schema = before[member.key] {
                compare(schema, member.value, at: inside)
            } else if let rest = wide["additionalProperties"], rest.object != nil {
                compare(rest, member.value, at: inside)
            } else if direction == .output {
                // An answer said that it has this, and now says nothing of it.
                note("it is no longer described", at: inside, isCertain: false)
            }
        }
        for member in before.members where now[member.key] == nil {
            lost(member, narrow["additionalProperties"], at: place.appending("properties").appending(member.key))
        }
        guard direction == .input, narrow["additionalProperties"] != wide["additionalProperties"] else { return }
        closing(wide["additionalProperties"] ?? .bool(true), narrow["additionalProperties"] ?? .bool(true), at: place)
    }

    private mutating func required(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        let before = wide["required"]?.array ?? []
        for key in (narrow["required"]?.array ?? []).compactMap(\.string) where !before.contains(.string(key)) {
            note(say("it is required now", "it may now be missing"), at: place.appending("properties").appending(key))
        }
    }

    /// A key that only the wide schema describes.
    private mutating func lost(_ member: JSONObject.Member, _ rest: JSONValue?, at place: JSONPointer) {
        // An answer may say more than before: services grow.
        guard direction == .input else { return }
        switch rest {
        case .bool(false)?: note("it is no longer taken", at: place)
        case .object?: compare(member.value, rest ?? .bool(true), at: place)
        default: note("it is no longer described", at: place, isCertain: false)
        }
    }

    /// What is said of keys that are not described.
    private mutating func closing(_ wide: JSONValue, _ narrow: JSONValue, at place: JSONPointer) {
        guard wide != .bool(false) else { return }
        if narrow == .bool(false) {
            note("it takes no other keys any more", at: place)
        } else if narrow.object != nil {
            compare(wide, narrow, at: place.appending("additionalProperties"))
        }
    }

    // MARK: - Alternatives

    /// What the wide schema allows has to be taken by one of the narrow one's alternatives.
    mutating func alternatives(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        guard narrow["anyOf"] != wide["anyOf"], let choices = narrow["anyOf"]?.array else { return }
        var whole = wide
        for key in wide.keys where Self.isSilent(key) { whole[key] = nil }
        alternative(.object(whole), among: choices, at: place)
    }

    private mutating func alternative(_ schema: JSONValue, among choices: [JSONValue], at place: JSONPointer) {
        var isCertain = true
        for choice in choices {
            var trial = self
            trial.findings = []
            trial.compare(schema, choice, at: place)
            if trial.findings.isEmpty { return }
            // What is certainly refused by each may still be taken by all together, if it is of several types.
            isCertain = isCertain && trial.findings.contains(where: \.isCertain)
        }
        let isOne = schema.object.map { Self.types($0).subtracting(["integer"]).count <= 1 } ?? false
        note(
            say("one of its alternatives is no longer taken", "it has a new alternative"),
            at: place,
            isCertain: isCertain && isOne
        )
    }

    // MARK: - The rest

    /// Keywords that a rule knows.
    static let known: Set<String> = [
        "$ref", "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxLength", "pattern", "format", "items", "minItems", "maxItems", "uniqueItems", "properties",
        "required", "additionalProperties", "minProperties", "maxProperties", "anyOf",
    ]

    /// Keywords that no rule knows.
    mutating func others(_ wide: JSONObject, _ narrow: JSONObject, at place: JSONPointer) {
        // One that is gone from the narrow side allows more.
        for key in narrow.keys where !Self.known.contains(key) && !Self.isSilent(key) && narrow[key] != wide[key] {
            note("'\(key)' differs", at: place, isCertain: false)
        }
    }
}
