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
        #expect(try await program.run("doctor").expectSuccess().output == "All is well.\n")
        #expect(try await Self.findings(program).isEmpty)
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
        #expect(before.isEmpty)
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
        let rest = try await Self.findings(elsewhere)
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
