/// One key of an object.
package struct FieldShape: Sendable {
    package let key: String
    package let shape: Shape
    package let isRequired: Bool
    /// What an absent key means; not written in canonical text.
    package let defaultValue: JSONValue?
    /// What the key is for, as the schema says it.
    package let summary: String
}

/// What keys of one object say about each other, in words that JSON Schema has too.
enum KeyRule: Sendable {
    /// Exactly one of these groups of keys is there: all keys of it, and none of the others'.
    case exactlyOne([[String]])
    /// At least one of these keys is there.
    case atLeastOne([String])
    /// At most one of these keys is there.
    case atMostOne([String])
    /// When a key is there, others must or must not be.
    case with(String, requires: [String], forbids: [String])
    /// When a key holds one of these words (or truth values), others must or must not be there.
    case when(String, [JSONValue], requires: [String], forbids: [String])
}

/// An object with known keys, in the order in which they are written.
package final class ObjectShape: Sendable {
    /// The name in the schema's title.
    package let title: String
    package let fields: [FieldShape]
    let rules: [KeyRule]
    /// Bits of the required fields, by place.
    let requiredMask: UInt64
    private let places: [String: Int]
    /// The rules as bits of places, to see in a moment that nothing is wrong.
    private let quickRules: [QuickRule]

    init(_ title: String, _ fields: [FieldShape], rules: [KeyRule] = []) {
        self.title = title
        self.fields = fields
        self.rules = rules
        var places: [String: Int] = [:]
        var mask: UInt64 = 0
        for (place, field) in fields.enumerated() {
            places[field.key] = place
            if field.isRequired { mask |= 1 << UInt64(place) }
        }
        self.places = places
        requiredMask = mask
        quickRules = rules.map { rule in
            QuickRule(rule) { keys in keys.reduce(0) { $0 | (places[$1].map { 1 << UInt64($0) } ?? 0) } }
        }
    }

    /// The place of a key; `guess` is tried first, since people write keys in about our order.
    @inline(__always)
    func place(of key: String, guess: Int) -> Int? {
        if guess < fields.count, fields[guess].key == key { return guess }
        return places[key]
    }

    /// Whether keys at these places certainly break no rule; otherwise the rules must be looked at.
    @inline(__always)
    func keepsRules(_ seen: UInt64) -> Bool { quickRules.allSatisfy { $0.isKept(by: seen) } }

    /// The field of a key, or nil.
    package func field(_ key: String) -> FieldShape? { places[key].map { fields[$0] } }

    /// The keys in order.
    package var keys: [String] { fields.map(\.key) }

    /// Whether keys that start with `x-` are free here, as they are in every object with known keys.
    static func isFree(_ key: String) -> Bool { key.utf8.starts(with: [0x78, 0x2D]) }
}

/// A rule about keys as bits of their places.
private enum QuickRule {
    case exactlyOne([UInt64])
    case some(UInt64)
    case few(UInt64)
    case with(UInt64, requires: UInt64, forbids: UInt64)

    init(_ rule: KeyRule, _ mask: ([String]) -> UInt64) {
        switch rule {
        case .exactlyOne(let groups): self = .exactlyOne(groups.map(mask))
        case .atLeastOne(let keys): self = .some(mask(keys))
        case .atMostOne(let keys): self = .few(mask(keys))
        case .with(let key, let requires, let forbids), .when(let key, _, let requires, let forbids):
            self = .with(mask([key]), requires: mask(requires), forbids: mask(forbids))
        }
    }

    func isKept(by seen: UInt64) -> Bool {
        switch self {
        case .exactlyOne(let groups):
            var whole = 0
            for group in groups where seen & group != 0 {
                guard seen & group == group else { return false }
                whole += 1
            }
            return whole == 1
        case .some(let keys): return seen & keys != 0
        case .few(let keys): return (seen & keys).nonzeroBitCount <= 1
        case .with(let key, let requires, let forbids):
            return seen & key == 0 || seen & requires == requires && seen & forbids == 0
        }
    }
}
