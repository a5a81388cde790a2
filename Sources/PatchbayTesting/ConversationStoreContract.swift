import Foundation
package import PatchbayDialog

/// What every ``ConversationStore`` has to do: runs against any store, built in or foreign.
///
/// ``checks`` are independent; each wants a store without conversations.
package struct ConversationStoreContract: Sendable {
    /// What a store did otherwise; the words say what was expected and what came.
    package struct Broken: Error, CustomStringConvertible {
        package let description: String
    }

    /// One promise.
    package struct Check: Sendable, CustomStringConvertible {
        /// The promise as a sentence.
        package let description: String
        /// Runs it against a store without conversations; throws ``Broken`` or the store's own error.
        package let run: @Sendable (any ConversationStore) async throws -> Void
    }

    /// All promises.
    package static let checks = [
        Check(description: "gives back what was saved", run: savesAndLoads),
        Check(description: "refuses a save over another revision and keeps what is there", run: comparesRevisions),
        Check(description: "adds a turn only together with its head", run: savesWhole),
        Check(description: "gives turns in order from a number on", run: ordersTurns),
        Check(description: "lists the last saved first", run: lists),
        Check(description: "deletes a conversation with its turns", run: deletes),
        Check(description: "finds the conversations whose timer is due", run: findsDue),
        Check(description: "lets exactly one of many equal saves through", run: racesSaves),
        Check(description: "lets one at a time claim a conversation", run: claimsAlone),
        Check(description: "lets different conversations be claimed at once", run: claimsApart),
        Check(description: "gives a claim back when its closure throws", run: claimsAfterError),
        Check(description: "ends a cancelled wait for a claim", run: cancelsClaim),
    ]

    /// A head for checks.
    package static func head(
        _ id: String,
        revision: Int,
        updated: Double = 1,
        due: Double? = nil,
        text: String = "{}"
    ) -> StoredConversation {
        StoredConversation(
            id: id,
            user: "user of \(id)",
            revision: revision,
            updated: Date(timeIntervalSince1970: updated),
            due: due.map { Date(timeIntervalSince1970: $0) },
            state: "waiting",
            head: Array(text.utf8)
        )
    }

    /// A turn for checks.
    package static func turn(_ id: String, _ number: Int) -> StoredTurn {
        StoredTurn(
            conversation: id,
            number: number,
            event: "event-\(number)",
            record: Array("{\"turn\":\(number)}".utf8)
        )
    }

    private static func expect<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
        guard found == expected else { throw Broken(description: "\(what): expected \(expected), found \(found)") }
    }

    // MARK: - Saving

    @Sendable private static func savesAndLoads(_ store: any ConversationStore) async throws {
        try expect(try await store.load("a"), nil, "an unknown id")
        let odd = StoredConversation(
            id: "a'\"; -- ü 🙂",
            user: "",
            revision: 1,
            updated: Date(timeIntervalSinceReferenceDate: 812_345_678.123_456_7),
            due: Date(timeIntervalSince1970: 0.1),
            state: "ended",
            head: (0...255).map { UInt8($0) }
        )
        try await store.save(odd, turn: nil, expecting: 0)
        try expect(try await store.load(odd.id), odd, "the saved head")
        let empty = StoredConversation(
            id: "b",
            user: "u",
            revision: 1,
            updated: odd.updated,
            state: "waiting",
            head: []
        )
        try await store.save(empty, turn: nil, expecting: 0)
        try expect(try await store.load("b"), empty, "a head without bytes and time")
    }

    @Sendable private static func comparesRevisions(_ store: any ConversationStore) async throws {
        try await store.save(head("a", revision: 1), turn: nil, expecting: 0)
        try await store.save(head("a", revision: 2, text: "second"), turn: nil, expecting: 1)
        for expecting in [0, 1, 3] {
            try await refused(.revisionChanged(conversation: "a", expected: expecting, found: 2)) {
                try await store.save(head("a", revision: expecting + 1), turn: turn("a", 1), expecting: expecting)
            }
        }
        try await refused(.revisionChanged(conversation: "new", expected: 4, found: 0)) {
            try await store.save(head("new", revision: 5), turn: nil, expecting: 4)
        }
        try expect(try await store.load("a"), head("a", revision: 2, text: "second"), "the head after refused saves")
        try expect(try await store.turns(of: "a", from: 1), [], "the turns after refused saves")
        try expect(try await store.load("new"), nil, "a head that was refused")
    }

    private static func refused(_ expected: ConversationStoreError, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ConversationStoreError {
            return try expect(error, expected, "the refusal")
        }
        throw Broken(description: "a save went through: expected \(expected)")
    }

    @Sendable private static func savesWhole(_ store: any ConversationStore) async throws {
        try await store.save(head("a", revision: 1), turn: turn("a", 1), expecting: 0)
        for wrong in [turn("a", 1), turn("b", 2)] {
            do {
                try await store.save(head("a", revision: 2), turn: wrong, expecting: 1)
            } catch ConversationStoreError.failed {
                continue
            }
            throw Broken(
                description: "turn \(wrong.number) of '\(wrong.conversation)' was added to 'a' beside turn 1 of 'a'"
            )
        }
        try expect(try await store.load("a")?.revision, 1, "the revision after turns that can't be added")
        try expect(try await store.turns(of: "a", from: 0).count, 1, "the turns after turns that can't be added")
    }

    @Sendable private static func racesSaves(_ store: any ConversationStore) async throws {
        let count = 32
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<count {
                group.addTask {
                    do {
                        try await store.save(head("a", revision: 1, text: "\(index)"), turn: nil, expecting: 0)
                        try await store.save(head("b\(index)", revision: 1), turn: turn("b\(index)", 1), expecting: 0)
                        return true
                    } catch ConversationStoreError.revisionChanged {
                        try await store.save(head("b\(index)", revision: 1), turn: turn("b\(index)", 1), expecting: 0)
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        try expect(winners, 1, "the number of first saves that went through")
        for index in 0..<count {
            try expect(
                try await store.turns(of: "b\(index)", from: 1).count,
                1,
                "turns of a conversation saved in a crowd"
            )
        }
    }

    // MARK: - Reading

    @Sendable private static func ordersTurns(_ store: any ConversationStore) async throws {
        for number in 1...12 {
            try await store.save(head("a", revision: number), turn: turn("a", number), expecting: number - 1)
        }
        try await store.save(head("b", revision: 1), turn: turn("b", 1), expecting: 0)
        try expect(try await store.turns(of: "a", from: 9), (9...12).map { turn("a", $0) }, "turns from 9 on")
        try expect(try await store.turns(of: "a", from: 13), [], "turns beyond the last")
        try expect(try await store.turns(of: "c", from: 0), [], "turns of an unknown id")
    }

    @Sendable private static func lists(_ store: any ConversationStore) async throws {
        try expect(try await store.list(), [], "the list of a new store")
        for (id, updated) in [("a", 5.0), ("b", 9), ("c", 7)] {
            try await store.save(head(id, revision: 1, updated: updated), turn: nil, expecting: 0)
        }
        try await store.save(head("a", revision: 2, updated: 11), turn: nil, expecting: 1)
        try expect(try await store.list().map(\.id), ["a", "b", "c"], "the list")
    }

    @Sendable private static func deletes(_ store: any ConversationStore) async throws {
        try await store.save(head("a", revision: 1), turn: turn("a", 1), expecting: 0)
        try await store.save(head("b", revision: 1), turn: turn("b", 1), expecting: 0)
        try expect(try await store.delete("a"), true, "deleting")
        try expect(try await store.delete("a"), false, "deleting once more")
        try expect(try await store.load("a"), nil, "a deleted head")
        try expect(try await store.turns(of: "a", from: 0), [], "turns of a deleted conversation")
        try expect(try await store.turns(of: "b", from: 0).count, 1, "turns of the conversation beside it")
        try await store.save(head("a", revision: 1), turn: turn("a", 1), expecting: 0)
    }

    @Sendable private static func findsDue(_ store: any ConversationStore) async throws {
        for (id, due) in [("a", 30.0), ("b", 10), ("c", nil), ("d", 20)] {
            try await store.save(head(id, revision: 1, due: due), turn: nil, expecting: 0)
        }
        func due(_ seconds: Double) async throws -> [String] {
            try await store.due(before: Date(timeIntervalSince1970: seconds)).map(\.id)
        }
        try expect(try await due(5), [], "what is due before all timers")
        try expect(try await due(20), ["b", "d"], "what is due at 20")
        try await store.save(head("b", revision: 2), turn: nil, expecting: 1)
        try expect(try await due(100), ["d", "a"], "what is due after a timer was taken away")
    }
}
