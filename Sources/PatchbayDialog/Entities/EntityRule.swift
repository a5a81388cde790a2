import PatchbayModel

/// The words of an entity's `rules` (`docs/formats.md`), with the types that each concerns.
enum EntityRule: String, CaseIterable {
    case minimum, maximum, whole, minLength, maxLength, minItems, maxItems, earliest, latest, noIndexMatch
    case countries, units, contentTypes, maxSize

    /// Whether a conversation obeys it; the others are read and linted.
    var runs: Bool {
        switch self {
        case .countries, .units, .contentTypes, .maxSize: false
        default: true
        }
    }

    /// The types that run and that it concerns.
    var types: [EntityType] {
        switch self {
        case .minimum, .maximum, .whole: [.number]
        case .minLength, .maxLength: [.string, .description, .email, .phoneNumber, .url, .custom]
        case .minItems, .maxItems: EntityType.allCases.filter { $0.runs && $0.takesMany }
        case .earliest, .latest: [.date, .time]
        case .noIndexMatch: [.list]
        case .countries, .units, .contentTypes, .maxSize: []
        }
    }
}

extension EntityType {
    /// Whether several values can stand in one answer.
    var takesMany: Bool { self != .description && self != .message }
}
