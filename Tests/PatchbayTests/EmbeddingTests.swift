import Patchbay
import Testing

/// What `import Patchbay` promises: nothing else is imported here.
@Suite("A program that embeds Patchbay")
struct EmbeddingTests {
    private static func conversations(_ program: Program) throws -> WorkspaceConversations {
        let configuration = HubConfiguration(
            home: program.place.path + "/home",
            workspace: program.place.path + "/ws",
            executable: Program.executable
        )
        return try Hub(configuration).openConversations()
    }

    @Test func `holds conversations that the command line goes on with`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let conversations = try Self.conversations(program)

        let asked = try await conversations.start(dialog: "extract-skills", in: "c1", for: "jane")
        #expect(asked.isWaiting && asked.messages.count == 1)
        let resume = "Jane Doe. Ten years of Swift and SQL, then Kubernetes."
        let told = try await conversations.send(resume, to: "c1", from: "jane", event: "e2")
        #expect(!told.isWaiting)
        #expect(told.messages.last?.contains("Kubernetes") == true)
        let again = try await conversations.send(resume, to: "c1", from: "jane", event: "e2")
        #expect(again.isRepeated && again.messages == told.messages)
        await conversations.close()

        let listed = try await program.run("conversation", "list", "--json").expectSuccess()
        #expect(listed.output.contains(#""id":"c1""#))
    }

    @Test func `says what is wrong and how to mend it`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let conversations = try Self.conversations(program)
        _ = try await conversations.start(dialog: "extract-skills", in: "c1", for: "jane")
        let foreign = await #expect(throws: HubError.self) {
            try await conversations.send("hello", to: "c1", from: "joe")
        }
        #expect(foreign?.code == "forbidden")
        let unknown = await #expect(throws: HubError.self) {
            try await conversations.start(dialog: "extract-skill", in: "c2", for: "jane")
        }
        #expect(unknown?.description.contains("extract-skills") == true)
        let nameless = await #expect(throws: HubError.self) {
            try await conversations.send("hello", to: "", from: "joe")
        }
        #expect(nameless?.code == "usage")
        await conversations.close()
    }
}
