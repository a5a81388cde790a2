import Foundation
import GRDB
import PatchbayDialog

/// A conversation or turn as columns; the statements stand here once.
enum ConversationRow {
    static let columns = "id, user, revision, updated, due, state, head"

    static func conversation(_ row: Row) -> StoredConversation {
        StoredConversation(
            id: row[0],
            user: row[1],
            revision: row[2],
            updated: Date(timeIntervalSinceReferenceDate: row[3]),
            due: (row[4] as Double?).map { Date(timeIntervalSinceReferenceDate: $0) },
            state: row[5],
            head: [UInt8](row[6] as Data)
        )
    }

    static func turn(_ row: Row) -> StoredTurn {
        StoredTurn(conversation: row[0], number: row[1], event: row[2], record: [UInt8](row[3] as Data))
    }

    /// Writes the head over the expected revision, then the turn.
    static func save(
        _ conversation: StoredConversation,
        turn: StoredTurn?,
        expecting: Int,
        in database: Database
    ) throws {
        try write(conversation, expecting: expecting, in: database)
        guard database.changesCount == 1 else {
            let found = try Int.fetchOne(
                database.cachedStatement(sql: "SELECT revision FROM conversation WHERE id = ?"),
                arguments: [conversation.id]
            )
            throw ConversationStoreError.revisionChanged(
                conversation: conversation.id,
                expected: expecting,
                found: found ?? 0
            )
        }
        guard let turn else { return }
        let statement = try database.cachedStatement(
            sql: "INSERT INTO turn (conversation, number, event, record) VALUES (?, ?, ?, ?)"
        )
        try statement.execute(arguments: [turn.conversation, turn.number, turn.event, Data(turn.record)])
    }

    private static func write(_ conversation: StoredConversation, expecting: Int, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: expecting == 0
                ? """
                INSERT INTO conversation (user, revision, updated, due, state, head, id) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """
                : """
                UPDATE conversation SET user = ?, revision = ?, updated = ?, due = ?, state = ?, head = ?
                WHERE id = ? AND revision = ?
                """
        )
        var values: [(any DatabaseValueConvertible)?] = [
            conversation.user, conversation.revision, conversation.updated.timeIntervalSinceReferenceDate,
            conversation.due?.timeIntervalSinceReferenceDate, conversation.state, Data(conversation.head),
            conversation.id,
        ]
        if expecting != 0 { values.append(expecting) }
        try statement.execute(arguments: StatementArguments(values))
    }
}
