import Foundation
import GRDB
import PatchbayDialog
import PatchbaySQLite
import Synchronization

/// Turns saved durably beside a bare loop that writes the same bytes as durably.
///
/// The bare loop commits as many rows in one transaction as conversations are in flight: what a perfect queue would do.
enum StoreBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let sample = try await sample()
        var rows: [Row] = []
        for (inFlight, goal) in [(1, "≥ 0.5"), (8, "≥ 0.5"), (32, "≥ 0.33")] {
            let row = try await inFolder { folder in
                let store = try SQLiteConversationStore(path: folder + "/store.sqlite")
                let engine = try DialogBenchmark.engine(store)
                let bare = try BareStore(path: folder + "/bare.sqlite", sample)
                let rounds = max(4, 200 / inFlight)
                var number = 0
                let comparison = try await Comparison(pairs: 9) {
                    number += 1
                    return try await talk(engine, pass: number, conversations: inFlight, rounds: rounds)
                } other: {
                    try await bare.write(transactions: rounds * DialogBenchmark.lines.count, of: inFlight)
                    return inFlight * rounds * DialogBenchmark.lines.count
                }
                try store.close()
                let byClock = median(comparison.ratios(\.wall).map { 1 / $0 })
                return Row(
                    job: "Saved turns, SQLite FULL, \(inFlight) in flight",
                    ours: "\((1 / comparison.ours.processor).short) per CPU-s, \((1 / comparison.ours.wall).short)/s",
                    beside:
                        "bare upserts \((1 / comparison.other.processor).short) per CPU-s, \((1 / comparison.other.wall).short)/s",
                    ratio: comparison.ratios(\.processor).map { 1 / $0 }.spread
                        + " by CPU, \(byClock.short) by the clock",
                    goal: goal
                )
            }
            rows.append(row)
        }
        return rows
    }

    /// Saved turns per second of CPU and by the clock, for a driver and for profiles.
    static func rate(inFlight: Int) async throws -> (processor: Double, wall: Double) {
        try await inFolder { folder in
            let store = try SQLiteConversationStore(path: folder + "/store.sqlite")
            let engine = try DialogBenchmark.engine(store)
            _ = try await talk(engine, pass: 0, conversations: inFlight, rounds: 4)
            let cost = try await Cost.of {
                try await talk(engine, pass: 1, conversations: inFlight, rounds: max(4, 1_600 / inFlight))
            }
            try store.close()
            return (1 / cost.processor, 1 / cost.wall)
        }
    }

    /// Conversations that talk at once, each from its first turn; returns the number of turns.
    private static func talk(_ engine: DialogEngine, pass: Int, conversations: Int, rounds: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<conversations {
                group.addTask {
                    for round in 0..<rounds {
                        for line in DialogBenchmark.lines {
                            try await DialogBenchmark.say(line, "\(pass)-\(place)", "\(round)\(line)", engine)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return conversations * rounds * DialogBenchmark.lines.count
    }

    private static func inFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/patchbay-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left there harms nobody
        return try await body(folder)
    }

    /// A usual save.
    private static func sample() async throws -> (head: StoredConversation, turn: StoredTurn) {
        let store = MemoryConversationStore()
        let engine = try DialogBenchmark.engine(store)
        for round in 0..<20 {
            for line in DialogBenchmark.lines { try await DialogBenchmark.say(line, "1-0", "\(round)\(line)", engine) }
        }
        guard let head = try await store.load("1-0"), let turn = try await store.turns(of: "1-0", from: 1).last else {
            throw BenchmarkError("the sample was not saved")
        }
        return (head, turn)
    }
}

/// The bare loop: rows of the same columns and bytes as the store's.
private final class BareStore: Sendable {
    private let pool: DatabasePool
    private let sample: (head: StoredConversation, turn: StoredTurn)
    private let written = Mutex(0)

    init(path: String, _ sample: (head: StoredConversation, turn: StoredTurn)) throws {
        self.sample = sample
        pool = try DatabasePool(path: path)
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(
                sql: """
                    CREATE TABLE head (id TEXT PRIMARY KEY, user TEXT, revision INTEGER, updated REAL, due REAL, state TEXT,
                        value BLOB NOT NULL) STRICT;
                    CREATE TABLE turn (id TEXT, number INTEGER, event TEXT, value BLOB, PRIMARY KEY (id, number)) STRICT
                    """
            )
        }
    }

    func write(transactions: Int, of size: Int) async throws {
        for _ in 0..<transactions {
            // SQLite writes nothing, and syncs nothing, where a row is replaced by its own bytes: so each has a number of its own.
            let number = written.withLock { count in
                count += 1
                return count
            }
            let mark = Data(String(format: "%08d", number).utf8)
            let (head, turn) = sample
            let headBytes = Data(head.head.dropLast(mark.count)) + mark
            let turnBytes = Data(turn.record)
            try await pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    for place in 0..<size {
                        let upsert = """
                            INSERT INTO head VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET user = excluded.user,
                            revision = excluded.revision, updated = excluded.updated, due = excluded.due,
                            state = excluded.state, value = excluded.value
                            """
                        let updated = head.updated.timeIntervalSinceReferenceDate
                        try database.cachedStatement(sql: upsert).execute(
                            arguments: ["1-\(place)", head.user, number, updated, nil, head.state, headBytes]
                        )
                        let insert = """
                            INSERT INTO turn VALUES (?, ?, ?, ?) ON CONFLICT (id, number) DO UPDATE SET value = excluded.value
                            """
                        try database.cachedStatement(sql: insert).execute(
                            arguments: ["1-\(place)", number, turn.event, turnBytes]
                        )
                    }
                    return .commit
                }
            }
        }
    }
}
