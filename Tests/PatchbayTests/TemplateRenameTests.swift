import Foundation
import PatchbayModel
import Testing

@Suite("Upgrading to a version that renames things, with the real program")
struct TemplateRenameTests {
    private static let main = ParcelPlugin.main

    private static func renames(_ entries: String...) -> (String, String) {
        (#""renames": []"#, #""renames": ["# + entries.joined(separator: ", ") + "]")
    }

    @Test func `keeps the edits of a renamed node, and everything that names it follows`() async throws {
        var (program, plugin) = try await Program.withParcel()
        // A node, a transition, a script and a text of the user's that name what is renamed.
        try program.edit(Self.main, "Which number?", "Mine?")
        try program.edit(Self.main, "It is in {{context.place}}.", "{{context.entities.number}} in {{context.place}}.")
        try program.edit(ParcelPlugin.script, "three = 3;", "three = context.entities.number;")
        try program.edit(Self.main, #""next": "end""#, #""next": "number""#)
        try program.place.write(#"{"tapes": true}"#, to: "ws/x-ignored.json")
        let (old, new) = Self.renames(
            #"{ "since": "1.1.0", "kind": "node", "dialog": "track", "from": "number", "to": "parcelNumber" }"#,
            #"{ "since": "1.1.0", "kind": "node", "dialog": "track", "from": "numberScript", "to": "placeScript" }"#
        )
        plugin.replace(old, new, in: "template.json")
        plugin.replace(#""number""#, #""parcelNumber""#)
        plugin.replace(#""numberScript""#, #""placeScript""#)
        plugin.put(
            "const one = 10;\nconst two = 2;\nconst three = 3;\ncontext.place = 'Harbour';\n",
            at: "dialogs/track/placeScript.js"
        )
        plugin.put(nil, at: ParcelPlugin.script)
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"] == [])
        let dialog = try program.text(Self.main)
        for text in ["Mine?", "{{context.entities.parcelNumber}} in", #""next": "parcelNumber""#, #""placeScript""#] {
            #expect(dialog.contains(text), "\(text)")
        }
        #expect(!dialog.contains(#""number""#) && !dialog.contains("numberScript"))
        #expect(!program.place.files().contains("ws/" + ParcelPlugin.script))
        let script = try program.text("dialogs/track/placeScript.js")
        #expect(script.contains("three = context.entities.parcelNumber;") && script.contains("one = 10;"))
        #expect(try await program.run("dialog", "lint").status == 0)
        let again = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(again["applied"] == false)
    }

    @Test func `keeps the value of a renamed variable and parameter`() async throws {
        var (program, plugin) = try await Program.withParcel("--set", "tone=brisk")
        try program.edit("variables/env.json", "m1", "m9")
        try program.place.write(
            """
            {
              "formatVersion": 1, "language": "en", "id": "own", "name": "Own", "start": "own",
              "nodes": [
                { "id": "own", "kind": "intent", "utterances": ["own"], "next": "say" },
                { "id": "say", "kind": "message", "messages": [{ "id": "a", "text": "{{env.parcelModel}} env.parcelModels" }], "next": "end" }
              ]
            }
            """,
            to: "ws/dialogs/own/dialog.json"
        )
        let (old, new) = Self.renames(
            #"{ "since": "1.1.0", "kind": "variable", "from": "parcelModel", "to": "parcelBrain" }"#,
            #"{ "since": "1.1.0", "kind": "parameter", "from": "tone", "to": "voice" }"#
        )
        plugin.replace(old, new, in: "template.json")
        plugin.replace("parcelModel", "parcelBrain", in: "template.json")
        plugin.replace(new.replacing("parcelModel", with: "parcelBrain"), new, in: "template.json")
        plugin.replace(#""tone": { "title""#, #""voice": { "title""#, in: "template.json")
        plugin.replace("parcelModel", "parcelBrain")
        plugin.replace(#""$parameter": "tone""#, #""$parameter": "voice""#)
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"] == [])
        let env = try JSONReader().read(try program.text("variables/env.json"))
        #expect(env["variables"] == [["key": "parcelBrain", "value": "m9"]])
        let lock = try JSONReader().read(try program.text("patchbay.lock"))
        #expect(lock["templates"]?[0]?["parameters"] == ["voice": "brisk"])
        #expect(try program.text("dialogs/own/dialog.json").contains("{{env.parcelBrain}} env.parcelModels"))
        #expect(try program.text(Self.main).contains("brisk"))
        #expect(try await program.run("dialog", "lint", "--json").expectSuccess().json()["diagnostics"] == [])
    }

    @Test func `moves a renamed dialog with all that is in it, and callers follow`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.edit(Self.main, "Which number?", "Mine?")
        try program.place.write("3;\n", to: "ws/dialogs/track/tellMessage.before.js")
        try program.edit("patchbay.json", #""id": "ws""#, #""defaultDialog": "track", "id": "ws""#)
        try program.place.write(
            """
            {
              "formatVersion": 1, "language": "en", "id": "own", "name": "Own", "start": "own",
              "nodes": [
                { "id": "own", "kind": "intent", "utterances": ["own"], "next": "go" },
                { "id": "go", "kind": "dialog", "dialog": "track", "mode": "return", "next": "end" }
              ]
            }
            """,
            to: "ws/dialogs/own/dialog.json"
        )
        let (old, new) = Self.renames(#"{ "since": "1.1.0", "kind": "dialog", "from": "track", "to": "find-parcel" }"#)
        plugin.replace(old, new, in: "template.json")
        let dialog = try #require(plugin.files[Self.main])
        plugin.put(
            dialog.replacing(#""id": "track""#, with: #""id": "find-parcel""#),
            at: "dialogs/find-parcel/dialog.json"
        )
        plugin.put(plugin.files[ParcelPlugin.script], at: "dialogs/find-parcel/numberScript.js")
        plugin.put(nil, at: Self.main)
        plugin.put(nil, at: ParcelPlugin.script)
        try await program.publish(plugin, "1.1.0")
        let done = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(done["conflicts"] == [])
        let files = program.place.files()
        #expect(!files.contains { $0.hasPrefix("ws/dialogs/track/") })
        #expect(files.contains("ws/dialogs/find-parcel/tellMessage.before.js"))
        #expect(try program.text("dialogs/find-parcel/dialog.json").contains("Mine?"))
        #expect(try program.text("dialogs/own/dialog.json").contains(#""dialog": "find-parcel""#))
        #expect(try JSONReader().read(try program.text("patchbay.json"))["defaultDialog"] == "find-parcel")
        #expect(try await program.run("dialog", "lint").status == 0)
        let status = try await program.run("template", "status", "--json").expectSuccess().json()
        #expect(status["templates"]?[0]?["dialogs"] == ["find-parcel"])
        let again = try await program.run("template", "upgrade", "track", "--json").expectSuccess().json()
        #expect(again["applied"] == false)
    }
}

@Suite("Rehearsing an upgrade, with the real program")
struct UpgradeRehearsalTests {
    private static let recording = """
        {
          "formatVersion": 1, "language": "en", "startTime": "2026-03-02T09:00:00Z", "seed": 1,
          "turns": [
            { "event": { "kind": "message", "text": "track my parcel" }, "expect": [{ "text": "Which number?" }] }
          ]
        }
        """

    @Test func `shows which turns differ, and upgrades only when that is agreed to`() async throws {
        var (program, plugin) = try await Program.withParcel()
        try program.place.write(Self.recording, to: "ws/tests/number.json")
        plugin.replace("It is in", "Now in")
        try await program.publish(plugin, "1.1.0")
        let same = try await program.run("template", "upgrade", "track", "--rehearse", "--json").expectSuccess().json()
        #expect(same["applied"] == true)
        #expect(same["rehearsal"]?[0]?["same"] == true)
        #expect(same["rehearsal"]?[0]?["failedBefore"] == false)
        plugin.replace("Which number?", "What is the number?")
        try await program.publish(plugin, "1.2.0")
        let before = try program.tree()
        let dry = try await program.run("template", "upgrade", "track", "--rehearse", "--dry-run").expectSuccess()
        #expect(dry.output.contains("tests/number.json: differs"))
        #expect(dry.output.contains("turn 1, message 1"))
        try await program.run("template", "upgrade", "track", "--rehearse").expectFailure(64, saying: "--yes")
        #expect(try program.tree() == before)
        let done = try await program.run("template", "upgrade", "track", "--rehearse", "--yes", "--json")
        let json = try done.expectSuccess().json()
        #expect(json["applied"] == true)
        #expect(json["rehearsal"]?[0]?["differences"]?[0]?["turn"] == 1)
    }
}
