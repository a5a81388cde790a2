import Foundation
import PatchbayModel
import Testing

@Suite("Upgrading an installed template, with the real program")
struct TemplateUpgradeTests {
    private static let main = ParcelPlugin.main

    @Test func `joins edits of both sides, and says what both changed`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(Self.main, "Which number?", "Tell me the number!")
        try program.edit(Self.main, "{{settings.tone}} {{env.parcelModel}}", "So long.")
        try program.edit(ParcelPlugin.script, "three = 3", "three = 33")
        plugin.replace("Which number?", "What is the number?")
        plugin.replace("It is in", "Your parcel is in")
        plugin.replace("one = 1", "one = 10", in: ParcelPlugin.script)
        plugin.replace(#""value": "m1""#, #""value": "m2""#, in: "template.json")
        try await program.publish(plugin, "1.1.0")

        let before = try program.tree()
        let dry = try await program.run("template", "upgrade", "track", "--dry-run").expectSuccess()
        #expect(
            dry.output.contains(#"node 'tellMessage', message 'tell', text: "It is in {{context.place}}." → "Your"#)
        )
        #expect(dry.output.contains("+ const one = 10;"))
        #expect(try program.tree() == before)

        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["applied"] == true)
        #expect(
            done["changes"] == [
                ["action": "merge", "path": "variables/env.json"],
                ["action": "merge", "path": .string(ParcelPlugin.script)],
                ["action": "merge", "path": .string(Self.main)],
            ]
        )
        let conflict = try #require(done["conflicts"]?.array?.first)
        #expect(done["conflicts"]?.array?.count == 1)
        #expect(conflict["dialog"] == "track")
        #expect(conflict["path"] == "/nodes/number/prompts/ask/text")
        #expect(conflict["base"] == "Which number?")
        #expect(conflict["mine"] == "Tell me the number!")
        #expect(conflict["theirs"] == "What is the number?")

        let dialog = try program.text(Self.main)
        for text in ["Tell me the number!", "So long.", "Your parcel is in"] { #expect(dialog.contains(text)) }
        let script = try program.text(ParcelPlugin.script)
        #expect(script.contains("one = 10;") && script.contains("three = 33;"))
        #expect(try program.text("variables/env.json").contains("m2"))

        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["conflicts"] == 1)
        #expect(status["templates"]?[0]?["state"] == "conflict")
        #expect(status["templates"]?[0]?["version"] == "1.1.0")
        let lint = try await program.run("dialog", "lint").expectSuccess()
        #expect(lint.output.contains("patchbay template resolve track /nodes/number/prompts/ask/text"))
        // Nothing stands in the dialog that is no dialog's.
        #expect(try await program.run("dialog", "lint", "--json").json()["diagnostics"]?.array?.count == 1)

        let after = try program.tree()
        let again = try await program.run("template", "upgrade", "--all", "--json").expectSuccess().json()
        #expect(again["applied"] == false)
        #expect(again["changes"] == [])
        #expect(again["conflicts"] == done["conflicts"])
        #expect(try program.tree() == after)
    }

    @Test func `takes a new version as it is where nothing was edited`() async throws {
        var (program, plugin) = try await Program.withParcel("--set", "tone=brisk")
        plugin.replace("Which number?", "What is the number?")
        plugin.put("context.more = 1;\n", at: "dialogs/extra/extraScript.js")
        plugin.put(
            """
            {
              "formatVersion": 1, "language": "en", "id": "extra", "name": "Extra", "start": "extra",
              "nodes": [
                { "id": "extra", "kind": "intent", "utterances": ["extra"], "next": "extraScript" },
                { "id": "extraScript", "kind": "script", "sets": ["more"], "next": "end" }
              ]
            }
            """,
            at: "dialogs/extra/dialog.json"
        )
        plugin.replace("status.parcel.example", "state.parcel.example", in: "template.json")
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "parcel/track", "--json").expectSuccess().json()
        #expect(done["conflicts"] == [])
        let actions = Dictionary(
            uniqueKeysWithValues: (done["changes"]?.array ?? []).map {
                ($0["path"]?.string ?? "", $0["action"]?.string)
            }
        )
        #expect(
            actions == [
                Self.main: "replace", "dialogs/extra/dialog.json": "create", "dialogs/extra/extraScript.js": "create",
                "patchbay.json": "merge",
            ]
        )
        let hosts = try JSONReader().read(try program.text("patchbay.json"))["hosts"]
        #expect(hosts == ["state.parcel.example"])
        // As if that version had been installed.
        let fresh = try TemporaryPlace()
        var other = Program(fresh)
        other.environment["PATCHBAY_HOME"] = program.place.path + "/home"
        try await other.run("init", "ws").expectSuccess()
        other.folder = "ws"
        try await other.run("plugin", "install", "parcel", "--yes").expectSuccess()
        try await other.run("template", "install", "parcel/track", "--set", "tone=brisk").expectSuccess()
        #expect(try other.tree() == program.tree())
        #expect(try await program.run("dialog", "lint", "--json").expectSuccess().json()["diagnostics"] == [])
    }

    @Test func `takes what the template drops away, and keeps what was made of it`() async throws {
        var (program, plugin) = try await Program.withParcel()
        plugin.put("1;\n", at: "dialogs/track/byeMessage.before.js")
        plugin.put("2;\n", at: "dialogs/track/tellMessage.before.js")
        try await program.publish(plugin, "1.1.0")
        try await program.run("template", "upgrade", "track").expectSuccess()
        try program.edit("dialogs/track/tellMessage.before.js", "2;", "3;")
        plugin.put(nil, at: "dialogs/track/byeMessage.before.js")
        plugin.put(nil, at: "dialogs/track/tellMessage.before.js")
        try FileManager.default.removeItem(atPath: program.place.path + "/parcel-1.1.0")
        try await program.publish(plugin, "1.2.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"]?[0]?["path"] == "dialogs/track/tellMessage.before.js")
        #expect(done["conflicts"]?[0]?["mine"] == "3;\n")
        #expect(done["conflicts"]?[0]?["theirs"] == .null)
        #expect(try program.text("dialogs/track/tellMessage.before.js") == "3;\n")
        #expect(!program.place.files().contains("ws/dialogs/track/byeMessage.before.js"))
    }

    @Test func `asks for new parameters by name where nobody can be asked`() async throws {
        var (program, plugin) = try await Program.withParcel()
        plugin.replace(
            #""parameters": {"#,
            #""parameters": { "town": { "title": "Town", "schema": { "type": "string", "minLength": 2 } },"#,
            in: "template.json"
        )
        plugin.replace(#""settings": {"#, #""settings": { "town": { "$parameter": "town" },"#)
        try await program.publish(plugin, "1.1.0")
        let before = try program.tree()
        let failed = try await program.run("template", "upgrade", "track")
        failed.expectFailure(64, saying: "--set town=VALUE")
        #expect(try program.tree() == before)
        try await program.run("template", "upgrade", "track", "--set", "town=B").expectFailure(saying: "town")
        try await program.run("template", "upgrade", "track", "--set", "twon=Bree").expectFailure(saying: "'town'")
        try await program.run("template", "upgrade", "track", "--set", "town=Bree").expectSuccess()
        #expect(try program.text(Self.main).contains("Bree"))
        // The same version with another value.
        try program.edit(Self.main, "Which number?", "Mine?")
        let again = try await program.run("template", "upgrade", "track", "--set", "town=Esk", "--json")
        #expect(try again.expectSuccess().json()["applied"] == true)
        #expect(try program.text(Self.main).contains("Esk") && program.text(Self.main).contains("Mine?"))
        let lock = try JSONReader().read(try program.text("patchbay.lock"))
        #expect(lock["templates"]?[0]?["parameters"] == ["town": "Esk", "tone": "kind"])
    }

    @Test func `asks for new parameters on a terminal`() async throws {
        var (program, plugin) = try await Program.withParcel()
        plugin.replace(
            #""parameters": {"#,
            #""parameters": { "town": { "title": "Which town", "schema": { "type": "string" }, "default": "Haven" },"#,
            in: "template.json"
        )
        plugin.replace(#""settings": {"#, #""settings": { "town": { "$parameter": "town" },"#)
        try await program.publish(plugin, "1.1.0")
        let terminal = try TerminalProgram(program, "template", "upgrade", "track")
        await terminal.shows("Which town [Haven]:")
        terminal.type("Bree\r")
        await terminal.shows("1.0.0 → 1.1.0")
        #expect(await terminal.end() == 0)
        #expect(try program.text(Self.main).contains(#""town": "Bree""#))
    }

    @Test func `says which installed template is meant, and does not go back`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try await program.run("template", "upgrade").expectFailure(64, saying: "--all")
        try await program.run("template", "upgrade", "trakc").expectFailure(saying: "did you mean 'track'")
        plugin.replace("Which number?", "What number?")
        try await program.publish(plugin, "1.1.0")
        try await program.run("template", "upgrade", "parcel").expectSuccess()
        try await program.run("plugin", "install", "parcel@1.0.0", "--yes").expectSuccess()
        try await program.run("template", "upgrade", "track").expectFailure(saying: "patchbay plugin update parcel")
    }

    @Test func `does not guess where what the template wrote is lost`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(Self.main, "Which number?", "Mine?")
        let copy = ".patchbay/base/track/" + Self.main
        try program.edit(copy, "Which number?", "Mine?")
        plugin.replace("Which number?", "What number?")
        try await program.publish(plugin, "1.1.0")
        let before = try program.tree()
        try await program.run("template", "upgrade", "track").expectFailure(saying: "git checkout \(copy)")
        #expect(try program.tree() == before)
        try program.edit(copy, "Mine?", "Which number?")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"]?.array?.count == 1)
    }
}
