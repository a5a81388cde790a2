import Foundation
import PatchbayModel
import Testing

@Suite("Importing a workspace")
struct WorkspaceImportTests {
    /// A workspace with two templates, talked to in the sandbox, and its export with its plugins.
    private static func exported(_ flags: String...) async throws -> Program {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        for template in ["extract-skills", "chat-assistant"] {
            try await program.run("template", "install", "openai/\(template)").expectSuccess()
        }
        try await program.run(["workspace", "export", "--output", "../out.zip"] + flags).expectSuccess()
        return program
    }

    /// Somebody else's machine.
    private static func elsewhere(_ program: Program) -> Program {
        var other = program
        other.folder = ""
        other.environment["PATCHBAY_HOME"] = program.place.path + "/other-home"
        return other
    }

    private static func tree(_ program: Program, _ folder: String) throws -> [String: Data] {
        var tree: [String: Data] = [:]
        for file in program.place.files() where file.hasPrefix(folder + "/") && !file.contains("/.patchbay/local/") {
            tree[String(file.dropFirst(folder.count + 1))] = try program.place.bytes(file)
        }
        return tree
    }

    private static func paths(_ value: JSONValue, _ action: String) -> [String] {
        (value["changes"]?.array ?? []).filter { $0["action"]?.string == action }.compactMap { $0["path"]?.string }
    }

    @Test(arguments: [["--with-plugins"], ["--with-plugins", "--compress"], []])
    func `on an empty home runs the same conversation and exports the same bytes`(flags: [String]) async throws {
        let program = try await Program.inWorkspace(sandboxed: "openai")
        try await program.run("template", "install", "openai/extract-skills").expectSuccess()
        try await program.run(["workspace", "export", "--output", "../out.zip"] + flags).expectSuccess()
        let said = try await program.run("chat", "--dialog", "extract-skills", "--json", input: "Java, SQL\n").said()
        var other = Self.elsewhere(program)
        let answer = try await other.run("workspace", "import", "out.zip", "--into", "new", "--yes", "--json")
            .expectSuccess().json()
        #expect(answer["applied"]?.bool == true && answer["missing"]?.array == [])
        #expect(answer["unbound"]?[0]?["profile"]?.string == "openai")
        #expect(answer["unbound"]?[0]?["fields"]?.array == ["apiKey"])
        other.folder = "new"
        try await other.run("workspace", "lint").expectSuccess()
        try await other.run(["workspace", "export", "--output", "../again.zip"] + flags).expectSuccess()
        #expect(try program.place.bytes("again.zip") == program.place.bytes("out.zip"))
        try await other.run("integration", "enable", "openai", "--sandbox").expectSuccess()
        let again = try await other.run("chat", "--dialog", "extract-skills", "--json", input: "Java, SQL\n").said()
        #expect(!said.isEmpty && again == said)
        #expect(
            try Self.tree(program, "ws")["dialogs/extract-skills/dialog.json"]
                == Self.tree(other, "new")["dialogs/extract-skills/dialog.json"]
        )
    }

    @Test func `says which plugins are missing, with version and hash`() async throws {
        let program = try await Self.exported()
        var other = Self.elsewhere(program)
        other.environment["PATCHBAY_PLUGINS"] = program.place.path + "/nothing"
        try FileManager.default.createDirectory(
            atPath: program.place.path + "/nothing",
            withIntermediateDirectories: true
        )
        let answer = try await other.run("workspace", "import", "out.zip", "--into", "new", "--yes", "--json")
            .expectSuccess().json()
        let lock = try JSONReader().read(Array(program.place.bytes("ws/patchbay.lock")))
        #expect(answer["applied"]?.bool == true)
        #expect(answer["missing"]?[0]?["id"]?.string == "openai")
        #expect(answer["missing"]?[0]?["hash"] == lock["plugins"]?[0]?["hash"])
        #expect(answer["missing"]?[0]?["version"]?.string == "1.0.0")
    }

    @Test func `writes nothing as a dry run, and installs nothing that was not agreed to`() async throws {
        let program = try await Self.exported("--with-plugins")
        let other = Self.elsewhere(program)
        let before = program.place.files()
        let planned = try await other.run("workspace", "import", "out.zip", "--into", "new", "--dry-run", "--json")
            .expectSuccess().json()
        #expect(planned["applied"]?.bool == false && Self.paths(planned, "create").contains("patchbay.json"))
        #expect(program.place.files() == before)
        let applied = try await other.run("workspace", "import", "out.zip", "--into", "new", "--json").expectSuccess()
            .json()
        #expect(applied["missing"]?[0]?["remedy"]?.string == "patchbay workspace import out.zip --into new --yes")
        #expect(!program.place.files().contains { $0.hasPrefix("other-home/plugins/") })
        #expect(Self.paths(planned, "create") == Self.paths(applied, "create"))
    }

    @Test func `adds, replaces and merges by ids, and is taken back by undo`() async throws {
        var program = try await Self.exported()
        try await program.run("init", "../mine").expectSuccess()
        program.folder = "mine"
        let place = program.place
        let own = try JSONReader().read(Array(place.bytes("ws/dialogs/extract-skills/dialog.json")))
        try place.write(JSONWriter().text(own.setting("own", at: "/id")), to: "mine/dialogs/own/dialog.json")
        let script = String(
            decoding: try place.bytes("ws/dialogs/extract-skills/extractSkillsScript.js"),
            as: UTF8.self
        )
        try place.write(script, to: "mine/dialogs/own/extractSkillsScript.js")
        try place.write(JSONWriter().text(own), to: "mine/dialogs/extract-skills/dialog.json")
        try place.write("1\n", to: "mine/dialogs/extract-skills/left.js")
        try place.write(
            #"{"formatVersion": 1, "variables": [{"key": "mine", "value": 1}, {"key": "openaiModel", "value": "other"}]}"#,
            to: "mine/variables/env.json"
        )
        let before = try Self.tree(program, "mine")
        let answer = try await program.run("workspace", "import", "../out.zip", "--json").expectSuccess().json()
        #expect(Self.paths(answer, "create").contains("dialogs/chat-assistant/dialog.json"))
        #expect(Self.paths(answer, "replace") == ["dialogs/extract-skills/dialog.json"])
        #expect(Self.paths(answer, "remove") == ["dialogs/extract-skills/left.js"])
        #expect(Set(Self.paths(answer, "merge")) == ["patchbay.json", "patchbay.lock", "variables/env.json"])
        let settings = try JSONReader().read(Array(place.bytes("mine/patchbay.json")))
        #expect(settings["id"]?.string == "mine" && settings["integrations"]?["openai"] != nil)
        let env = try JSONReader().read(Array(place.bytes("mine/variables/env.json")))["variables"]?.array ?? []
        #expect(env.contains { $0["key"]?.string == "mine" })
        #expect(env.contains { $0["key"]?.string == "openaiModel" && $0["value"]?.string != "other" })
        #expect(place.files().contains("mine/dialogs/own/dialog.json"))
        try await program.run("workspace", "lint").expectSuccess()
        let again = try await program.run("workspace", "import", "../out.zip", "--json").expectSuccess().json()
        #expect(again["applied"]?.bool == false && again["changes"]?.array == [])
        try await program.run("workspace", "undo").expectSuccess()
        #expect(try Self.tree(program, "mine") == before)
    }

    @Test func `makes the workspace the export where that is asked for`() async throws {
        var program = try await Self.exported()
        try await program.run("init", "../mine").expectSuccess()
        program.folder = "mine"
        try program.place.write(#"{"formatVersion": 1, "variables": []}"#, to: "mine/variables/content.json")
        try program.place.write(#"{"formatVersion": 1, "turns": []}"#, to: "mine/tests/old.json")
        try program.place.write("kept", to: "mine/README.md")
        let before = try Self.tree(program, "mine")
        let answer = try await program.run("workspace", "import", "../out.zip", "--full", "--yes", "--json")
            .expectSuccess().json()
        #expect(Self.paths(answer, "remove") == ["tests/old.json"])
        var expected = try Self.tree(program, "ws")
        expected["README.md"] = Data("kept".utf8)
        #expect(try Self.tree(program, "mine") == expected)
        try await program.run("workspace", "export", "--output", "../again.zip").expectSuccess()
        #expect(try program.place.bytes("again.zip") == program.place.bytes("out.zip"))
        try await program.run("workspace", "undo").expectSuccess()
        #expect(try Self.tree(program, "mine") == before)
    }

    @Test func `of one dialog brings what it depends on and nothing else`() async throws {
        var program = try await Self.exported()
        let text = """
            {"formatVersion": 1, "language": "en", "id": "caller", "name": "Caller", "start": "ask", "nodes": [\
            {"id": "ask", "kind": "dialog", "dialog": "extract-skills", "next": "tell"}, \
            {"id": "tell", "kind": "message", "messages": [{"id": "a", "text": "{{env.shown}}"}], "next": "end"}]}
            """
        try program.place.write(text, to: "ws/dialogs/caller/dialog.json")
        try program.place.write(
            String(decoding: try program.place.bytes("ws/variables/env.json"), as: UTF8.self).replacing(
                #""variables": ["#,
                with: #""variables": [{"key": "shown", "value": "x"}, {"key": "hidden", "value": "y"}, "#
            ),
            to: "ws/variables/env.json"
        )
        try await program.run("workspace", "export", "--dialog", "caller", "--output", "../one.zip").expectSuccess()
        let listed = try await program.shell("unzip -Z1 ../one.zip").expectSuccess().output.split(separator: "\n").map(
            String.init
        )
        #expect(
            listed.filter { $0.hasPrefix("workspace/dialogs/") } == [
                "workspace/dialogs/caller/dialog.json", "workspace/dialogs/extract-skills/dialog.json",
                "workspace/dialogs/extract-skills/extractSkillsScript.js",
            ]
        )
        try await program.run("init", "../mine").expectSuccess()
        program.folder = "mine"
        try await program.run("workspace", "import", "../one.zip").expectSuccess()
        let env = try JSONReader().read(Array(program.place.bytes("mine/variables/env.json")))["variables"]?.array ?? []
        let keys = env.compactMap { $0["key"]?.string }
        #expect(keys.contains("shown") && keys.contains("openaiModel") && !keys.contains("hidden"))
        let status = try await program.run("workspace", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?.array?.map { $0["instance"]?.string } == ["extract-skills"])
        try await program.run("integration", "enable", "openai", "--sandbox").expectSuccess()
        let said = try await program.run("chat", "--dialog", "caller", "--json", input: "Java\n").expectSuccess().said()
        #expect(said.last == "x")
        try await program.run("workspace", "export", "--dialog", "nobody", "--output", "../no.zip").expectFailure(
            saying: "no dialog 'nobody'"
        )
    }

    @Test func `refuses what is damaged, wrong or newer, naming file and place`() async throws {
        let program = try await Self.exported()
        let whole = Array(try program.place.bytes("out.zip"))
        for length in [0, 10, whole.count / 2, whole.count - 1] {
            try FileManager.default.createDirectory(
                atPath: program.place.path + "/x",
                withIntermediateDirectories: true
            )
            try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: program.place.path + "/x/bad.zip"))
            try await program.run("workspace", "import", "../x/bad.zip", "--into", "../new").expectFailure(
                saying: "bad.zip"
            )
        }
        let unpack = "rm -rf ../x && mkdir ../x && cd ../x && unzip -q ../out.zip"
        for (change, words) in [
            ("rm export.json", "this is no export: it has no export.json"), ("rm bom.json", "it has no bom.json"),
            ("rm workspace/variables/env.json", "x.zip: workspace/variables/env.json: error: this file is missing"),
            ("rm workspace/patchbay.json", "workspace/patchbay.json: error: this file is missing"),
            (
                "sed -i s/Extract/Xtract/ workspace/dialogs/extract-skills/dialog.json",
                "workspace/dialogs/extract-skills/dialog.json: error: this file was changed"
            ),
            ("echo x > workspace/dialogs/extract-skills/more.js", "more.js: error: bom.json doesn't name this file"),
            ("echo x > other.txt", "other.txt: error: this belongs into no export"),
            (
                "sed -i 's/\"formatVersion\": 1/\"formatVersion\": 4/' export.json",
                "export.json:2:20: error: /formatVersion: 'formatVersion' is 4, and this Patchbay reads up to 1"
            ),
            ("echo '[]' > export.json", "export.json"), ("echo '{' > bom.json", "bom.json:"),
            (
                "sed -i 's/1.0.0/1.0.1/' export.json",
                "export.json: error: /plugins/0: the export's lock pins 'openai' otherwise"
            ),
        ] {
            let made = "\(unpack) && \(change) && zip -qrDX ../x.zip ."
            try await program.shell("rm -f ../x.zip; " + made).expectSuccess()
            let outcome = try await program.run("workspace", "import", "../x.zip", "--into", "../new", "--json")
            outcome.expectFailure(saying: words)
            #expect(try outcome.json()["error"]?["code"]?.string == "invalid", "\(change)")
        }
        #expect(!program.place.files().contains { $0.hasPrefix("new/") })
        try await program.run("workspace", "import", "../nothing.zip").expectFailure(saying: "doesn't exist")
    }

    @Test func `needs a place, and takes none that holds other files of a workspace`() async throws {
        let program = try await Self.exported()
        var other = Self.elsewhere(program)
        try FileManager.default.createDirectory(
            atPath: program.place.path + "/empty",
            withIntermediateDirectories: true
        )
        other.folder = "empty"
        try await other.run("workspace", "import", "../out.zip").expectFailure(saying: "'--into DIR' makes one")
        try program.place.write("{}", to: "empty/dialogs/extract-skills/dialog.json")
        try await other.run("workspace", "import", "../out.zip", "--into", ".").expectFailure(
            saying: "dialogs/extract-skills/dialog.json"
        )
        #expect(!program.place.files().contains("empty/patchbay.json"))
        try FileManager.default.removeItem(atPath: program.place.path + "/empty/dialogs")
        try program.place.write("mine", to: "empty/.gitignore")
        try await other.run("workspace", "import", "../out.zip", "--yes").expectSuccess()
        #expect(try program.place.bytes("empty/.gitignore") == Data("mine".utf8))
        try await other.run("workspace", "import", "../out.zip", "--full", "--incremental").expectFailure(64)
    }

    @Test func `adds to settings key by key, and keeps what is set here`() async throws {
        var program = try await Self.exported()
        let place = program.place
        try place.write(
            """
            {"formatVersion": 1, "language": "de", "id": "theirs", "name": "Ihre", "languages": ["de"], "timeZone": "Asia/Tokyo", \
            "defaultDialog": "extract-skills", "hosts": ["a.example.com"], "settings": {"sessionTimeout": "5m", \
            "standardResponses": {"failed": "Schief", "notUnderstood": "Wie?"}}, "integrations": {"openai": {"profile": "openai"}}}
            """,
            to: "ws/patchbay.json"
        )
        try place.write(
            #"{"formatVersion": 1, "language": "de", "variables": [{"key": "hi", "value": {"de": "Hallo"}, "hint": "Gruß"}]}"#,
            to: "ws/variables/content.json"
        )
        try await program.run("workspace", "export", "--output", "../settings.zip").expectSuccess()
        try await program.run("init", "../mine", "--name", "Mine").expectSuccess()
        program.folder = "mine"
        try place.write(
            """
            {"formatVersion": 1, "language": "en", "id": "mine", "name": "Mine", "hosts": ["b.example.com"], \
            "settings": {"sessionTimeout": "9m", "standardResponses": {"failed": "Oh"}}}
            """,
            to: "mine/patchbay.json"
        )
        try place.write(#"{"formatVersion": 1, "variables": []}"#, to: "mine/variables/content.json")
        let answer = try await program.run("workspace", "import", "../settings.zip", "--json").expectSuccess().json()
        let kept = (answer["changes"]?.array ?? []).filter { $0["action"]?.string == "keep" }
        #expect(kept.contains { $0["pointer"]?.string == "/settings/sessionTimeout" })
        let settings = try JSONReader().read(Array(place.bytes("mine/patchbay.json")))
        let expected: JSONValue = [
            "formatVersion": 1, "language": "en", "id": "mine", "name": "Mine", "languages": ["en", "de"],
            "hosts": ["b.example.com", "a.example.com"], "integrations": ["openai": ["profile": "openai"]],
            "settings": [
                "sessionTimeout": "9m",
                "standardResponses": ["failed": "Oh", "notUnderstood": ["de": "Wie?"]],
            ],
        ]
        #expect(settings == expected)
        let content = try JSONReader().read(Array(place.bytes("mine/variables/content.json")))
        #expect(content["variables"]?[0]?["hint"] == ["de": "Gruß"])
    }
}
