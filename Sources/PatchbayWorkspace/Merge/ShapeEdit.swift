import PatchbayModel

/// Changes a value at a place in which elements of a list by id are named by their ids.
enum ShapeEdit {
    /// The value with another one at a place, or with nothing there; what is missing on the way is made.
    ///
    /// An element that is not there yet comes after the one that it follows in the pattern, another version of the whole; without one
    /// last in its list.
    static func setting(
        _ new: JSONValue?,
        at place: JSONPointer,
        in root: JSONValue,
        _ shape: Shape,
        like pattern: JSONValue? = nil
    ) -> JSONValue {
        let edit = Edit(new: new, language: root["language"]?.string ?? "en")
        return edit.applied(at: place.tokens[...], in: root, shape, like: pattern) ?? root
    }

    private struct Edit {
        let new: JSONValue?
        /// The language of plain texts.
        let language: String

        func applied(
            at tokens: ArraySlice<String>,
            in value: JSONValue?,
            _ shape: Shape,
            like pattern: JSONValue?
        ) -> JSONValue? {
            guard let token = tokens.first else { return new }
            let rest = tokens.dropFirst()
            let plain = byLanguage(value, shape)
            let value = plain ?? value
            let shape = ShapeWalk.narrowed(shape, for: value)
            if case .array(let list) = shape.form, let key = list.identity {
                var elements = value?.array ?? []
                let others = pattern?.array ?? []
                let index = elements.firstIndex { $0[key]?.string == token }
                let other = others.first { $0[key]?.string == token }
                let element = applied(at: rest, in: index.map { elements[$0] }, list.element, like: other)
                switch (index, element) {
                case (let index?, let element?): elements[index] = element
                case (let index?, nil): elements.remove(at: index)
                case (nil, let element?):
                    elements.insert(element, at: Self.place(of: token, by: key, in: elements, like: others))
                case (nil, nil): break
                }
                return .array(elements)
            }
            if var elements = value?.array, let index = Int(token), index >= 0, index <= elements.count {
                let element = applied(at: rest, in: index < elements.count ? elements[index] : nil, .any, like: nil)
                if index < elements.count { elements.remove(at: index) }
                if let element { elements.insert(element, at: index) }
                return .array(elements)
            }
            var object = value?.object ?? JSONObject()
            if new == nil, object[token] == nil { return value }
            let inner = ShapeWalk.shape(of: token, in: shape, value)
            object[token] = applied(at: rest, in: object[token], inner, like: pattern?[token])
            // A text that was plain stays so where no other language came.
            if plain != nil, object.count == 1, let only = object[language] { return only }
            return .object(object)
        }

        /// A plain text, of whose languages one is meant, as a map; nil for anything else.
        private func byLanguage(_ value: JSONValue?, _ shape: Shape) -> JSONValue? {
            guard let value, value.object == nil, PlainTexts.takesLanguages(shape) else { return nil }
            return .object(JSONObject([(language, value)]))
        }

        /// Where an element belongs: after the nearest of those that stand before it in the other list.
        private static func place(
            of id: String,
            by key: String,
            in elements: [JSONValue],
            like others: [JSONValue]
        ) -> Int {
            guard let index = others.firstIndex(where: { $0[key]?.string == id }) else { return elements.count }
            for before in others[..<index].reversed() {
                if let place = elements.firstIndex(where: { $0[key] == before[key] }) { return place + 1 }
            }
            return 0
        }
    }
}
