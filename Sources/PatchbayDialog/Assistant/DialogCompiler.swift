import PatchbayLanguage
import PatchbayModel

/// Reads the templates, conditions, patterns and schemas of one dialog, and keeps what is wrong with them.
struct DialogCompiler {
    let source: DialogSource
    private(set) var diagnostics: [Diagnostic] = []
    private var readsSession = false

    init(_ source: DialogSource) {
        self.source = source
    }

    mutating func compile() -> CompiledDialog {
        let dialog = source.dialog
        var nodes: [String: CompiledNode] = [:]
        for (index, node) in dialog.nodes.enumerated() {
            let compiled = self.node(node, at: JSONPointer(tokens: ["nodes", String(index)]))
            if nodes.updateValue(compiled, forKey: node.id.rawValue) != nil {
                report([
                    Diagnostic(
                        at: JSONPointer(tokens: ["nodes", String(index), "id"]),
                        "two nodes have the id '\(node.id)'"
                    )
                ])
            }
        }
        return CompiledDialog(
            id: dialog.id.rawValue,
            version: String(source.hash.suffix(16)),
            language: dialog.language,
            start: dialog.start.rawValue,
            settings: dialog.settings,
            nodes: nodes,
            phrases: dialog.phrases.flatMap(\.texts).map(PlainText.fold).filter { !$0.isEmpty },
            readsSession: readsSession
        )
    }

    mutating func report(_ found: [Diagnostic]) {
        diagnostics += found.map { diagnostic in
            var diagnostic = diagnostic
            diagnostic.file = source.file
            return diagnostic
        }
    }

    mutating func note(_ expressions: [Expression]) {
        readsSession = readsSession || expressions.contains { $0.paths.contains { $0.contains(.name("session")) } }
    }

    // MARK: - Nodes

    private mutating func node(_ node: Node, at pointer: JSONPointer) -> CompiledNode {
        let transitions = node.transitions.enumerated().compactMap { index, transition in
            self.transition(transition, at: pointer.appending("transitions").appending(index))
        }
        return CompiledNode(
            id: node.id.rawValue,
            place: "\(source.dialog.id)/\(node.id)",
            kind: node.kind,
            body: body(of: node, at: pointer),
            transitions: transitions,
            next: node.next,
            onFailure: node.onFailure,
            saveError: node.saveError.map { ContextPath($0) },
            save: node.save.compactMap { save($0, at: pointer.appending("save").appending($0.to)) }
        )
    }

    private mutating func body(of node: Node, at pointer: JSONPointer) -> CompiledNode.Body {
        let id = node.id.rawValue
        switch node.body {
        case .intent(let intent):
            return .intent(
                intent.dialog.map { DialogCall(dialog: $0.rawValue, mode: .return, before: [], after: []) }
            )
        case .entity(let entity): return .entity(self.entity(entity, id, at: pointer))
        case .confirmation(let confirmation):
            return .confirmation(
                CompiledConfirmation(
                    confirmation,
                    prompts: alternatives(confirmation.prompts, of: id, at: pointer.appending("prompts")),
                    errorPrompts: alternatives(confirmation.errorPrompts, of: id, at: pointer.appending("errorPrompts"))
                )
            )
        case .message(let message):
            return .message(alternatives(message.messages, of: id, at: pointer.appending("messages")))
        case .logic(let rows): return .logic(assignments(rows, at: pointer.appending("set")))
        case .service(let service): return .service(self.service(service, id, at: pointer))
        case .script(let sets):
            return .script(script(id + ".js"), sets: Set(sets.map { ContextPath($0).tokens.first ?? $0 }))
        case .prompt(let prompt): return .prompt(self.prompt(prompt, at: pointer))
        case .dialog(let call):
            return .dialog(
                DialogCall(
                    dialog: call.dialog.rawValue,
                    mode: call.mode,
                    before: assignments(call.before, at: pointer.appending("before")),
                    after: assignments(call.after, at: pointer.appending("after"))
                )
            )
        case .later(let kind, _): return .later(kind)
        }
    }

    private mutating func entity(_ entity: EntityNode, _ id: String, at pointer: JSONPointer) -> CompiledEntity {
        var pattern: Pattern?
        if let text = entity.pattern {
            do throws(PatternError) {
                pattern = try Pattern(text)
            } catch {
                report([Diagnostic(at: pointer.appending("pattern"), error.description)])
            }
        }
        if let examples = EntityMoment.examples(for: entity.type) {
            for key in [EntityRule.earliest.rawValue, EntityRule.latest.rawValue] {
                guard let bound = entity.rules[key]?.string, EntityMoment(bound, for: entity.type) == nil else {
                    continue
                }
                report([
                    Diagnostic(
                        at: pointer.appending("rules").appending(key),
                        "'\(bound)' is no bound of a \(entity.type.rawValue)",
                        remedy: "write \(examples)"
                    )
                ])
            }
        }
        var choicesFrom: (list: Expression, rule: JSONValue)?
        if let rule = entity.valuesFrom, let path = rule["value"]?.string {
            choicesFrom = expression(path, at: pointer.appending("valuesFrom").appending("value")).map { ($0, rule) }
        }
        return CompiledEntity(
            entity,
            pattern: pattern,
            defaultValue: entity.defaultValue.flatMap { template($0, at: pointer.appending("default")) },
            prompts: alternatives(entity.prompts, of: id, at: pointer.appending("prompts")),
            errorPrompts: alternatives(entity.errorPrompts, of: id, at: pointer.appending("errorPrompts")),
            choicesFrom: choicesFrom
        )
    }

    private mutating func service(_ service: ServiceNode, _ id: String, at pointer: JSONPointer) -> CompiledService {
        let call: CompiledService.Call
        switch service.call {
        case .operation(let plugin, let operation, let input):
            call = .operation(plugin, operation, input: template(.object(input), at: pointer.appending("input")))
        case .request(let request): call = self.request(request, at: pointer.appending("request"))
        }
        return CompiledService(
            call: call,
            profile: service.profile,
            timeout: service.timeout,
            before: optionalScript(id + ".before.js"),
            after: optionalScript(id + ".after.js")
        )
    }

    private mutating func request(_ request: CustomRequest, at pointer: JSONPointer) -> CompiledService.Call {
        let url = text(request.url, at: pointer.appending("url"))
        // Where a call goes is the author's and the operator's business, never a user's or a model's.
        for path in url?.expressions.flatMap(\.paths) ?? [] where path.first != .name("env") {
            report([
                Diagnostic(
                    at: pointer.appending("url"),
                    "a url reads only 'env', not '\(path.first?.token ?? "")'",
                    remedy: "write {name} in the path and its value in 'path', or use 'query'"
                )
            ])
        }
        let body: CompiledService.Body? =
            switch request.body {
            case .json(let json): .json(template(json, at: pointer.appending("body").appending("json")))
            case .form(let form): .form(template(.object(form), at: pointer.appending("body").appending("form")))
            case .text(let words): .text(text(words, at: pointer.appending("body").appending("text")))
            case .xml(let xml): .xml(template(xml, at: pointer.appending("body").appending("xml")))
            case nil: nil
            }
        return .request(
            method: request.method,
            url: url,
            path: template(.object(request.path), at: pointer.appending("path")),
            query: template(.object(request.query), at: pointer.appending("query")),
            headers: template(.object(request.headers), at: pointer.appending("headers")),
            body: body
        )
    }

    private mutating func prompt(_ prompt: PromptNode, at pointer: JSONPointer) -> CompiledPrompt {
        var schema: JSONSchema?
        if let json = prompt.schema { schema = self.schema(json, at: pointer.appending("output").appending("schema")) }
        return CompiledPrompt(
            prompt,
            model: prompt.model.flatMap { template($0, at: pointer.appending("model")) },
            system: prompt.system.map { localized($0, at: pointer.appending("system")) },
            prompt: prompt.prompt.map { localized($0, at: pointer.appending("prompt")) },
            history: template(prompt.history, at: pointer.appending("history").appending("mode")),
            schema: schema,
            options: template(.object(prompt.options), at: pointer.appending("options"))
        )
    }
}
