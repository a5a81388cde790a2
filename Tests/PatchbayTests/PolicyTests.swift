import Foundation
import PatchbayModel
import Testing

@Suite("A policy")
struct PolicyTests {
    private static func set(_ policy: String, _ program: Program) throws {
        try program.place.write(#"{ "formatVersion": 1, \#(policy) }"#, to: "home/settings.json")
    }

    /// Policies that forbid the made-up plugin, the setting that is named, and what is said.
    private static let forbidding: [(policy: String, setting: String, says: String)] = [
        (#""requireSignature": true"#, "requireSignature", "is not signed"),
        (#""plugins": { "deny": ["quillpost"] }"#, "plugins.deny", "denied by 'quillpost'"),
        (#""plugins": { "deny": ["quill*"] }"#, "plugins.deny", "denied by 'quill*'"),
        (#""plugins": { "allow": ["openai", "ink-*"] }"#, "plugins.allow", "not among those that are allowed"),
        (#""plugins": { "allow": [] }"#, "plugins.allow", "not among"),
        (#""plugins": { "allow": ["quillpost"], "deny": ["*"] }"#, "plugins.deny", "denied by '*'"),
        (#""hosts": { "deny": ["*.quillpost.example"] }"#, "hosts.deny", "'{office}.quillpost.example'"),
        (#""hosts": { "deny": ["evil.quillpost.example"] }"#, "hosts.deny", "'{office}.quillpost.example'"),
        (#""hosts": { "deny": ["*.example"] }"#, "hosts.deny", "'*.example'"),
        (#""hosts": { "allow": ["quillpost.example", "*.example.com"] }"#, "hosts.allow", "not among"),
        (#""hosts": { "allow": ["old.quillpost.example"] }"#, "hosts.allow", "not among"),
    ]

    @Test(arguments: forbidding)
    func `keeps a plugin out, and says which and where`(policy: String, setting: String, says: String) async throws {
        let program = try await SigningTests.signed()
        try FileManager.default.removeItem(atPath: program.place.path + "/shelf/quillpost/signature.json")
        try Self.set(policy, program)
        let outcome = try await program.run(SigningTests.install + ["--json"]).expectFailure(saying: says)
        #expect(try outcome.json()["error"]?["code"]?.string == "forbidden")
        #expect(outcome.errors.contains("'\(setting)'") && outcome.errors.contains("/home/settings.json'"))
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/") })
    }

    @Test(arguments: [
        #""requireSignature": false"#, #""plugins": { "allow": ["quill*"], "deny": ["quill", "post"] }"#,
        #""hosts": { "allow": ["*.quillpost.example"] }"#, #""hosts": { "allow": ["*.example"], "deny": ["example"] }"#,
        #""hosts": { "deny": ["quillpost.example", "a.b.quillpost.example", "xquillpost.example"] }"#,
    ])
    func `lets in what it does not forbid`(policy: String) async throws {
        let program = try await SigningTests.signed()
        try Self.set(policy, program)
        try await program.run(SigningTests.install).expectSuccess()
        try await program.run("integration", "enable", "quillpost", "--sandbox").expectSuccess()
    }

    @Test func `stops what was installed and enabled before it`() async throws {
        let program = try await SigningTests.signed()
        try await program.run(SigningTests.install).expectSuccess()
        try await program.run("integration", "enable", "quillpost", "--sandbox").expectSuccess()
        try await program.run("template", "install", "quillpost/send-letter").expectSuccess()
        let commands = [
            ["integration", "enable", "quillpost", "--sandbox"], ["chat", "--json", "--dialog", "send-letter"],
            ["template", "install", "quillpost/send-letter", "--as", "again"],
            ["test", "--template", "quillpost/send-letter"],
            ["dialog", "lint"], SigningTests.install, ["workspace", "export", "--output", "../x.zip"],
        ]
        for policy in [#""plugins": { "deny": ["quillpost"] }"#, #""requireSignature": true"#] {
            try Self.set(policy, program)
            for command in commands {
                let outcome = try await program.run(command, input: "send a letter\n")
                #expect(outcome.status == 1, "\(command) \(outcome.output)")
                #expect(
                    (outcome.output + outcome.errors).contains("/home/settings.json'"),
                    "\(command) \(outcome.errors)"
                )
            }
            // What only looks goes on, and what takes it away works.
            try await program.run("plugin", "list").expectSuccess()
            try await program.run("integration", "list").expectSuccess()
        }
        // The key is trusted now: with that the signature counts.
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        for command in commands {
            try await program.run(command, input: "send a letter\n").expectSuccess()
        }
        // What was changed in the home is stopped by its signature.
        let tape = try #require(program.place.files().first { $0.hasPrefix("home/") && $0.hasSuffix("/posted.json") })
        try await program.shell("sed -i 's/L-1/L-2/' '../\(tape)'").expectSuccess()
        try await program.run("integration", "enable", "quillpost", "--sandbox")
            .expectFailure(saying: "is not what was signed")
    }

    @Test func `names the key that would have to be trusted`() async throws {
        let program = try await SigningTests.signed()
        try Self.set(#""requireSignature": true"#, program)
        let refused = try await program.run(SigningTests.install).expectFailure(saying: "signed by unknown key")
        #expect(refused.errors.contains("patchbay plugin trust add NAME ed25519:"))
    }

    @Test func `holds for updates`() async throws {
        let program = try await SigningTests.signed()
        try await program.run("plugin", "trust", "add", "Acme", "../acme.pem.pub").expectSuccess()
        try Self.set(#""requireSignature": true"#, program)
        try await program.run(SigningTests.install).expectSuccess()
        try await program.shell(
            #"cd ../shelf/quillpost && rm signature.json && sed -i 's/"version": "0.3.0"/"version": "0.3.1"/' plugin.json"#
        ).expectSuccess()
        try await program.run("plugin", "update", "--plugins", "../shelf", "--yes")
            .expectFailure(saying: "plugin 'quillpost' 0.3.1 is not signed")
    }

    @Test func `for hosts holds for each call, wherever its address comes from`() async throws {
        let service = try await LocalService { MadeUpService.answer($0) }
        let program = try await SigningTests.signed()
        try await program.run(SigningTests.install).expectSuccess()
        let enable = [
            "integration", "enable", "quillpost", "--stdin", "--set", "office=old", "--base-url",
            "http://\(service.address)/api", "--allow", service.address,
        ]
        try Self.set(#""hosts": { "deny": ["127.0.0.1"] }"#, program)
        let input = #"{"seal": "\#(MadeUpService.goodKey)"}"#
        try await program.run(enable, input: input).expectFailure(saying: "the host 127.0.0.1 is denied by '127.0.0.1'")
        #expect(service.requests.isEmpty)
        try Self.set(#""hosts": { "allow": ["*.quillpost.example", "127.0.0.1"] }"#, program)
        try await program.run(enable, input: input).expectSuccess()
        #expect(!service.requests.isEmpty)
    }

    @Test(arguments: [
        (#""requireSignature": "yes""#, "/requireSignature"), (#""plugins": { "allow": ["A"] }"#, "/plugins/allow/0"),
        (#""hosts": { "deny": ["http://x"] }"#, "/hosts/deny/0"), (#""hosts": ["x"]"#, "/hosts"),
    ])
    func `that is written wrongly lets nothing in`(policy: String, pointer: String) async throws {
        let program = try await SigningTests.signed()
        try Self.set(policy, program)
        try await program.run(SigningTests.install).expectFailure(saying: pointer)
    }
}
