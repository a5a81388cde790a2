import PatchbayLanguage
import PatchbayModel

/// A dialog whose templates, conditions and patterns have been read.
final class CompiledDialog: Sendable {
    let id: String
    /// The end of the content hash: enough to see that a dialog changed.
    let version: String
    /// The language of the file's plain texts.
    let language: String
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
        language: String,
        start: String,
        settings: JSONObject,
        nodes: [String: CompiledNode],
        phrases: [String],
        readsSession: Bool
    ) {
        self.id = id
        self.version = version
        self.language = language
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
