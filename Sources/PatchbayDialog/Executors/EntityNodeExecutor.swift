import PatchbayLanguage
import PatchbayModel

/// Asks for a value until it is there.
enum EntityNodeExecutor {
    static func enter(_ entity: CompiledEntity, _ node: CompiledNode, _ run: inout TurnRun) -> NodeOutcome {
        guard entity.runs else {
            return .failed(
                Failure(
                    .invalid,
                    "node '\(node.place)': entities of type '\(entity.reader.type.rawValue)' don't run yet"
                )
            )
        }
        if isFilled(node, run), !entity.asksAlways { return .done }
        if entity.presence == .hidden {
            takeDefault(entity, node, &run)
            return .done
        }
        // A message that started the dialog and that no node has taken is what a `message` entity asks for.
        if entity.reader.type == .message, let input = run.input {
            run.input = nil
            return take(input, entity, node, &run)
        }
        run.tries = 1
        if !run.say(oneOf: entity.prompts, attempt: 1, node: node), entity.reader.type != .message {
            run.say(StandardTexts.say(StandardTexts.ask, in: run.head.language, node.id), node: node.place)
        }
        return .waits(.message)
    }

    static func take(
        _ input: TurnRun.Input,
        _ entity: CompiledEntity,
        _ node: CompiledNode,
        _ run: inout TurnRun
    ) -> NodeOutcome {
        if let sensitive = entity.sensitive { run.hidden.append((input.text, sensitive.hiding(input.text))) }
        let choices = entity.choicesFrom == nil ? entity.choices : run.scope?.choices(of: entity)
        let value = entity.reader.value(
            of: input.text,
            attachments: input.attachments,
            choices: choices,
            in: run.surroundings
        )
        if let value {
            run.set(value, at: ContextPath(entity: node.id))
            return .done
        }
        if PlainText.trimmed(input.text).isEmpty, entity.defaultValue != nil || entity.presence == .optional {
            takeDefault(entity, node, &run)
            return .done
        }
        guard entity.presence == .required else {
            takeDefault(entity, node, &run)
            return .done
        }
        return Retry.ask(
            again: entity.errorPrompts,
            else: entity.prompts,
            retries: entity.retries,
            givingUp: entity.onRetriesExceeded,
            standard: StandardTexts.say(StandardTexts.ask, in: run.head.language, node.id),
            waiting: .message,
            node,
            &run
        )
    }

    private static func isFilled(_ node: CompiledNode, _ run: TurnRun) -> Bool {
        switch run.context["entities"]?[node.id] {
        case nil, .null, .string(""): false
        default: true
        }
    }

    private static func takeDefault(_ entity: CompiledEntity, _ node: CompiledNode, _ run: inout TurnRun) {
        guard let template = entity.defaultValue, let scope = run.scope, let value = template.resolve(in: scope) else {
            return
        }
        run.set(value, at: ContextPath(entity: node.id))
    }
}

/// Asks again, as often as a node allows.
enum Retry {
    static func ask(
        again errorPrompts: [CompiledAlternative],
        else prompts: [CompiledAlternative],
        retries: Int,
        givingUp target: FailureTarget,
        standard: String,
        waiting: Awaiting,
        _ node: CompiledNode,
        _ run: inout TurnRun
    ) -> NodeOutcome {
        let tries = run.tries
        guard tries <= retries else { return .givesUp(target) }
        run.note(TraceEntry(node: node.place, action: "notUnderstood", detail: ["try": .number(JSONNumber(tries))]))
        let isSaid =
            run.say(oneOf: errorPrompts, attempt: tries, node: node)
            || run.say(oneOf: prompts, attempt: tries + 1, node: node)
        if !isSaid { run.say(standard, node: node.place) }
        run.tries = tries + 1
        return .waits(waiting)
    }
}

extension ContextPath {
    /// The place of an entity's value.
    init(entity: String) {
        tokens = ["entities", entity]
        isSession = false
    }
}
