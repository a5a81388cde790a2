import Foundation
import PatchbayModel
import Testing

@Suite("An update of a plugin")
struct JudgedUpdateTests {
    /// A workspace with a dialog that calls an operation of a new plugin, which lies in `shelf/acme` in a version.
    ///
    /// Without its own templates and tapes the plugin can change as it likes.
    private static func using(version: String = "1.0.0") async throws -> Program {
        var program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme", "--directory", "shelf").expectSuccess()
        try edit(program, "\"0.1.0\"", "\"\(version)\"")
        let dialog = "templates/create-item/dialogs/create-item/dialog.json"
        let text = String(decoding: try program.place.bytes("shelf/acme/" + dialog), as: UTF8.self)
        let filled = text.replacing(#/\{\s*"\$parameter": "noun"\s*\}/#, with: "\"item\"")
        try program.place.write(filled, to: "ws/dialogs/create-item/dialog.json")
        try await program.shell("rm -r shelf/acme/templates shelf/acme/tapes").expectSuccess()
        try change(program, "/templates", to: .none)
        try change(program, "/authorization/0/check", to: ["request": ["path": "/items"]])
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../shelf/acme", "--yes").expectSuccess()
        try await program.run("integration", "enable", "acme", "--sandbox").expectSuccess()
        try await program.run("dialog", "lint").expectSuccess()
        return program
    }

    private static func edit(_ program: Program, _ old: String, _ new: String) throws {
        let text = String(decoding: try program.place.bytes("shelf/acme/plugin.json"), as: UTF8.self)
        try #require(text.contains(old), "\(old)")
        try program.place.write(text.replacing(old, with: new), to: "shelf/acme/plugin.json")
    }

    /// Changes the manifest as a value.
    private static func change(_ program: Program, _ pointer: String, to value: JSONValue?) throws {
        let manifest = try JSONReader().read(Array(try program.place.bytes("shelf/acme/plugin.json")))
        var tokens = try #require(JSONPointer(pointer)).tokens
        let last = tokens.removeLast()
        let around = JSONPointer(tokens: tokens)
        var object = try #require(manifest[around]?.object)
        object[last] = value
        let changed = manifest.setting(.object(object), at: around)
        try program.place.write(JSONWriter(.indented).text(changed), to: "shelf/acme/plugin.json")
    }

    private static func version(_ program: Program) throws -> String? {
        try JSONReader().read(Array(try program.place.bytes("ws/patchbay.lock")))["plugins"]?[0]?["version"]?.string
    }

    private static let update = ["plugin", "update", "acme", "--plugins", "../shelf", "--json", "--yes"]
    private static let create = "/operations/create-item"

    /// Changes of the manifest: where, to what, what they mean for the workspace, and what is said.
    static let changes: [(pointer: String, value: JSONValue?, verdict: String, says: String)] = [
        ("/summary", "Something else.", "compatible", ""),
        ("/operations/list-items", .none, "compatible", "operation 'list-items' is gone; nothing here uses it"),
        (create, .none, "breaking", "operation 'create-item' is gone"),
        (create + "/title", "Make an item", "compatible", ""),
        (create + "/path", "/v2/items", "uncertain", "calls POST /v2/items now, not POST /items"),
        (create + "/inputs/note", .none, "compatible", "takes no input 'note' any more; nothing here uses it"),
        (create + "/inputs/title", .none, "breaking", "takes no input 'title' any more"),
        (create + "/inputs/note/required", true, "breaking", "input 'note' of operation 'create-item' is required now"),
        (
            create + "/inputs/list", ["schema": ["type": "string"], "required": true], "breaking",
            "input 'list' of operation 'create-item' is new and required"
        ),
        (
            create + "/inputs/list", ["schema": ["type": "string"]], "compatible",
            "input 'list' of operation 'create-item' is new"
        ),
        (
            create + "/inputs/list", ["schema": ["type": "string"], "required": true, "default": "inbox"], "compatible",
            "is new"
        ),
        (create + "/inputs/title/schema/maxLength", 20, "breaking", "it has at most 20 characters now"),
        (create + "/inputs/title/schema/maxLength", 900, "compatible", ""),
        (create + "/inputs/title/schema", ["enum": ["a"]], "breaking", "it takes only 'a' now"),
        (create + "/inputs/title/schema/not", ["const": "x"], "uncertain", "'not' differs"),
        (create + "/inputs/note/default", "none", "uncertain", "is \"none\" where it is left out, not nothing"),
        (create + "/response/values/id", .none, "breaking", "value 'id' of operation 'create-item' is gone"),
        (
            create + "/response/values/title", .none, "compatible",
            "value 'title' of operation 'create-item' is gone; nothing here uses it"
        ),
        (create + "/response/values/id", "/item/title", "compatible", ""),
        (create + "/response/values/id", "/thing/id", "breaking", "it is no longer described"),
        (
            create + "/response/schema/properties/item/properties/id", ["type": "integer"], "breaking",
            "value 'id' of operation 'create-item' at 'item.id': it may now be integer"
        ),
        (create + "/response/schema/properties/item/required", ["title"], "breaking", "it may now be missing"),
        (create + "/response/schema/properties/more", ["type": "string"], "compatible", ""),
        (create + "/response/decoder", "text", "breaking", "is read as text now"),
        (
            create + "/job", ["poll": ["operation": "list-items"], "state": "/state", "done": ["done"]], "breaking",
            "answers with a job now"
        ),
        ("/errors", [], "uncertain", "the errors of operation 'create-item' mean something else"),
        (
            "/hosts", [["host": "api.acme.example"], ["host": "more.acme.example"]], "uncertain",
            "it may call https://more.acme.example"
        ),
        ("/baseURL/url", "https://api.acme.example/v2", "uncertain", "its base URL is https://api.acme.example/v2 now"),
        ("/authorization/0/id", "token", "breaking", "authorization 'key' is gone"),
        ("/authorization/0/type", "custom", "breaking", "authorization 'key' is custom now, not apiKey"),
        (
            "/authorization/0/fields",
            [["key": "apiKey", "kind": "password"], ["key": "team"]], "breaking",
            "authorization 'key' asks for 'team' now"
        ),
        (
            "/authorization/0/fields",
            [["key": "apiKey", "kind": "password"], ["key": "team", "required": false]], "compatible",
            "authorization 'key' asks for 'team' now, if somebody has it"
        ),
        ("/authorization/0/send/0/name", "X-Key", "uncertain", "authorization 'key' is sent in another way"),
        ("/connection", [["key": "team"]], "breaking", "connection value 'team' is required now"),
        ("/connection", [["key": "team", "required": false]], "compatible", "connection value 'team' is new"),
    ]

    @Test(arguments: changes)
    func `is judged by rule for this workspace`(pointer: String, value: JSONValue?, verdict: String, says: String)
        async throws
    {
        let program = try await Self.using()
        try Self.change(program, pointer, to: value)
        try Self.edit(program, "\"1.0.0\"", "\"2.0.0\"")
        let row = try await program.run(Self.update).expectSuccess().json()["plugins"]?[0]
        let reasons = row?["reasons"]?.array ?? []
        #expect(row?["judgement"]?.string == verdict, "\(reasons)")
        let words = reasons.compactMap { $0["what"]?.string }
        #expect(says.isEmpty || words.contains { $0.contains(says) }, "\(words)")
        #expect(row?["applied"]?.bool == true)
    }

    @Test func `of a template that is installed here is told with its instance`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme", "--directory", "shelf").expectSuccess()
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "../shelf/acme", "--yes").expectSuccess()
        try await program.run("template", "install", "acme/create-item").expectSuccess()
        try await program.shell("rm -r ../shelf/acme/templates").expectSuccess()
        try Self.change(program, "/templates", to: .none)
        try Self.edit(program, "\"0.1.0\"", "\"0.2.0\"")
        let row = try await program.run(Self.update).expectSuccess().json()["plugins"]?[0]
        #expect(row?["judgement"]?.string == "breaking")
        #expect(row?["reasons"]?[0]?["usedBy"] == ["template instance 'create-item'"])
    }

    @Test func `looks into scripts and at what a node gives`() async throws {
        let program = try await Self.using()
        let dialog = "ws/dialogs/create-item/dialog.json"
        let text = String(decoding: try program.place.bytes(dialog), as: UTF8.self)
        // A literal is tried; a script takes a value out of the answer.
        try program.place.write(
            text.replacing("\"{{context.entities.title}}\"", with: "\"Short\"")
                .replacing(
                    "{{context.createItemService.values.id}}",
                    with: "{{context.createItemService.response.body.item.id}}"
                ),
            to: dialog
        )
        try program.place.write(
            "const { title } = context.createItemService.values;\ncontext.x = title;\n",
            to: "ws/dialogs/create-item/createItemService.after.js"
        )
        try Self.change(program, Self.create + "/inputs/title/schema/maxLength", to: 20)
        try Self.change(program, Self.create + "/response/values", to: .none)
        try Self.change(
            program,
            Self.create + "/response/schema/properties/item/properties/id",
            to: ["type": "integer"]
        )
        try Self.edit(program, "\"1.0.0\"", "\"2.0.0\"")
        let row = try await program.run(Self.update).expectSuccess().json()["plugins"]?[0]
        let broken = (row?["reasons"]?.array ?? []).filter { $0["judgement"]?.string == "breaking" }
        #expect(
            broken.compactMap { $0["what"]?.string }.sorted() == [
                "the answer of operation 'create-item' at 'item.id': it may now be integer",
                "value 'title' of operation 'create-item' is gone",
            ]
        )
        #expect(broken[0]["usedBy"] == ["dialogs/create-item/dialog.json: node 'createItemService'"])
        #expect(broken[0]["place"]?.string?.hasPrefix("/operations/create-item/response") == true)
    }

    // MARK: - The number

    @Test(arguments: [
        ("1.0.0", "1.0.1", true), ("1.0.0", "1.9.0", true), ("1.0.0", "2.0.0", false), ("0.1.0", "0.1.1", true),
        ("0.1.0", "0.2.0", false), ("0.1.0", "1.0.0", false), ("1.0.0-beta.1", "1.0.0", false),
    ])
    func `is refused where its number hides that something breaks`(old: String, new: String, isRefused: Bool)
        async throws
    {
        let program = try await Self.using(version: old)
        try Self.change(program, Self.create + "/inputs/list", to: ["schema": ["type": "string"], "required": true])
        try Self.edit(program, "\"\(old)\"", "\"\(new)\"")
        guard isRefused else {
            try await program.run(Self.update).expectSuccess()
            #expect(try Self.version(program) == new)
            return
        }
        let refused = try await program.run(Self.update).expectFailure(saying: "its number does not say so")
        let row = try refused.json()["plugins"]?[0]
        #expect(row?["applied"]?.bool == false && row?["judgement"]?.string == "breaking")
        #expect(row?["error"]?["code"]?.string == "invalid")
        let install = ["plugin", "install", "../shelf/acme", "--yes"]
        let other = try await program.run(install + ["--json"]).expectFailure(saying: "say --allow-breaking")
        #expect(try other.json()["error"]?["message"]?.string?.contains("after \(old) that would be") == true)
        #expect(try other.json()["reasons"]?.array?.isEmpty == false)
        #expect(try Self.version(program) == old)
        #expect(!program.place.files().contains { $0.hasPrefix("home/plugins/acme/\(new)") })

        try await program.run(install + ["--allow-breaking"]).expectSuccess()
        #expect(try Self.version(program) == new)
    }

    @Test func `is taken unasked when it is compatible, and asked about when it breaks something`() async throws {
        let program = try await Self.using()
        let unasked = ["plugin", "update", "--plugins", "../shelf"]
        try Self.change(program, "/operations/list-items/inputs/query", to: .none)
        try Self.edit(program, "\"1.0.0\"", "\"1.1.0\"")
        let told = try await program.run(unasked).expectSuccess()
        #expect(told.output.contains("acme 1.1.0 is compatible for this workspace:"), "\(told.output)")
        try Self.change(program, Self.create, to: .none)
        try Self.change(program, "/operations/make-item", to: ["method": "GET", "path": "/items"])
        try Self.edit(program, "\"1.1.0\"", "\"2.0.0\"")
        let asked = try await program.run(unasked).expectFailure(64, saying: "say --yes")
        #expect(
            asked.output.contains("breaking: operation 'create-item' is gone (plugin.json /operations/create-item)")
        )
        #expect(try Self.version(program) == "1.1.0")
        let terminal = try TerminalProgram(program, "plugin", "update", "--plugins", "../shelf")
        await terminal.shows("Update acme? [y/N] ")
        terminal.type("y\r")
        #expect(await terminal.end() == 0)
        #expect(try Self.version(program) == "2.0.0")
        // The way back is no step that a number could hide; it is asked about, too.
        try await program.run("plugin", "install", "acme@1.1.0", "--yes", "--plugins", "../shelf").expectSuccess()
    }

    @Test func `of a version that is not at hand is asked about`() async throws {
        let program = try await Self.using()
        try Self.edit(program, "\"1.0.0\"", "\"1.1.0\"")
        // As in a colleague's fresh clone.
        var elsewhere = program
        elsewhere.environment["PATCHBAY_HOME"] = program.place.path + "/other-home"
        let unasked = ["plugin", "update", "--plugins", "../shelf"]
        let asked = try await elsewhere.run(unasked).expectFailure(64, saying: "say --yes")
        #expect(
            asked.output.contains("acme 1.0.0 is not at hand")
                && asked.output.contains("call   https://api.acme.example")
        )
        let row = try await elsewhere.run(unasked + ["--yes", "--json"]).expectSuccess().json()["plugins"]?[0]
        #expect(row?["applied"]?.bool == true && row?["judgement"] == .null)
    }

    @Test func `that names a model no longer is uncertain where a prompt takes that model`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.shell("mkdir shelf && cp -r \(packageRoot.path)/Plugins/openai shelf/openai").expectSuccess()
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.run("plugin", "install", "openai", "--yes").expectSuccess()
        try program.place.write(
            #"{ "formatVersion": 1, "variables": [{ "key": "mine", "value": "gpt-4o-mini" }] }"#,
            to: "ws/variables/env.json"
        )
        try program.place.write(
            #"{ "formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "ask", "nodes": [{ "id": "ask", "kind": "prompt", "integration": "openai", "model": "{{env.mine}}", "prompt": "Hi", "next": "end" }] }"#,
            to: "ws/dialogs/ask/dialog.json"
        )
        let file = "shelf/openai/plugin.json"
        let manifest = try JSONReader().read(Array(try program.place.bytes(file)))
        let models = (manifest["models"]?.array ?? []).filter { $0["id"]?.string != "gpt-4o-mini" }
        let next = manifest.setting(.array(models), at: "/models").setting("1.9.0", at: "/version")
            .setting([], at: "/templates")
        try program.place.write(JSONWriter(.indented).text(next), to: file)
        let row = try await program.run("plugin", "update", "--plugins", "../shelf", "--yes", "--json").expectSuccess()
            .json()["plugins"]?[0]
        let reason = row?["reasons"]?.array?.first { $0["what"]?.string == "model 'gpt-4o-mini' is no longer named" }
        #expect(reason?["judgement"]?.string == "uncertain", "\(row?["reasons"] ?? .null)")
        #expect(reason?["usedBy"] == ["dialogs/ask/dialog.json: node 'ask'"])
    }

    @Test func `outside of a workspace, or the first one, is no update`() async throws {
        let program = Program(try TemporaryPlace())
        try await program.run("plugin", "new", "acme").expectSuccess()
        let first = try await program.run("plugin", "install", "acme/", "--yes", "--json").expectSuccess().json()
        #expect(first["judgement"] == .null && first["reasons"] == [])
    }
}
