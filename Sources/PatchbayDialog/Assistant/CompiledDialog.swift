import PatchbayLanguage
import PatchbayModel

/// A dialog whose templates, conditions and patterns have been read.
final class CompiledDialog: Sendable {
    let id: String
    /// The end of the content hash: enough to see that a dialog changed.
    let version: String
    let start: String
    let settings: JSONValue
    let nodes: [String: CompiledNode]
    /// Folded phrases that start it.
    let phrases: [String]
    /// Whether an entity's value must not show in transcripts.
    let hidesValues: Bool
    /// Whether an expression reads the session.
    let readsSession: Bool

    init(
        id: String,
        version: String,
        start: String,
        settings: JSONObject,
        nodes: [String: CompiledNode],
        phrases: [String],
        readsSession: Bool
    ) {
        self.id = id
        self.version = version
        self.start = start
        self.settings = .object(settings)
        self.nodes = nodes
        self.phrases = phrases
        self.readsSession = readsSession
        hidesValues = nodes.values.contains { node in
            if case .entity(let entity) = node.body { entity.sensitive != nil } else { false }
        }
    }
}

/// A node whose parts have been read.
final class CompiledNode: Sendable {
    /// What the node does.
    enum Body: Sendable {
        /// The dialog of a follow-up.
        case intent(DialogCall?)
        case entity(CompiledEntity)
        case confirmation(CompiledConfirmation)
        case message([CompiledAlternative])
        case logic([CompiledAssignment])
        case service(CompiledService)
        case script(CompiledScript, sets: Set<String>)
        case prompt(CompiledPrompt)
        case dialog(DialogCall)
        case later(NodeKind)
    }

    let id: String
    /// `<dialog>/<node>`.
    let place: String
    let kind: NodeKind
    let body: Body
    let transitions: [CompiledTransition]
    let next: Target
    let onFailure: FailureTarget
    let saveError: ContextPath?
    let save: [CompiledSave]

    init(
        id: String,
        place: String,
        kind: NodeKind,
        body: Body,
        transitions: [CompiledTransition],
        next: Target,
        onFailure: FailureTarget,
        saveError: ContextPath?,
        save: [CompiledSave]
    ) {
        self.id = id
        self.place = place
        self.kind = kind
        self.body = body
        self.transitions = transitions
        self.next = next
        self.onFailure = onFailure
        self.saveError = saveError
        self.save = save
    }
}

/// A place that a node writes to: in its dialog's context, or in a scope of the session.
struct ContextPath: Sendable, Equatable {
    let tokens: [String]
    let isSession: Bool

    /// Takes `total`, `entities.subject`, `context.total` or `session.assistantUser.name`.
    init(_ text: String) {
        var tokens = text.split(separator: ".").map(String.init)
        if tokens.count > 1, tokens[0] == "context" { tokens.removeFirst() }
        isSession = tokens.count > 2 && tokens[0] == "session" && SessionScopes.names.contains(tokens[1])
        if isSession { tokens.removeFirst() }
        self.tokens = tokens
    }
}

/// A condition with its target.
struct CompiledTransition: Sendable {
    let id: String
    let condition: Condition
    let then: Target
    let clear: [ContextPath]
}

/// A value put somewhere; nil empties the place.
struct CompiledAssignment: Sendable {
    let to: ContextPath
    let value: ValueTemplate?
}

/// A part of a node's result kept in a variable.
struct CompiledSave: Sendable {
    let to: ContextPath
    /// Reads the result's members by name.
    let from: Expression
}

/// A text in its languages.
struct CompiledText: Sendable {
    private let byLanguage: [String: TextTemplate]
    private let only: TextTemplate?
    private let base: String

    init(_ byLanguage: [String: TextTemplate], base: String) {
        self.byLanguage = byLanguage
        self.base = base
        only = byLanguage.count == 1 ? byLanguage.first?.value : nil
    }

    func text(in scope: TurnScope) -> String {
        (only ?? LanguageFallback.pick(scope.language, from: byLanguage, base: base))?.text(in: scope) ?? ""
    }
}

/// One of several ways to say something.
struct CompiledAlternative: Sendable {
    enum Content: Sendable {
        case text(CompiledText)
        case template(ValueTemplate?)
        case script(CompiledScript)
    }

    let id: String
    let content: Content
    let channels: [String]
    let attempt: Int?
}

/// A script with the name that errors give it.
struct CompiledScript: Sendable {
    let name: String
    /// Nil when its file is missing: the node fails.
    let source: String?
}

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
        reader = EntityReader(type: node.type, isMany: node.isMany, rules: EntityRules(node.rules), pattern: pattern)
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
        case request(method: String, url: TextTemplate?, path: ValueTemplate?, query: ValueTemplate?, headers: ValueTemplate?, body: Body?)
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
