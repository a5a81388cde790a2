import PatchbayModel

/// What the parts of a dialog say about each other, for merging: its nodes and who names them.
struct DialogParts {
    let value: JSONValue
    /// The nodes' ids.
    let nodes: Set<String>
    /// Every place that names a node, but for the canvas.
    let references: [(place: JSONPointer, node: String)]

    init(_ value: JSONValue) {
        self.value = value
        nodes = Set(value["nodes"]?.array?.compactMap { $0["id"]?.string } ?? [])
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
    subscript(place: JSONPointer) -> JSONValue? { ShapeWalk.value(at: place, in: value, FileKind.dialog.shape) }

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
