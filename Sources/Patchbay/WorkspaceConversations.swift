import PatchbayDialog
import PatchbayModel
import PatchbayWorkspace

extension Hub {
    /// Opens the conversations of the configured workspace, for a program that embeds Patchbay.
    ///
    /// - Returns: The conversations, to be closed at the end.
    /// - Throws: An error whose description says what is wrong and how to mend it: no workspace there, dialogs that can't
    ///   run, settings or a database that can't be read.
    public func openConversations() throws -> WorkspaceConversations {
        let workspace = try requiredWorkspace()
        defer { workspace.release() }
        let host = try host(for: workspace, isEphemeral: false)
        return WorkspaceConversations(
            host: host,
            engine: host.engine(of: try assistant(of: workspace)),
            configuration: configuration
        )
    }
}

/// The saved conversations of one workspace: the same that `patchbay chat` goes on with.
///
/// Its dialogs are those of the moment it was opened; after an edit open it anew. Events of different conversations run side
/// by side, those of one conversation one after the other.
public final class WorkspaceConversations: Sendable {
    /// What the assistant did with an event.
    public struct Answer: Sendable, Equatable {
        /// What it said, in order.
        public let messages: [String]
        /// Whether a dialog goes on with the next message; else none is running.
        public let isWaiting: Bool
        /// Whether the event had been answered before; the messages are those of then.
        public let isRepeated: Bool
    }

    private let host: ConversationHost
    private let engine: DialogEngine
    private let configuration: HubConfiguration

    init(host: ConversationHost, engine: DialogEngine, configuration: HubConfiguration) {
        self.host = host
        self.engine = engine
        self.configuration = configuration
    }

    /// Hands a message of the user to a conversation, which begins with it when there is none of that id.
    ///
    /// Calls and scripts that fail are no errors: the dialog says what follows then. An answer is saved before it is returned.
    ///
    /// - Parameters:
    ///   - text: What the user said; any text.
    ///   - conversation: The conversation's id, 1 to 128 bytes.
    ///   - user: The user's id, 1 to 128 bytes.
    ///   - event: Names this message, so that one delivered twice is answered once; nil makes a name.
    /// - Returns: What the assistant did with it.
    /// - Throws: ``HubError`` when the conversation is another user's, and what the store says when it can't save.
    public func send(
        _ text: String,
        to conversation: String,
        from user: String,
        event: String? = nil
    ) async throws -> Answer {
        try await handle(.message(text: text), conversation, user, event)
    }

    /// Enters a dialog before the user has said anything.
    ///
    /// - Parameters:
    ///   - dialog: The dialog's id, as in its folder's name.
    ///   - conversation: The conversation's id, 1 to 128 bytes.
    ///   - user: The user's id, 1 to 128 bytes.
    ///   - event: Names this event, so that one delivered twice is answered once; nil makes a name.
    /// - Returns: What the assistant did with it.
    /// - Throws: As ``send(_:to:from:event:)``, and when no dialog has that id.
    public func start(
        dialog: String,
        in conversation: String,
        for user: String,
        event: String? = nil
    ) async throws -> Answer {
        let known = engine.assistant.dialogIDs
        guard let id = known.first(where: { $0.rawValue == dialog }) else {
            let names = known.map(\.rawValue)
            let remedy = NearName.remedy(for: dialog, among: names) ?? "it has \(names.joined(separator: ", "))"
            throw HubError("not-found", "the workspace has no dialog '\(dialog)'; \(remedy)")
        }
        return try await handle(.start(dialog: id), conversation, user, event)
    }

    /// Ends script workers and closes connections; nothing can be sent afterwards.
    public func close() async { await host.close() }

    private func handle(
        _ kind: ConversationEvent.Kind,
        _ conversation: String,
        _ user: String,
        _ event: String?
    ) async throws -> Answer {
        for (name, id) in [("conversation", conversation), ("user", user)] where !(1...128).contains(id.utf8.count) {
            throw HubError("usage", "the id of a \(name) has 1 to 128 bytes, not \(id.utf8.count)")
        }
        let event = ConversationEvent(
            id: event ?? configuration.ids.newID(),
            conversation: conversation,
            user: user,
            channel: "library",
            kind: kind
        )
        let turn: Turn
        do {
            turn = try await engine.respond(to: event)
        } catch let error as DialogEngineError {
            throw HubError("forbidden", error.description)
        }
        return Answer(
            messages: turn.messages.map(\.text),
            isWaiting: turn.state == .waiting,
            isRepeated: turn.isRepeated
        )
    }
}
