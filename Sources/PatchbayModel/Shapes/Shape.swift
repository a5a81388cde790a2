/// What a JSON value of one of our files may look like.
///
/// One shape says three things at once: what the reader refuses (``ShapeChecker``), how the file is written
/// (``CanonicalText``), and the JSON Schema that is published of it (``JSONSchemaText``).
package struct Shape: Sendable {
    /// The forms that a value can have.
    package indirect enum Form: Sendable {
        /// Any JSON value, null too.
        case any
        case boolean
        case string(TextKind)
        /// A number from a least to a greatest value; nil is unbounded.
        case number(Double?, Double?)
        /// A whole number, however it is spelled.
        case integer(Int?, Int?)
        case const(JSONValue)
        /// One of these words.
        case enumeration([String])
        case array(ListShape)
        /// Any keys of a kind, values of one shape.
        case map(keys: TextKind, values: Shape)
        case object(ObjectShape)
        /// An object whose other keys depend on the word in one key.
        case variants(VariantShape)
        /// An object of the first shape when it has the key, else of the second.
        case branch(String, Shape, Shape)
        /// The first of these that takes the JSON type of the value.
        case either([Shape])
        /// JSON null or the shape.
        case nullable(Shape)
        /// A shape with a name of its own in the schema, found when it is needed: shapes may contain themselves.
        case reference(String, @Sendable () -> Shape)
    }

    package let form: Form
    /// How two edited versions of such a value are merged; nil means by key for objects, else as one value.
    package let merge: Merge?

    init(_ form: Form, merge: Merge? = nil) {
        self.form = form
        self.merge = merge
    }

    /// The same shape, merged in another way.
    func merged(_ merge: Merge) -> Shape { Shape(form, merge: merge) }
}

/// How two edited versions of a value become one: the `x-merge` of the published schemas.
package enum Merge: String, Sendable, CaseIterable {
    /// A list whose elements are matched by their `id` (or the list's own key, such as `key` or `instance`).
    case byID = "by id"
    /// An object: each key for itself; lists inside are one value.
    case byKey = "by key"
    /// A list in which order and repetition do not count.
    case set
    /// A string, or a map by language: a string counts as the map of the file's language.
    case text
    /// One value: whoever changed it wins, both is a conflict.
    case atomic
    /// The workspace's own, but for what only the new version has.
    case mine
}

/// A list.
package struct ListShape: Sendable {
    package let element: Shape
    let minimumCount: Int
    /// The key by which elements differ, ignoring case; nil for lists without ids.
    package let identity: String?
    /// Whether no element may stand twice.
    package let isSet: Bool
}

/// An object that is one of several kinds, told apart by the word in one key.
package final class VariantShape: Sendable {
    /// The name of the discriminating key.
    package let key: String
    /// The kinds in the order in which they are offered.
    let cases: [(word: String, shape: ObjectShape)]
    private let byWord: [String: ObjectShape]

    init(_ key: String, _ cases: [(String, ObjectShape)]) {
        self.key = key
        self.cases = cases.map { (word: $0.0, shape: $0.1) }
        byWord = Dictionary(cases, uniquingKeysWith: { first, _ in first })
    }

    var words: [String] { cases.map(\.word) }

    /// The shape of a kind; nil for an unknown word.
    package func shape(for word: String) -> ObjectShape? { byWord[word] }
}
