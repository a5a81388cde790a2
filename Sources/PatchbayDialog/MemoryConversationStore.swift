package import Foundation
import Synchronization

/// Keeps conversations for as long as the process lives: for `chat --ephemeral` and tests.
package final class MemoryConversationStore: ConversationStore {
    private struct Entry {
        var head: StoredConversation
        var turns: [StoredTurn]
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let claims = ConversationClaims<String>()

    package init() {}

    package func load(_ id: String) async throws -> StoredConversation? {
        entries.withLock { $0[id]?.head }
    }

    package func save(_ conversation: StoredConversation, turn: StoredTurn?, expecting: Int) async throws {
        try entries.withLock { entries throws(ConversationStoreError) in
            let id = conversation.id
            let found = entries[id]?.head.revision ?? 0
            guard found == expecting else {
                throw .revisionChanged(conversation: id, expected: expecting, found: found)
            }
            if let turn {
                let turns = entries[id]?.turns ?? []
                // Turns come in order, so that nearly always only the last one is looked at.
                let isTaken = (turns.last?.number ?? 0) >= turn.number && turns.contains { $0.number == turn.number }
                guard turn.conversation == id, !isTaken else {
                    throw .failed(
                        "memory: turn \(turn.number) of conversation '\(turn.conversation)' cannot be added to '\(id)'"
                    )
                }
            }
            // In place: a copy of all turns for each new one would make long conversations slow.
            entries[id, default: Entry(head: conversation, turns: [])].head = conversation
            if let turn { entries[id]?.turns.append(turn) }
        }
    }

    package func turns(of id: String, from number: Int) async throws -> [StoredTurn] {
        entries.withLock { $0[id]?.turns ?? [] }.filter { $0.number >= number }.sorted { $0.number < $1.number }
    }

    package func list() async throws -> [StoredConversation] {
        entries.withLock { $0.values.map(\.head) }
            .sorted { ($1.updated, $0.id) < ($0.updated, $1.id) }
    }

    package func delete(_ id: String) async throws -> Bool {
        entries.withLock { $0.removeValue(forKey: id) != nil }
    }

    package func claim<Result: Sendable>(_ id: String, _ body: () async throws -> Result) async throws -> Result {
        try await claims.hold(id, body)
    }

    package func due(before date: Date) async throws -> [StoredConversation] {
        entries.withLock { $0.values.map(\.head) }
            .filter { $0.due.map { $0 <= date } ?? false }
            .sorted { ($0.due ?? date, $0.id) < ($1.due ?? date, $1.id) }
    }
}
