import Foundation
import PatchbayModel
import Testing

@Suite("A conversation from the command line")
struct ConversationOptionTests {
    /// Asks for a day, and then says one of many texts.
    private static let dialog = """
        {"formatVersion": 1, "language": "en", "id": "day", "name": "Day", "start": "day", "nodes": [
          {"id": "day", "kind": "entity", "type": "date", "prompts": [{"id": "ask", "text": "When?"}], "next": "pick"},
          {"id": "pick", "kind": "script", "sets": ["number"], "next": "tell"},
          {"id": "tell", "kind": "message", "messages": [
            {"id": "m", "text": {"en": "On {{context.entities.day}}: {{context.number}}", "de": "Am {{context.entities.day}}: {{context.number}}"}}
          ], "next": "end"}]}
        """

    private static func withDay() async throws -> Program {
        let program = try await Program.inWorkspace()
        try program.place.write(dialog, to: "ws/dialogs/day/dialog.json")
        try program.place.write("context.number = Math.random();", to: "ws/dialogs/day/pick.js")
        return program
    }

    @Test func `follows the seed, the zone and the language that were asked for`() async throws {
        let program = try await Self.withDay()
        func last(_ arguments: String...) async throws -> String {
            let chat = ["chat", "--dialog", "day", "--ephemeral", "--json"]
            return try #require(
                try await program.run(chat + arguments, input: "today\n").expectSuccess().said().last
            )
        }
        // Twenty-six hours apart, it is never the same day.
        let east = try await last("--time-zone", "Pacific/Kiritimati", "--seed", "7")
        let west = try await last("--time-zone", "Etc/GMT+12", "--seed", "7", "--language", "de")
        let (eastern, western) = (east.split(separator: " "), west.split(separator: " "))
        #expect(eastern.first == "On" && western.first == "Am")
        #expect(eastern.count == 3 && eastern.dropFirst().first != western.dropFirst().first)
        #expect(eastern.last == western.last)
        #expect(try await last("--seed", "8").split(separator: " ").last != eastern.last)
    }

    @Test func `begins with no language, zone or seed that is none`() async throws {
        let program = Program(try TemporaryPlace())
        for option in [
            ["--language", "no language"], ["--time-zone", "Mars/Olympus"], ["--seed", "seven"], ["--seed=-1"],
        ] {
            let value = option.last?.split(separator: "=").last.map(String.init) ?? ""
            try await program.run(["chat"] + option).expectFailure(64, saying: "'\(value)'")
        }
    }

    @Test func `is recorded, and replays as it was said`() async throws {
        let program = try await Self.withDay()
        let chat = ["chat", "--dialog", "day", "--json", "--ephemeral", "--language", "de"]
        let input = "\"first\\nsecond\"\ntoday\n"
        let options = ["--time-zone", "Pacific/Kiritimati", "--seed", "7", "--record", "tests/day.json"]
        let said = try await program.run(chat + options, input: input).expectSuccess()
        #expect(try said.jsonLines().contains { $0["text"]?.string == "first\nsecond" })
        #expect(try said.said().last?.hasPrefix("Am ") == true)
        #expect(!program.place.files().contains { $0.hasSuffix("conversations.sqlite") })
        let test = try await program.run("test", "tests/day.json", "--json").expectSuccess().json()
        #expect(test["passed"]?.int == 1)
        // Seed, language and zone are part of what was recorded; in the other zone it is never the same day.
        let record = String(decoding: try program.place.bytes("ws/tests/day.json"), as: UTF8.self)
        for (old, new) in [
            (#""seed": 7"#, #""seed": 8"#), (#""language": "de""#, #""language": "en""#),
            ("Pacific/Kiritimati", "Etc/GMT+12"),
        ] {
            #expect(record.contains(old))
            try program.place.write(record.replacing(old, with: new), to: "ws/tests/other.json")
            try await program.run("test", "tests/other.json").expectFailure()
        }
    }

    @Test func `is gone for good when it was deleted`() async throws {
        let program = try await Self.withDay()
        for id in ["kept", "gone"] {
            try await program.run("chat", "--dialog", "day", "--conversation", id, input: "today \(id)-zebra\n")
                .expectSuccess()
        }
        try await program.run("conversation", "delete", "gone").expectFailure(64, saying: "say --yes")
        try await program.run("conversation", "delete", "gone", "--yes").expectSuccess()
        let listed = try await program.run("conversation", "list", "--json").expectSuccess().json()
        #expect(listed["conversations"]?.array?.compactMap { $0["id"]?.string } == ["kept"])
        try await program.run("conversation", "delete", "gone", "--yes").expectFailure(saying: "no conversation 'gone'")
        // What was said is in no file any more either.
        let holding = try program.place.files().filter {
            try program.place.bytes($0).range(of: Data("gone-zebra".utf8)) != nil
        }
        #expect(holding == [])
    }

    // MARK: - In a terminal

    @Test func `shows in a terminal what it knows and why, and ends when asked`() async throws {
        let program = try await Self.withDay()
        let terminal = try TerminalProgram(program, "chat", "--dialog", "day", "--ephemeral", "--seed", "7")
        await terminal.shows("When?")
        await terminal.shows("\u{1B}[2C")
        terminal.type("2026-03-02\r")
        await terminal.shows("On 2026-03-02: ")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/context\r")
        await terminal.shows(#""day": "2026-03-02""#)
        await terminal.shows("\u{1B}[2C")
        terminal.type("/why\r")
        await terminal.shows("pick")
        await terminal.shows("tell")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/restart\r")
        await terminal.shows("When?")
        await terminal.shows("\u{1B}[2C")
        terminal.type("/quit\r")
        #expect(await terminal.end() == 0)
        #expect(!program.place.files().contains { $0.hasSuffix("conversations.sqlite") })
    }
}
