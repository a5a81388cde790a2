import PatchbayLanguage
import PatchbayModel

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
