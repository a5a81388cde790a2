import PatchbayModel

// What is read before it is set, and what is not there at all.
extension DialogLinter {
    mutating func variables(_ flow: DialogFlow) {
        for (index, node) in (file["nodes"]?.array ?? []).enumerated() where index < dialog.nodes.count {
            guard let object = node.object else { continue }
            let found = NodeReads(object, at: pointer(index))
            for (root, key, place) in found.roots { self.root(root, key, at: place) }
            var told: Set<String> = []
            for read in found.reads where !Variable.alwaysThere.contains(read.variable) {
                guard let knowledge = flow.knowledge(of: read, at: index), knowledge != .certainly,
                    told.insert(read.variable + read.pointer.description).inserted
                else { continue }
                if knowledge == .possibly {
                    warn(
                        read.pointer,
                        "'\(read.source)' is not set on every path that leads here",
                        remedy: "set it before, or write default(\(read.source), …)"
                    )
                } else {
                    say(
                        read.pointer,
                        "'\(read.source)' is read before anything sets it",
                        remedy: offer(flow.names) { names in
                            NearName.suggestion(for: read.variable, among: names).map { "did you mean '\($0)'?" }
                        } ?? "set it in a node before this one"
                    )
                }
            }
        }
    }

    private mutating func root(_ root: String, _ key: String, at pointer: JSONPointer) {
        let keys: [String]? =
            switch root {
            case "env": known.env
            case "content": known.content
            default: dialog.settings.keys
            }
        guard let keys, !keys.contains(key) else { return }
        let place = root == "settings" ? "this dialog's 'settings'" : "variables/\(root).json"
        say(
            pointer,
            "there is no '\(root).\(key)'",
            remedy: NearName.suggestion(for: key, among: keys).map { "did you mean '\(root).\($0)'?" }
                ?? "add '\(key)' to \(place)"
        )
    }
}
