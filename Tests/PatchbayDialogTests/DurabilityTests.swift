import Foundation
import PatchbayDialog
import PatchbayModel
import Synchronization
import Testing

@Suite("A saved conversation")
struct DurabilityTests {
    private struct Crash: Error {}

    /// A store that dies at the n-th save: before it is durable, or after.
    private final class FailingStore: ConversationStore {
        let inner = MemoryConversationStore()
        private let left: Mutex<Int?>
        private let isAfter: Bool

        init(at save: Int?, after: Bool = false) {
            left = Mutex(save)
            isAfter = after
        }

        func heal() { left.withLock { $0 = nil } }

        func load(_ id: String) async throws -> StoredConversation? { try await inner.load(id) }
        func save(_ conversation: StoredConversation, turn: StoredTurn?, expecting: Int) async throws {
            let dies = left.withLock { left in
                guard let count = left else { return false }
                left = count - 1
                return count <= 1
            }
            if dies, !isAfter { throw Crash() }
            try await inner.save(conversation, turn: turn, expecting: expecting)
            if dies { throw Crash() }
        }
        func turns(of id: String, from number: Int) async throws -> [StoredTurn] {
            try await inner.turns(of: id, from: number)
        }
        func list() async throws -> [StoredConversation] { try await inner.list() }
        func delete(_ id: String) async throws -> Bool { try await inner.delete(id) }
        func claim<Result: Sendable>(_ id: String, _ body: () async throws -> Result) async throws -> Result {
            try await inner.claim(id, body)
        }
        func due(before date: Date) async throws -> [StoredConversation] { try await inner.due(before: date) }
    }

    private static let order = dialog(
        """
        {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "What?"}], "next": "wait"},
        {"id": "wait", "kind": "message", "messages": [{"id": "m", "text": "One moment."}], "next": "buy"},
        {"id": "buy", "kind": "service", "integration": "shop", "operation": "buy", "input": {"what": "{{context.entities.begin}}"}, "next": "say"},
        {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "[{{context.buy.response.statusCode}}{{context.buy.error.kind}}]"}], "next": "end"}
        """
    )

    private static func sink(_ said: Said) -> DialogEngine.Sink {
        { event in if case .message(let message) = event { said.texts.withLock { $0.append(message.text) } } }
    }

    private final class Said: Sendable {
        let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
    }

    @Test func `says nothing that was not saved`() async throws {
        let store = FailingStore(at: 2)
        let talk = try Talk(Self.order, store: store)
        try await talk.start("d")
        let said = Said()
        await #expect(throws: Crash.self) {
            try await talk.engine.respond(to: talk.event(.message(text: "tea"), id: "buy"), sink: Self.sink(said))
        }
        #expect(said.all.isEmpty)
        #expect(talk.caller.calls.isEmpty)
        store.heal()
        #expect(try await talk.say("tea", id: "buy").texts == ["One moment.", "[200]"])
    }

    @Test func `is saved with the call's key before a call with an effect leaves`() async throws {
        let store = MemoryConversationStore()
        let caller = StubCaller(hasEffect: true) { call, _ in
            let head = try ConversationHead(encoded: try #require(try await store.load("c1")).head)
            #expect(head.pending != nil)
            #expect(call.key == "c1-2-1")
            return OperationAnswer(statusCode: 201, body: .null)
        }
        let talk = try Talk(Self.order, caller: caller, store: store)
        try await talk.start("d")
        let said = Said()
        let turn = try await talk.engine.respond(to: talk.event(.message(text: "tea")), sink: Self.sink(said))
        #expect(said.all == ["One moment.", "[201]"])
        #expect(turn.texts == said.all)
        #expect(try await talk.head()?.pending == nil)
    }

    @Test func `does not repeat a call that was under way in a crash`() async throws {
        let store = FailingStore(at: 3)
        let caller = StubCaller(hasEffect: true) { _, _ in OperationAnswer(statusCode: 201, body: .null) }
        let talk = try Talk(Self.order, caller: caller, store: store)
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("tea", id: "buy") }
        #expect(caller.calls.count == 1)
        store.heal()
        let turn = try await talk.say("tea", id: "buy")
        #expect(turn.texts == ["One moment.", "[interrupted]"])
        #expect(caller.calls.count == 1)
        #expect(try await talk.say("tea", id: "buy").texts == turn.texts)
        #expect(try await talk.store.turns(of: "c1", from: 1).map(\.event) == ["e1", "buy"])
    }

    @Test func `says the whole turn again to whoever sends its event once more`() async throws {
        let store = FailingStore(at: 3)
        let talk = try Talk(Self.order, caller: StubCaller(hasEffect: true), store: store)
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("tea", id: "buy") }
        store.heal()
        let said = Said()
        _ = try await talk.engine.respond(to: talk.event(.message(text: "tea"), id: "buy"), sink: Self.sink(said))
        #expect(said.all == ["One moment.", "[interrupted]"])
    }

    @Test(arguments: [true, false])
    func `doubts the effect only of a call that may have one`(hasEffect: Bool) async throws {
        let store = FailingStore(at: 3)
        let talk = try Talk(Self.order, caller: StubCaller(hasEffect: hasEffect), store: store)
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("tea", id: "buy") }
        store.heal()
        #expect(try await talk.say("tea", id: "buy").texts == ["One moment.", "[interrupted]"])
        let message = try await talk.head()?.lastServiceFailure?["message"]?.string
        #expect(message?.contains("the hub was stopped during this call") == true)
        #expect(message?.contains("had its effect") == hasEffect)
    }

    @Test func `gives no other call the key of an interrupted one`() async throws {
        let store = FailingStore(at: 3)
        let caller = StubCaller(hasEffect: true)
        let again = dialog(
            """
            {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "What?"}], "next": "buy"},
            {"id": "buy", "kind": "service", "integration": "shop", "operation": "buy", "onFailure": "refund", "next": "end"},
            {"id": "refund", "kind": "service", "integration": "shop", "operation": "refund", "next": "end"}
            """
        )
        let talk = try Talk(again, caller: caller, store: store)
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("tea", id: "buy") }
        store.heal()
        try await talk.say("tea", id: "buy")
        #expect(caller.calls.map(\.key) == ["c1-2-1", "c1-2-2"])
    }

    @Test func `tells of the interrupted call before it takes the next words`() async throws {
        let store = FailingStore(at: 3)
        let talk = try Talk(Self.order, caller: StubCaller(hasEffect: true), store: store)
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("tea", id: "buy") }
        store.heal()
        let said = Said()
        _ = try await talk.engine.respond(to: talk.event(.message(text: "d"), id: "next"), sink: Self.sink(said))
        #expect(said.all == ["[interrupted]", "What?"])
        #expect(try await talk.store.turns(of: "c1", from: 1).map(\.event) == ["e1", "buy", "next"])
    }

    @Test func `answers a turn whose save came through although nobody heard of it`() async throws {
        let store = FailingStore(at: 2, after: true)
        let talk = try Talk(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "ask": "always", "prompts": [{"id": "p", "text": "{{context.entities.begin}}?"}], "next": "begin"}"#
            ),
            store: store
        )
        try await talk.start("d")
        await #expect(throws: Crash.self) { try await talk.say("a", id: "a") }
        store.heal()
        let turn = try await talk.say("a", id: "a")
        #expect(turn.isRepeated)
        #expect(turn.texts == ["a?"])
    }

    @Test func `answers a repeated event from what was answered, and does nothing again`() async throws {
        let caller = StubCaller()
        let talk = try Talk(Self.order, caller: caller)
        try await talk.start("d")
        let first = try await talk.say("tea", id: "x")
        let again = try await talk.say("tea", id: "x")
        #expect(again.isRepeated)
        #expect(again.messages == first.messages)
        #expect(again.trace == first.trace)
        #expect(again.number == first.number)
        #expect(caller.calls.count == 1)
        #expect(try await talk.store.turns(of: "c1", from: 1).count == 2)
    }

    private static let echo = dialog(
        """
        {"id": "begin", "kind": "entity", "type": "string", "ask": "always", "next": "count", "prompts": [{"id": "p", "text": "{{context.log}}"}]},
        {"id": "count", "kind": "logic", "set": [{"id": "l", "to": "log", "value": "{{context.log}},{{context.entities.begin}}"}], "next": "begin"}
        """
    )

    @Test func `keeps the answers to the last 64 events`() async throws {
        let talk = try Talk(Self.echo)
        try await talk.start("d")
        for number in 1...70 { try await talk.say("n", id: "m\(number)") }
        #expect(try await talk.say("n", id: "m7").isRepeated)
        #expect(try await talk.say("n", id: "m6").isRepeated == false)
    }

    @Test func `handles one event at a time`() async throws {
        let talk = try Talk(Self.echo)
        try await talk.start("d")
        let turns = try await withThrowingTaskGroup(of: Turn.self) { group in
            for number in 1...32 { group.addTask { try await talk.say("\(number)", id: "p\(number)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(turns.map(\.number)).count == 32)
        let last = try #require(turns.max { $0.number < $1.number })
        #expect(Set(try #require(last.texts.first).split(separator: ",")) == Set((1...32).map { "\($0)"[...] }))
    }

    @Test func `takes no event of another user`() async throws {
        let talk = try Talk(Self.echo)
        try await talk.start("d")
        let event = ConversationEvent(id: "x", conversation: "c1", user: "eve", kind: .message(text: "hi"))
        await #expect(throws: DialogEngineError.anotherUser(conversation: "c1")) {
            try await talk.engine.respond(to: event)
        }
        #expect(try await talk.store.turns(of: "c1", from: 1).count == 1)
    }

    @Test func `fits into 2 KiB while it waits`() async throws {
        let talk = try Talk(Self.order)
        try await talk.start("d")
        for number in 0..<100 {
            try await talk.engine.respond(to: talk.event(.timer, id: "0123456789abcdef0123456789abcdef-\(number)"))
        }
        let stored = try #require(try await talk.store.load("c1"))
        #expect(stored.head.count <= 2_048)
        #expect(stored.state == "waiting")
        #expect(stored.revision == 101)
    }

    @Test func `reads back as it was written`() async throws {
        var head = ConversationHead(
            id: "ü\"\n",
            user: "u",
            channel: "c",
            language: "de-AT",
            timeZone: "Europe/Vienna",
            seed: .max,
            lastEvent: -5
        )
        head.session.user = ["a": [1, 2.50, nil, true, "🙂\u{1}"]]
        head.lastServiceFailure = ["kind": "server"]
        #expect(try ConversationHead(encoded: head.encoded()) == head)
    }

    @Test(arguments: ["", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"id\": 5}"])
    func `is refused in words when it is damaged`(text: String) {
        #expect(throws: ConversationStoreError.self) { try ConversationHead(encoded: Array(text.utf8)) }
    }

    // MARK: - Changed dialogs

    private func changed(_ before: String, _ after: String) async throws -> (Talk, Talk) {
        let store = MemoryConversationStore()
        return (try Talk(before, store: store), try Talk(after, store: store))
    }

    @Test func `goes on in a changed dialog where its node still is`() async throws {
        let (before, after) = try await changed(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "end"}"#
            ),
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "new"},
                {"id": "new", "kind": "message", "messages": [{"id": "m", "text": "new {{context.entities.begin}}"}], "next": "end"}
                """
            )
        )
        try await before.start("d")
        #expect(try await after.say("x", id: "later").texts == ["new x"])
    }

    @Test func `says so where the node it waits at is gone, and begins anew`() async throws {
        let (before, after) = try await changed(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "end"}"#
            ),
            dialog(
                "d",
                start: "other",
                #"{"id": "other", "kind": "message", "messages": [{"id": "m", "text": "other"}], "next": "end"}"#
            )
        )
        try await before.start("d")
        let turn = try await after.say("x", id: "later")
        #expect(turn.texts.first?.hasPrefix("This conversation's dialog has been changed") == true)
        #expect(turn.actions.contains("dialogChanged"))
        #expect(try await after.say("d", id: "again").texts == ["other"])
    }

    @Test func `runs a node that was changed into one that does not wait`() async throws {
        let (before, after) = try await changed(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "end"}"#
            ),
            dialog(
                #"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "now a message"}], "next": "end"}"#
            )
        )
        try await before.start("d")
        #expect(try await after.say("x", id: "later").texts == ["now a message"])
    }

    // MARK: - Replays

    @Test func `is the same byte for byte when it is played again`() async throws {
        let text = dialog(
            """
            {"id": "begin", "kind": "message", "messages": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C {{now()}}"}], "next": "n"},
            {"id": "n", "kind": "entity", "type": "date", "prompts": [{"id": "p", "text": "When?"}, {"id": "q", "text": "Which day?"}], "next": "call"},
            {"id": "call", "kind": "service", "integration": "p", "operation": "o", "input": {"d": "{{context.entities.n}}"}, "next": "begin"}
            """
        )
        func play() async throws -> ([[UInt8]], [UInt64]) {
            let scripts = StubScripts()
            let talk = try Talk(
                text,
                scripts: scripts,
                files: ["call.after.js": "after"],
                caller: StubCaller(hasEffect: true)
            )
            try await talk.start("d")
            for _ in 0..<5 { try await talk.say("tomorrow") }
            let turns = try await talk.store.turns(of: "c1", from: 1).map(\.record)
            return (turns + [try #require(try await talk.store.load("c1")).head], scripts.calls.map(\.seed))
        }
        let (first, seeds) = try await play()
        let (second, otherSeeds) = try await play()
        #expect(first == second)
        #expect(seeds == otherSeeds)
        #expect(Set(seeds).count == seeds.count)
    }
}
