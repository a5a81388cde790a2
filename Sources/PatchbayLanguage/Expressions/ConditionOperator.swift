import PatchbayModel

/// How a condition compares.
package enum ConditionOperator: String, Sendable, CaseIterable {
    case exists, missing, equals, notEquals, greaterThan, lessThan, atLeast, atMost, contains, startsWith, endsWith
    case isNumber, isMessage

    static let names = allCases.map(\.rawValue)
    static let list = names.joined(separator: ", ")

    /// Whether it needs `to`.
    package var takesOther: Bool {
        switch self {
        case .exists, .missing, .isNumber, .isMessage: false
        default: true
        }
    }

    /// Whether an operator without `to` holds for a value that is there.
    func holds(_ value: JSONValue) -> Bool {
        switch self {
        case .exists: true
        case .isNumber: value.number != nil || value.string.flatMap(JSONNumber.init(wholly:)) != nil
        case .isMessage: Self.isMessage(value)
        default: false
        }
    }

    /// A text with something other than white space in it, or a message with such a `text`.
    private static func isMessage(_ value: JSONValue) -> Bool {
        let text = value.string ?? value.object?["text"]?.string
        return text?.contains { !$0.isWhitespace } ?? false
    }

    /// Whether an operator with `to` holds for two values that are there.
    func holds(_ value: JSONValue, against other: JSONValue) -> Bool {
        switch self {
        case .equals: value.isSame(as: other)
        case .notEquals: !value.isSame(as: other)
        case .greaterThan: Self.order(value, other).map { $0 > 0 } ?? false
        case .lessThan: Self.order(value, other).map { $0 < 0 } ?? false
        case .atLeast: Self.order(value, other).map { $0 >= 0 } ?? false
        case .atMost: Self.order(value, other).map { $0 <= 0 } ?? false
        case .contains: value.contains(other)
        case .startsWith: Self.texts(value, other).map { $0.utf8.starts(with: $1.utf8) } ?? false
        case .endsWith: Self.texts(value, other).map { $0.utf8.reversed().starts(with: $1.utf8.reversed()) } ?? false
        case .exists, .missing, .isNumber, .isMessage: false
        }
    }

    private static func texts(_ value: JSONValue, _ other: JSONValue) -> (String, String)? {
        guard let text = value.string, let part = other.string else { return nil }
        return (text, part)
    }

    /// -1, 0 or 1 for two numbers or two strings; nil for values that have no order.
    private static func order(_ left: JSONValue, _ right: JSONValue) -> Int? {
        if case .string(let left) = left, case .string(let right) = right {
            if left == right { return 0 }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        }
        guard let left = number(left), let right = number(right) else { return nil }
        return left == right ? 0 : left < right ? -1 : 1
    }

    private static func number(_ value: JSONValue) -> JSONNumber? {
        value.number ?? value.string.flatMap(JSONNumber.init(wholly:))
    }
}
