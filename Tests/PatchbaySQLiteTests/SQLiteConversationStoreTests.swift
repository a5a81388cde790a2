import Foundation
import GRDB
import PatchbayDialog
@testable import PatchbaySQLite
import PatchbayTesting
import Testing

@Suite("Conversations in a SQLite file")
struct SQLiteConversationStoreTests {
    private typealias Contract = ConversationStoreContract

    @Test(arguments: ConversationStoreContract.checks)
    func `keeps the contract`(check: ConversationStoreContract.Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run(try SQLiteConversationStore(path: folder.file))
    }

    @Test(arguments: ConversationStoreContract.checks)
    func `keeps the contract in memory`(check: ConversationStoreContract.Check) async throws {
        try await check.run(MemoryConversationStore())
    }

    @Test
    func `finds everything again after opening the file anew`() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteConversationStore(path: folder.file)
        try await first.save(Contract.head("a", revision: 1), turn: Contract.turn("a", 1), expecting: 0)
        try first.close()
        let second = try SQLiteConversationStore(path: folder.file)
        #expect(try await second.load("a") == Contract.head("a", revision: 1))
        #expect(try await second.turns(of: "a", from: 1) == [Contract.turn("a", 1)])
        await #expect(throws: ConversationStoreError.self) { _ = try await first.load("a") }
    }

    @Test
    func `is made by another in the middle of looking at the file`() throws {
        let folder = try TemporaryFolder()
        try DatabasePool(path: folder.file).writeWithoutTransaction { database in
            var other: Result<Void, any Error>?
            database.trace { event in
                guard other == nil, "\(event)".contains("user_version") else { return }
                other = Result { try SQLiteConversationStore(path: folder.file).close() }
            }
            try ConversationSchema.migrate(database, file: folder.file)
            database.trace(nil)
            try #require(other).get()
        }
    }

    @Test
    func `has on disk what a save returned for, as a killed process leaves it`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        for number in 1...5 {
            try await store.save(
                Contract.head("a", revision: number),
                turn: Contract.turn("a", number),
                expecting: number - 1
            )
        }
        // The files as they are now, without the closing that a killed process never does.
        let left = try TemporaryFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file + suffix, toPath: left.file + suffix)
        }
        let recovered = try SQLiteConversationStore(path: left.file)
        #expect(try await recovered.load("a") == Contract.head("a", revision: 5))
        #expect(try await recovered.turns(of: "a", from: 1).count == 5)
        try store.close()
    }

    @Test
    func `does not see what another process began and never committed`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("a", revision: 1), turn: nil, expecting: 0)
        let other = try DatabaseQueue(path: folder.file)
        try await other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            try database.execute(sql: "UPDATE conversation SET revision = 9")
            try database.execute(sql: "ROLLBACK")
        }
        #expect(try await store.load("a")?.revision == 1)
    }

    @Test
    func `writes durably and ahead`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("a", revision: 1), turn: nil, expecting: 0)
        let mode = try await DatabaseQueue(path: folder.file).read {
            try String.fetchOne($0, sql: "PRAGMA journal_mode")
        }
        #expect(mode == "wal")
        #expect(try store.inspect { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test
    func `keeps all its files readable to the owner alone`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("a", revision: 1), turn: nil, expecting: 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == [
                "conversations.sqlite", "conversations.sqlite-claims", "conversations.sqlite-shm",
                "conversations.sqlite-wal",
            ]
        )
        for name in names { #expect(try folder.mode(of: name) == 0o600, "\(name)") }
        try store.close()
    }

    @Test
    func `narrows the rights of a file that others may read`() throws {
        let folder = try TemporaryFolder()
        try SQLiteConversationStore(path: folder.file).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file)
        try SQLiteConversationStore(path: folder.file).close()
        #expect(try folder.mode(of: "conversations.sqlite") == 0o600)
    }

    @Test
    func `commits thirty-two savers and refuses only those that are late`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("late", revision: 1), turn: nil, expecting: 0)
        let refused = try await withThrowingTaskGroup(of: Int.self) { group in
            for saver in 0..<32 {
                group.addTask {
                    var refused = 0
                    for revision in 1...20 {
                        try await store.save(
                            Contract.head("\(saver)", revision: revision),
                            turn: Contract.turn("\(saver)", revision),
                            expecting: revision - 1
                        )
                        do {
                            try await store.save(Contract.head("late", revision: 1), turn: nil, expecting: 0)
                        } catch ConversationStoreError.revisionChanged {
                            refused += 1
                        }
                    }
                    return refused
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(refused == 32 * 20)
        let all = try await store.list()
        #expect(all.filter { $0.id != "late" && $0.revision == 20 }.count == 32)
        #expect(try await store.turns(of: "7", from: 1).count == 20)
    }

    @Test
    func `excludes another store on the same file from a claimed conversation`() async throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteConversationStore(path: folder.file)
        let second = try SQLiteConversationStore(path: folder.file)
        let order = Order()
        try await withThrowingTaskGroup { group in
            try await first.claim("a") {
                group.addTask { try await second.claim("a") { await order.note("second") } }
                try await second.claim("b") { await order.note("another conversation") }
                await order.note("first")
            }
            try await group.waitForAll()
        }
        #expect(await order.notes == ["another conversation", "first", "second"])
    }

    @Test
    func `sees what another store on the same file saved or deleted`() async throws {
        let folder = try TemporaryFolder()
        let stores = [
            try SQLiteConversationStore(path: folder.file), try SQLiteConversationStore(path: folder.file),
        ]
        for revision in 1...6 {
            try await stores[revision % 2].save(
                Contract.head("a", revision: revision),
                turn: Contract.turn("a", revision),
                expecting: revision - 1
            )
            for store in stores { #expect(try await store.load("a") == Contract.head("a", revision: revision)) }
        }
        #expect(try await stores[1].delete("a"))
        for store in stores { #expect(try await store.load("a") == nil) }
    }

    @Test
    func `knows after a refused save what is there`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("a", revision: 1), turn: Contract.turn("a", 1), expecting: 0)
        for wrong in [2, 3] {
            await #expect(throws: ConversationStoreError.self) {
                try await store.save(
                    Contract.head("a", revision: wrong),
                    turn: Contract.turn("a", 1),
                    expecting: wrong - 1
                )
            }
            #expect(try await store.load("a")?.revision == 1)
        }
    }

    @Test(arguments: ["", "-wal", "-shm", "-claims"])
    func `follows no link`(suffix: String) throws {
        let folder = try TemporaryFolder()
        let target = folder.path + "/target"
        try SQLiteConversationStore(path: target).close()
        try FileManager.default.createSymbolicLink(atPath: folder.file + suffix, withDestinationPath: target)
        let before = try Data(contentsOf: URL(fileURLWithPath: target))
        let error = #expect(throws: ConversationStoreError.self) { try SQLiteConversationStore(path: folder.file) }
        #expect(error?.description == "\(folder.file + suffix): this is a link; put the file itself here")
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == before)
    }

    @Test(arguments: [100, 5_000, 20_000])
    func `names file, cause and way out for a file cut off`(size: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        for number in 1...50 {
            try await store.save(
                Contract.head("\(number)", revision: 1),
                turn: Contract.turn("\(number)", 1),
                expecting: 0
            )
        }
        let big = String(repeating: "x", count: 50_000)
        try await store.save(Contract.head("a", revision: 1, text: big), turn: nil, expecting: 0)
        try store.close()
        let handle = try #require(FileHandle(forWritingAtPath: folder.file))
        try handle.truncate(atOffset: size)
        try handle.close()
        let error = #expect(throws: ConversationStoreError.self) { try SQLiteConversationStore(path: folder.file) }
        #expect(error?.description.contains("malformed; move the file away") == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix(folder.file) == true)
    }

    @Test
    func `refuses a file of a newer schema and names both versions`() throws {
        let folder = try TemporaryFolder()
        try SQLiteConversationStore(path: folder.file).close()
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 7") }
        try queue.close()
        let error = #expect(throws: ConversationStoreError.self) { try SQLiteConversationStore(path: folder.file) }
        #expect(error?.description.contains("schema 7, this one knows 1") == true)
        #expect(error?.description.contains(folder.file) == true)
    }

    @Test
    func `leaves another program's database alone`() throws {
        let folder = try TemporaryFolder()
        let queue = try DatabaseQueue(path: folder.file)
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (id)") }
        try queue.close()
        let error = #expect(throws: ConversationStoreError.self) { try SQLiteConversationStore(path: folder.file) }
        #expect(error?.description.contains("another program's database") == true)
    }

    @Test(arguments: [("damaged/c.sqlite", "not a database"), ("missing/c.sqlite", "check the folder")])
    func `names file, cause and way out when it can't open`(name: String, words: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(atPath: folder.path + "/damaged", withIntermediateDirectories: false)
        try String(repeating: "no database ", count: 500)
            .write(toFile: folder.path + "/damaged/c.sqlite", atomically: false, encoding: .utf8)
        let error = #expect(throws: ConversationStoreError.self) { try SQLiteConversationStore(path: path) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix(path) == true)
    }

    @Test
    func `says so when the disk is full and goes on when there is room`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteConversationStore(path: folder.file)
        try await store.save(Contract.head("a", revision: 1), turn: nil, expecting: 0)
        try store.inspect { try $0.execute(sql: "PRAGMA max_page_count = 16") }
        let big = String(repeating: "x", count: 1 << 20)
        let error = await #expect(throws: ConversationStoreError.self) {
            try await store.save(Contract.head("a", revision: 2, text: big), turn: nil, expecting: 1)
        }
        #expect(error?.description.contains("make room on the disk") == true, "\(error?.description ?? "")")
        try await store.save(Contract.head("a", revision: 2), turn: nil, expecting: 1)
        #expect(try await store.load("a")?.revision == 2)
    }

    @Test
    func `gives each of two opening at once a whole schema`() async throws {
        let folder = try TemporaryFolder()
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                group.addTask {
                    let store = try SQLiteConversationStore(path: folder.file)
                    try await store.save(Contract.head("\(index)", revision: 1), turn: nil, expecting: 0)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await SQLiteConversationStore(path: folder.file).list().count == 8)
    }
}

private actor Order {
    private(set) var notes: [String] = []

    func note(_ word: String) { notes.append(word) }
}
