import Foundation
import PatchbayModel
import Testing

@Suite("A credential that is typed")
struct HiddenInputTests {
    @Test func `is never shown, and goes to the service`() async throws {
        let secret = "typed-7Qx+KpZ2=vW9"
        let service = try await LocalService { _ in WireAnswer(body: #"{"object": "list", "data": []}"#) }
        let program = try await Program.inWorkspace()
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        let terminal = try TerminalProgram(
            program,
            "integration",
            "enable",
            "openai",
            "--base-url",
            "http://\(service.address)/v1",
            "--allow",
            service.address
        )
        await terminal.shows("Organization (optional): ")
        terminal.type("\r")
        await terminal.shows("Project (optional): ")
        terminal.type("\r")
        var shown = await terminal.shows("API key: ")
        // Piece by piece, with a mistake and its correction, as people type and paste.
        terminal.type(String(secret.prefix(7)) + "x\u{7F}")
        terminal.type("\u{1B}[200~\(secret.dropFirst(7))\u{1B}[201~\r")
        shown += await terminal.shows("Integration successful")
        shown += await terminal.shows("Next:")
        #expect(await terminal.end() == 0)
        #expect(service.requests.last?.headers["authorization"] == "Bearer \(secret)")
        for part in ["typed", "7Qx", "vW9", "*"] { #expect(!shown.contains(part), "\(shown)") }
    }

    @Test func `may be left out with Control-C: nothing changes, and the terminal is as before`() async throws {
        let program = try await Program.inWorkspace()
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        let before = program.place.files()
        let terminal = try TerminalProgram(
            program,
            shell: "stty -g > ../mode; patchbay integration enable openai --no-check; echo code $?; stty -g > ../after"
        )
        await terminal.shows("Organization (optional): ")
        terminal.type("\r")
        await terminal.shows("Project (optional): ")
        terminal.type("\r")
        await terminal.shows("API key: ")
        terminal.type("sk-half-of-a-key\u{3}")
        let shown = await terminal.shows("code 1")
        #expect(shown.contains("cancelled; nothing was changed") && !shown.contains("half"), "\(shown)")
        #expect(await terminal.end() == 0)
        #expect(try program.place.bytes("mode") == program.place.bytes("after"))
        #expect(try !program.place.bytes("mode").isEmpty)
        #expect(
            program.place.files().filter { !$0.hasPrefix(".streams") && !["mode", "after"].contains($0) } == before
        )
    }

    // MARK: - The key that keeps it

    @Test func `can't be opened with another key, and no key is made in place of a lost one`() async throws {
        let program = try await Program.inWorkspace()
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        let enabling = ["integration", "enable", "openai", "--stdin", "--no-check"]
        try await program.run(enabling, input: #"{"apiKey": "sk-kept-0123456789"}"#).expectSuccess()
        let file = try #require(program.place.files().first { $0.hasPrefix("home/") && $0.hasSuffix("master.key") })
        let url = URL(fileURLWithPath: program.place.path + "/" + file)
        let key = try Data(contentsOf: url)

        // Written into the same file, so its mode stays.
        let handle = try FileHandle(forUpdating: url)
        for (contents, says) in [
            (Data(Data((0..<32).map { UInt8($0) }).base64EncodedString().utf8), "key"), (Data(), "key"),
        ] {
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: contents)
            try await program.run("integration", "check", "openai").expectFailure(saying: says)
            try await program.run(enabling, input: #"{"apiKey": "sk-new-0123456789"}"#).expectFailure(saying: says)
        }
        try handle.close()
        try FileManager.default.removeItem(at: url)
        try await program.run("integration", "check", "openai").expectFailure(saying: "key")
        try await program.run(enabling, input: #"{"apiKey": "sk-new-0123456789"}"#).expectFailure(saying: "key")
        #expect(!program.place.files().contains(file))

        try key.write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        try await program.run("integration", "check", "openai").expectFailure(saying: "chmod")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        try await program.run(enabling, input: #"{"apiKey": "sk-new-0123456789"}"#).expectSuccess()
    }
}
