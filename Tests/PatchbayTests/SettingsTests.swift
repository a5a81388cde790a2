import PatchbayModel
import Testing

@Suite("Settings")
struct SettingsTests {
    @Test(arguments: [#""conversationTokens": 5"#, #""conversationCost": { "USD": "0.0000001" }"#])
    func `of the home bound what models may use in a conversation`(budget: String) async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        try program.place.write(#"{ "formatVersion": 1, "limits": { \#(budget) } }"#, to: "home/settings.json")
        // A service node calls the model here; the second call is one too many, and goes the way of failures.
        let lines = "Swift and Linux\nextract skills\nSwift and Python\n"
        let chat = try await program.run("chat", "--dialog", "extract-skills", "--json", input: lines)
        let said = try chat.expectSuccess().said()
        #expect(said.contains("I found: Swift, Linux."))
        #expect(said.last?.contains("'conversation") == true)
        let other = try await program.run("chat", "--dialog", "extract-skills", "--json", input: "Swift and Linux\n")
        #expect(try other.expectSuccess().said().last == "I found: Swift, Linux.")
    }

    @Test func `of a workspace that nothing acts on yet are told by lint`() async throws {
        let program = try await Program.inWorkspace()
        let settings: JSONValue = [
            "formatVersion": 1, "language": "en", "id": "ws", "name": "ws",
            "settings": ["interruptions": "ask", "events": [:], "sessionTimeout": "10m"],
        ]
        try program.place.write(JSONWriter(.indented).text(settings), to: "ws/patchbay.json")
        let variables: JSONValue = [
            "formatVersion": 1, "variables": [["key": "open", "value": 1], ["key": "shopKey", "secured": true]],
        ]
        try program.place.write(JSONWriter(.indented).text(variables), to: "ws/variables/env.json")
        let lint = try await program.run("dialog", "lint", "--json").expectSuccess().json()
        #expect(
            lint["diagnostics"]?.array?.compactMap { $0["pointer"]?.string }
                == ["/settings/interruptions", "/settings/events", "/variables/1/secured"]
        )
        #expect(lint["diagnostics"]?.array?.allSatisfy { $0["severity"]?.string == "warning" } == true)
    }
}
