import PatchbayModel

/// A list whose elements have ids of their own.
struct IdentifiedList {
    /// The ids in the list's order.
    let ids: [String]
    private let elements: [String: JSONValue]

    /// Nil when the value is no such list: an element without an id, or two with one.
    init?(_ value: JSONValue, key: String) {
        guard let array = value.array else { return nil }
        ids = array.compactMap { $0[key]?.string }
        elements = Dictionary(zip(ids, array)) { first, _ in first }
        guard ids.count == array.count, elements.count == ids.count else { return nil }
    }

    subscript(id: String) -> JSONValue? { elements[id] }

    /// The order of all elements: mine, and what only theirs has after its predecessor there.
    ///
    /// Where only theirs changed the order of
    /// what all have, theirs, and what only mine has after its predecessor here.
    static func order(base: [String], mine: [String], theirs: [String]) -> [String] {
        let known = ThreeWay(base: Set(base), mine: Set(mine), theirs: Set(theirs))
        func common(_ ids: [String]) -> [String] {
            ids.filter { known.base.contains($0) && known.mine.contains($0) && known.theirs.contains($0) }
        }
        let (before, here, there) = (common(base), common(mine), common(theirs))
        return here == before && there != before
            ? inserted(mine, into: theirs, knowing: known.theirs) : inserted(theirs, into: mine, knowing: known.mine)
    }

    /// The first list's own elements put into the second, each after its predecessor.
    private static func inserted(_ ids: [String], into list: [String], knowing known: Set<String>) -> [String] {
        var followers: [String: [String]] = [:]
        var first: [String] = []
        var anchor: String?
        for id in ids {
            if known.contains(id) {
                anchor = id
            } else if let anchor {
                followers[anchor, default: []].append(id)
            } else {
                first.append(id)
            }
        }
        return first + list.flatMap { [$0] + (followers[$0] ?? []) }
    }
}
