import Foundation
import PatchbayDialog
import PatchbayModel
import PatchbaySQLite
import Testing

/// Conversations of the real program: killed, and shared by processes.
@Suite("A saved conversation")
struct ConversationProcessTests {
    /// A workspace whose assistant repeats all that it ever heard.
    private func listener() async throws -> Program {
        let program = try await Program.inWorkspace()
        try program.place.write(
            #"{"formatVersion": 1, "language": "en", "id": "ws", "name": "Listener", "defaultDialog": "listen"}"#,
            to: "ws/patchbay.json"
        )
        try program.place.write(
            """
            {"formatVersion": 1, "language": "en", "id": "listen", "name": "Listen", "start": "word", "nodes": [
              {"id": "word", "kind": "entity", "type": "string", "ask": "always",
                "prompts": [{"id": "ask", "text": "Heard {{context.heard}}"}], "next": "add"},
              {"id": "add", "kind": "logic", "next": "word", "set": [
                {"id": "heard", "to": "heard", "value": "{{context.heard}} {{context.entities.word}}"}]}]}
            """,
            to: "ws/dialogs/listen/dialog.json"
        )
        return program
    }

    /// The words of the answers in order, whole lines only.
    private func answers(_ outcome: Outcome) throws -> [[Substring]] {
        guard let end = outcome.output.lastIndex(of: "\n") else { return [] }
        let whole = outcome.output[...end]
        return try whole.split(separator: "\n").map { try JSONReader().read(Array($0.utf8)) }
            .filter { $0["role"]?.string == "assistant" }
            .map { Array(($0["text"]?.string ?? "").split(separator: " ").dropFirst()) }
    }

    private func store(of program: Program) throws -> SQLiteConversationStore {
        let file = try #require(program.place.files().first { $0.hasSuffix("/conversations.sqlite") })
        return try SQLiteConversationStore(path: program.place.path + "/" + file)
    }

    /// Looks whether head and turns fit together; returns the number of turns.
    private func consistent(_ id: String, in program: Program) async throws -> Int {
        let store = try store(of: program)
        let stored = try #require(try await store.load(id))
        let head = try ConversationHead(encoded: stored.head)
        let turns = try await store.turns(of: id, from: 0)
        #expect(turns.map(\.number) == Array(1...max(1, head.turn)))
        #expect(head.revision == stored.revision)
        #expect(Set(turns.map(\.event)).count == turns.count)
        try store.close()
        return turns.count
    }

    @Test func `has every answered turn after the program was killed`() async throws {
        let program = try await listener()
        var answered: [Substring] = []
        var killed = 0
        for step in 0..<50 {
            // A run of a dialog takes at most 1,000 turns: four times 200 words stay below.
            let id = "c\(step / 4)"
            if step % 4 == 0 { answered = [] }
            let words = (0..<200).map { "w\(step)-\($0)" }
            try program.place.write(words.joined(separator: "\n"), to: "ws/input")
            let outcome = try await program.run(
                ["chat", "--conversation", id, "--input", "input", "--json"],
                killedAfter: .milliseconds(40 + step * 37 % 200)
            )
            if outcome.wasKilled { killed += 1 } else { try outcome.expectSuccess() }
            for said in try answers(outcome) {
                // The turn that was saved last may have been killed before its answer was shown.
                #expect(said.starts(with: answered), "\(said.count) words after \(answered.count), step \(step)")
                answered = said
            }
            if !answered.isEmpty { #expect(try await consistent(id, in: program) > answered.count) }
        }
        #expect(killed > 10)
        try program.place.write("one\ntwo", to: "ws/input")
        let last = try await program.run("chat", "--conversation", "end", "--input", "input", "--json").expectSuccess()
        #expect(try answers(last) == [[], ["two"]])
    }

    @Test func `takes the events of several processes one at a time`() async throws {
        let program = try await listener()
        try await program.run("conversation", "list").expectSuccess()
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for process in 0..<3 {
                let words = (0..<25).map { "p\(process)-\($0)" }
                try program.place.write(words.joined(separator: "\n"), to: "ws/input-\(process)")
                group.addTask {
                    try await program.run("chat", "--conversation", "c", "--input", "input-\(process)", "--json")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes { try outcome.expectSuccess() }
        let said = try outcomes.flatMap { try answers($0) }
        let longest = try #require(said.max { $0.count < $1.count })
        // The first word of all began the dialog and was not heard.
        #expect(longest.count == 74)
        #expect(Set(longest).count == 74)
        #expect(Set(said.map(\.count)) == Set(0...74))
        for words in said { #expect(longest.starts(with: words)) }
        #expect(try await consistent("c", in: program) == 75)
    }
}
