package import Foundation
import GRDB
import Glibc
package import PatchbayDialog

/// Keeps conversations in one SQLite file, readable to its owner alone.
///
/// A save is on the disk when it returns (write-ahead log, `synchronous=FULL`). Several processes may share the file. Beside it stand
/// SQLite's own `-wal` and `-shm`, and `-claims`, whose bytes are locks and marks.
package final class SQLiteConversationStore: ConversationStore {
    private let pool: DatabasePool
    private let commits: CommitQueue
    private let claims = ConversationClaims<Int64>()
    private let claimFile: ClaimFile
    private let heads: SavedHeads
    private let file: String

    /// Opens the file, creating it where there is none.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must be there.
    ///   - busyTimeout: How long to wait while another process writes.
    /// - Throws: ``ConversationStoreError/failed(_:)`` naming the file and the cause.
    package init(path: String, busyTimeout: Duration = .seconds(5)) throws {
        file = path
        do {
            try Self.create(path)
            claimFile = try ClaimFile(path: path + "-claims")
            heads = SavedHeads(marks: claimFile)
            pool = try Self.open(path, busyTimeout: busyTimeout)
            let file = file
            try pool.writeWithoutTransaction { database in
                // Set while opening it is overridden without a word; so it is set afterwards, and read back.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                    throw ConversationStoreError.failed(
                        "\(file): the library does not write durably; update libsqlite3"
                    )
                }
                try ConversationSchema.migrate(database, file: file)
            }
            commits = CommitQueue(pool: pool, file: path)
        } catch {
            throw storeError(error, file: path)
        }
    }

    /// Makes an empty file with mode 0600 before SQLite would make one with wider rights; a wider one is narrowed.
    ///
    /// A link is refused, here and where SQLite's own files stand: what it leads to may be anybody's.
    /// The file is never opened here: closing it would drop the locks that SQLite holds on it elsewhere in this process
    /// (sqlite.org/howtocorrupt.html, §2.2).
    private static func create(_ path: String) throws {
        for file in [path + "-wal", path + "-shm", path + "-claims"] { _ = try mode(of: file) }
        if unsafe mknod(path, S_IFREG | 0o600, 0) == 0 { return }
        guard errno == EEXIST, let mode = try mode(of: path) else {
            let cause = unsafe String(cString: strerror(errno)).lowercased()
            throw ConversationStoreError.failed("\(path): \(cause); check the folder and its rights")
        }
        guard unsafe mode & 0o077 == 0 || chmod(path, 0o600) == 0 else {
            throw ConversationStoreError.failed(
                "\(path): others may read it and its rights cannot be changed; run chmod 600"
            )
        }
    }

    /// The rights of a file; nil when there is none.
    private static func mode(of path: String) throws -> mode_t? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return status.st_mode
        case S_IFLNK: throw ConversationStoreError.failed("\(path): this is a link; put the file itself here")
        default: throw ConversationStoreError.failed("\(path): this is not a file; move it away")
        }
    }

    private static func open(_ path: String, busyTimeout: Duration) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "patchbay.conversations"
        configuration.busyMode = .timeout(
            Double(busyTimeout.components.seconds) + Double(busyTimeout.components.attoseconds) / 1e18
        )
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// Closes the file; later calls fail.
    package func close() throws {
        heads.forget()
        do {
            try pool.close()
        } catch {
            throw storeError(error, file: file)
        }
    }

    package func load(_ id: String) async throws -> StoredConversation? {
        if let conversation = heads.head(of: id) { return conversation }
        return try await read { database in
            let sql = "SELECT \(ConversationRow.columns) FROM conversation WHERE id = ?"
            let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id])
            return row.map(ConversationRow.conversation)
        }
    }

    package func save(_ conversation: StoredConversation, turn: StoredTurn?, expecting: Int) async throws {
        guard turn == nil || turn?.conversation == conversation.id else {
            throw ConversationStoreError.failed(
                "\(file): a turn of another conversation cannot be added to '\(conversation.id)'"
            )
        }
        let mark = try heads.change(conversation.id)
        _ = try await commits.commit { database in
            try ConversationRow.save(conversation, turn: turn, expecting: expecting, in: database)
            return true
        }
        heads.keep(conversation, mark: mark)
    }

    package func turns(of id: String, from number: Int) async throws -> [StoredTurn] {
        try await read { database in
            let sql = """
                SELECT conversation, number, event, record FROM turn WHERE conversation = ? AND number >= ? ORDER BY number
                """
            return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [id, number]).map(
                ConversationRow.turn
            )
        }
    }

    package func list() async throws -> [StoredConversation] {
        try await read { database in
            let sql = "SELECT \(ConversationRow.columns) FROM conversation ORDER BY updated DESC, id"
            return try Row.fetchAll(database, sql: sql).map(ConversationRow.conversation)
        }
    }

    package func delete(_ id: String) async throws -> Bool {
        _ = try heads.change(id)
        let isDeleted = try await commits.commit { database in
            try database.execute(sql: "DELETE FROM turn WHERE conversation = ?", arguments: [id])
            try database.execute(sql: "DELETE FROM conversation WHERE id = ?", arguments: [id])
            return database.changesCount == 1
        }
        // A save that came between the mark and the deletion may have kept what is gone.
        _ = try heads.change(id)
        return isDeleted
    }

    package func due(before date: Date) async throws -> [StoredConversation] {
        try await read { database in
            let sql = "SELECT \(ConversationRow.columns) FROM conversation WHERE due <= ? ORDER BY due, id"
            return try Row.fetchAll(database, sql: sql, arguments: [date.timeIntervalSinceReferenceDate])
                .map(ConversationRow.conversation)
        }
    }

    package func claim<Result: Sendable>(_ id: String, _ body: () async throws -> Result) async throws -> Result {
        let byte = ClaimFile.byte(for: id)
        return try await claims.hold(byte) {
            try await claimFile.lock(byte)
            defer { claimFile.unlock(byte) }
            return try await body()
        }
    }

    /// Runs on the connection that writes; for tests.
    func inspect<Value>(_ body: (Database) throws -> Value) throws -> Value { try pool.writeWithoutTransaction(body) }

    private func read<Value: Sendable>(_ fetch: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(fetch)
        } catch {
            throw storeError(error, file: file)
        }
    }
}
