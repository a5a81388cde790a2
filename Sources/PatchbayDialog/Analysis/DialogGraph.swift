package import PatchbayModel

/// Draws a dialog.
package enum DialogGraph {
    private struct Arrow {
        let from: Int
        let to: String
        let label: String
        let isFailure: Bool
    }

    /// A flow chart in the language of Mermaid.
    package static func mermaid(_ dialog: Dialog) -> String {
        var lines = ["flowchart TD"]
        for (index, node) in dialog.nodes.enumerated() {
            let (open, close) = shape(node.kind)
            lines.append("    n\(index)\(open)\"\(mermaidText("\(node.id) · \(node.kind.rawValue)"))\"\(close)")
        }
        let arrows = arrows(dialog)
        if arrows.contains(where: { $0.to == "end" }) { lines.append("    done((\"end\"))") }
        for arrow in arrows {
            let line = arrow.isFailure ? "-.->" : "-->"
            let label = arrow.label.isEmpty ? "" : "|\"\(mermaidText(arrow.label))\"|"
            lines.append("    n\(arrow.from) \(line)\(label) \(arrow.to == "end" ? "done" : arrow.to)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A directed graph in the language of Graphviz.
    package static func dot(_ dialog: Dialog) -> String {
        var lines = ["digraph \(dotText(dialog.id.rawValue)) {", "    node [shape=box];"]
        for (index, node) in dialog.nodes.enumerated() {
            lines.append("    n\(index) [label=\(dotText("\(node.id)\n\(node.kind.rawValue)"))];")
        }
        let arrows = arrows(dialog)
        if arrows.contains(where: { $0.to == "end" }) { lines.append("    end [label=\"end\", shape=circle];") }
        for arrow in arrows {
            var attributes = arrow.label.isEmpty ? [] : ["label=\(dotText(arrow.label))"]
            if arrow.isFailure { attributes.append("style=dashed") }
            let tail = attributes.isEmpty ? "" : " [" + attributes.joined(separator: ", ") + "]"
            lines.append("    n\(arrow.from) -> \(arrow.to)\(tail);")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// The arrows by the places of their nodes; paths that are not connected, or lead nowhere, are not drawn.
    private static func arrows(_ dialog: Dialog) -> [Arrow] {
        let places = Dictionary(dialog.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return dialog.nodes.enumerated().flatMap { index, node in
            DialogPath.all(of: node, at: .root).compactMap { path -> Arrow? in
                switch path.target {
                case .end: return Arrow(from: index, to: "end", label: path.label, isFailure: path.kind == .failure)
                case .node(let id):
                    return places[id].map {
                        Arrow(from: index, to: "n\($0)", label: path.label, isFailure: path.kind == .failure)
                    }
                case .notConnected: return nil
                }
            }
        }
    }

    private static func shape(_ kind: NodeKind) -> (String, String) {
        switch kind {
        case .intent: ("([", "])")
        case .entity, .form: ("[/", "/]")
        case .confirmation, .logic: ("{", "}")
        case .message: ("(", ")")
        case .service, .webhook, .prompt, .agent: ("[[", "]]")
        case .script, .dialog, .agentTransfer, .group: ("[", "]")
        }
    }

    /// Mermaid takes characters by entity: `#quot;`, `#35;`.
    private static func mermaidText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "#quot;"
            case "#", ";", "<", ">", "&", "`", "|", "\\", "{", "}", "[", "]": result += "#\(scalar.value);"
            default: result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
            }
        }
        return result
    }

    private static func dotText(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
            }
        }
        return result + "\""
    }
}
