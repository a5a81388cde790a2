import PatchbayModel

// Scripts, secrets, placeholders.
extension DialogLinter {
    mutating func scriptFiles() {
        guard let scripts else { return }
        var expected: Set<String> = []
        for (index, node) in dialog.nodes.enumerated() {
            let id = node.id.rawValue
            var needed: [String] = []
            switch node.body {
            case .script(let sets):
                needed.append(id + ".js")
                writes(id, sets: sets, scripts)
            case .service: expected.formUnion([id + ".before.js", id + ".after.js"])
            case .message(let message): needed += Self.scripts(of: message.messages, id)
            case .entity(let entity): needed += Self.scripts(of: entity.prompts + entity.errorPrompts, id)
            case .confirmation(let confirmation):
                needed += Self.scripts(of: confirmation.prompts + confirmation.errorPrompts, id)
            default: break
            }
            for script in needed where scripts[script] == nil {
                say(pointer(index), "the script '\(script)' is missing", remedy: "write dialogs/\(dialog.id)/\(script)")
            }
            expected.formUnion(needed)
        }
        for script in scripts.keys.sorted() where !expected.contains(script) {
            diagnostics.append(
                Diagnostic(
                    .warning,
                    file: "dialogs/\(dialog.id)/\(script)",
                    "no node uses this script",
                    remedy: NearName.suggestion(for: script, among: expected.sorted()).map { "did you mean '\($0)'?" }
                        ?? "remove it"
                )
            )
        }
    }

    private static func scripts(of alternatives: [Alternative], _ node: String) -> [String] {
        alternatives.filter { $0.content == .script }.map { "\(node).\($0.id).message.js" }
    }

    private mutating func writes(_ node: String, sets: [String], _ scripts: [String: String]) {
        guard let source = scripts[node + ".js"] else { return }
        let declared = Set(sets.map { ContextPath($0).tokens.first ?? $0 })
        let beyond = ScriptWrites.keys(in: source).subtracting(declared).subtracting(["entities", node]).sorted()
        for key in beyond {
            diagnostics.append(
                Diagnostic(
                    file: "dialogs/\(dialog.id)/\(node).js",
                    "the script writes 'context.\(key)', which its node does not name",
                    remedy: "add \"\(key)\" to the 'sets' of '\(node)'"
                )
            )
        }
    }

    mutating func placeholders(in value: JSONValue, at pointer: JSONPointer) {
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { placeholders(in: element, at: pointer.appending(index)) }
        case .object(let object):
            if let name = object["$parameter"]?.string {
                say(
                    pointer,
                    "the template parameter '\(name)' has not been filled in",
                    remedy: "install the template with 'patchbay template install', or write the value here"
                )
            }
            for member in object.members { placeholders(in: member.value, at: pointer.appending(member.key)) }
        default: break
        }
    }

    mutating func secrets() {
        diagnostics += SecretScan.findings(in: file).map {
            SecretScan.diagnostic($0.finding, file: name, at: $0.pointer)
        }
        for (script, source) in (scripts ?? [:]).sorted(by: { $0.key < $1.key }) {
            diagnostics += SecretScan.diagnostics(in: Array(source.utf8), file: "dialogs/\(dialog.id)/\(script)")
        }
    }
}
