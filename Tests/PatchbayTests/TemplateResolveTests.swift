import Foundation
import PatchbayModel
import Testing

@Suite("Deciding what an upgrade left open, with the real program")
struct TemplateResolveTests {
    private static let main = ParcelPlugin.main
    private static let text = "/nodes/number/prompts/ask/text"

    /// A workspace in which a text and a script are in conflict.
    private static func inConflict() async throws -> Program {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(main, "Which number?", "Tell me the number!")
        try program.edit(ParcelPlugin.script, "two = 2", "two = 22")
        plugin.replace("Which number?", "What is the number?")
        plugin.replace("two = 2", "two = 3", in: ParcelPlugin.script)
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"]?.array?.compactMap { $0["path"]?.string }.sorted() == [text, ParcelPlugin.script])
        return program
    }

    private static func open(_ program: Program) async throws -> JSONValue? {
        try await program.run("template", "status", "--json").expectSuccess().json()["templates"]?[0]?["conflicts"]
    }

    @Test func `keeps mine, place by place`() async throws {
        let program = try await Self.inConflict()
        let before = try program.text(Self.main)
        let one = try await program.run("template", "resolve", "track", Self.text, "--mine", "--json")
        let first = try one.expectSuccess().json()
        #expect(first["resolved"] == [.string(Self.text)])
        #expect(first["changes"] == [])
        #expect(first["conflicts"]?.array?.count == 1)
        #expect(try program.text(Self.main) == before)
        #expect(try await Self.open(program) == 1)
        try await program.run("template", "resolve", "track", "--mine").expectSuccess()
        #expect(try await Self.open(program) == 0)
        #expect(try program.text(ParcelPlugin.script).contains("two = 22"))
        // Nothing is left of it.
        #expect(!program.place.files().contains { $0.hasPrefix("ws/.patchbay/conflicts/") })
        let again = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(again["applied"] == false)
        #expect(again["conflicts"] == [])
        try await program.run("template", "resolve", "track", "--mine").expectFailure(saying: "no conflict is open")
    }

    @Test func `takes theirs`() async throws {
        let program = try await Self.inConflict()
        let dry = try await program.run("template", "resolve", "track", "--theirs", "--dry-run").expectSuccess()
        #expect(dry.output.contains(#""Tell me the number!" → "What is the number?""#))
        #expect(try await Self.open(program) == 2)
        let done = try await program.run("template", "resolve", "track", "--theirs", "--json").expectSuccess().json()
        #expect(done["changes"]?.array?.count == 2)
        #expect(try program.text(Self.main).contains("What is the number?"))
        #expect(try program.text(ParcelPlugin.script).contains("two = 3"))
        #expect(try await Self.open(program) == 0)
        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["state"] == "current")
    }

    @Test func `takes what is written in an editor`() async throws {
        var program = try await Self.inConflict()
        try await program.run("template", "resolve", "track", "--edit").expectFailure(64, saying: "EDITOR")
        program.environment["EDITOR"] = "sed -i -e s/.result.:.*/'\"result\":\"Number?\"'/ -e s/22/4/"
        try await program.run("template", "resolve", "track", "--edit").expectSuccess()
        #expect(try program.text(Self.main).contains(#""text": "Number?""#))
        #expect(try program.text(ParcelPlugin.script).contains("two = 4;"))
        #expect(try await Self.open(program) == 0)
    }

    @Test(arguments: ["false", "sed -i s/{/[/", "sed -i /result/d"])
    func `stays open where the editor gives nothing to use`(editor: String) async throws {
        var program = try await Self.inConflict()
        program.environment["VISUAL"] = editor
        let before = try program.tree()
        try await program.run("template", "resolve", "track", Self.text, "--edit").expectFailure()
        #expect(try program.tree() == before)
    }

    @Test func `says what is open where a place is not`() async throws {
        let program = try await Self.inConflict()
        try await program.run("template", "resolve", "track").expectFailure(64, saying: "--mine")
        try await program.run("template", "resolve", "trakc", "--mine").expectFailure(saying: "'track'")
        let wrong = try await program.run("template", "resolve", "track", "/nodes/number/prompts/ask/txt", "--mine")
        wrong.expectFailure(saying: Self.text)
        // A place means all beneath it; a file all in it.
        let all = try await program.run("template", "resolve", "track", "/nodes/number", "--mine", "--json")
        #expect(try all.expectSuccess().json()["resolved"] == [.string(Self.text)])
    }

    @Test func `brings what was held back with it`() async throws {
        var (program, plugin) = try await Program.withParcel()
        // The user took a node away that the new version needs.
        try program.edit(Self.main, #""next": "byeMessage""#, #""next": "end""#)
        let dialog = try JSONReader().read(try program.text(Self.main))
        let nodes = (dialog["nodes"]?.array ?? []).filter { $0["id"] != "byeMessage" }
        try program.place.write(
            JSONWriter(.indented).text(dialog.setting(.array(nodes), at: "/nodes")),
            to: "ws/" + Self.main
        )
        plugin.replace(
            #""next": "numberScript""#,
            #""transitions": [{ "id": "none", "if": { "value": "context.entities.number", "operator": "missing" }, "then": "byeMessage" }], "next": "numberScript""#
        )
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        let conflict = try #require(done["conflicts"]?[0])
        #expect(done["conflicts"]?.array?.count == 1)
        #expect(conflict["path"] == "/nodes/byeMessage")
        #expect(conflict["mine"] == .null)
        #expect(conflict["with"] != [])
        #expect(try await program.run("dialog", "lint").status == 0)
        try await program.run("template", "resolve", "track", "--theirs").expectSuccess()
        let lint = try await program.run("dialog", "lint", "--json").expectSuccess().json()
        #expect(lint["diagnostics"] == [])
        let after = try JSONReader().read(try program.text(Self.main))
        #expect(after["nodes"]?[4]?["id"] == "byeMessage")
        #expect(after["nodes"]?[1]?["transitions"]?[0]?["then"] == "byeMessage")
    }

    @Test func `is asked anew with what a later version says`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(Self.main, "Which number?", "Tell me the number!")
        for (version, text) in [("1.1.0", "What is the number?"), ("1.2.0", "Your number?")] {
            plugin.replace(version == "1.1.0" ? "Which number?" : "What is the number?", text)
            try await program.publish(plugin, version)
            try await program.run("template", "upgrade", "track").expectSuccess()
        }
        let open = try JSONReader().read(try program.text(".patchbay/conflicts/track.json"))
        #expect(open["from"] == "1.0.0")
        #expect(open["to"] == "1.2.0")
        #expect(
            open["conflicts"] == [
                [
                    "file": .string(Self.main), "at": .string(Self.text), "base": "Which number?",
                    "mine": "Tell me the number!", "theirs": "Your number?", "kept": "mine",
                ]
            ]
        )
        // The template comes round to what the user wrote.
        plugin.replace("Your number?", "Tell me the number!")
        try await program.publish(plugin, "1.3.0")
        try await program.run("template", "upgrade", "track").expectSuccess()
        #expect(try await Self.open(program) == 0)
    }
}

@Suite("Telling what differs, and uninstalling, with the real program")
struct TemplateUninstallTests {
    private static let main = ParcelPlugin.main

    @Test func `says what the user changed, and what an upgrade would`() async throws {
        var (program, plugin) = try await Program.withParcel()
        let none = try await program.run("template", "diff").expectSuccess()
        #expect(none.output.contains("You changed nothing."))
        try program.edit(Self.main, #""next": "byeMessage""#, #""next": "end""#)
        plugin.replace("Which number?", "What is the number?")
        try await program.publish(plugin, "1.1.0")
        let before = try program.tree()
        let told = try await program.run("template", "diff", "track").expectSuccess()
        #expect(told.output.contains("node 'tellMessage', next: to end instead of 'byeMessage'"))
        #expect(told.output.contains(#"node 'number', prompt 'ask', text: "Which number?" → "What is the number?""#))
        let json = try await program.run("template", "diff", "--json").expectSuccess().json()
        let row = try #require(json["templates"]?[0])
        #expect(row["from"] == "1.0.0")
        #expect(row["to"] == "1.1.0")
        #expect(row["yours"]?.array?.compactMap { $0["at"]?.string } == ["/nodes/tellMessage/next"])
        #expect(row["template"]?.array?.compactMap { $0["at"]?.string } == ["/nodes/number/prompts/ask/text"])
        #expect(try program.tree() == before)
    }

    @Test func `takes all away that nobody changed`() async throws {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        try await program.publish(ParcelPlugin(program.place), "1.0.0")
        let before = try program.tree()
        try await program.run("template", "install", "parcel/track").expectSuccess()
        let dry = try await program.run("template", "uninstall", "track", "--dry-run").expectSuccess()
        #expect(dry.output.contains("remove  \(Self.main)"))
        let done = try await program.run("template", "uninstall", "track", "--json").expectSuccess().json()
        #expect(done["applied"] == true)
        #expect(done["kept"] == [])
        var after = try program.tree()
        // Files that others share stay, with nothing of the template in them.
        for kind in ["env", "content"] {
            let text = after.removeValue(forKey: "ws/variables/\(kind).json") ?? "{}"
            #expect(try JSONReader().read(text)["variables"] == [])
        }
        #expect(after == before)
        try await program.run("template", "uninstall", "track").expectFailure(saying: "patchbay template status")
    }

    @Test func `keeps what was edited, and names it`() async throws {
        let (program, _) = try await Program.withParcel()
        try await program.run("template", "install", "parcel/track", "--as", "second").expectSuccess()
        try program.edit(Self.main, "Which number?", "Mine?")
        try program.edit("variables/env.json", "m1", "m9")
        let done = try await program.run("template", "uninstall", "track", "--json").expectSuccess().json()
        #expect(done["kept"] == [.string(Self.main)])
        #expect(try program.text(Self.main).contains("Mine?"))
        // The other instance lists the variables.
        #expect(try program.text("variables/env.json").contains("m9"))
        let second = try await program.run("template", "uninstall", "second").expectSuccess()
        #expect(second.output.contains("remove  dialogs/second/dialog.json"))
        #expect(try await program.run("dialog", "lint").status == 0)
        let lock = try JSONReader().read(try program.text("patchbay.lock"))
        #expect(lock["templates"] == [])
    }
}
