import Foundation
import PatchbayModel
import Testing

@Suite("The sandbox behind a socket")
struct SandboxServerTests {
    private static let python = ProcessInfo.processInfo.environment["PATCHBAY_PYTHON"]
    private static let isCI = ProcessInfo.processInfo.environment["CI"] != nil

    @Test(.enabled(if: python != nil || isCI, "PATCHBAY_PYTHON is not set; scripts/test makes .venv and sets it"))
    func `answers OpenAI's own Python package as the service would`() async throws {
        let python = try #require(Self.python, "scripts/test makes .venv and sets PATCHBAY_PYTHON; here it is not set")
        let program = Program(try TemporaryPlace())
        let script = packageRoot.appendingPathComponent("Tests/PatchbayTests/Fixtures/drive_sandbox.py").path
        let outcome = try await program.shell("'\(python)' '\(script)' '\(Program.executable)'")
        #expect(outcome.output.hasSuffix("ok\n"), "\(outcome.output)")
    }

    // MARK: - Faults

    /// Starts the sandbox in a terminal; a tape of replies comes first.
    private func start(_ program: Program, script: JSONValue? = nil) async throws -> (TerminalProgram, port: Int) {
        try program.place.write(JSONWriter().text(script ?? ["formatVersion": 1, "replies": []]), to: "script.json")
        let server = try TerminalProgram(program, "sandbox", "--port", "0", "--script", "script.json", "--json")
        let line = await server.shows("}")
        let port = try JSONReader().read(line.trimmingCharacters(in: .whitespacesAndNewlines))["port"]?.int
        return (server, try #require(port))
    }

    /// What comes over the wire for a request, until the connection closes.
    private func answer(from port: Int) async throws -> String {
        let body = #"{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}"#
        let request =
            "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:\(port)\r\nauthorization: Bearer made-up-key\r\n"
            + "content-type: application/json\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        return try await Wire.exchange(request, with: port)
    }

    @Test func `answers with a scripted status after a scripted time`() async throws {
        let program = Program(try TemporaryPlace())
        let answer: JSONValue = [
            "after": "300ms", "status": 429, "headers": ["retry-after": "7"], "body": ["json": ["error": "slow down"]],
        ]
        let other: JSONValue = ["operation": "openai/list-models", "answer": ["status": 503]]
        let reply: JSONValue = ["operation": "openai/create-chat-completion", "answer": answer]
        let script: JSONValue = ["formatVersion": 1, "replies": [other, reply]]
        let (server, port) = try await start(program, script: script)
        let start = ContinuousClock.now
        let refused = try await self.answer(from: port)
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.lowercased().contains("\r\nretry-after: 7\r\n"))
        #expect(refused.contains("slow down"))
        #expect(try await self.answer(from: port).hasPrefix("HTTP/1.1 200 "))
        server.type("\u{3}")
        #expect(await server.end() == 0)
    }

    @Test func `plays scripted faults as a service would have them`() async throws {
        let program = Program(try TemporaryPlace())
        let replies = ["cutOff", "malformed", "unreachable", "quota"].map { kind -> JSONValue in
            ["failure": ["kind": .string(kind)]]
        }
        let (server, port) = try await start(program, script: ["formatVersion": 1, "replies": .array(replies)])

        let cut = try await answer(from: port)
        #expect(cut.hasPrefix("HTTP/1.1 200 ") && cut.contains("\r\n{"), "\(cut)")
        // A whole answer in chunks ends with an empty one (RFC 9112, 7.1).
        #expect(!cut.hasSuffix("0\r\n\r\n") && !cut.lowercased().contains("content-length"), "\(cut)")

        let malformed = try await answer(from: port)
        #expect(malformed.hasPrefix("HTTP/1.1 200 ") && malformed.contains("application/json"), "\(malformed)")
        let body = malformed.split(separator: "\r\n\r\n", maxSplits: 1).last.map(String.init) ?? ""
        #expect(throws: JSONSyntaxError.self) { try JSONReader().read(body) }

        #expect(try await answer(from: port) == "")
        #expect(try await answer(from: port).hasPrefix("HTTP/1.1 502 "))
        #expect(try await answer(from: port).contains("chat.completion"))

        let second = try await program.run("sandbox", "--port", "\(port)", "--json").expectFailure()
        #expect(try second.json()["error"]?["code"]?.string == "in-use")
        #expect(second.errors.contains("port \(port) of 127.0.0.1 is in use"))

        server.type("\u{3}")
        #expect(await server.end() == 0)
    }
}
