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
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "patchbay-bench-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let sample = try await sample()
        var rows: [Row] = []
        for (inFlight, goal) in [(1, "≥ 0.5"), (8, "≥ 0.5"), (32, "≥ 0.33")] {
            let store = try SQLiteConversationStore(path: folder.path + "/store-\(inFlight).sqlite")
            let engine = try DialogBenchmark.engine(store)
            let bare = try BareStore(path: folder.path + "/bare-\(inFlight).sqlite", sample)
            let rounds = max(4, 200 / inFlight)
            var number = 0
            let comparison = try await Comparison(pairs: 9) {
                number += 1
                let pass = number
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for place in 0..<inFlight {
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
                return inFlight * rounds * DialogBenchmark.lines.count
            } other: {
                try await bare.write(transactions: rounds * DialogBenchmark.lines.count, of: inFlight)
                return inFlight * rounds * DialogBenchmark.lines.count
            }
            try store.close()
            let byClock = median(comparison.ratios(\.wall).map { 1 / $0 })
            rows.append(
                Row(
                    job: "Saved turns, SQLite FULL, \(inFlight) in flight",
                    ours: "\((1 / comparison.ours.processor).short) per CPU-s, \((1 / comparison.ours.wall).short)/s",
                    beside:
                        "bare upserts \((1 / comparison.other.processor).short) per CPU-s, \((1 / comparison.other.wall).short)/s",
                    ratio: comparison.ratios(\.processor).map { 1 / $0 }.spread
                        + " by CPU, \(byClock.short) by the clock",
                    goal: goal
                )
            )
        }
        try? FileManager.default.removeItem(at: folder)
        return rows
    }

    /// The bytes of a usual save.
    private static func sample() async throws -> (head: Data, turn: Data) {
        let store = MemoryConversationStore()
        let engine = try DialogBenchmark.engine(store)
        for round in 0..<20 {
            for line in DialogBenchmark.lines { try await DialogBenchmark.say(line, "s", "\(round)\(line)", engine) }
        }
        let turn = try await store.turns(of: "s", from: 1).last?.record ?? []
        return (Data(try await store.load("s")?.head ?? []), Data(turn))
    }
}

/// The bare loop.
private final class BareStore: Sendable {
    private let pool: DatabasePool
    private let sample: (head: Data, turn: Data)
    private let written = Mutex(0)

    init(path: String, _ sample: (head: Data, turn: Data)) throws {
        self.sample = sample
        pool = try DatabasePool(path: path)
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "CREATE TABLE head (id TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT")
            try database.execute(
                sql: "CREATE TABLE turn (id TEXT, number INTEGER, value BLOB, PRIMARY KEY (id, number)) STRICT"
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
            let head = sample.head.dropLast(mark.count) + mark
            let turn = sample.turn
            try await pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    for place in 0..<size {
                        let upsert =
                            "INSERT INTO head VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value"
                        try database.cachedStatement(sql: upsert).execute(arguments: ["\(place)", head])
                        let insert = """
                            INSERT INTO turn VALUES (?, ?, ?) ON CONFLICT (id, number) DO UPDATE SET value = excluded.value
                            """
                        try database.cachedStatement(sql: insert).execute(arguments: ["\(place)", number, turn])
                    }
                    return .commit
                }
            }
        }
    }
}
