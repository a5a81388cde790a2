package import PatchbayModel

/// A node of a template's dialog that the user changed.
package struct NodeChange: Sendable, Equatable {
    /// What happened to it since the template wrote it.
    package enum What: String, Sendable {
        case added, edited, removed
    }

    package let dialog: DialogID
    package let node: NodeID
    package let what: What

    /// The nodes in which two versions of a dialog differ, in the order of the nodes: first those that are there.
    static func all(of dialog: DialogID, from base: JSONValue, to mine: JSONValue) -> [NodeChange] {
        func nodes(_ value: JSONValue) -> [(id: String, value: JSONValue)] {
            (value["nodes"]?.array ?? []).compactMap { node in node["id"]?.string.map { ($0, node) } }
        }
        let before = Dictionary(nodes(base).map { ($0.id, $0.value) }, uniquingKeysWith: { first, _ in first })
        let after = nodes(mine)
        let ids = Set(after.map(\.id))
        let changed = after.compactMap { node -> NodeChange? in
            guard let old = before[node.id] else {
                return NodeChange(dialog: dialog, node: NodeID(node.id), what: .added)
            }
            return old == node.value ? nil : NodeChange(dialog: dialog, node: NodeID(node.id), what: .edited)
        }
        let removed = nodes(base).filter { !ids.contains($0.id) }
        return changed + removed.map { NodeChange(dialog: dialog, node: NodeID($0.id), what: .removed) }
    }
}

extension Workspace {
    /// The nodes of a template's dialogs that were changed here; dialogs whose base or file can't be read have none.
    package func nodeChanges(of instance: LockFile.Instance) -> [NodeChange] {
        instance.dialogs.flatMap { dialog -> [NodeChange] in
            let path = "dialogs/\(dialog.here)/dialog.json"
            guard let base = try? JSONReader().read(bytes(of: ".patchbay/base/\(instance.instance)/\(path)")),
                let mine = try? JSONReader().read(bytes(of: path))
            else { return [] }
            return NodeChange.all(of: dialog.here, from: base, to: mine)
        }
    }

    /// What all dialogs and their scripts refer to; a dialog that can't be read refers to nothing.
    package func needs() throws -> DialogNeeds {
        var needs = DialogNeeds()
        for id in try dialogIDs() { try add(id, to: &needs) }
        return needs
    }

    func add(_ id: DialogID, to needs: inout DialogNeeds) throws {
        guard let value = try? JSONReader().read(bytes(of: "dialogs/\(id)/dialog.json")) else { return }
        needs.add(dialog: value)
        for script in try scripts(of: id).values { needs.add(script: script) }
    }
}
