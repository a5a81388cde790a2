import Foundation
import PatchbayModel
import Testing

@Suite("A template that is made")
struct TemplateMakingTests {
    /// A new plugin beside a workspace in which it is installed and used by an edited dialog.
    private static func using() async throws -> Program {
        var program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../acme", "--yes").expectSuccess()
        try await program.run("integration", "enable", "acme", "--sandbox").expectSuccess()
        try await program.run("template", "install", "acme/create-item").expectSuccess()
        try edit(program, "What is the {{settings.noun}} called?", "What is it called, {{env.userName}}?")
        try edit(program, "\"next\": \"createItemService\"", "\"retries\": 3, \"next\": \"trimScript\"")
        try edit(
            program,
            "\"id\": \"createItemService\",",
            #""id": "trimScript", "kind": "script", "sets": ["short"], "next": "createItemService" }, { "id": "createItemService","#
        )
        try edit(
            program,
            "\"title\": \"{{context.entities.title}}\"",
            "\"title\": \"{{context.short}}\", \"note\": \"from chat\""
        )
        try program.place.write(
            "// content.notThere is only a comment.\nconst { greeting: hello } = content;\ncontext.short = context.entities.title.trim();\n",
            to: "ws/dialogs/create-item/trimScript.js"
        )
        try program.place.write(
            #"{ "formatVersion": 1, "answer": { "status": 201, "body": { "json": { "item": { "id": "n-1", "title": "T" } } } } }"#,
            to: "ws/dialogs/create-item/tapes/createItemService/mine.json"
        )
        try program.place.write(
            #"{ "formatVersion": 1, "language": "de", "variables": [{ "key": "userName", "value": "Ada", "hint": "Der Name", "group": "Acme" }, { "key": "other", "value": 1 }] }"#,
            to: "ws/variables/env.json"
        )
        try program.place.write(
            #"{ "formatVersion": 1, "variables": [{ "key": "greeting", "value": { "en": "Hi", "de": "Hallo" } }] }"#,
            to: "ws/variables/content.json"
        )
        try await program.run("dialog", "lint").expectSuccess()
        return program
    }

    private static let dialog = "ws/dialogs/create-item/dialog.json"

    private static func text(_ program: Program, _ file: String) throws -> String {
        String(decoding: try program.place.bytes(file), as: UTF8.self)
    }

    private static func edit(_ program: Program, _ old: String, _ new: String) throws {
        let before = try text(program, dialog)
        try #require(before.contains(old), "\(old)")
        try program.place.write(before.replacing(old, with: new), to: dialog)
    }

    private static let new = ["template", "new", "ask-item", "--from", "create-item", "--plugin", "../acme"]

    // MARK: - New

    @Test func `is added to the plugin around, and works`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let before = try Self.text(program, "acme/plugin.json")
        program.folder = "acme/tapes"
        let made = try await program.run("template", "new", "find-item", "--title", "Find it", "--json").expectSuccess()
        #expect(try made.json()["id"]?.string == "find-item")
        #expect(try made.json()["files"]?.array?.count == 4)
        program.folder = ""
        try await program.run("template", "new", "end", "--plugin", "acme/").expectSuccess()
        let after = try Self.text(program, "acme/plugin.json")
        #expect(
            after
                == before.replacing(
                    "\"create-item\"\n  ]",
                    with: "\"create-item\",\n    \"find-item\",\n    \"end\"\n  ]"
                )
        )
        let test = try await program.run("plugin", "test", "acme", "--json").expectSuccess().json()
        #expect(test["passed"]?.int == 4 && test["diagnostics"] == [])
        let template = try JSONReader().read(Array(try program.place.bytes("acme/templates/find-item/template.json")))
        #expect(template["title"]?.string == "Find it" && template["operations"] == ["acme/list-items"])
    }

    @Test(arguments: [
        (#""templates": ["create-item"]"#, #""templates": ["create-item", "more"]"#),
        (#""templates": [ "create-item" ]"#, #""templates": [ "create-item", "more" ]"#),
        ("\"templates\": [\n      \"create-item\"\n]", "\"templates\": [\n      \"create-item\",\n      \"more\"\n]"),
    ])
    func `leaves the manifest's own text as it is`(old: String, new: String) async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let canonical = try Self.text(program, "acme/plugin.json")
        // Ünïcode before it, and a layout of one's own.
        let own = canonical.replacing("Lists and creates", with: "Zählt “🪶” auf,   lists and creates")
            .replacing("\"templates\": [\n    \"create-item\"\n  ]", with: old)
        try #require(own.contains(old))
        try program.place.write(own, to: "acme/plugin.json")
        try await program.run("template", "new", "more", "--plugin", "acme").expectSuccess()
        #expect(try Self.text(program, "acme/plugin.json") == own.replacing(old, with: new))
    }

    @Test func `is refused without a plugin, with a bad id, over another and among errors`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("template", "new", "x").expectFailure(
            saying: "name the plugin's folder with --plugin PATH"
        )
        try await program.run("plugin", "new", "acme").expectSuccess()
        let before = program.place.files().filter { !$0.hasPrefix(".streams") }
        let plugin = ["--plugin", "acme"]
        try await program.run(["template", "new", "Bad"] + plugin).expectFailure(saying: "use a lower-case letter")
        try await program.run(["template", "new", "create-item"] + plugin).expectFailure(saying: "it is there already")
        try await program.run(["template", "new", "x", "--parameter", "/id=a"] + plugin)
            .expectFailure(64, saying: "--parameter names a value of the dialog that --from says")
        try program.place.write("{", to: "acme/tapes/list-items/items.json")
        try await program.run(["template", "new", "x"] + plugin).expectFailure(
            saying: "acme/tapes/list-items/items.json"
        )
        #expect(program.place.files().filter { !$0.hasPrefix(".streams") } == before)
    }

    // MARK: - From a dialog

    @Test func `takes along what the dialog needs, and gives the same dialog again`() async throws {
        let program = try await Self.using()
        let parameters = [
            "/settings/noun=noun", "/nodes/title/retries=retries", "/nodes/createItemService/input/note=note",
        ]
        let made = try await program.run(Self.new + parameters.flatMap { ["--parameter", $0] } + ["--json"])
            .expectSuccess()
        #expect(try made.json()["notes"] == [])
        let folder = "acme/templates/ask-item/"
        let template = try JSONReader().read(Array(try program.place.bytes(folder + "template.json")))
        #expect(template["operations"] == ["acme/create-item"] && template["requires"] == nil)
        #expect(template["parameters"]?["note"]?["schema"] == ["type": "string"])
        #expect(template["parameters"]?["retries"]?["default"] == 3)
        #expect(
            template["variables"] == [
                ["key": "userName", "value": "Ada", "hint": ["de": "Der Name"], "group": "Acme"],
                ["key": "greeting", "kind": "content", "value": ["en": "Hi", "de": "Hallo"]],
            ]
        )
        let sample = try JSONReader().read(Array(try program.place.bytes(folder + "tests/sample.json")))
        #expect(sample["turns"]?[0]?["expect"] == [["text": "What is it called, Ada?"]])
        #expect(try await program.run("plugin", "test", "../acme", "--json").expectSuccess().json()["passed"]?.int == 3)

        var elsewhere = program
        elsewhere.folder = ""
        try await elsewhere.run("init", "other").expectSuccess()
        elsewhere.folder = "other"
        try await elsewhere.run("plugin", "install", "../acme", "--yes").expectSuccess()
        try await elsewhere.run("integration", "enable", "acme", "--sandbox").expectSuccess()
        try await elsewhere.run("template", "install", "acme/ask-item", "--yes").expectSuccess()
        for file in ["trimScript.js", "tapes/createItemService/mine.json"] {
            let (here, there) = ("ws/dialogs/create-item/\(file)", "other/dialogs/create-item/\(file)")
            let (first, second) = (try program.place.bytes(here), try program.place.bytes(there))
            #expect(file.hasSuffix(".js") ? first == second : try Self.same(first, second), "\(file)")
        }
        #expect(try Self.canonical(program, Self.dialog) == Self.text(program, "other/dialogs/create-item/dialog.json"))
        let chat = try await elsewhere.run("chat", "--dialog", "create-item", "--json", input: " Water \n")
            .expectSuccess()
        #expect(try chat.said().last == "Done: the item n-1 is there.")
    }

    private static func same(_ first: Data, _ second: Data) throws -> Bool {
        try JSONReader().read(Array(first)) == JSONReader().read(Array(second))
    }

    private static func canonical(_ program: Program, _ file: String) throws -> String {
        CanonicalText.text(try JSONReader().read(Array(try program.place.bytes(file))), of: .dialog)
    }

    @Test func `takes along dialogs that are called, and plugins and hosts that are needed`() async throws {
        let program = try await Self.using()
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        try Self.edit(
            program,
            "\"id\": \"trimScript\",",
            #""id": "callOther", "kind": "dialog", "dialog": "other", "next": "end" }, { "id": "trimScript","#
        )
        try program.place.write(
            #"{ "formatVersion": 1, "language": "en", "id": "other", "name": "Other", "start": "ask", "nodes": [{ "id": "ask", "kind": "prompt", "integration": "openai", "prompt": "Hi", "next": "get" }, { "id": "get", "kind": "service", "request": { "url": "https://hr.example.com/x" }, "next": "end" }] }"#,
            to: "ws/dialogs/other/dialog.json"
        )
        let settings = try Self.text(program, "ws/patchbay.json")
        let hosts = settings.replacing("\"name\":", with: #""hosts": ["hr.example.com", "more.example.com"], "name":"#)
        try program.place.write(hosts, to: "ws/patchbay.json")
        try await program.run(Self.new).expectSuccess()
        let template = try JSONReader().read(Array(try program.place.bytes("acme/templates/ask-item/template.json")))
        #expect(template["requires"] == ["openai": ">=1.0.0 <2.0.0"])
        #expect(template["hosts"] == ["hr.example.com"])
        #expect(template["operations"]?.array?.contains("openai/create-chat-completion") == true)
        #expect(program.place.files().contains("acme/templates/ask-item/dialogs/other/dialog.json"))
        // What another plugin answers is on tape there.
        let lint = try await program.run("plugin", "lint", "../acme", "--json").expectSuccess().json()
        #expect(lint["grade"]?.string == "silver")
    }

    @Test func `holds no secret`() async throws {
        let program = try await Self.using()
        let before = program.place.files().filter { $0.hasPrefix("acme/") }
        let key = "sk-proj-" + String(repeating: "aB3dE5fG7h", count: 5)
        let script = "ws/dialogs/create-item/trimScript.js"
        let good = try Self.text(program, script)
        let variables = try Self.text(program, "ws/variables/env.json")
        func refused(_ says: String) async throws {
            let outcome = try await program.run(Self.new + ["--parameter", "/settings/noun=noun"]).expectFailure(
                saying: says
            )
            #expect(!(outcome.output + outcome.errors).contains(key))
            #expect(program.place.files().filter { $0.hasPrefix("acme/") } == before)
        }
        try program.place.write(good + "// \(key)\n", to: script)
        try await refused("dialogs/create-item/trimScript.js:4:")
        try program.place.write(good, to: script)
        try program.place.write(variables.replacing("\"Ada\"", with: "\"\(key)\""), to: "ws/variables/env.json")
        try await refused("variables/env.json: userName")
        try program.place.write(
            variables.replacing("\"value\": \"Ada\"", with: "\"secured\": true"),
            to: "ws/variables/env.json"
        )
        try await refused("'env.userName', which is secured")
        try program.place.write(variables.replacing("userName", with: "userNam"), to: "ws/variables/env.json")
        try await refused("'env.userName', which is not in variables/env.json")
        try program.place.write(variables, to: "ws/variables/env.json")
        let dialog = try Self.text(program, Self.dialog)
        try program.place.write(dialog.replacing("\"noun\": \"item\"", with: "\"noun\": \"\(key)\""), to: Self.dialog)
        try await refused("looks like")
        try program.place.write(dialog, to: Self.dialog)
        try await program.run(Self.new).expectSuccess()
    }

    @Test func `holds no credential of this machine`() async throws {
        let program = try await Self.using()
        // No shape gives it away.
        let stored = "walrus tuesday lantern"
        try await program.run(
            "integration",
            "enable",
            "acme",
            "--stdin",
            "--no-check",
            input: #"{"apiKey": "\#(stored)"}"#
        ).expectSuccess()
        try Self.edit(program, "from chat", stored)
        let refused = try await program.run(Self.new + ["--parameter", "/nodes/createItemService/input/note=note"])
        refused.expectFailure(saying: "stored credential 'acme/acme/apiKey'")
        #expect(!(refused.output + refused.errors).contains(stored))
        #expect(!program.place.files().contains { $0.hasPrefix("acme/templates/ask-item") })
    }
}
