import PatchbayLanguage
import PatchbayModel

/// An entity that can be asked for and read.
final class CompiledEntity: Sendable {
    let reader: EntityReader
    let presence: EntityPresence
    let defaultValue: ValueTemplate?
    let asksAlways: Bool
    let prompts: [CompiledAlternative]
    let errorPrompts: [CompiledAlternative]
    let retries: Int
    let onRetriesExceeded: FailureTarget
    let choices: ListChoices?
    /// Where the choices come from, when not from the file, with the rule that reads them.
    let choicesFrom: (list: Expression, rule: JSONValue)?
    let sensitive: Sensitive?
    /// Whether its type can be read yet.
    let runs: Bool

    init(
        _ node: EntityNode,
        pattern: Pattern?,
        defaultValue: ValueTemplate?,
        prompts: [CompiledAlternative],
        errorPrompts: [CompiledAlternative],
        choicesFrom: (list: Expression, rule: JSONValue)?
    ) {
        let rules = EntityRules(node.rules, for: node.type)
        reader = EntityReader(type: node.type, isMany: node.isMany, rules: rules, pattern: pattern)
        presence = node.presence
        self.defaultValue = defaultValue
        asksAlways = node.asksAlways
        self.prompts = prompts
        self.errorPrompts = errorPrompts
        retries = min(max(node.retries, 1), 10)
        onRetriesExceeded = node.onRetriesExceeded
        choices = node.values.isEmpty ? nil : ListChoices(node.values)
        self.choicesFrom = choicesFrom
        sensitive = node.sensitive.map(Sensitive.init)
        runs = node.type.runs
    }
}

/// A question for yes or no.
final class CompiledConfirmation: Sendable {
    let prompts: [CompiledAlternative]
    let errorPrompts: [CompiledAlternative]
    let yes: Phrases
    let no: Phrases
    let retries: Int
    let onRetriesExceeded: FailureTarget

    init(_ node: ConfirmationNode, prompts: [CompiledAlternative], errorPrompts: [CompiledAlternative]) {
        self.prompts = prompts
        self.errorPrompts = errorPrompts
        yes = node.yes
        no = node.no
        retries = min(max(node.retries, 1), 10)
        onRetriesExceeded = node.onRetriesExceeded
    }
}

/// A call that a service node makes.
final class CompiledService: Sendable {
    enum Call: Sendable {
        case operation(PluginID, OperationID, input: ValueTemplate?)
        case request(
            method: String,
            url: TextTemplate?,
            path: ValueTemplate?,
            query: ValueTemplate?,
            headers: ValueTemplate?,
            body: Body?
        )
    }

    enum Body: Sendable {
        case json(ValueTemplate?)
        case form(ValueTemplate?)
        case text(TextTemplate?)
        case xml(ValueTemplate?)
    }

    let call: Call
    let profile: ProfileID?
    let timeout: Duration?
    let before: CompiledScript?
    let after: CompiledScript?

    init(call: Call, profile: ProfileID?, timeout: Duration?, before: CompiledScript?, after: CompiledScript?) {
        self.call = call
        self.profile = profile
        self.timeout = timeout
        self.before = before
        self.after = after
    }
}

/// A call of a language model.
final class CompiledPrompt: Sendable {
    let node: PromptNode
    let model: ValueTemplate?
    let system: CompiledText?
    let prompt: CompiledText?
    let history: ValueTemplate?
    let schema: JSONSchema?
    let options: ValueTemplate?

    init(
        _ node: PromptNode,
        model: ValueTemplate?,
        system: CompiledText?,
        prompt: CompiledText?,
        history: ValueTemplate?,
        schema: JSONSchema?,
        options: ValueTemplate?
    ) {
        self.node = node
        self.model = model
        self.system = system
        self.prompt = prompt
        self.history = history
        self.schema = schema
        self.options = options
    }
}

/// A call of another dialog.
final class DialogCall: Sendable {
    let dialog: String
    let mode: DialogNode.Mode
    let before: [CompiledAssignment]
    let after: [CompiledAssignment]

    init(dialog: String, mode: DialogNode.Mode, before: [CompiledAssignment], after: [CompiledAssignment]) {
        self.dialog = dialog
        self.mode = mode
        self.before = before
        self.after = after
    }
}
