import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("Installing a template")
struct TemplateInstallerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func lines(_ plan: InstallPlan) -> [String] {
        plan.changes.map { "\($0.action.rawValue) \($0.path)" + ($0.pointer.map { " \($0)" } ?? "") }
    }

    @Test func `plans every file and value, and writes nothing yet`() throws {
        let workspace = try folder.workspace()
        let before = try folder.tree()
        let plan = try Installing().plan(in: workspace)
        #expect(
            lines(plan) == [
                "create dialogs/track/dialog.json", "create dialogs/track/numberScript.js",
                "create dialogs/track/tapes/call/a.json", "set variables/env.json /variables/0",
                "set variables/env.json /variables/1", "set variables/content.json /variables/0",
                "set patchbay.json /hosts",
            ]
        )
        #expect(plan.dialogs == ["track"])
        #expect(plan.changes[1].text == "context.skills = [1];\n")
        #expect(plan.changes[6].new == ["api.parcel.example"])
        #expect(plan.changes[0].json["action"] == "create")
        #expect(plan.changes[3].json["new"]?["key"] == "parcelModel")
        #expect(try folder.tree() == before)
    }

    @Test func `writes dialogs, variables, hosts, base copies and the lock`() throws {
        try Installing(parameters: ["tries": 7]).install(in: folder)
        let workspace = try folder.workspace()
        let dialog = try workspace.dialog("track")
        #expect(dialog.id == "track")
        #expect(try folder.json("dialogs/track/dialog.json")["nodes"]?[1]?["retries"] == 7)
        // Canonical text: the tape's keys stand in the schema's order.
        #expect(try folder.json("dialogs/track/tapes/call/a.json").object?.keys.first == "formatVersion")
        #expect(try workspace.variables(.env).map(\.key) == ["parcelModel", "parcelToken"])
        #expect(try workspace.variables(.env).map(\.isSecured) == [false, true])
        #expect(try folder.json("variables/content.json")["variables"]?[0]?["value"] == ["en": "Hello"])
        #expect(workspace.settings.hosts == ["api.parcel.example"])
        for path in ["dialogs/track/dialog.json", "dialogs/track/numberScript.js", "variables/env.json"] {
            #expect(try folder.text(".patchbay/base/track/\(path)") == folder.text(path))
        }
        let base = try folder.json(".patchbay/base/track/patchbay.json")
        #expect(base == ["formatVersion": 1, "hosts": ["api.parcel.example"]])
        let pin = try #require(workspace.lock.pin(of: "parcel"))
        #expect(pin.version == Version(1, 0, 0))
        let instance = try #require(workspace.lock.templates.first)
        #expect(instance.instance == "track")
        #expect(instance.parameters == ["greeting": "Hello", "tries": 7, "tone": "kind"])
        #expect(
            instance.files.map(\.path) == [
                "dialogs/track/dialog.json", "dialogs/track/numberScript.js", "dialogs/track/tapes/call/a.json",
            ]
        )
        let script = MixingHasher().contentHash(Array("context.skills = [1];\n".utf8))
        #expect(instance.files[1].hash == script)
        #expect(instance.records.map(\.path) == ["variables/env.json", "variables/content.json"])
        #expect(instance.records[0].keys == ["parcelModel", "parcelToken"])
        #expect(!folder.has("tests/sample.json"))
    }

    @Test func `is a no-op the second time`() throws {
        try Installing(parameters: ["tone": "terse"]).install(in: folder)
        let before = try folder.tree()
        // The same values in another order, the defaults written out.
        let again = try Installing(parameters: ["tone": "terse", "tries": 3.0, "greeting": "Hello"]).install(in: folder)
        #expect(again.isNoOp)
        #expect(again.changes.allSatisfy { $0.action == .keep })
        #expect(again.dialogs == ["track"])
        #expect(try folder.tree() == before)
    }

    @Test func `with other parameters or from another version is an error that offers --as`() throws {
        try Installing().install(in: folder)
        let workspace = try folder.workspace()
        let other = #expect(throws: WorkspaceError.self) {
            try Installing(parameters: ["tries": 9]).plan(in: workspace)
        }
        #expect(other == .installedOtherwise(instance: "track", "track"))
        #expect(other?.description.contains("'--as ID'") == true)
        let newer = #expect(throws: WorkspaceError.self) {
            try Installing(MadeUp.plugin("1.1.0")).plan(in: workspace)
        }
        #expect(
            newer
                == .installedFromOther(
                    instance: "track",
                    "track",
                    version: Version(1, 0, 0),
                    available: Version(1, 1, 0)
                )
        )
        let taken = #expect(throws: WorkspaceError.self) {
            try Installing(template: "desk", as: "track").plan(in: workspace)
        }
        #expect(taken == .instanceTaken("track", by: "parcel/track"))
    }

    // MARK: - Names

    @Test func `under another name gives the one dialog that name`() throws {
        try Installing().install(in: folder)
        let plan = try Installing(parameters: ["greeting": "Hi"], as: "second").install(in: folder)
        #expect(plan.dialogs == ["second"])
        #expect(try folder.json("dialogs/second/dialog.json")["id"] == "second")
        #expect(folder.has(".patchbay/base/second/dialogs/second/dialog.json"))
        let lock = try folder.workspace().lock
        #expect(lock.templates.map(\.instance) == ["second", "track"])
        // A record that is there keeps its value, and the plan says so.
        #expect(lines(plan).contains("keep variables/env.json /variables/0/value"))
        #expect(try folder.workspace().variables(.env).first?.value == "Hello")
        #expect(lock.templates.first?.records.first?.keys == ["parcelModel", "parcelToken"])
    }

    @Test func `under another name prefixes several dialogs, and their references follow`() throws {
        let plan = try Installing(template: "desk", as: "front").install(in: folder)
        #expect(plan.dialogs == ["front-close", "front-open"])
        let nodes = try folder.json("dialogs/front-open/dialog.json")["nodes"]
        #expect(nodes?[0]?["dialog"] == "front-close")
        #expect(nodes?[1]?["dialog"] == "front-close")
        #expect(nodes?[2]?["dialog"] == "elsewhere")
        #expect(nodes?[3]?["tools"]?[0]?["dialog"] == "front-close")
        let dialogs = try folder.workspace().lock.templates.first?.dialogs
        #expect(dialogs?.map { "\($0.template) \($0.here)" } == ["close front-close", "open front-open"])
        #expect(try folder.workspace().dialog("front-open").id == "front-open")
    }

    @Test(arguments: ["", "Second", "2nd", "a/b", "../a", "a b", "ä", "a\u{1B}", String(repeating: "a", count: 65)])
    func `refuses a name that is no id`(name: String) throws {
        let workspace = try folder.workspace()
        let error = #expect(throws: WorkspaceError.badInstance(name)) { try Installing(as: name).plan(in: workspace) }
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test func `refuses a prefix that makes a dialog's id too long`() throws {
        let workspace = try folder.workspace()
        let long = String(repeating: "a", count: 62)
        #expect(throws: WorkspaceError.badInstance(long + "-close")) {
            try Installing(template: "desk", as: long).plan(in: workspace)
        }
        #expect(throws: Never.self) { try Installing(as: String(repeating: "a", count: 64)).plan(in: workspace) }
    }

    // MARK: - What stands in the way

    @Test(arguments: [
        "dialogs/track/dialog.json", "dialogs/track/numberScript.js", "dialogs/track/mine.js", "dialogs/track",
    ])
    func `never overwrites a foreign file`(path: String) throws {
        let workspace = try folder.workspace()
        try folder.put("mine", at: path)
        let before = try folder.tree()
        let plan = try Installing().plan(in: workspace)
        #expect(plan.conflicts.contains { $0.hasPrefix(path) })
        #expect(plan.writes.isEmpty)
        let error = #expect(throws: WorkspaceError.self) { try workspace.apply(plan) }
        #expect(error?.description.contains(path) == true)
        #expect(try folder.tree() == before)
    }

    @Test func `follows no link out of the workspace`() throws {
        let outside = try TemporaryFolder()
        let workspace = try folder.workspace()
        try folder.link("dialogs", to: outside.path)
        #expect(throws: (any Error).self) {
            let plan = try Installing().plan(in: workspace)
            try workspace.apply(plan)
        }
        #expect(try outside.tree().isEmpty)
    }

    @Test(arguments: ["dialogs/track/dialog.json", "dialogs/track/other.js"])
    func `is not applied over a file that came between plan and apply`(path: String) throws {
        let workspace = try folder.workspace()
        let plan = try Installing().plan(in: workspace)
        try folder.put("mine", at: path)
        let before = try folder.tree()
        #expect(throws: WorkspaceError.conflicts([path])) { try workspace.apply(plan) }
        #expect(try folder.tree() == before)
    }

    @Test(arguments: ["patchbay.json", "patchbay.lock", "variables/env.json"])
    func `is not applied when a file that was planned on has changed`(path: String) throws {
        let record = #"{ "key": "mine", "value": 1 }"#
        try folder.workspace().write([("variables/env.json", Array(#"{"formatVersion":1,"variables":[]}"#.utf8))])
        let workspace = try folder.workspace()
        let plan = try Installing().plan(in: workspace)
        workspace.release()
        switch path {
        case "patchbay.json": try folder.put(folder.text(path).replacing("Support Desk", with: "Help"), at: path)
        case "patchbay.lock":
            try folder.workspace().pin(
                .init(id: "zebra", version: Version(1, 0, 0), hash: MixingHasher().contentHash([]))
            )
        default: try folder.put(#"{"formatVersion":1,"variables":[\#(record)]}"#, at: path)
        }
        let before = try folder.tree()
        #expect(throws: WorkspaceError.changedMeanwhile) { try workspace.apply(plan) }
        #expect(try folder.tree() == before)
    }

    @Test func `of two plans made at once applies the first`() throws {
        let first = try folder.workspace()
        let one = try Installing().plan(in: first)
        let other = try Installing(template: "desk").plan(in: first)
        try first.apply(one)
        #expect(throws: WorkspaceError.changedMeanwhile) { try first.apply(other) }
        #expect(try folder.workspace().dialogIDs() == ["track"])
    }

    @Test func `of several leaves what one after the other leaves, in one step`() throws {
        let other = try TemporaryFolder()
        let all = try [Installing(), Installing(template: "desk"), Installing(template: "track", as: "second")]
        let workspace = try folder.workspace()
        let plan = try Installing.plan(all, in: workspace)
        #expect(plan.parts.map(\.instance) == ["track", "desk", "second"])
        #expect(plan.parts.allSatisfy { !$0.isNoOp })
        try workspace.apply(plan)
        for one in all { try one.install(in: other) }
        #expect(try folder.tree() == other.tree())
        let again = try Installing.plan(all, in: folder.workspace())
        #expect(again.isNoOp && again.parts.allSatisfy(\.isNoOp))
    }

    @Test func `of several writes nothing when one of them can't be installed`() throws {
        let workspace = try folder.workspace()
        try folder.put("mine", at: "dialogs/open/dialog.json")
        let before = try folder.tree()
        let plan = try Installing.plan([Installing(), Installing(template: "desk")], in: workspace)
        #expect(plan.conflicts == ["dialogs/open/dialog.json"])
        #expect(throws: WorkspaceError.conflicts(plan.conflicts)) { try workspace.apply(plan) }
        // Two templates of one plugin that bring the same dialog stand in each other's way.
        let twice = try MadeUp.plugin(changing: [
            "templates/desk/dialogs/track/dialog.json": MadeUp.text(MadeUp.deskDialog("track", calls: "open"))
        ])
        let clash = try Installing.plan([Installing(twice), Installing(twice, template: "desk")], in: workspace)
        #expect(clash.conflicts.contains("dialogs/track/dialog.json"))
        #expect(clash.writes.isEmpty)
        #expect(try folder.tree() == before)
    }

    @Test func `names the plugin that a template needs`() throws {
        let needy = MadeUp.track.setting(["zebra": ">=2.0.0"], at: "/requires")
        let plugin = try MadeUp.plugin(changing: ["templates/track/template.json": MadeUp.text(needy)])
        let error = #expect(throws: WorkspaceError.self) { try Installing(plugin).plan(in: folder.workspace()) }
        #expect(error?.description.contains("'patchbay plugin install zebra'") == true)
        let pin = LockFile.PinnedPlugin(id: "zebra", version: Version(1, 9, 0), hash: MixingHasher().contentHash([]))
        try folder.workspace().pin(pin)
        let old = #expect(throws: WorkspaceError.self) { try Installing(plugin).plan(in: folder.workspace()) }
        #expect(old?.description.contains("and 1.9.0 is here") == true)
        try folder.workspace().pin(.init(id: "zebra", version: Version(2, 0, 0), hash: pin.hash))
        #expect(throws: Never.self) { try Installing(plugin).plan(in: folder.workspace()) }
    }

    @Test func `writes nothing outside the dialogs' folders, whatever a plugin's files are called`() throws {
        let tricks = [
            "templates/track/dialogs/track/../../../evil.js", "templates/track/dialogs/track/../evil.js",
            "templates/track/dialogs/track/tapes/../../../../evil.json",
            "templates/track/dialogs/track/.git/hooks/a.js",
            "templates/track/dialogs/track/dialog.json/../../../../patchbay.json",
        ]
        let plugin = try MadeUp.plugin(changing: Dictionary(uniqueKeysWithValues: tricks.map { ($0, "evil") }))
        let outside = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let workspace = try folder.workspace()
        #expect(throws: (any Error).self) {
            let plan = try Installing(plugin).plan(in: workspace)
            try workspace.apply(plan)
            #expect(plan.changes.allSatisfy { !$0.path.contains("..") })
            throw WorkspaceError.changedMeanwhile
        }
        #expect(outside.isEmpty)
        #expect(try !folder.tree().values.contains("evil"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/../evil.js"))
    }

    @Test func `refuses parameters with which a dialog would be none`() throws {
        let loose = MadeUp.track.setting(["default": "x"], at: "/parameters/tries")
        let plugin = try MadeUp.plugin(changing: ["templates/track/template.json": MadeUp.text(loose)])
        let error = #expect(throws: DiagnosticError.self) { try Installing(plugin).plan(in: folder.workspace()) }
        #expect(error?.description.contains("/nodes/1/retries") == true)
    }
}
