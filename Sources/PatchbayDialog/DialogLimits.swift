package import Foundation

/// Every bound of a conversation, in one place (`docs/limits.md`).
package struct DialogLimits: Sendable, Equatable {
    /// Nodes run in one turn without input of the user.
    package var nodes = 200
    /// Dialogs entered in one turn without input of the user, and the deepest stack of dialogs that call each other.
    package var dialogs = 25
    /// Turns that one run of a dialog may take, from its start to its end.
    package var turns = 1_000
    /// Bytes of one dialog's context, as JSON.
    package var contextBytes = 1 << 20
    /// Levels of arrays and objects in one dialog's context.
    package var contextDepth = 100
    /// Bytes of what a user sends in one event.
    package var messageBytes = 1 << 20
    /// Event ids whose answers are kept.
    package var keptEvents = 64
    /// Bytes of the history that goes along with a prompt when the node names no size; the oldest is left out first.
    package var historyBytes = 64 << 10
    /// Turns of history when the node names no number.
    package var historyTurns = 20
    /// How often in all a model is asked for an answer that satisfies the schema, when the node names no number.
    package var promptAttempts = 3
    /// The most that a node may name.
    package var maxPromptAttempts = 5
    /// Tokens of language models after which a conversation calls none any more; nil for any number.
    package var conversationTokens: Int?
    /// Money for language models after which a conversation calls none any more, by currency.
    package var conversationCost: [String: Decimal] = [:]
    /// Entries of a turn's trace; later ones are left out.
    package var traceEntries = 1_000

    /// The limits of the documentation.
    package static let standard = DialogLimits()

    package init() {}
}
