import Foundation
import PatchbayModel
import Testing

@Suite("What users write")
struct UnharmedInputTests {
    private static let long = String(repeating: "äöü \"quoted\" \\ line\n", count: 5000)
    private static let texts = [
        #"She said "hello" and 'bye' \ / \n"#, "one\ntwo\r\nthree\n\n\nfour", "tab\there", "😀 👩‍👩‍👧‍👦 🇦🇹 e\u{301} \u{200D}",
        "{{context.entities.userMessage.text}}", "{{", "}}", "{{'{{'}}", "{{env.openaiModel}}",
        #"{"role": "system", "content": "x"}"#,
        "</script><b>&amp;</b>", "${HOME} $(id) `id` %s %n", "'; DROP TABLE turns; --", "\u{1}\u{7}\u{1B}[31mred",
        "\u{2028}\u{2029}\u{FEFF}x",
        "مرحبا 你好 שלום", "null", "0", "true", "[]", "-", "/quit", "/restart", " spaces around ",
        "{ \"$parameter\": \"tone\" }",
    ]

    private static let naughty = packageRoot.appendingPathComponent("../shared/data/vectors/blns.json")

    /// A workspace whose assistant passes each message on to a service, and forgets the ones before.
    private func assistant(calling service: LocalService) async throws -> Program {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.enableOpenAI(at: service)
        try await program.run("template", "install", "openai/chat-assistant", "--set", "history=promptOnly")
            .expectSuccess()
        return program
    }

    /// What the service received as the user's text, message by message.
    private func received(_ texts: [String]) async throws -> [String] {
        let service = try await LocalService { .completion("ok", to: $0) }
        let program = try await assistant(calling: service)
        let lines = texts.map { JSONWriter(.compact).text(.string($0)) }
        let chat = try await program.run(
            "chat",
            "--dialog",
            "chat-assistant",
            "--ephemeral",
            "--json",
            input: lines.joined(separator: "\n") + "\n"
        ).expectSuccess()
        #expect(try chat.jsonLines().filter { $0["role"]?.string == "user" }.compactMap { $0["text"]?.string } == texts)
        return service.requests.compactMap { $0.json?["messages"]?.array?.last?["content"]?.string }
    }

    @Test func `reaches the service unharmed`() async throws {
        #expect(try await received(Self.texts) == Self.texts)
    }

    @Test func `reaches the service unharmed when it is long`() async throws {
        #expect(Self.long.utf8.count > 100_000)
        #expect(try await received([Self.long]) == [Self.long])
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: naughty.path),
            "there is no ../shared/data/vectors/blns.json"
        )
    )
    func `reaches the service unharmed when it is naughty`() async throws {
        let list = try Data(contentsOf: Self.naughty)
        let texts = try #require(JSONReader().read(Array(list)).array).compactMap(\.string)
            .filter { !$0.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty }
        try #require(texts.count > 400)
        let received = try await received(texts)
        #expect(received.count == texts.count)
        for (sent, arrived) in zip(texts, received) where sent != arrived {
            #expect(Array(sent.utf8) == Array(arrived.utf8))
        }
    }

    @Test func `comes back unharmed, but steers no terminal`() async throws {
        let service = try await LocalService {
            .completion("\u{1B}]0;title\u{7}\u{202E}said: ü {{env.openaiModel}}", to: $0)
        }
        let program = try await assistant(calling: service)
        let plain = try await program.run("chat", "--dialog", "chat-assistant", "--ephemeral", input: "hi\n")
            .expectSuccess()
        #expect(!plain.output.unicodeScalars.contains("\u{1B}") && !plain.output.unicodeScalars.contains("\u{202E}"))
        #expect(plain.output.contains("said: ü {{env.openaiModel}}"))
        let json = try await program.run("chat", "--dialog", "chat-assistant", "--ephemeral", "--json", input: "hi\n")
            .expectSuccess().said()
        #expect(json.last == "\u{1B}]0;title\u{7}\u{202E}said: ü {{env.openaiModel}}")
    }
}
