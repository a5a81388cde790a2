package import PatchbayModel

/// Something that happens to a conversation.
package struct ConversationEvent: Sendable, Equatable {
    /// What happens.
    package enum Kind: Sendable, Equatable {
        /// The user says something.
        case message(text: String, attachments: [JSONValue] = [])
        /// An outside system answers a callback address.
        case callback(body: JSONValue)
        /// A time that a node waited for has come.
        case timer
        /// A user's authorization was stored; it never passes through the event.
        case credential(profile: ProfileID)
        /// A person at the other end says something.
        case agentMessage(text: String)
        /// A new session begins, in a dialog or (nil) in the default one when there is one.
        case start(dialog: DialogID?)
        /// The session is over.
        case close
    }

    /// Names the event: a repeated id is answered from what was answered before.
    package let id: String
    package let conversation: String
    package let user: String
    /// What the user talks through, such as `terminal` or `web`; chooses among alternatives.
    package let channel: String
    package let kind: Kind
    /// The user's language from now on; nil keeps the conversation's, at first the assistant's.
    package let language: String?
    /// The user's time zone from now on; nil keeps the conversation's, at first the assistant's.
    package let timeZone: String?
    /// What chance starts from in a new conversation; nil takes a random one.
    package let seed: UInt64?

    package init(
        id: String,
        conversation: String,
        user: String = "user",
        channel: String = "terminal",
        kind: Kind,
        language: String? = nil,
        timeZone: String? = nil,
        seed: UInt64? = nil
    ) {
        self.id = id
        self.conversation = conversation
        self.user = user
        self.channel = channel
        self.kind = kind
        self.language = language
        self.timeZone = timeZone
        self.seed = seed
    }

    /// The kind's name in records and tests.
    package var kindName: String {
        switch kind {
        case .message: "message"
        case .callback: "callback"
        case .timer: "timer"
        case .credential: "credential"
        case .agentMessage: "agentMessage"
        case .start: "start"
        case .close: "close"
        }
    }
}
