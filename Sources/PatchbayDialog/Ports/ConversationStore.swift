package import Foundation

/// The saved head of a conversation; how it is encoded is the engine's business.
package struct StoredConversation: Sendable, Equatable {
    package let id: String
    package let user: String
    /// Counts saves, from 1.
    package let revision: Int
    /// When it was last saved.
    package let updated: Date
    /// When a timer of it is due; nil when it waits for no time.
    package let due: Date?
    /// `waiting` or `ended`.
    package let state: String
    /// The whole head.
    package let head: [UInt8]

    package init(id: String, user: String, revision: Int, updated: Date, due: Date? = nil, state: String, head: [UInt8])
    {
        self.id = id
        self.user = user
        self.revision = revision
        self.updated = updated
        self.due = due
        self.state = state
        self.head = head
    }
}

/// One appended row: an event and all that was answered to it.
package struct StoredTurn: Sendable, Equatable {
    package let conversation: String
    /// Counts the conversation's turns, from 1.
    package let number: Int
    package let event: String
    /// Event, messages and trace as JSON.
    package let record: [UInt8]

    package init(conversation: String, number: Int, event: String, record: [UInt8]) {
        self.conversation = conversation
        self.number = number
        self.event = event
        self.record = record
    }
}

/// Why a store did not do what it was asked.
package enum ConversationStoreError: Error, Equatable {
    /// Somebody else saved in between; what was to be saved is not.
    case revisionChanged(conversation: String, expected: Int, found: Int)
    /// The store itself failed; the words name the file and the cause.
    case failed(String)
}

extension ConversationStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .revisionChanged(let conversation, let expected, let found):
            "conversation '\(conversation)' was saved by another process (revision \(found), expected \(expected)); send the message again"
        case .failed(let words): words
        }
    }
}

/// Where conversations are kept.
///
/// Contract tests that every adapter runs stand in `PatchbayTesting`.
package protocol ConversationStore: Sendable {
    /// The head, or nil for an unknown id.
    func load(_ id: String) async throws -> StoredConversation?
    /// Saves the head, and appends the turn, in one transaction; returns when it is durable.
    ///
    /// - Parameters:
    ///   - conversation: The head to save.
    ///   - turn: The turn to append; nil appends none.
    ///   - expecting: The revision loaded before, 0 for a new conversation; the head's is one more.
    /// - Throws: ``ConversationStoreError``.
    func save(_ conversation: StoredConversation, turn: StoredTurn?, expecting: Int) async throws
    /// The turns in order, from a number on.
    func turns(of id: String, from number: Int) async throws -> [StoredTurn]
    /// All conversations, the last saved first.
    func list() async throws -> [StoredConversation]
    /// Removes a conversation with its turns; false when there is none.
    func delete(_ id: String) async throws -> Bool
    /// Waits until nobody else handles an event of this conversation, in this process or another, and keeps others out until the
    /// closure ends. Costs no commit.
    func claim<Result: Sendable>(_ id: String, _ body: () async throws -> Result) async throws -> Result
    /// The conversations whose timer is due.
    func due(before date: Date) async throws -> [StoredConversation]
}
