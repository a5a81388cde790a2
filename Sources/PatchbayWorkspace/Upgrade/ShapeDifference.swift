package import PatchbayModel

/// One thing in which two versions of a file differ.
package struct Difference: Sendable, Equatable {
    package let file: String
    /// The place, in which an element of a list by id is named by its id; the root for the file as a whole.
    package let at: JSONPointer
    /// Nil where there was nothing.
    package let old: JSONValue?
    /// Nil where nothing is left.
    package let new: JSONValue?
    /// Said in words, such as `node 'sorry', message 'sorry', text: "Sorry." → "I am sorry."`.
    package let words: String

    /// `{file, at, old?, new?, words}`.
    package var json: JSONValue {
        var object: JSONObject = ["file": .string(file), "at": .string(at.description)]
        object["old"] = old
        object["new"] = new
        object["words"] = .string(words)
        return .object(object)
    }
}

/// Compares two versions of a value by its shape: elements of lists by id by their ids, objects key by key.
struct ShapeDifference {
    /// A place that differs; both values are there, and equal but for their order, where only the order of a list does.
    struct Entry {
        let at: JSONPointer
        let old: JSONValue?
        let new: JSONValue?
        var isOrder = false
    }

    private(set) var entries: [Entry] = []

    static func entries(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape) -> [Entry] {
        var difference = ShapeDifference()
        difference.compare(old, new, shape, at: .root)
        return difference.entries
    }

    private mutating func compare(_ old: JSONValue?, _ new: JSONValue?, _ shape: Shape, at place: JSONPointer) {
        guard old != new else { return }
        let form = ShapeWalk.narrowed(shape, for: new ?? old).form
        if case .array(let list) = form, let key = list.identity,
            let before = IdentifiedList(old ?? [], key: key), let after = IdentifiedList(new ?? [], key: key),
            old != nil || new != nil
        {
            for id in before.ids where after[id] == nil {
                entries.append(Entry(at: place.appending(id), old: before[id], new: nil))
            }
            for id in after.ids {
                if let was = before[id] {
                    compare(was, after[id], list.element, at: place.appending(id))
                } else {
                    entries.append(Entry(at: place.appending(id), old: nil, new: after[id]))
                }
            }
            if before.ids.filter({ after[$0] != nil }) != after.ids.filter({ before[$0] != nil }) {
                entries.append(Entry(at: place, old: old, new: new, isOrder: true))
            }
            return
        }
        guard let before = old?.object, let after = new?.object else {
            return entries.append(Entry(at: place, old: old, new: new))
        }
        for key in before.keys + after.keys.filter({ before[$0] == nil }) {
            let inner = ShapeWalk.shape(of: key, in: shape, after[key] != nil ? new : old)
            compare(before[key], after[key], inner, at: place.appending(key))
        }
    }
}
