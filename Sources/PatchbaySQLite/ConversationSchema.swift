import GRDB
import PatchbayDialog

/// The tables of a conversations file, and how older ones become the present ones.
///
/// The version stands in the file's `user_version`; `application_id` tells the file from other programs'.
enum ConversationSchema {
    /// "PBcv".
    private static let applicationID = 0x5042_6376

    /// One entry per version, from 1.
    ///
    /// An entry that was released is never changed.
    private static let migrations = [
        // Times are seconds since 2001-01-01T00:00:00Z, as Foundation counts them: every time reads back exactly.
        """
        CREATE TABLE conversation (
            id TEXT PRIMARY KEY, user TEXT NOT NULL, revision INTEGER NOT NULL, updated REAL NOT NULL, due REAL,
            state TEXT NOT NULL, head BLOB NOT NULL
        ) STRICT;
        CREATE INDEX conversation_due ON conversation (due) WHERE due IS NOT NULL;
        CREATE TABLE turn (
            conversation TEXT NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY (conversation, number)
        ) STRICT;
        """
    ]

    static var currentVersion: Int { migrations.count }

    /// Brings a file to the present version, in one transaction; an up-to-date file is only read.
    ///
    /// - Throws: ``ConversationStoreError/failed(_:)`` for a newer file and for another program's.
    static func migrate(_ database: Database, file: String) throws {
        var before = 0
        // In one transaction, so that all of it is from before or all from after another process's migration.
        try database.inTransaction(.deferred) {
            before = try version(of: database, file: file)
            return .commit
        }
        guard before < currentVersion else { return }
        try database.inTransaction(.immediate) {
            // Another process may have done it in between.
            let found = try version(of: database, file: file)
            for migration in migrations.dropFirst(found) { try database.execute(sql: migration) }
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(currentVersion)")
            return .commit
        }
    }

    private static func version(of database: Database, file: String) throws -> Int {
        let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard id == applicationID || (id == 0 && found == 0 && tables == 0) else {
            throw ConversationStoreError.failed("\(file): this is another program's database; name another file")
        }
        guard (0...currentVersion).contains(found) else {
            throw ConversationStoreError.failed(
                "\(file): written by a newer patchbay (schema \(found), this one knows \(currentVersion)); update patchbay"
            )
        }
        return found
    }
}
