import PatchbayModel

/// What the parts of a dialog say about each other, for merging: its nodes and who names them.
struct DialogParts {
    let value: JSONValue
    /// The nodes' ids.
    let nodes: Set<String>
    /// Every place that names a node, but for the canvas.
    let references: [(place: JSONPointer, node: String)]
    private let byID: [String: JSONValue]

    init(_ value: JSONValue) {
        self.value = value
        byID = Dictionary(
            (value["nodes"]?.array ?? []).compactMap { node in node["id"]?.string.map { ($0, node) } },
            uniquingKeysWith: { first, _ in first }
        )
        nodes = Set(byID.keys)
        var references: [(place: JSONPointer, node: String)] = []
        ShapeWalk.visit(value, FileKind.dialog.shape) { place, value, shape in
            guard case .string(let kind) = shape.form, kind === TextKind.node, let node = value.string,
                !["end", "continue"].contains(node)
            else { return }
            references.append((place, node))
        }
        self.references = references
    }

    /// The value at a place.
    subscript(place: JSONPointer) -> JSONValue? {
        guard place.tokens.count >= 2, place.tokens[0] == "nodes" else {
            return ShapeWalk.value(at: place, in: value, FileKind.dialog.shape)
        }
        let rest = JSONPointer(tokens: Array(place.tokens.dropFirst(2)))
        return byID[place.tokens[1]].flatMap { ShapeWalk.value(at: rest, in: $0, Self.node) }
    }

    /// The shape of a node.
    private static let node: Shape = {
        let nodes = ShapeWalk.shape(of: "nodes", in: FileKind.dialog.shape, .none)
        guard case .array(let list) = nodes.resolved.form else { return .any }
        return list.element
    }()

    /// The nodes that can be reached from the start.
    var reachable: Set<String> {
        var followers: [String: [String]] = [:]
        var waiting: [String] = []
        for (place, node) in references {
            if place.tokens.first == "nodes", place.tokens.count > 2 {
                followers[place.tokens[1], default: []].append(node)
            } else {
                waiting.append(node)
            }
        }
        var reached: Set<String> = []
        while let node = waiting.popLast() {
            guard nodes.contains(node), reached.insert(node).inserted else { continue }
            waiting += followers[node] ?? []
        }
        return reached
    }

    /// The place of a node.
    static func place(of node: String) -> JSONPointer { JSONPointer(tokens: ["nodes", node]) }
}
