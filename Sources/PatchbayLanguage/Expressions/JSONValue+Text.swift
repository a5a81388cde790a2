import PatchbayModel

extension JSONValue {
    /// The value inside a text: a string as it is, a list of scalars joined by `, `, anything else as compact JSON.
    package var textForm: String {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .array(let elements) where elements.allSatisfy(\.isScalar):
            elements.map(\.textForm).joined(separator: ", ")
        default: JSONWriter().text(self)
        }
    }

    /// `an array`, `a string`, `null`, for messages.
    var kindWithArticle: String {
        switch self {
        case .null: "null"
        case .array, .object: "an " + kindName
        default: "a " + kindName
        }
    }

    private var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    /// The text of a string, number or boolean; nil for another kind of value.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// Whether a string has a part, an array an element, an object a key.
    func contains(_ part: JSONValue) -> Bool {
        switch (self, part) {
        case (.string(let text), .string(let part)): text.place(of: part, from: text.startIndex) != nil
        case (.array(let elements), _): elements.contains { $0.isSame(as: part) }
        case (.object(let object), .string(let key)): object[key] != nil
        default: false
        }
    }

    /// Whether two values are equal, where a string that is wholly a number may stand against a number.
    func isSame(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let number), .string(let text)), (.string(let text), .number(let number)):
            JSONNumber(wholly: text) == number
        default: self == other
        }
    }
}

extension String {
    /// The first place of a part, compared scalar by scalar, in time linear in the text.
    func place(of part: String, from start: Index) -> Range<Index>? {
        guard !part.isEmpty else { return start..<start }
        return utf8[start...].firstRange(of: part.utf8)
    }
}
