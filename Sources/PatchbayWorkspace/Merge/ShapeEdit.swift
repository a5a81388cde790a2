import PatchbayModel

/// Changes a value at a place in which elements of a list by id are named by their ids.
enum ShapeEdit {
    /// The value with another one at a place, or with nothing there; what is missing on the way is made.
    ///
    /// An element that is not there yet comes last in its list.
    static func setting(_ new: JSONValue?, at place: JSONPointer, in root: JSONValue, _ shape: Shape) -> JSONValue {
        setting(new, at: place.tokens[...], in: root, shape) ?? root
    }

    private static func setting(
        _ new: JSONValue?,
        at tokens: ArraySlice<String>,
        in value: JSONValue?,
        _ shape: Shape
    ) -> JSONValue? {
        guard let token = tokens.first else { return new }
        let rest = tokens.dropFirst()
        let shape = ShapeWalk.narrowed(shape, for: value)
        if case .array(let list) = shape.form, let key = list.identity {
            var elements = value?.array ?? []
            let index = elements.firstIndex { $0[key]?.string == token }
            let element = setting(new, at: rest, in: index.map { elements[$0] }, list.element)
            switch (index, element) {
            case (let index?, let element?): elements[index] = element
            case (let index?, nil): elements.remove(at: index)
            case (nil, let element?): elements.append(element)
            case (nil, nil): break
            }
            return .array(elements)
        }
        if var elements = value?.array, let index = Int(token), index <= elements.count {
            let element = setting(new, at: rest, in: index < elements.count ? elements[index] : nil, .any)
            if index < elements.count { elements.remove(at: index) }
            if let element { elements.insert(element, at: index) }
            return .array(elements)
        }
        var object = value?.object ?? JSONObject()
        if new == nil, object[token] == nil { return value }
        object[token] = setting(new, at: rest, in: object[token], ShapeWalk.shape(of: token, in: shape, value))
        return .object(object)
    }
}
