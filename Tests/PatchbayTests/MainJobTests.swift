import Foundation
import PatchbayModel
import Testing

@Suite("The main job, with the real program")
struct MainJobTests {
    private static let resume =
        #""Jane Doe, engineer.\nTen years of Swift and Python, SQL on PostgreSQL, Docker and Kubernetes.""#

    @Test func `goes from plugins to dialogs, a conversation, tests and an export`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai", "azure-openai")
        for (plugin, count) in [("openai", 6), ("azure-openai", 1)] {
            let dry = try await program.run("template", "install", plugin, "--all", "--dry-run", "--json")
                .expectSuccess().json()
            #expect(dry["applied"]?.bool == false)
            #expect(dry["dialogs"]?.array?.count == count)
            let first = try await program.run("template", "install", plugin, "--all", "--json").expectSuccess().json()
            #expect(first["applied"]?.bool == true)
            #expect(Self.created(in: first) == Self.created(in: dry))
            let second = try await program.run("template", "install", plugin, "--all", "--json").expectSuccess().json()
            #expect(second["applied"]?.bool == false)
            #expect(second["changes"]?.array?.contains { $0["action"]?.string != "keep" } == false)
            #expect(second["dialogs"] == first["dialogs"])
        }
        let all = try await program.run("template", "install", "--all", "--dry-run", "--json").expectSuccess().json()
        #expect(all["dialogs"]?.array?.count == 7)
        let lint = try await program.run("dialog", "lint", "--json").expectSuccess().json()
        #expect(lint["diagnostics"]?.array == [])

        let said = try await program.run(
            "chat",
            "--dialog",
            "extract-skills",
            "--input",
            "-",
            "--json",
            input: Self.resume + "\n"
        ).expectSuccess().said()
        #expect(said.last?.contains("Swift") == true && said.last?.contains("Kubernetes") == true)

        let tests = try await program.run("test", "--json").expectSuccess().json()
        #expect(tests["failed"]?.int == 0)
        #expect(tests["passed"]?.int == tests["cases"]?.array?.count)
        #expect(tests["cases"]?.array?.count ?? 0 >= 7)

        let exports = try await [
            program.run("workspace", "export", "--output", "../a.zip", "--with-plugins", "--json"),
            program.run("--json", "workspace", "export", "--with-plugins", "--output", "../b.zip"),
        ].map { try $0.expectSuccess().json() }
        #expect(exports[0]["sha256"] == exports[1]["sha256"])
        #expect(try program.place.bytes("a.zip") == program.place.bytes("b.zip"))
        #expect(exports[0]["file"]?.string == "../a.zip")
        #expect(exports[0]["sha256"]?.string?.count == 64)
        #expect(exports[0]["entries"]?.int ?? 0 > 20)

        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?.array?.count == 7)
        #expect(status["templates"]?.array?.allSatisfy { $0["state"]?.string == "current" } == true)
    }

    @Test func `an edited dialog is told and kept`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        let file = "ws/dialogs/extract-skills/dialog.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        try program.place.write(text.replacing("Paste the resume, please.", with: "Your resume?"), to: file)
        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["state"]?.string == "edited")
        let again = try await program.run("template", "install", "openai/extract-skills", "--json")
        #expect(String(decoding: try program.place.bytes(file), as: UTF8.self).contains("Your resume?"))
        #expect(try again.json()["applied"]?.bool != true)
        let said = try await program.run("chat", "--dialog", "extract-skills", "--json").expectSuccess().said()
        #expect(said == ["Your resume?"])
    }

    @Test func `a plugin that is there already is no change`() async throws {
        let program = Program(try TemporaryPlace())
        let first = try await program.run("plugin", "install", "openai", "--yes", "--json").expectSuccess().json()
        let second = try await program.run("plugin", "install", "openai", "--json").expectSuccess().json()
        #expect(first["applied"]?.bool == true)
        #expect(second["applied"]?.bool == false)
    }

    // MARK: - Errors and codes

    private static let mistakes: [(command: [String], words: String)] = [
        (["plugin", "info", "opena"], "did you mean 'openai'"),
        (["plugin", "install", "opena", "--yes"], "did you mean 'openai'"),
        (["plugin", "remove", "opena", "--yes"], "opena"),
        (["plugin", "verify", "opena"], "opena"),
        (["plugin", "lint", "./nothing"], "nothing"),
        (["template", "show", "openai/extract-skill"], "did you mean 'extract-skills'"),
        (["template", "install", "openai/extract-skill"], "did you mean 'extract-skills'"),
        (["template", "install", "opena/extract-skills"], "opena"),
        (["dialog", "show", "extract-skill"], "did you mean 'extract-skills'"),
        (["dialog", "lint", "extract-skill"], "extract-skill"),
        (["chat", "--dialog", "extract-skill"], "did you mean 'extract-skills'"),
        (["chat", "--input", "nothing.txt"], "nothing.txt"),
        (["conversation", "delete", "nobody", "--yes"], "nobody"),
        (["integration", "enable", "opena", "--sandbox"], "opena"),
        (["integration", "check", "opena"], "did you mean 'openai'"),
        (["integration", "disable", "opena"], "did you mean 'openai'"),
        (["test", "nothing.json"], "nothing.json"),
        (["workspace", "export", "--output", "nowhere/a.zip"], "nowhere"),
    ]

    @Test func `an error names what was meant, and with --json it is the one value`() async throws {
        let program = try await Self.withSkills()
        for (command, words) in Self.mistakes { try await expectMistake(command, words, in: program) }
    }

    private func expectMistake(_ command: [String], _ words: String, in program: Program) async throws {
        let plain = try await program.run(command).expectFailure(saying: words)
        #expect(plain.errors.contains("error: "))
        let outcome = try await program.run(command + ["--json"]).expectFailure(saying: words)
        let error = try outcome.json()["error"]
        #expect(error?["code"]?.string?.isEmpty == false)
        #expect(error?["message"]?.string?.contains(words) == true || error?["diagnostics"]?.array?.isEmpty == false)
        #expect(error?["diagnostics"]?.array != nil)
    }

    private static let wrongUses: [[String]] = [
        ["frob"], ["plugin"], ["plugin", "frob"], ["plugin", "install"], ["init", "a", "b"], ["chat", "--frob"],
        ["chat", "--seed", "many"], ["init", "there", "--time-zone", "Mars/Base"], ["template", "install", "noslash"],
        ["integration", "enable", "openai", "--sandbox", "--stdin"],
        ["integration", "enable", "openai", "--set", "novalue"],
        ["integration", "enable", "openai", "--set", "organization=a", "--set", "organization=b"],
        ["plugin", "install", "openai@new", "--yes"], ["dialog", "graph", "x", "--format", "crayon"],
    ]

    @Test func `wrong use ends with 64`() async throws {
        let program = try await Self.withSkills()
        for command in Self.wrongUses { try await expectWrongUse(command, in: program) }
    }

    private func expectWrongUse(_ command: [String], in program: Program) async throws {
        let plain = try await program.run(command)
        if command == ["plugin"] {
            #expect(plain.output.contains("USAGE: patchbay plugin") && !plain.wasKilled)
            return
        }
        plain.expectFailure(64)
        let outcome = try await program.run(command + ["--json"]).expectFailure(64)
        #expect(try outcome.json()["error"]?["code"]?.string == "usage")
    }

    @Test func `a mistyped command is named, with options before or after it`() async throws {
        let program = Program(try TemporaryPlace())
        for command in [["frob", "--json"], ["--json", "frob"], ["plugin", "frob", "--json"]] {
            #expect(try await program.run(command).expectFailure(64).errors.contains("frob"), "\(command)")
        }
    }

    @Test func `a broken file is shown with its place`() async throws {
        let program = try await Self.withSkills()
        let file = "ws/dialogs/extract-skills/dialog.json"
        let text = String(decoding: try program.place.bytes(file), as: UTF8.self)
        try program.place.write(text.replacing(#""kind": "script""#, with: #""kind": "scrip""#), to: file)
        let outcome = try await program.run("chat", "--dialog", "extract-skills", "--json", input: "").expectFailure()
        let diagnostic = try #require(try outcome.json()["error"]?["diagnostics"]?[0])
        #expect(diagnostic["severity"]?.string == "error")
        #expect(diagnostic["file"]?.string == "dialogs/extract-skills/dialog.json")
        #expect(diagnostic["line"]?.int ?? 0 > 1)
        #expect(diagnostic["column"]?.int ?? 0 > 0)
        #expect(diagnostic["pointer"]?.string?.hasPrefix("/nodes/") == true)
        #expect(diagnostic["message"]?.string?.contains("scrip") == true)
        #expect(diagnostic["remedy"]?.string?.contains("script") == true)
        let lint = try await program.run("dialog", "lint", "--json")
        #expect(lint.status == 1)
        #expect(try lint.json()["diagnostics"]?[0]?["line"]?.int == diagnostic["line"]?.int)
    }

    @Test func `asks nobody where nobody is`() async throws {
        let program = Program(try TemporaryPlace())
        let outcome = try await program.run("plugin", "install", "openai", "--json").expectFailure(64, saying: "--yes")
        #expect(try outcome.json()["error"]?["message"]?.string?.contains("--yes") == true)
        #expect(program.place.files().filter { $0.hasPrefix("home/plugins/openai") } == [])
        try await program.run("plugin", "install", "openai", "-y").expectSuccess()
        try await program.run("init", "ws").expectSuccess()
        var inside = program
        inside.folder = "ws"
        try await inside.run("integration", "enable", "openai").expectFailure(64, saying: "--from-env")
    }

    @Test(arguments: [
        ["template", "status"], ["template", "install", "openai/extract-skills"], ["dialog", "list"],
        ["dialog", "lint"], ["chat"],
        ["conversation", "list"], ["integration", "enable", "openai", "--sandbox"], ["workspace", "export"], ["test"],
        ["plugin", "update"],
    ])
    func `outside of a workspace a command says so`(command: [String]) async throws {
        let program = Program(try TemporaryPlace())
        let outcome = try await program.run(command + ["--json"])
        #expect([1, 64].contains(outcome.status) && !outcome.wasKilled, "\(outcome)")
        #expect(outcome.errors.contains("patchbay init") || outcome.errors.contains("--yes"), "\(outcome.errors)")
        #expect(try outcome.json()["error"] != nil)
    }

    @Test func `outside of a workspace the lists show home and catalogue`() async throws {
        let program = Program(try TemporaryPlace())
        let list = try await program.run("plugin", "list", "--json").expectSuccess().json()
        #expect(list["plugins"]?.array?.compactMap { $0["installed"]?.bool } == [false, false])
        try await program.run("plugin", "install", "azure-openai", "--yes").expectSuccess()
        let templates = try await program.run("template", "list", "--json").expectSuccess().json()
        #expect(templates["templates"]?.array?.compactMap { $0["id"]?.string } == ["general-query"])
        let integrations = try await program.run("integration", "list", "--json").expectSuccess().json()
        #expect(integrations["available"]?.array?.count == 1)
    }

    // MARK: - Options

    @Test func `global options stand before and after the command`() async throws {
        let program = Program(try TemporaryPlace())
        let home = program.place.path + "/other"
        try await program.run("--home", home, "--yes", "plugin", "install", "openai").expectSuccess()
        for command in [
            ["--json", "--home", home, "plugin", "list"], ["plugin", "list", "--home", home, "--json"],
            ["--home=" + home, "plugin", "list", "--json"], ["--home", home, "plugin", "list", "--json"],
        ] {
            let list = try await program.run(command).expectSuccess().json()
            #expect(list["plugins"]?.array?.filter { $0["installed"]?.bool == true }.count == 1, "\(command)")
        }
        try await program.run("init", "ws").expectSuccess()
        let list = try await program.run("--workspace", "ws", "--json", "dialog", "list").expectSuccess().json()
        #expect(list["dialogs"]?.array == [])
        try await program.run("dialog", "list", "--workspace", "elsewhere").expectFailure(saying: "elsewhere")
    }

    @Test func `prints no colors where they are not wanted`() async throws {
        var program = try await Self.withSkills()
        program.environment["NO_COLOR"] = "1"
        for command in [
            ["test"], ["plugin", "list"], ["dialog", "show", "extract-skills"], ["plugin", "info", "nothing"],
        ] {
            let outcome = try await program.run(command)
            #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
        }
    }

    @Test func `is quiet when asked`() async throws {
        let program = Program(try TemporaryPlace())
        let outcome = try await program.run("init", "ws", "--quiet").expectSuccess()
        #expect(outcome.errors == "")
    }

    @Test func `help and version are answers`() async throws {
        let program = Program(try TemporaryPlace())
        #expect(try await program.run("--version").expectSuccess().output == "0.1.0\n")
        #expect(try await program.run("help", "chat").expectSuccess().output.contains("--ephemeral"))
        #expect(try await program.run("--help").expectSuccess().output.contains("SUBCOMMANDS"))
    }

    // MARK: - Help

    /// The files that a plan writes.
    private static func created(in plan: JSONValue) -> [String] {
        (plan["changes"]?.array ?? []).filter { $0["action"]?.string == "create" }.compactMap { $0["path"]?.string }
    }

    private static func withSkills() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        return program
    }
}
