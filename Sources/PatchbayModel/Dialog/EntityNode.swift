/// A value asked of the user.
package struct EntityNode: Sendable, Equatable {
    package let type: EntityType
    /// Whether several values are taken.
    package let isMany: Bool
    package let presence: EntityPresence
    /// Taken when the user gives nothing; a literal or template.
    package let defaultValue: JSONValue?
    /// Whether it asks although a value is there.
    package let asksAlways: Bool
    package let prompts: [Alternative]
    package let errorPrompts: [Alternative]
    /// How often it asks again, 1 to 10.
    package let retries: Int
    package let onRetriesExceeded: FailureTarget
    /// The values of a list.
    package let values: [ListValue]
    /// Where a list's values come from, when not from the file: `{value, title, key, synonyms}`.
    package let valuesFrom: JSONValue?
    /// The pattern of a custom entity.
    package let pattern: String?
    package let rules: JSONObject
    /// How the value is shown where it must not be: `{as, with}`.
    package let sensitive: JSONValue?

    init(_ fields: Fields) throws(DiagnosticError) {
        type = try fields.choice("type")
        isMany = fields.bool("many")
        presence = try fields.choice("presence", default: .required)
        defaultValue = fields["default"]
        asksAlways = fields.optionalString("ask") == "always"
        prompts = try fields.list("prompts", Alternative.init)
        errorPrompts = try fields.list("errorPrompts", Alternative.init)
        retries = fields.int("retries") ?? 5
        onRetriesExceeded = FailureTarget(fields.optionalString("onRetriesExceeded") ?? "end")
        values = try fields.list("values", ListValue.init)
        valuesFrom = fields["valuesFrom"]
        pattern = fields.optionalString("pattern")
        rules = fields.optionalObject("rules")
        sensitive = fields["sensitive"]
    }
}

/// Whether an entity must be filled.
package enum EntityPresence: String, Sendable, CaseIterable {
    /// Asked until it is filled or the retries are used up.
    case required
    /// Asked once.
    case optional
    /// Never asked.
    case hidden
}

/// The entity types of `docs/formats.md`.
package enum EntityType: String, Sendable, CaseIterable {
    case address, airport, attachment, boolean, city, color, company, composite, country, currency, custom, date,
        datePeriod
    case dateTime, description, email, list, location, lookup, message, number, percentage, personName, phoneNumber,
        quantity
    case string, time, timeZone, url, zipCode

    /// Whether a conversation can fill it; the others are read and linted.
    package var runs: Bool {
        switch self {
        case .string, .description, .number, .boolean, .date, .time, .email, .phoneNumber, .url, .list, .custom,
            .message:
            true
        default: false
        }
    }
}

/// One value of a list.
package struct ListValue: Sendable, Equatable {
    package let id: String
    package let value: JSONValue
    package let title: LocalizedText?
    package let synonyms: Phrases

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        value = fields["value"] ?? .string(id)
        title = fields.optionalText("title")
        synonyms = Phrases(fields["synonyms"], language: fields.language)
    }
}
