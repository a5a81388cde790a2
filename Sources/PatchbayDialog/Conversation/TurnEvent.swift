package import PatchbayModel

/// Something that the assistant said.
package struct SaidMessage: Sendable, Equatable {
    /// `<turn>-<place in the turn>`.
    package let id: String
    /// `<dialog>/<node>`; empty for a standard response.
    package let node: String
    package let text: String
    /// A rich message; its text is then for channels that show none.
    package let template: JSONValue?

    package init(id: String, node: String, text: String, template: JSONValue? = nil) {
        self.id = id
        self.node = node
        self.text = text
        self.template = template
    }
}

/// One step of the path that a turn took.
package struct TraceEntry: Sendable, Equatable {
    /// `<dialog>/<node>`; empty for what concerns the conversation.
    package let node: String
    /// What happened, such as `done`, `waits`, `failed`, `starts`, `ends`, `call`, `stopped` or `dialogChanged`.
    package let action: String
    /// Where it goes on: a node, `end`, or nothing.
    package let then: String?
    /// What else there is to know: the transition, an error, a call's status, attempts, source and usage.
    package let detail: JSONObject

    package init(node: String, action: String, then: String? = nil, detail: JSONObject = JSONObject()) {
        self.node = node
        self.action = action
        self.then = then
        self.detail = detail
    }

    /// As one JSON object.
    package var json: JSONValue {
        var object: JSONObject = ["node": .string(node), "action": .string(action)]
        object["then"] = then.map(JSONValue.string)
        for member in detail.members { object[member.key] = member.value }
        return .object(object)
    }
}

/// What a conversation waits for.
package enum Awaiting: String, Sendable, CaseIterable {
    case message, confirmation, credential, callback, time, agent
}

/// What comes out of a turn, in order; everything but `messagePart` and `trace` stands in the saved conversation.
package enum TurnEvent: Sendable, Equatable {
    /// Text of a model as it arrives; provisional, what counts comes as a message.
    case messagePart(node: String, text: String)
    case message(SaidMessage)
    case trace(TraceEntry)
    /// The turn is over, the node waits.
    case awaiting(Awaiting, node: String)
    /// The turn is over, no dialog is running.
    case ended
}

/// A turn that is over and saved.
package struct Turn: Sendable, Equatable {
    /// Whether the conversation goes on in a dialog.
    package enum State: String, Sendable {
        case waiting, ended
    }

    package let conversation: String
    /// Counts from 1.
    package let number: Int
    package let messages: [SaidMessage]
    package let trace: [TraceEntry]
    package let state: State
    package let awaiting: Awaiting?
    /// The node that waits, as `<dialog>/<node>`.
    package let node: String?
    /// The context of the dialog that waits, or of the one that ended last; empty for a repeated event.
    package let context: JSONObject
    /// Whether the event had been answered before.
    package let isRepeated: Bool

    /// The event that closes the turn's stream.
    package var closing: TurnEvent {
        if let awaiting, let node { .awaiting(awaiting, node: node) } else { .ended }
    }
}
