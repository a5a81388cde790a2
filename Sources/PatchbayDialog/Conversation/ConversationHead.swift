package import PatchbayModel

/// The variables that live as long as a session, by who shares them.
package struct SessionScopes: Sendable, Equatable {
    package var assistantUser = JSONObject()
    package var user = JSONObject()
    package var assistant = JSONObject()
    package var account = JSONObject()

    static let names = ["assistantUser", "user", "assistant", "account"]

    var isEmpty: Bool { assistantUser.isEmpty && user.isEmpty && assistant.isEmpty && account.isEmpty }

    /// The four scopes by name.
    var object: JSONObject {
        get {
            [
                "assistantUser": .object(assistantUser), "user": .object(user),
                "assistant": .object(assistant), "account": .object(account),
            ]
        }
        set {
            assistantUser = newValue["assistantUser"]?.object ?? JSONObject()
            user = newValue["user"]?.object ?? JSONObject()
            assistant = newValue["assistant"]?.object ?? JSONObject()
            account = newValue["account"]?.object ?? JSONObject()
        }
    }
}

/// A dialog that runs: where it stands, and what it knows.
package struct Frame: Sendable, Equatable {
    package let dialog: String
    /// The end of the dialog's content hash when it was last run.
    package var version: String
    package var node: String
    package var context: JSONObject
    /// What the node waits for; nil while it runs.
    package var awaiting: Awaiting?
    /// How often the node has asked.
    package var tries: Int

    init(dialog: String, version: String, node: String, context: JSONObject = JSONObject()) {
        self.dialog = dialog
        self.version = version
        self.node = node
        self.context = context
        awaiting = nil
        tries = 0
    }
}

/// A turn that is not over: saved before a call leaves that may have an effect, or once something was said before a call.
package struct PendingTurn: Sendable, Equatable {
    /// The call's key.
    let key: String
    /// Whether the call may have an effect.
    let mayHaveEffect: Bool
    /// The event as its record holds it.
    let event: JSONObject
    let eventID: String
    let messages: [SaidMessage]
    let trace: [TraceEntry]
}

/// A conversation between two turns, saved whole.
package struct ConversationHead: Sendable, Equatable {
    package internal(set) var id: String
    package internal(set) var user: String
    package var channel: String
    package var language: String
    package var timeZone: String
    /// Where chance stands.
    package var random: SplitMix64
    /// Counts saves.
    package var revision: Int
    /// Counts turns.
    package var turn: Int
    /// The turn with which the session began.
    package var sessionStart: Int
    /// The turn with which the outermost dialog began.
    package var dialogStart: Int
    /// When the last event came, in milliseconds since 1970.
    package var lastEvent: Int64
    package var session: SessionScopes
    /// What language models have used since the conversation began.
    var modelUse = ModelUse()
    /// The dialogs that called each other; the last one runs.
    package var frames: [Frame]
    /// Stacks put aside for another dialog.
    package var held: [[Frame]]
    /// The events of the last turns; the answers stand in the turns.
    package var recentEvents: RecentEvents
    /// How the last call failed; nil when it did not.
    package var lastServiceFailure: JSONValue?
    package var pending: PendingTurn?

    package init(
        id: String,
        user: String,
        channel: String,
        language: String,
        timeZone: String,
        seed: UInt64,
        lastEvent: Int64
    ) {
        self.id = id
        self.user = user
        self.channel = channel
        self.language = language
        self.timeZone = timeZone
        random = SplitMix64(seed: seed)
        revision = 0
        turn = 0
        sessionStart = 1
        dialogStart = 1
        self.lastEvent = lastEvent
        session = SessionScopes()
        frames = []
        held = []
        recentEvents = RecentEvents()
        lastServiceFailure = nil
        pending = nil
    }

    /// `waiting` while a dialog runs, else `ended`.
    package var state: Turn.State { frames.isEmpty ? .ended : .waiting }
}
