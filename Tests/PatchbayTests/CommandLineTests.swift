import Foundation
import PatchbayModel
import Testing

@Suite("The command line")
struct CommandLineTests {
    private static func withSkills() async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        return program
    }

    // MARK: - Words

    @Test func `takes global options at every place`() async throws {
        let program = try await Program.inWorkspace()
        let home = program.place.path + "/other"
        for command in [
            ["plugin", "--json", "list"], ["plugin", "--home", home, "--json", "list"],
            ["-q", "plugin", "list", "--json"],
            ["--workspace", ".", "plugin", "--home=\(home)", "list", "--json"], ["plugin", "-qy", "list", "--json"],
            ["plugin", "list", "--home", home, "--json"],
            ["--plugins", packageRoot.path + "/Plugins", "plugin", "--json", "list"],
        ] {
            #expect(try await program.run(command).expectSuccess().json()["plugins"]?.array != nil, "\(command)")
        }
        for command in [["--workspace"], ["plugin", "--home"], ["plugin", "--frob", "list"], ["--json", "-x"]] {
            try await program.run(command).expectFailure(64)
        }
    }

    @Test func `helps with every word`() async throws {
        let program = Program(try TemporaryPlace())
        for command in [
            ["help", "plugin", "list"], ["plugin", "help", "list"], ["--quiet", "help", "plugin", "list"],
            ["plugin", "list", "--help"], ["--quiet", "plugin", "list", "-h"],
        ] {
            #expect(try await program.run(command).expectSuccess().output.contains("USAGE: patchbay plugin list"))
        }
        for command in [["--json"], ["plugin", "--json"], ["--json", "help", "chat"], ["--version", "--json"]] {
            #expect(try await program.run(command).expectSuccess().json()["text"]?.string?.isEmpty == false)
        }
        try await program.run("help", "plugn").expectFailure(64, saying: "did you mean 'plugin'")
        try await program.run("dialog", "show").expectFailure(64, saying: "error: Missing expected argument")
    }

    // MARK: - Codes

    private static let mishaps: [(command: String, code: String)] = [
        ("plugin info nobody", "not-found"), ("plugin verify nobody", "not-found"),
        ("plugin verify azure-openai", "not-installed"), ("integration enable azure-openai --sandbox", "not-installed"),
        ("plugin install openai@9.9.9", "not-found"), ("plugin remove openai --yes", "in-use"),
        ("plugin lint nowhere", "not-found"), ("plugin lint .", "invalid"),
        ("template show openai/nobody", "not-found"), ("template show nobody/x", "not-found"),
        ("template install openai/extract-skills --set frob=1", "invalid"),
        ("template install openai/chat-assistant --as extract-skills", "conflict"),
        ("template install openai/extract-skills --values nowhere.json", "not-found"),
        ("template install openai/extract-skills --values .", "invalid"),
        ("dialog show nobody", "not-found"), ("dialog lint nobody", "not-found"), ("chat --dialog nobody", "not-found"),
        ("chat --input .", "invalid"), ("chat --input nowhere", "not-found"), ("chat --input dialogs/", "invalid"),
        ("conversation delete nobody --yes", "not-found"), ("test nowhere.json", "not-found"), ("test .", "invalid"),
        ("workspace export --output .", "invalid"), ("workspace export --output dialogs", "invalid"),
        ("workspace export --output nowhere/a.zip", "not-found"), ("init", "exists"), ("init /proc/x", "failed"),
        ("--workspace .. dialog list", "no-workspace"), ("sandbox --script .", "invalid"),
        ("chat --language xx-klingon", "usage"), ("chat --record a.json --conversation c", "usage"),
        ("init a --workspace b", "usage"), ("init a --name= ", "usage"), ("init a --language german", "usage"),
        ("template install openai/extract-skills --all", "usage"), ("plugin remove nobody", "not-found"),
        ("plugin remove openai", "in-use"), ("integration remove nobody", "unbound"),
        ("plugin install https://plugins.example/a.zip", "usage"), ("plugin install ./patchbay.json", "invalid"),
    ]

    @Test func `names the plugin that was probably meant`() async throws {
        let program = try await Self.withSkills()
        for command in [
            "integration enable opnai --sandbox", "template show opnai/extract-skills", "plugin verify opnai",
            "plugin update opnai", "plugin remove opnai",
        ] {
            try await program.run(command.split(separator: " ").map(String.init))
                .expectFailure(saying: "did you mean 'openai'?")
        }
        try await program.run("plugin", "install", "./patchbay.json").expectFailure(saying: "a .zip or a .tar.gz")
    }

    @Test func `says each fault of a dialog once, in the order of its lines`() async throws {
        let program = try await Self.withSkills()
        let dialog = """
            {
              "formatVersion": 1, "language": "en", "id": "faulty", "name": "Faulty", "start": "go",
              "nodes": [
                { "id": "go", "kind": "intent", "utterances": ["go"], "next": "look" },
                { "id": "look", "kind": "logic", "set": [{ "id": "a", "to": "x", "value": "{{context.never}}" }],
                  "transitions": [{ "id": "t", "if": { "value": "context.x", "operator": "equal", "to": 1 }, "then": "end" }],
                  "next": "nowhere" }
              ]
            }
            """
        try program.place.write(dialog, to: "ws/dialogs/faulty/dialog.json")
        let outcome = try await program.run("dialog", "lint", "faulty", "--json")
        let found = try outcome.json()["diagnostics"]?.array ?? []
        #expect(found.compactMap { $0["line"]?.int } == [5, 6, 7], "\(outcome.output)")
    }

    // One workspace for all: what is refused changes nothing.
    @Test func `tells programs what kind of mishap it is`() async throws {
        let program = try await Self.withSkills()
        for (command, code) in Self.mishaps { try await expect(command, code, in: program) }
    }

    private func expect(_ command: String, _ code: String, in program: Program) async throws {
        let outcome = try await program.run(command.split(separator: " ").map(String.init) + ["--json"])
        outcome.expectFailure(code == "usage" ? 64 : 1)
        #expect(try outcome.json()["error"]?["code"]?.string == code, "\(outcome.output)")
    }

    private static let oddNames = ["", ".", "/", "a/", "\u{1B}[31mx", String(repeating: "a", count: 5000), "ä ö"]

    @Test func `answers odd names in words`() async throws {
        let program = try await Self.withSkills()
        for name in Self.oddNames {
            for command in [
                ["chat", "--input", name], ["test", name], ["workspace", "export", "--output", name],
                ["plugin", "lint", name], ["template", "show", name], ["dialog", "show", name],
                ["conversation", "delete", name, "--yes"], ["chat", "--record", name], ["plugin", "install", name],
            ] {
                let outcome = try await program.run(command + ["--json"])
                #expect(!outcome.wasKilled && [0, 1, 64].contains(outcome.status), "\(command): \(outcome.errors)")
                #expect(!outcome.errors.contains("\u{1B}"))
            }
        }
    }

    @Test func `says where nothing can be made`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("init", "/proc/x").expectFailure(saying: "can't create '/proc/x'")
        let gone = try await program.shell("mkdir gone; cd gone; rmdir ../gone; patchbay init")
        #expect(gone.status == 1 && gone.output.contains("was removed"), "\(gone.output)")
        try await program.run("init", "").expectFailure(64, saying: "empty")
    }

    // MARK: - Files

    @Test func `replaces no file with a recording unasked`() async throws {
        let program = try await Self.withSkills()
        let record = ["chat", "--dialog", "extract-skills", "--record", "tests/said.json"]
        try await program.run(record, input: "Swift\n").expectSuccess()
        let first = try program.place.bytes("ws/tests/said.json")
        try await program.run(record, input: "Python\n").expectFailure(64, saying: "--yes")
        #expect(try program.place.bytes("ws/tests/said.json") == first)
        try await program.run(record + ["--yes"], input: "Python\n").expectSuccess()
        #expect(try program.place.bytes("ws/tests/said.json") != first)
    }

    @Test func `reads messages with CR LF and a byte order mark`() async throws {
        let program = try await Self.withSkills()
        try program.place.write("\u{FEFF}\"I know\\nSwift\"\r\nPython\r\n", to: "ws/said.txt")
        let lines = try await program.run("chat", "--dialog", "extract-skills", "--input", "said.txt", "--json")
            .expectSuccess().jsonLines()
        let said = lines.filter { $0["role"]?.string == "user" }.compactMap { $0["text"]?.string }
        #expect(said == ["I know\nSwift", "Python"])
    }

    @Test func `installs a template again as it is, whatever its parameters`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let install = ["template", "install", "openai/chat-assistant", "--json"]
        try await program.run(install + ["--set", "history=promptOnly"]).expectSuccess()
        #expect(try await program.run(install).expectSuccess().json()["applied"]?.bool == false)
        try await program.run(install + ["--set", "history=conversation"]).expectFailure(saying: "other parameters")
        let terminal = try TerminalProgram(program, "template", "install", "openai/chat-assistant")
        let shown = await terminal.shows("nothing changed")
        #expect(!shown.contains("["))
        #expect(await terminal.end() == 0)
    }

    @Test func `tells which variables a template asked to be otherwise, and stay as they are`() async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        let install = ["template", "install", "openai/extract-skills", "--set"]
        let first = try await program.run(install + ["model=gpt-4o"]).expectSuccess()
        #expect(!first.output.contains("Kept"))
        let same = try await program.run(install + ["model=gpt-4o", "--as", "skills2"]).expectSuccess()
        #expect(!same.output.contains("Kept"))
        let other = try await program.run(install + ["model=gpt-4.1", "--as", "skills3"]).expectSuccess()
        #expect(
            other.output.contains(#"variables/env.json /variables/0/value is "gpt-4o", not "gpt-4.1"; edit the file"#)
        )
    }

    @Test func `stops silently when nobody reads on`() async throws {
        let program = try await Self.withSkills()
        for command in ["plugin list", "dialog graph extract-skills", "test", "help chat"] {
            let outcome = try await program.shell(
                "(patchbay \(command); echo $? > code) | head -c 1 > /dev/null; cat code"
            )
            #expect(outcome.output == "0\n", "\(command): \(outcome.output)")
        }
    }

    @Test func `fails when its result or its input is lost`() async throws {
        let program = try await Self.withSkills()
        for command in ["plugin list", "plugin list --json", "--version"] {
            let outcome = try await program.shell("patchbay \(command) > /dev/full; echo $?")
            #expect(
                outcome.output.contains("error: can't write") && outcome.output.hasSuffix("1\n"),
                "\(outcome.output)"
            )
        }
        for input in ["< .", "<&-"] {
            let outcome = try await program.shell("patchbay chat \(input); echo $?")
            #expect(outcome.output == "error: can't read standard input; name a file with --input\n1\n")
        }
    }

    @Test func `is the same in folders of any name`() async throws {
        var program = Program(try TemporaryPlace())
        let folder = "a b/Ünïcode 日本/-x"
        try FileManager.default.createDirectory(
            atPath: program.place.path + "/" + folder,
            withIntermediateDirectories: true
        )
        program.folder = folder
        program.environment["PATCHBAY_HOME"] = program.place.path + "/ho me/ß"
        for command in [
            "init", "plugin install openai --yes", "integration enable openai --sandbox",
            "template install openai/extract-skills", "dialog lint", "test", "workspace export",
        ] {
            try await program.run(command.split(separator: " ").map(String.init)).expectSuccess()
        }
    }

    @Test func `takes the nearest workspace`() async throws {
        var program = try await Self.withSkills()
        try await program.run("init", "dialogs/inner").expectSuccess()
        program.folder = "ws/dialogs/inner"
        #expect(try await program.run("dialog", "list", "--json").expectSuccess().json()["dialogs"]?.array == [])
        program.folder = "ws/dialogs"
        let list = try await program.run("dialog", "list", "--json").expectSuccess().json()
        #expect(list["dialogs"]?.array?.count == 1)
    }
}
