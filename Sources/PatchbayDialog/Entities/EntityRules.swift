import PatchbayModel

/// The rules of an entity node that run: what a value must keep to (`docs/dialogs.md`, "Entities").
struct EntityRules: Sendable {
    let minimum: JSONNumber?
    let maximum: JSONNumber?
    let isWhole: Bool
    let minLength: Int?
    let maxLength: Int?
    let minItems: Int?
    let maxItems: Int?
    let earliest: EntityMoment?
    let latest: EntityMoment?
    let ignoresIndex: Bool

    /// Takes the rules of an entity of a type; what does not concern the type is never asked for.
    init(_ rules: JSONObject, for type: EntityType) {
        func value(_ rule: EntityRule) -> JSONValue? { rules[rule.rawValue] }
        func moment(_ rule: EntityRule) -> EntityMoment? { value(rule)?.string.flatMap { EntityMoment($0, for: type) } }
        minimum = value(.minimum)?.number
        maximum = value(.maximum)?.number
        isWhole = value(.whole)?.bool ?? false
        minLength = value(.minLength)?.int
        maxLength = value(.maxLength)?.int
        minItems = value(.minItems)?.int
        maxItems = value(.maxItems)?.int
        earliest = moment(.earliest)
        latest = moment(.latest)
        ignoresIndex = value(.noIndexMatch)?.bool ?? false
    }

    /// A text, or nil when it is too short or too long; characters are what a reader sees as such.
    func text(_ text: String) -> String? { allows(text.count, from: minLength, to: maxLength) ? text : nil }

    /// A number, or nil when a rule refuses it.
    func number(_ number: JSONNumber) -> JSONNumber? {
        if let minimum, number < minimum { return nil }
        if let maximum, number > maximum { return nil }
        return isWhole && !number.isInteger ? nil : number
    }

    /// Whether several values may be so many.
    func allows(count: Int) -> Bool { allows(count, from: minItems, to: maxItems) }

    /// Whether a day lies within the bounds, by the conversation's clock.
    func allows(_ day: CivilDay, in surroundings: EntitySurroundings) -> Bool {
        if let earliest = earliest?.day(in: surroundings), day < earliest { return false }
        if let latest = latest?.day(in: surroundings), day > latest { return false }
        return true
    }

    /// Whether a time of day, in seconds since midnight, lies within the bounds, by the conversation's clock.
    func allows(time: Int, in surroundings: EntitySurroundings) -> Bool {
        if let earliest = earliest?.time(in: surroundings), time < earliest { return false }
        if let latest = latest?.time(in: surroundings), time > latest { return false }
        return true
    }

    private func allows(_ count: Int, from least: Int?, to most: Int?) -> Bool {
        count >= least ?? 0 && count <= most ?? .max
    }
}
