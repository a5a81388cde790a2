import PatchbayModel

/// A way out of a node, as it stands in the file.
struct DialogPath: Sendable {
    /// When it is taken.
    enum Kind: Sendable, Equatable {
        /// Always, when no condition holds.
        case next
        /// When a condition holds.
        case condition
        case failure
    }

    let kind: Kind
    let target: Target
    /// Where in the file it stands.
    let pointer: JSONPointer
    /// What is written at the arrow.
    let label: String

    /// All ways out of a node, also of the kinds that don't run yet.
    static func all(of node: Node, at pointer: JSONPointer) -> [DialogPath] {
        var paths = node.transitions.enumerated().map { index, transition in
            DialogPath(
                kind: .condition,
                target: transition.then,
                pointer: pointer.appending("transitions").appending(index).appending("then"),
                label: transition.label?.text(in: transition.label?.base ?? "en") ?? transition.id
            )
        }
        paths.append(DialogPath(kind: .next, target: node.next, pointer: pointer.appending("next"), label: ""))
        func add(_ target: FailureTarget, _ key: String) {
            switch target {
            case .continue: break
            case .end:
                paths.append(DialogPath(kind: .failure, target: .end, pointer: pointer.appending(key), label: key))
            case .node(let id):
                paths.append(DialogPath(kind: .failure, target: .node(id), pointer: pointer.appending(key), label: key))
            }
        }
        add(node.onFailure, "onFailure")
        switch node.body {
        case .entity(let entity): add(entity.onRetriesExceeded, "onRetriesExceeded")
        case .confirmation(let confirmation): add(confirmation.onRetriesExceeded, "onRetriesExceeded")
        case .later(_, let object): paths += later(object, at: pointer)
        default: break
        }
        if let then = node.silence?["then"]?.string {
            let place = pointer.appending("silence").appending("then")
            paths.append(DialogPath(kind: .failure, target: target(then), pointer: place, label: "silence"))
        }
        return paths
    }

    private static func later(_ object: JSONObject, at pointer: JSONPointer) -> [DialogPath] {
        var paths: [DialogPath] = []
        for key in ["onCancel", "onTimeout", "start"] {
            guard let word = object[key]?.string, word != "continue" else { continue }
            let kind: Kind = key == "start" ? .condition : .failure
            paths.append(DialogPath(kind: kind, target: target(word), pointer: pointer.appending(key), label: key))
        }
        for key in ["tools", "exits"] {
            for (index, element) in (object[key]?.array ?? []).enumerated() {
                guard let then = element["then"]?.string else { continue }
                let place = pointer.appending(key).appending(index).appending("then")
                paths.append(
                    DialogPath(
                        kind: .condition,
                        target: target(then),
                        pointer: place,
                        label: element["id"]?.string ?? key
                    )
                )
            }
        }
        return paths
    }

    private static func target(_ word: String) -> Target { word == "end" ? .end : .node(NodeID(word)) }
}
