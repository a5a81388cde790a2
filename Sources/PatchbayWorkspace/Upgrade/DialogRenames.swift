import PatchbayModel

/// Gives nodes and dialogs other names in a dialog's file.
enum DialogRenames {
    /// The dialog with a node renamed: its id, whoever leads to it, what expressions read of it, its place in the drawing.
    static func node(_ old: String, to new: String, in dialog: JSONValue) -> JSONValue {
        let words = WordReplacement.node(old, new)
        let renamed = mapping(dialog, FileKind.dialog.shape) { text, kind in
            if kind === TextKind.node { return text == old ? new : text }
            if kind === TextKind.contextPath, let rest = path(text, after: "entities." + old) {
                return "entities." + new + rest
            }
            return words.applied(to: text)
        }
        guard let nodes = renamed["nodes"]?.array else { return renamed }
        let all = nodes.map { $0["id"]?.string == old ? $0.setting(.string(new), at: "/id") : $0 }
        return renamed.setting(.array(all), at: "/nodes")
    }

    /// The rest of a path that begins with another one; nil for a different path.
    private static func path(_ text: String, after start: String) -> String? {
        guard text.hasPrefix(start) else { return nil }
        let rest = text.dropFirst(start.count)
        return rest.isEmpty || rest.first == "." || rest.first == "[" ? String(rest) : nil
    }

    /// The dialog with its calls of another one following that one's new id; its own id, too.
    static func dialog(_ old: String, to new: String, in dialog: JSONValue) -> JSONValue {
        var dialog = dialog["id"]?.string == old ? dialog.setting(.string(new), at: "/id") : dialog
        func follow(_ place: JSONPointer) {
            if dialog[place]?.string == old { dialog = dialog.setting(.string(new), at: place) }
        }
        for (index, node) in (dialog["nodes"]?.array ?? []).enumerated() {
            let place = JSONPointer(tokens: ["nodes", String(index)])
            follow(place.appending("dialog"))
            for tool in (node["tools"]?.array ?? []).indices {
                follow(place.appending("tools").appending(tool).appending("dialog"))
            }
        }
        return dialog
    }

    /// A value with its strings changed, each with the kind of text that its shape says; keys of maps by node, too.
    static func mapping(
        _ value: JSONValue,
        _ shape: Shape,
        _ change: (_ text: String, _ kind: TextKind?) -> String
    ) -> JSONValue {
        let form = ShapeWalk.narrowed(shape, for: value).form
        switch value {
        case .string(let text):
            if case .string(let kind) = form { return .string(change(text, kind)) }
            return .string(change(text, nil))
        case .array(let elements):
            let element: Shape = if case .array(let list) = form { list.element } else { .any }
            return .array(elements.map { mapping($0, element, change) })
        case .object(let object):
            let isByNode = if case .map(let keys, _) = form { keys === TextKind.node } else { false }
            return .object(
                JSONObject(
                    object.members.map { member in
                        let inner = ShapeWalk.shape(of: member.key, in: shape, value)
                        let key = isByNode ? change(member.key, TextKind.node) : member.key
                        return (key, mapping(member.value, inner, change))
                    }
                )
            )
        case .null, .bool, .number: return value
        }
    }
}
