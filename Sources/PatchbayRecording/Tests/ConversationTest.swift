package import PatchbayConnector
package import PatchbayDialog
package import PatchbayModel

/// A conversation that is replayed: a file of `tests/` (`docs/formats.md`, "Exchanges, tapes, tests").
package struct ConversationTest: Sendable, Equatable {
    /// What comes in.
    package struct Event: Sendable, Equatable {
        /// Nil means `event-<turn>`.
        package let id: String?
        package let kind: ConversationEvent.Kind
        /// The user's language from now on.
        package let language: String?
        /// The node that waits, as `<dialog>/<node>`; for people.
        package let node: String?

        package init(id: String?, kind: ConversationEvent.Kind, language: String? = nil, node: String? = nil) {
            self.id = id
            self.kind = kind
            self.language = language
            self.node = node
        }
    }

    /// What one message must be.
    package enum Expectation: Sendable, Equatable {
        /// Exactly this text.
        case text(String)
        /// A text that contains this.
        case contains(String)
        /// Any alternative of this node, as `<dialog>/<node>`.
        case node(String)
        /// Exactly this rich message.
        case message(JSONValue)
        case any
    }

    /// One call that a turn makes; each try of a call is one of its own.
    package struct Call: Sendable, Equatable {
        /// `<dialog>/<node>`.
        package let node: String
        package let exchange: Exchange
        /// How the answer's body broke off after what is written of it; nil when it did not.
        ///
        /// Stands in the file as `x-breaks`.
        package let breaks: Failure?

        package init(node: String, exchange: Exchange, breaks: Failure? = nil) {
            self.node = node
            self.exchange = exchange
            self.breaks = breaks
        }
    }

    /// An event, and all that comes of it.
    package struct Turn: Sendable, Equatable {
        /// Nil means that it follows at once.
        package var at: TestTime?
        package var event: Event
        /// Exactly these, in order; nil means that the sandbox answers.
        package var calls: [Call]?
        /// Complete and in order.
        package var expect: [Expectation]
        /// Context paths to the values that stand there afterwards.
        package var variables: JSONObject
        /// Whether no dialog runs afterwards; nil where it does not matter.
        package var ended: Bool?
        /// The `x-` keys.
        package var free: JSONObject

        package init(
            at: TestTime?,
            event: Event,
            calls: [Call]? = nil,
            expect: [Expectation],
            variables: JSONObject = JSONObject(),
            ended: Bool? = nil,
            free: JSONObject = JSONObject()
        ) {
            self.at = at
            self.event = event
            self.calls = calls
            self.expect = expect
            self.variables = variables
            self.ended = ended
            self.free = free
        }
    }

    /// What it is called; nil means its file's name.
    package var name: String?
    /// A text, or texts by language.
    package var description: JSONValue?
    /// The template that is installed for it, as `<plugin>/<template>`.
    package var template: String?
    package var parameters: JSONObject
    /// The dialog that is entered before the first event.
    package var dialog: DialogID?
    package var user: String?
    package var channel: String?
    package var language: String
    package var timeZone: String
    package var startTime: TestTime
    package var seed: UInt64
    package var turns: [Turn]
    /// `$schema` and the `x-` keys.
    package var free: JSONObject

    package init(
        name: String? = nil,
        description: JSONValue? = nil,
        template: String? = nil,
        parameters: JSONObject = JSONObject(),
        dialog: DialogID? = nil,
        user: String? = nil,
        channel: String? = nil,
        language: String = "en",
        timeZone: String = "UTC",
        startTime: TestTime,
        seed: UInt64,
        turns: [Turn] = [],
        free: JSONObject = JSONObject()
    ) {
        self.name = name
        self.description = description
        self.template = template
        self.parameters = parameters
        self.dialog = dialog
        self.user = user
        self.channel = channel
        self.language = language
        self.timeZone = timeZone
        self.startTime = startTime
        self.seed = seed
        self.turns = turns
        self.free = free
    }
}
