import PatchbayLanguage
import PatchbayModel

// Where a node leads.
extension TurnRun {
    /// Takes a node's outcome: keeps its results, and goes where it leads; back to `before` when the context is too large.
    mutating func finish(_ node: CompiledNode, _ outcome: NodeOutcome, restoring before: JSONObject? = nil) {
        var outcome = outcome
        switch outcome {
        case .done, .answered:
            for save in node.save { keep(save, of: node) }
            if node.kind != .message, let size = ContextSize.excess(of: context, limits: limits) {
                if let before { context = before }
                outcome = .failed(Failure(.limit, "node '\(node.place)': \(size)"))
            }
        default: break
        }
        switch outcome {
        case .done: follow(node, answer: nil)
        case .answered(let yes): follow(node, answer: yes ? "yes" : "no")
        case .failed(let failure): fail(node, failure)
        case .waits(let awaiting):
            head.frames[head.frames.count - 1].awaiting = awaiting
            note(TraceEntry(node: node.place, action: "waits", detail: ["for": .string(awaiting.rawValue)]))
        case .givesUp(let target):
            note(TraceEntry(node: node.place, action: "retriesExceeded", then: Self.name(target)))
            go(target, from: node)
        case .entered, .needs: break
        }
    }

    private mutating func keep(_ save: CompiledSave, of node: CompiledNode) {
        guard let scope else { return }
        let result = ResultScope(result: context[node.id]?.object ?? JSONObject(), base: scope)
        set(save.from.evaluate(in: result), at: save.to)
    }

    private mutating func fail(_ node: CompiledNode, _ failure: Failure) {
        head.lastServiceFailure = failure.json
        var result = context[node.id]?.object ?? JSONObject()
        result["error"] = failure.json
        if node.kind != .entity { context[node.id] = .object(result) }
        if let saveError = node.saveError { set(failure.json, at: saveError) }
        note(
            TraceEntry(
                node: node.place,
                action: "failed",
                then: Self.name(node.onFailure),
                detail: ["error": failure.json]
            )
        )
        go(node.onFailure, from: node, isFailure: true)
    }

    private mutating func go(_ target: FailureTarget, from node: CompiledNode, isFailure: Bool = false) {
        switch target {
        case .continue: follow(node, answer: nil)
        case .end:
            if isFailure { say(assistant.response("failed", in: head.language), node: "") }
            leave()
        case .node(let id): move(to: id.rawValue)
        }
    }

    private mutating func follow(_ node: CompiledNode, answer: String?) {
        var target = node.next
        var detail = JSONObject()
        if !node.transitions.isEmpty, let scope {
            for transition in node.transitions where transition.condition.holds(in: scope, answer: answer) {
                target = transition.then
                detail["transition"] = .string(transition.id)
                for path in transition.clear { set(nil, at: path) }
                break
            }
        }
        if let answer { detail["answer"] = .string(answer) }
        switch target {
        case .node(let id):
            note(TraceEntry(node: node.place, action: "done", then: id.rawValue, detail: detail))
            move(to: id.rawValue)
        case .end:
            note(TraceEntry(node: node.place, action: "done", then: "end", detail: detail))
            leave()
        case .notConnected:
            note(TraceEntry(node: node.place, action: "notConnected", then: "end", detail: detail))
            leave()
        }
    }

    private mutating func move(to node: String) {
        guard let frame = head.frames.last else { return }
        if let dialog = assistant.dialogs[frame.dialog], dialog.nodes[node] == nil {
            let near = NearName.remedy(for: node, among: dialog.nodes.keys.sorted()).map { "; " + $0 } ?? ""
            return stop("\(frame.dialog)/\(frame.node)", "leads to '\(node)', and there is no such node" + near)
        }
        head.frames[head.frames.count - 1].node = node
        head.frames[head.frames.count - 1].tries = 0
    }

    private static func name(_ target: FailureTarget) -> String {
        switch target {
        case .continue: "continue"
        case .end: "end"
        case .node(let id): id.rawValue
        }
    }
}
