/// The words that shapes are written with.
extension Shape {
    /// Any value; objects inside are merged key by key.
    package static let any = Shape(.any, merge: .byKey)
    static let boolean = Shape(.boolean)
    /// Any string.
    static let string = Shape(.string(.any))
    /// A string with at least one character.
    static let words = Shape(.string(.nonEmpty))

    static func string(_ kind: TextKind) -> Shape { Shape(.string(kind)) }

    static func integer(_ least: Int? = nil, _ most: Int? = nil) -> Shape { Shape(.integer(least, most)) }

    static func number(_ least: Double? = nil, _ most: Double? = nil) -> Shape { Shape(.number(least, most)) }

    static func const(_ value: JSONValue) -> Shape { Shape(.const(value)) }

    static func one(of words: String...) -> Shape { Shape(.enumeration(words)) }

    static func one(of words: [String]) -> Shape { Shape(.enumeration(words)) }

    /// A list where order counts and that is merged as one value.
    static func list(_ element: Shape, atLeast count: Int = 0) -> Shape {
        Shape(.array(ListShape(element: element, minimumCount: count, identity: nil, isSet: false)), merge: .atomic)
    }

    /// A list of objects, each with an id of its own.
    static func list(_ element: Shape, by identity: String, atLeast count: Int = 0) -> Shape {
        Shape(.array(ListShape(element: element, minimumCount: count, identity: identity, isSet: false)), merge: .byID)
    }

    /// A list where neither order nor repetition counts.
    static func set(_ element: Shape, atLeast count: Int = 0) -> Shape {
        Shape(.array(ListShape(element: element, minimumCount: count, identity: nil, isSet: true)), merge: .set)
    }

    static func map(_ keys: TextKind, _ values: Shape) -> Shape {
        Shape(.map(keys: keys, values: values), merge: .byKey)
    }

    static func object(_ shape: ObjectShape) -> Shape { Shape(.object(shape), merge: .byKey) }

    static func object(_ title: String, _ fields: [FieldShape], rules: [KeyRule] = []) -> Shape {
        .object(ObjectShape(title, fields, rules: rules))
    }

    static func variants(_ key: String, _ cases: [(String, ObjectShape)]) -> Shape {
        Shape(.variants(VariantShape(key, cases)), merge: .byKey)
    }

    /// An object of the first shape when it has the key, else of the second.
    static func branch(on key: String, _ with: Shape, else without: Shape) -> Shape {
        Shape(.branch(key, with, without), merge: .byKey)
    }

    static func either(_ shapes: Shape...) -> Shape { Shape(.either(shapes)) }

    static func nullable(_ shape: Shape) -> Shape { Shape(.nullable(shape)) }

    static func named(_ name: String, _ shape: @escaping @Sendable () -> Shape) -> Shape {
        Shape(.reference(name, shape))
    }

    /// The shape that a reference stands for, else this one.
    package var resolved: Shape {
        guard case .reference(_, let find) = form else { return self }
        return find().resolved
    }
}

extension FieldShape {
    /// A key that must be there.
    static func required(_ key: String, _ shape: Shape, _ summary: String) -> FieldShape {
        FieldShape(key: key, shape: shape, isRequired: true, defaultValue: nil, summary: summary)
    }

    /// A key that may be left out.
    static func optional(_ key: String, _ shape: Shape, default value: JSONValue? = nil, _ summary: String)
        -> FieldShape
    {
        FieldShape(key: key, shape: shape, isRequired: false, defaultValue: value, summary: summary)
    }
}
