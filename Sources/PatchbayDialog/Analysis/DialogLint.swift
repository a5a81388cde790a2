import PatchbayLanguage
package import PatchbayModel

/// Checks a dialog before anybody talks with it.
package enum DialogLint {
    /// Everything to say about a dialog, by place in the file.
    ///
    /// - Parameters:
    ///   - dialog: The dialog, decoded from `file`.
    ///   - file: The dialog's file as JSON, from which pointers and texts are taken.
    ///   - scripts: Its scripts by file name; nil leaves out what concerns them.
    ///   - known: What it may refer to.
    /// - Returns: Diagnostics with `file` set to `dialogs/<id>/…` and pointers into it.
    package static func diagnostics(
        for dialog: Dialog,
        file: JSONValue,
        scripts: [String: String]?,
        known: LintEnvironment
    ) -> [Diagnostic] {
        var lint = Linter(dialog: dialog, file: file, scripts: scripts, known: known)
        lint.run()
        return lint.diagnostics
    }
}

/// One check of one dialog.
private struct Linter {
    let dialog: Dialog
    let file: JSONValue
    let scripts: [String: String]?
    let known: LintEnvironment
    var diagnostics: [Diagnostic] = []

    private var name: String { "dialogs/\(dialog.id)/dialog.json" }
    private var nodeIDs: [String] { dialog.nodes.map(\.id.rawValue) }

    private func pointer(_ index: Int) -> JSONPointer { JSONPointer(tokens: ["nodes", String(index)]) }

    private mutating func say(_ pointer: JSONPointer, _ message: String, remedy: String? = nil) {
        diagnostics.append(Diagnostic(.error, file: name, at: pointer, message, remedy: remedy))
    }

    private mutating func warn(_ pointer: JSONPointer, _ message: String, remedy: String? = nil) {
        diagnostics.append(Diagnostic(.warning, file: name, at: pointer, message, remedy: remedy))
    }

    mutating func run() {
        compile()
        start()
        for (index, node) in dialog.nodes.enumerated() {
            targets(node, at: pointer(index))
            kind(node, at: pointer(index))
        }
        let flow = DialogFlow(dialog, scripts: scripts ?? [:], given: known.given)
        reachability(flow)
        variables(flow)
        loops(flow)
        scriptFiles()
        placeholders(in: file, at: .root)
        secrets()
    }

    // MARK: - Graph

    private mutating func compile() {
        var compiler = DialogCompiler(DialogSource(dialog: dialog, hash: "", scripts: scripts ?? [:]))
        _ = compiler.compile()
        diagnostics += compiler.diagnostics
    }

    private mutating func start() {
        guard dialog.node(dialog.start) == nil else { return }
        say("/start", "there is no node '\(dialog.start)'", remedy: NearName.remedy(for: dialog.start.rawValue, among: nodeIDs))
    }

    private mutating func targets(_ node: Node, at pointer: JSONPointer) {
        let isMember = dialog.nodes.contains { group in
            if case .later(.group, let object) = group.body {
                object["nodes"]?.array?.contains(.string(node.id.rawValue)) == true
            } else {
                false
            }
        }
        for path in DialogPath.all(of: node, at: pointer) {
            switch path.target {
            case .node(let id) where dialog.node(id) == nil:
                say(path.pointer, "there is no node '\(id)'", remedy: NearName.remedy(for: id.rawValue, among: nodeIDs + ["end"]))
            case .notConnected where path.kind == .condition:
                warn(path.pointer, "this path of '\(node.id)' is not connected; the dialog ends here", remedy: Self.connect)
            case .notConnected where path.kind == .next:
                if isMember || [.agentTransfer, .agent].contains(node.kind) || hasBothAnswers(node) { continue }
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
        return ["yes", "no"].allSatisfy { answer in node.transitions.contains { $0.condition["answer"]?.string == answer } }
    }

    private mutating func reachability(_ flow: DialogFlow) {
        var reached = Set(dialog.nodes.indices.filter { flow.possible[$0] != nil })
        // A group's members are reached with it.
        for index in dialog.nodes.indices where reached.contains(index) {
            guard case .later(.group, let object) = dialog.nodes[index].body else { continue }
            let members = Set(object["nodes"]?.array?.compactMap(\.string) ?? [])
            reached.formUnion(dialog.nodes.indices.filter { members.contains(dialog.nodes[$0].id.rawValue) })
        }
        guard dialog.node(dialog.start) != nil else { return }
        for (index, node) in dialog.nodes.enumerated() where !reached.contains(index) {
            warn(pointer(index), "node '\(node.id)' is never reached", remedy: "lead a path to it, or remove it")
        }
    }

    private mutating func loops(_ flow: DialogFlow) {
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

    // MARK: - Nodes

    private mutating func kind(_ node: Node, at pointer: JSONPointer) {
        if !node.kind.runs {
            warn(
                pointer.appending("kind"),
                "nodes of kind '\(node.kind.rawValue)' don't run yet; reached, this one fails",
                remedy: "give it an 'onFailure'"
            )
        }
        switch node.body {
        case .intent(let intent): if let called = intent.dialog { self.dialog(called, at: pointer.appending("dialog")) }
        case .entity(let entity): self.entity(entity, at: pointer)
        case .service(let service): self.service(service, at: pointer)
        case .prompt(let prompt): self.prompt(prompt, at: pointer)
        case .dialog(let call): self.dialog(call.dialog, at: pointer.appending("dialog"))
        case .message(let message):
            if message.messages.isEmpty { warn(pointer.appending("messages"), "node '\(node.id)' says nothing") }
        default: break
        }
    }

    private mutating func dialog(_ id: DialogID, at pointer: JSONPointer) {
        guard let dialogs = known.dialogs, !dialogs.contains(id) else { return }
        say(pointer, "there is no dialog '\(id)'", remedy: NearName.remedy(for: id.rawValue, among: dialogs.map(\.rawValue)))
    }

    private mutating func entity(_ entity: EntityNode, at pointer: JSONPointer) {
        if !entity.type.runs {
            let words = EntityType.allCases.filter(\.runs).map(\.rawValue).joined(separator: ", ")
            warn(
                pointer.appending("type"),
                "entities of type '\(entity.type.rawValue)' don't run yet; reached, the node fails",
                remedy: "take one of \(words)"
            )
        }
        if entity.type == .custom, entity.pattern == nil {
            say(pointer, "an entity of type 'custom' needs a 'pattern'", remedy: "add a regular expression that matches the whole value")
        }
        if entity.type == .list, entity.values.isEmpty, entity.valuesFrom == nil {
            say(pointer, "an entity of type 'list' needs 'values' or 'valuesFrom'", remedy: "list the values")
        }
        if let count = file[pointer]?["retries"]?.int, !(1...10).contains(count) {
            say(pointer.appending("retries"), "'retries' is \(count)", remedy: "use 1 to 10")
        }
        for key in entity.rules.keys where !EntityRules.known.contains(key) && !key.hasPrefix("x-") {
            warn(
                pointer.appending("rules").appending(key),
                "the rule '\(key)' does nothing yet",
                remedy: NearName.suggestion(for: key, among: EntityRules.known).map { "did you mean '\($0)'?" }
            )
        }
    }

    private mutating func service(_ service: ServiceNode, at pointer: JSONPointer) {
        profile(service.profile, at: pointer)
        guard case .operation(let plugin, let id, let input) = service.call,
            let operations = operations(of: plugin, at: pointer)
        else { return }
        guard let operation = operations.first(where: { $0.id == id }) else {
            return unknownOperation(id, of: plugin, operations, at: pointer)
        }
        inputs(input, of: operation, plugin, at: pointer)
    }

    private mutating func prompt(_ prompt: PromptNode, at pointer: JSONPointer) {
        profile(prompt.profile, at: pointer)
        if prompt.prompt == nil, prompt.history.string == PromptNode.History.promptOnly.rawValue {
            say(pointer, "the node has neither a 'prompt' nor a history to send", remedy: "add a 'prompt', or a 'history' with another mode")
        }
        if let mode = prompt.history.string, !TextTemplate.hasExpressions(mode), PromptNode.History(rawValue: mode) == nil {
            let modes = PromptNode.History.allCases.map(\.rawValue)
            say(
                pointer.appending("history").appending("mode"),
                "unknown history mode '\(mode)'",
                remedy: NearName.remedy(for: mode, among: modes)
            )
        }
        guard let operations = operations(of: prompt.integration, at: pointer) else { return }
        guard let id = prompt.operation else {
            if !operations.contains(where: { $0.model != nil }) {
                say(pointer.appending("integration"), "the integration '\(prompt.integration)' has no operation that calls a model")
            }
            return
        }
        guard let operation = operations.first(where: { $0.id == id }) else {
            return unknownOperation(id, of: prompt.integration, operations, at: pointer)
        }
        if operation.model == nil {
            let others = operations.filter { $0.model != nil }.map(\.id.rawValue)
            say(
                pointer.appending("operation"),
                "the operation '\(id)' calls no model",
                remedy: NearName.remedy(for: id.rawValue, among: others)
            )
        }
    }

    private mutating func profile(_ profile: ProfileID?, at pointer: JSONPointer) {
        guard let profile, let profiles = known.profiles, !profiles.contains(profile) else { return }
        say(
            pointer.appending("profile"),
            "there is no authorization profile '\(profile)'",
            remedy: NearName.remedy(for: profile.rawValue, among: profiles.map(\.rawValue))
                ?? "run 'patchbay integration enable' with --profile \(profile)"
        )
    }

    private mutating func operations(of plugin: PluginID, at pointer: JSONPointer) -> [ServiceOperation]? {
        guard let all = known.operations else { return nil }
        if let operations = all[plugin] { return operations }
        say(
            pointer.appending("integration"),
            "unknown integration '\(plugin)'",
            remedy: NearName.suggestion(for: plugin.rawValue, among: all.keys.map(\.rawValue).sorted()).map { "did you mean '\($0)'?" }
                ?? "run 'patchbay plugin install \(plugin)'"
        )
        return nil
    }

    private mutating func unknownOperation(
        _ id: OperationID,
        of plugin: PluginID,
        _ operations: [ServiceOperation],
        at pointer: JSONPointer
    ) {
        say(
            pointer.appending("operation"),
            "'\(plugin)' has no operation '\(id)'",
            remedy: NearName.remedy(for: id.rawValue, among: operations.map(\.id.rawValue))
        )
    }

    private mutating func inputs(
        _ input: JSONObject,
        of operation: ServiceOperation,
        _ plugin: PluginID,
        at pointer: JSONPointer
    ) {
        let keys = operation.inputs.map(\.key)
        for member in input.members {
            let place = pointer.appending("input").appending(member.key)
            guard let wanted = operation.inputs.first(where: { $0.key == member.key }) else {
                say(
                    place,
                    "the operation '\(operation.id)' takes no input '\(member.key)'",
                    remedy: NearName.remedy(for: member.key, among: keys)
                )
                continue
            }
            guard Self.isLiteral(member.value) else { continue }
            let resolve = known.schemaFile
            // A schema that is wrong is told to the plugin's author, by the plugin's own check.
            guard let schema = try? JSONSchema(wanted.schema, resolve: { resolve(plugin, $0) }) else { continue }
            for problem in schema.problems(of: member.value).prefix(3) {
                let found = problem.diagnostic(at: place)
                say(found.pointer ?? place, "input '\(member.key)': \(found.message)", remedy: found.remedy)
            }
        }
        for wanted in operation.inputs where wanted.isRequired && wanted.defaultValue == nil && input[wanted.key] == nil {
            say(
                pointer.appending("input"),
                "the operation '\(operation.id)' needs the input '\(wanted.key)'",
                remedy: "add \"\(wanted.key)\" to 'input'"
            )
        }
    }

    /// Whether nothing in a value is filled in later.
    private static func isLiteral(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): !TextTemplate.hasExpressions(text)
        case .array(let elements): elements.allSatisfy(isLiteral)
        case .object(let object): object.members.allSatisfy { isLiteral($0.value) }
        case .null, .bool, .number: true
        }
    }

    // MARK: - Variables

    private mutating func variables(_ flow: DialogFlow) {
        let somewhere = Set(flow.possible.compactMap(\.self).flatMap(\.self))
        for (index, node) in (file["nodes"]?.array ?? []).enumerated() where index < dialog.nodes.count {
            guard let object = node.object else { continue }
            let found = NodeReads(object, at: pointer(index))
            for (root, key, place) in found.roots { self.root(root, key, at: place) }
            var told: Set<String> = []
            for read in found.reads where !Variable.alwaysThere.contains(read.variable) {
                guard let (possible, certain) = flow.known(at: index, for: read), !certain.contains(read.variable),
                    told.insert(read.variable + read.pointer.description).inserted
                else { continue }
                if possible.contains(read.variable) {
                    warn(
                        read.pointer,
                        "'\(read.source)' is not set on every path that leads here",
                        remedy: "set it before, or write default(\(read.source), …)"
                    )
                } else {
                    say(
                        read.pointer,
                        "'\(read.source)' is read before anything sets it",
                        remedy: NearName.suggestion(for: read.variable, among: somewhere.union(possible).sorted()).map {
                            "did you mean '\($0)'?"
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
            remedy: NearName.suggestion(for: key, among: keys).map { "did you mean '\(root).\($0)'?" } ?? "add '\(key)' to \(place)"
        )
    }

    // MARK: - Scripts, secrets, placeholders

    private mutating func scriptFiles() {
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
            case .confirmation(let confirmation): needed += Self.scripts(of: confirmation.prompts + confirmation.errorPrompts, id)
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
                    remedy: NearName.suggestion(for: script, among: expected.sorted()).map { "did you mean '\($0)'?" } ?? "remove it"
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

    private mutating func placeholders(in value: JSONValue, at pointer: JSONPointer) {
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

    private mutating func secrets() {
        diagnostics += SecretScan.findings(in: file).map { SecretScan.diagnostic($0.finding, file: name, at: $0.pointer) }
        for (script, source) in (scripts ?? [:]).sorted(by: { $0.key < $1.key }) {
            diagnostics += SecretScan.diagnostics(inText: source, file: "dialogs/\(dialog.id)/\(script)")
        }
    }
}
