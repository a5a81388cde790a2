import PatchbayModel

/// Turns a schema and what it refers to into nodes; one schema after the other, so that no nesting can exhaust the
/// stack.
struct SchemaCompiler {
    private(set) var nodes: [SchemaNode] = []

    let dialect: JSONSchema.Dialect
    private let resolve: ((String) -> JSONValue?)?
    private var resources = SchemaResources()
    private var known: [SchemaResources.Location: Int] = [:]
    private var pending: [(index: Int, place: SchemaResources.Place)] = []

    /// The schema that is being read.
    private(set) var current = SchemaResources.Place(location: .init(document: 0, tokens: []), base: "")

    /// How many schemas there may be, references followed.
    private static let maxNodes = 50_000
    /// How many schemas may lead to each other on one value.
    private static let maxInPlaceDepth = 100

    static let refused = [
        "$dynamicRef", "$dynamicAnchor", "unevaluatedItems", "unevaluatedProperties", "$vocabulary", "$recursiveRef",
        "$recursiveAnchor",
    ]

    init(dialect: JSONSchema.Dialect, resolve: ((String) -> JSONValue?)?) {
        self.dialect = dialect
        self.resolve = resolve
    }

    mutating func compile(_ value: JSONValue) throws(SchemaError) -> Int {
        let root = try node(at: resources.add(value, named: ""))
        while let (index, place) = pending.popLast() {
            current = place
            nodes[index] = try read(place)
        }
        try checkLoops()
        return root
    }

    // MARK: - Places

    /// The node of a place, to be read later when it is new.
    private mutating func node(at place: SchemaResources.Place) throws(SchemaError) -> Int {
        if let index = known[place.location] { return index }
        guard nodes.count < Self.maxNodes else {
            throw problem("the schema with its references has more than \(Self.maxNodes) parts")
        }
        nodes.append(SchemaNode())
        known[place.location] = nodes.count - 1
        pending.append((nodes.count - 1, place))
        return nodes.count - 1
    }

    /// The node of a schema inside the current one.
    mutating func node(_ tokens: String...) throws(SchemaError) -> Int {
        // A keyword of a map and its key are two tokens; only the second names a schema.
        var place = current
        place.location.tokens += tokens
        if let value = resources.value(at: place.location) {
            place.base = SchemaResources.base(of: value, in: current.base)
        }
        return try node(at: place)
    }

    /// The node that a reference of the current schema names.
    mutating func node(reference: String) throws(SchemaError) -> Int {
        let written = URIReference(reference)
        let address = written.resolved(against: current.base)
        let remedy = "put the schema into '$defs' and refer to '#/$defs/…'"
        guard let start = resources.place(of: address) ?? fetched(address) else {
            throw problem(
                "the reference '\(reference)' names a document that is not here",
                at: ["$ref"],
                remedy: remedy
            )
        }
        guard let fragment = URIReference.decoded(written.fragment ?? "") else {
            throw problem("the reference '\(reference)' has a broken percent escape", at: ["$ref"])
        }
        let target: SchemaResources.Place?
        if fragment.isEmpty {
            target = start
        } else if fragment.hasPrefix("/") {
            target = JSONPointer(fragment).flatMap { resources.descend(from: start, by: $0.tokens) }
        } else {
            target = resources.place(ofAnchor: fragment, in: address)
        }
        guard let target else {
            throw problem("the reference '\(reference)' names nothing", at: ["$ref"], remedy: remedy)
        }
        return try node(at: target)
    }

    private mutating func fetched(_ address: String) -> SchemaResources.Place? {
        if let document = resolve?(address) { return resources.add(document, named: address) }
        return address == Metaschema.address ? resources.add(Metaschema.value, named: address) : nil
    }

    func problem(_ message: String, at tokens: [String] = [], remedy: String? = nil) -> SchemaError {
        SchemaError(
            message,
            at: JSONPointer(tokens: current.location.tokens + tokens),
            document: resources.documents[current.location.document].name,
            remedy: remedy
        )
    }

    // MARK: - Reading

    private mutating func read(_ place: SchemaResources.Place) throws(SchemaError) -> SchemaNode {
        let value = resources.value(at: place.location) ?? .null
        if case .bool(let flag) = value {
            var node = SchemaNode()
            node.isNever = !flag
            return node
        }
        guard let object = value.object else {
            throw problem("a schema is an object or a boolean, not \(value.kindWithArticle)")
        }
        try checkDialect(of: object)
        var node = SchemaNode()
        for member in object.members { try read(member.key, member.value, of: object, into: &node) }
        return node
    }

    private func checkDialect(of object: JSONObject) throws(SchemaError) {
        for keyword in Self.refused where object[keyword] != nil {
            if dialect == .openAPI, keyword.hasPrefix("$recursive") { continue }
            throw problem(
                "'\(keyword)' is not supported",
                at: [keyword],
                remedy: "say it with 'properties', 'items' and '$ref'"
            )
        }
        guard dialect == .standard, let version = object["$schema"] else { return }
        guard let address = version.string, address == Metaschema.address || address == Metaschema.address + "#" else {
            throw problem(
                "the schema language \(JSONWriter().text(version)) is not supported",
                at: ["$schema"],
                remedy: "use \"\(Metaschema.address)\", or leave '$schema' out"
            )
        }
    }

    // MARK: - Loops

    /// Refuses schemas that lead back to themselves without going further into the value.
    private func checkLoops() throws(SchemaError) {
        var depths = [Int](repeating: -1, count: nodes.count)
        let isOpen = -2
        for start in nodes.indices where depths[start] == -1 {
            var path: [(node: Int, next: [Int], deepest: Int)] = [(start, nodes[start].inPlace, 0)]
            depths[start] = isOpen
            while let last = path.last {
                if let next = last.next.last {
                    path[path.count - 1].next.removeLast()
                    guard depths[next] != isOpen else {
                        throw SchemaError(
                            "the schema refers to itself without end",
                            at: location(of: next),
                            remedy: "put the reference below 'properties' or 'items'"
                        )
                    }
                    if depths[next] == -1 {
                        depths[next] = isOpen
                        path.append((next, nodes[next].inPlace, 0))
                    } else {
                        path[path.count - 1].deepest = max(last.deepest, depths[next] + 1)
                    }
                } else {
                    path.removeLast()
                    depths[last.node] = last.deepest
                    guard last.deepest <= Self.maxInPlaceDepth else {
                        throw SchemaError(
                            "more than \(Self.maxInPlaceDepth) references follow each other",
                            at: location(of: last.node)
                        )
                    }
                    if !path.isEmpty {
                        path[path.count - 1].deepest = max(path[path.count - 1].deepest, last.deepest + 1)
                    }
                }
            }
        }
    }

    private func location(of node: Int) -> JSONPointer {
        JSONPointer(tokens: known.first { $0.value == node }?.key.tokens ?? [])
    }
}
