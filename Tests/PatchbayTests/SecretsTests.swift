import Foundation
import PatchbayModel
import Testing

@Suite("A secret")
struct SecretsTests {
    /// Nothing else looks like it; neither does its base64 form or its percent-encoded one.
    private static let canary = "cnry/7Qx+KpZ2=vW9&tR4-mB8"
    private static var forms: [String] {
        [
            canary, Data(canary.utf8).base64EncodedString(), canary.replacing("/", with: #"\/"#),
            canary.replacing("&", with: "&amp;"), "cnry%2F7Qx%2BKpZ2%3DvW9%26tR4-mB8", "7Qx+KpZ2",
        ]
    }

    @Test func `is found nowhere but in the request`() async throws {
        let isRefusing = Switch()
        let service = try await LocalService { request in
            // A service that repeats what it was sent is the hardest case.
            let key = request.headers["authorization"] ?? ""
            // What is taken out of an error's words must not put a key together.
            let apart = request.body.contains("apart") ? key.map { "\($0)\u{200B}" }.joined() : ""
            let echo = JSONWriter(.compact).text([
                "error": ["message": .string("bad key \(key)\u{301} \(apart)")]
            ])
            return isRefusing.isOn
                ? WireAnswer(status: 401, body: echo) : .completion("your key is \(Self.canary)\u{301}", to: request)
        }
        var program = try await Program.inWorkspace(sandboxed: "openai")
        var told = ""
        func run(_ arguments: [String], input: String? = nil) async throws {
            let outcome = try await program.run(arguments, input: input)
            #expect(!outcome.wasKilled)
            told += "$ \(arguments.joined(separator: " "))\n" + outcome.output + outcome.errors
        }
        let address = ["--base-url", "http://\(service.address)/v1", "--allow", service.address]
        let credential = JSONWriter(.compact).text(["apiKey": .string(Self.canary)])
        try await run(
            ["integration", "enable", "openai", "--stdin", "--no-check", "--json"] + address,
            input: credential
        )
        try await run(["template", "install", "openai/chat-assistant"])
        try await run(
            ["chat", "--dialog", "chat-assistant", "--record", "tests/said.json", "--json"],
            input: "hello\n"
        )
        #expect(service.requests.last?.headers["authorization"] == "Bearer \(Self.canary)")
        try await run(["chat", "--dialog", "chat-assistant"], input: "and again\n")
        isRefusing.turnOn()
        try await run(["chat", "--dialog", "chat-assistant", "--record", "tests/refused.json"], input: "hello\n")
        try await run(["chat", "--dialog", "chat-assistant"], input: "apart\n")
        try await run(["integration", "list"])
        try await run(["integration", "check", "openai", "--json"])
        try await run(["integration", "enable", "openai", "--stdin"] + address, input: credential)
        try await run(["integration", "enable", "openai", "--stdin"] + address, input: credential.dropLast() + ",")
        try await run(
            ["integration", "enable", "openai", "--stdin"] + address,
            input: #"{"apikey": "\#(Self.canary)"}"#
        )
        try await run(
            ["integration", "enable", "openai", "--stdin"] + address,
            input: #"{"apiKey": "\#(Self.canary)\u0007"}"#
        )
        program.environment["OPENAI_API_KEY"] = Self.canary
        try await run(["integration", "enable", "openai", "--from-env"] + address)
        try await run(["test"])
        try await run(["test", "tests/said.json", "--junit", "report.xml"])
        try await run(["conversation", "list", "--json"])
        try await run(["workspace", "export", "--with-plugins", "--output", "../out.zip"])

        // By bytes: for a String a letter with an accent behind it is another letter.
        for form in Self.forms { #expect(Data(told.utf8).range(of: Data(form.utf8)) == nil, "told: \(told)") }
        let files = program.place.files()
        try #require(
            files.contains { $0.hasPrefix("home/vault/") } && files.contains("ws/tests/said.json")
                && files.contains("out.zip")
        )
        for file in files {
            let bytes = try program.place.bytes(file)
            for form in Self.forms { #expect(bytes.range(of: Data(form.utf8)) == nil, "\(file) holds \(form)") }
        }
    }

    @Test func `is kept in files that only their owner reads`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run(
            "integration",
            "enable",
            "openai",
            "--stdin",
            "--no-check",
            input: JSONWriter(.compact).text(["apiKey": .string(Self.canary)])
        ).expectSuccess()
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        try await program.run("chat", "--dialog", "extract-skills").expectSuccess()
        let files = program.place.files().filter { $0.hasPrefix("home/") && !$0.hasPrefix("home/plugins/") }
        try #require(files.count > 3)
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(atPath: program.place.path + "/" + file)
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
            #expect(mode & 0o077 == 0, "\(file) has mode \(String(mode, radix: 8))")
        }
    }

    @Test func `lies in no core file, for there is none`() async throws {
        let program = Program(try TemporaryPlace())
        let line = "mkfifo f; patchbay sandbox --port 0 > f & read at < f; grep core /proc/$!/limits; kill $!"
        let outcome = try await program.shell("ulimit -c unlimited 2>/dev/null; " + line)
        #expect(outcome.output.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"], "\(outcome.output)")
    }

    @Test func `is no argument`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("integration", "enable", "openai", "--set", "apiKey=\(Self.canary)")
            .expectFailure(64, saying: "--stdin")
    }

    @Test func `in a file keeps the workspace from being exported`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/chat-assistant").expectSuccess()
        let file = "ws/dialogs/chat-assistant/dialog.json"
        let key = "sk-" + String(repeating: "Ab3dE6gH9", count: 5)
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        try program.place.write(
            text.replacing("You are a helpful assistant", with: "Use \(key). You are a helpful assistant"),
            to: file
        )
        for command in [["dialog", "lint"], ["workspace", "export"]] {
            let outcome = try await program.run(command)
            #expect(outcome.status == 1, "\(command): \(outcome.output) \(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains(key))
        }
    }
}
