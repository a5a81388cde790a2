import Foundation
import PatchbayModel
import Testing

@Suite("The doctor")
struct DoctorTests {
    private static func findings(_ program: Program) async throws -> [(severity: String, what: String, remedy: String)]
    {
        let outcome = try await program.run("doctor", "--json")
        let rows = try #require(outcome.json()["findings"]?.array)
        let found = rows.map { ($0["severity"]?.string ?? "", $0["what"]?.string ?? "", $0["remedy"]?.string ?? "") }
        #expect(outcome.status == (found.contains { $0.0 == "error" } ? 1 : 0))
        return found
    }

    @Test func `finds nothing where all is well`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills", "--yes").expectSuccess()
        let told = try await program.run("doctor").expectSuccess().output
        #expect(told.hasPrefix("note: not signed: openai 1.0.0\n") && told.hasSuffix("\nAll is well.\n"), "\(told)")
        #expect(try await Self.findings(program).map(\.severity) == ["note"])
    }

    @Test func `says who signed with a key that nobody trusts`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "tidal", "--base-url", "https://tidal.example").expectSuccess()
        try await program.run("plugin", "key", "new", "key.pem").expectSuccess()
        try await program.run("plugin", "sign", "./tidal", "--key", "key.pem").expectSuccess()
        try await program.run("plugin", "install", "./tidal", "--yes").expectSuccess()
        let found = try await Self.findings(program)
        #expect(
            found.contains {
                $0.severity == "warning"
                    && $0.what.hasPrefix("plugin tidal 0.1.0 is signed with a key that nobody here trusts")
                    && $0.remedy.contains("plugin trust add")
            },
            "\(found)"
        )
        try await program.run("plugin", "trust", "add", "me", "key.pem.pub", "--yes").expectSuccess()
        let trusted = try await Self.findings(program)
        #expect(!trusted.contains { $0.what.contains("tidal") }, "\(trusted)")
    }

    @Test func `says what comes next where nothing is set up`() async throws {
        let program = Program(try TemporaryPlace())
        let found = try await Self.findings(program)
        #expect(found.map(\.severity) == ["note", "note"])
        #expect(found.first?.remedy.contains("patchbay plugin install openai") == true)
        #expect(found.last?.remedy.contains("patchbay init") == true)
        #expect(program.place.files().isEmpty)
    }

    @Test func `names what a fresh clone lacks`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills", "--yes").expectSuccess()
        let before = try await Self.findings(program)
        #expect(before.map(\.severity) == ["note"])
        var elsewhere = program
        elsewhere.environment["PATCHBAY_HOME"] = program.place.path + "/other"
        let found = try await Self.findings(elsewhere)
        #expect(
            found.contains {
                $0.severity == "error" && $0.what.contains("pins plugin openai 1.0.0, which is not installed here")
                    && $0.remedy == "'patchbay plugin install openai@1.0.0'"
            },
            "\(found)"
        )
        try await elsewhere.run("plugin", "install", "openai@1.0.0", "--yes").expectSuccess()
        #expect(found.filter { $0.severity == "error" }.count == 1, "\(found)")
        let rest = try await Self.findings(elsewhere).filter { $0.severity != "note" }
        #expect(rest.count == 1 && rest.first?.what.contains("profile 'openai' has no credential") == true, "\(rest)")
        #expect(rest.first?.remedy.contains("patchbay integration enable openai") == true)
    }

    @Test func `goes on with the rest where one thing is broken`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills", "--yes").expectSuccess()
        let manifest = try #require(
            program.place.files().first { $0.hasPrefix("home/plugins/openai/") && $0.hasSuffix("/plugin.json") }
        )
        try program.place.write("not JSON", to: manifest)
        try program.place.write("not JSON", to: "ws/dialogs/extract-skills/dialog.json")
        try program.place.write("{}", to: "home/settings.json")
        let found = try await Self.findings(program)
        #expect(found.contains { $0.what.contains("is not what was installed") }, "\(found)")
        #expect(found.contains { $0.what.contains("/plugin.json:1:2: error: ") }, "\(found)")
        let shown = try await program.run("doctor").expectFailure().output
        #expect(shown.contains("error: plugin openai 1.0.0 is not what was installed"))
    }
}
