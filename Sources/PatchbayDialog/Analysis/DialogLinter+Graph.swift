import PatchbayModel

// Paths, reachability, loops.
extension DialogLinter {
    mutating func compile() {
        var compiler = DialogCompiler(DialogSource(dialog: dialog, hash: "", scripts: scripts ?? [:]))
        _ = compiler.compile()
        diagnostics += compiler.diagnostics
    }

    mutating func start() {
        guard dialog.node(dialog.start) == nil else { return }
        say(
            "/start",
            "there is no node '\(dialog.start)'",
            remedy: NearName.remedy(for: dialog.start.rawValue, among: nodeIDs)
        )
    }

    mutating func targets(_ node: Node, at pointer: JSONPointer) {
        for path in DialogPath.all(of: node, at: pointer) {
            switch path.target {
            case .node(let id) where !ids.contains(id):
                say(
                    path.pointer,
                    "there is no node '\(id)'",
                    remedy: offer(nodeIDs + ["end"]) { NearName.remedy(for: id.rawValue, among: $0) }
                )
            case .notConnected where path.kind == .condition:
                warn(
                    path.pointer,
                    "this path of '\(node.id)' is not connected; the dialog ends here",
                    remedy: Self.connect
                )
            case .notConnected where path.kind == .next:
                if members.contains(node.id) || [.agentTransfer, .agent].contains(node.kind) || hasBothAnswers(node) {
                    continue
                }
                if case .dialog(let call) = node.body, call.mode == .replace { continue }
                warn(pointer, "node '\(node.id)' has no 'next'; the dialog ends here", remedy: Self.connect)
            default: break
            }
        }
    }

    private static let connect = "name a node, or write \"end\" where that is meant"

    /// Whether a confirmation has a way for yes and one for no: then it needs no other.
    private func hasBothAnswers(_ node: Node) -> Bool {
        guard node.kind == .confirmation else { return false }
        return ["yes", "no"].allSatisfy { answer in
            node.transitions.contains { $0.condition["answer"]?.string == answer }
        }
    }

    mutating func reachability(_ flow: DialogFlow) {
        guard ids.contains(dialog.start) else { return }
        // A group's members are reached with it, also those of a group among them that stands further down.
        var reached: Set<NodeID> = []
        for (index, node) in dialog.nodes.enumerated() where flow.isReached(index) || reached.contains(node.id) {
            reached.insert(node.id)
            reached.formUnion(node.members)
        }
        for (index, node) in dialog.nodes.enumerated() where !reached.contains(node.id) {
            warn(pointer(index), "node '\(node.id)' is never reached", remedy: "lead a path to it, or remove it")
        }
    }

    mutating func loops(_ flow: DialogFlow) {
        for loop in flow.loopsWithoutInput {
            guard let first = loop.first else { continue }
            let names = loop.map { "'\(dialog.nodes[$0].id)'" }.joined(separator: ", ")
            let isEndless = flow.isEndless(loop)
            let remedy = "ask for something in it (an entity with \"ask\": \"always\"), or lead a path out of it"
            if isEndless {
                say(pointer(first), "a loop through \(names) never waits for the user", remedy: remedy)
            } else {
                warn(pointer(first), "a loop through \(names) may run without waiting for the user", remedy: remedy)
            }
        }
    }
}

extension Node {
    /// The nodes that a group holds.
    var members: [NodeID] {
        guard case .later(.group, let object) = body else { return [] }
        return object["nodes"]?.array?.compactMap(\.string).map { NodeID($0) } ?? []
    }
}
