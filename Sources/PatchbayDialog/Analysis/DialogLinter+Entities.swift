import PatchbayModel

// What an entity says, and what of it does something.
extension DialogLinter {
    mutating func entity(_ entity: EntityNode, at pointer: JSONPointer) {
        if entity.type == .custom, entity.pattern == nil {
            say(
                pointer,
                "an entity of type 'custom' needs a 'pattern'",
                remedy: "add a regular expression that matches the whole value"
            )
        }
        if entity.type == .list, entity.values.isEmpty, entity.valuesFrom == nil {
            say(pointer, "an entity of type 'list' needs 'values' or 'valuesFrom'", remedy: "list the values")
        }
        if let count = file[pointer]?["retries"]?.int, !(1...10).contains(count) {
            say(pointer.appending("retries"), "'retries' is \(count)", remedy: "use 1 to 10")
        }
        guard entity.type.runs else {
            return warn(
                pointer.appending("type"),
                "entities of type '\(entity.type.rawValue)' don't run yet; reached, the node fails",
                remedy: "take one of \(Self.words(EntityType.allCases.filter(\.runs)))"
            )
        }
        keys(of: entity, at: pointer)
        rules(of: entity, at: pointer)
    }

    /// Keys that stand there and that the entity never looks at.
    private mutating func keys(of entity: EntityNode, at pointer: JSONPointer) {
        let ofType = "for entities of type '\(entity.type.rawValue)'"
        if entity.isMany, !entity.type.takesMany {
            warn(pointer.appending("many"), "'many' does nothing \(ofType)", remedy: "remove it")
        }
        for (key, type) in [("pattern", EntityType.custom), ("values", .list), ("valuesFrom", .list)]
        where entity.type != type && file[pointer]?[key] != nil {
            warn(
                pointer.appending(key),
                "'\(key)' does nothing \(ofType)",
                remedy: "remove it, or use it with \(type.rawValue)"
            )
        }
        guard entity.presence != .required else { return }
        for key in ["errorPrompts", "retries", "onRetriesExceeded"] where file[pointer]?[key] != nil {
            warn(
                pointer.appending(key),
                "'\(key)' does nothing where 'presence' is '\(entity.presence.rawValue)'; it is never asked for again",
                remedy: "remove it, or make the entity required"
            )
        }
    }

    private mutating func rules(of entity: EntityNode, at pointer: JSONPointer) {
        for key in entity.rules.keys where !key.hasPrefix("x-") {
            let place = pointer.appending("rules").appending(key)
            guard let rule = EntityRule(rawValue: key) else {
                warn(
                    place,
                    "there is no rule '\(key)'",
                    remedy: NearName.remedy(for: key, among: EntityRule.allCases.map(\.rawValue))
                )
                continue
            }
            if !rule.runs {
                warn(place, "the rule '\(key)' does nothing yet", remedy: "check the value after the entity")
            } else if !rule.types.contains(entity.type) {
                warn(
                    place,
                    "the rule '\(key)' does nothing for entities of type '\(entity.type.rawValue)'",
                    remedy: "remove it, or use it with \(Self.words(rule.types))"
                )
            } else if rule == .minItems || rule == .maxItems, !entity.isMany {
                warn(place, "the rule '\(key)' does nothing without 'many'", remedy: "add \"many\": true")
            }
        }
    }

    private static func words(_ types: [EntityType]) -> String { types.map(\.rawValue).joined(separator: ", ") }
}
