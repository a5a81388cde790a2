import PatchbayLanguage
import PatchbayModel

// Calls and prompts.
extension DialogLinter {
    mutating func kind(_ node: Node, at pointer: JSONPointer) {
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
        say(
            pointer,
            "there is no dialog '\(id)'",
            remedy: NearName.remedy(for: id.rawValue, among: dialogs.map(\.rawValue))
        )
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
            say(
                pointer,
                "the node has neither a 'prompt' nor a history to send",
                remedy: "add a 'prompt', or a 'history' with another mode"
            )
        }
        if let mode = prompt.history.string, !TextTemplate.hasExpressions(mode),
            PromptNode.History(rawValue: mode) == nil
        {
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
                say(
                    pointer.appending("integration"),
                    "the integration '\(prompt.integration)' has no operation that calls a model"
                )
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
            remedy: NearName.suggestion(for: plugin.rawValue, among: all.keys.map(\.rawValue).sorted()).map {
                "did you mean '\($0)'?"
            }
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
        for wanted in operation.inputs where wanted.isRequired && wanted.defaultValue == nil && input[wanted.key] == nil
        {
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
}
