import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("Planning an upgrade")
struct TemplateUpgradePlanTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What comes of upgrading all that is installed to a version of the made-up plugin.
    @discardableResult
    private func upgrade(
        _ version: String = "1.1.0",
        changing changes: [String: String?] = [:],
        parameters: JSONObject = [:]
    ) throws -> UpgradePlan {
        let plugin = try MadeUp.plugin(version, changing: changes)
        let workspace = try folder.workspace()
        let requests = try workspace.lock.templates.map { installed in
            let place = "templates/\(installed.template)"
            let template = try Template(plugin.json("\(place)/template.json"))
            let all = JSONObject((installed.parameters.members + parameters.members).map { ($0.key, $0.value) })
            return TemplateUpgrade.Request(
                installed: installed,
                plugin: plugin,
                template: template,
                folder: place,
                dialogs: try plugin.files.names(in: "\(place)/dialogs").map { DialogID($0) },
                parameters: all
            )
        }
        let plan = try TemplateUpgrade(hasher: MixingHasher()).plan(requests, in: workspace)
        try workspace.apply(plan)
        // Joined once, nothing is left to join.
        let again = try TemplateUpgrade(hasher: MixingHasher()).plan(
            requests.map { request in
                let now = try folder.workspace().lock.templates.first { $0.instance == request.installed.instance }
                return TemplateUpgrade.Request(
                    installed: try #require(now),
                    plugin: plugin,
                    template: request.template,
                    folder: request.folder,
                    dialogs: request.dialogs,
                    parameters: request.parameters
                )
            },
            in: try folder.workspace()
        )
        #expect(again.isNoOp)
        #expect(again.conflicts == plan.conflicts)
        return plan
    }

    private func lines(_ plan: UpgradePlan) -> [String] { plan.changes.map { "\($0.action.rawValue) \($0.path)" } }

    private static let template = "templates/track/template.json"
    private static let dialog = "templates/track/dialogs/track/dialog.json"
    private static let main = "dialogs/track/dialog.json"

    private static func edited(_ path: String, _ old: String, _ new: String) -> [String: String?] {
        [path: MadeUp.files[path]?.replacing(old, with: new)]
    }

    @Test func `does nothing where the template says the same`() throws {
        try Installing().install(in: folder)
        let before = try folder.tree()
        let plan = try upgrade("1.0.0")
        #expect(plan.isNoOp && plan.changes.isEmpty)
        #expect(try folder.tree() == before)
        // A new version without changes is only noted.
        let later = try upgrade("1.1.0")
        #expect(later.changes.isEmpty && !later.isNoOp)
        #expect(try folder.workspace().lock.templates.first?.pluginVersion == Version(1, 1, 0))
    }

    @Test func `keeps a dialog deleted that the user deleted`() throws {
        try Installing(template: "desk").install(in: folder)
        try folder.remove("dialogs/close")
        let path = "templates/desk/dialogs/close/dialog.json"
        let plan = try upgrade(changing: [
            path: MadeUp.files[path]?.replacing("\"close\"", with: "\"close\""),
            "templates/desk/dialogs/close/begin.before.js": "1;\n",
        ])
        #expect(plan.changes.isEmpty && plan.conflicts.isEmpty)
        #expect(!folder.has("dialogs/close"))
    }

    @Test func `does not put a new dialog over one of the user's`() throws {
        try Installing(template: "desk").install(in: folder)
        let own = MadeUp.text(MadeUp.deskDialog("third", calls: "open")).replacing("stranger", with: "friend")
        try folder.put(own, at: "dialogs/third/dialog.json")
        let plan = try upgrade(changing: [
            "templates/desk/dialogs/third/dialog.json": MadeUp.text(MadeUp.deskDialog("third", calls: "open")),
            "templates/desk/dialogs/third/go.before.js": "1;\n",
        ])
        #expect(plan.conflicts.map(\.path) == ["dialogs/third/dialog.json"])
        #expect(plan.conflicts.first?.heldPlaces == ["dialogs/third/go.before.js"])
        #expect(try folder.text("dialogs/third/dialog.json") == own)
        #expect(!folder.has("dialogs/third/go.before.js"))
        // Theirs is there to be taken.
        let taken = try ConflictResolution(of: "desk", in: folder.workspace()) { _ in .theirs }
        try folder.workspace().apply(taken)
        #expect(try folder.json("dialogs/third/dialog.json")["nodes"]?[2]?["id"] == "stranger")
        #expect(try folder.text("dialogs/third/go.before.js") == "1;\n")
        #expect(try folder.workspace().openConflicts().isEmpty)
    }

    @Test func `takes a dropped dialog away, unless somebody needs it`() throws {
        try Installing(template: "desk").install(in: folder)
        let drop: [String: String?] = [
            "templates/desk/dialogs/close/dialog.json": nil,
            "templates/desk/dialogs/open/dialog.json": MadeUp.text(MadeUp.deskDialog("open", calls: "open")),
        ]
        try folder.put(MadeUp.text(MadeUp.deskDialog("own", calls: "close")), at: "dialogs/own/dialog.json")
        let kept = try upgrade(changing: drop)
        #expect(kept.conflicts.map(\.path) == ["dialogs/close/dialog.json"])
        #expect(folder.has("dialogs/close/dialog.json"))
        let gone = try ConflictResolution(of: "desk", in: folder.workspace()) { _ in .theirs }
        try folder.workspace().apply(gone)
        #expect(!folder.has("dialogs/close/dialog.json"))
    }

    @Test func `takes a dropped dialog away that nobody edited`() throws {
        try Installing(template: "desk").install(in: folder)
        let plan = try upgrade(changing: [
            "templates/desk/dialogs/close/dialog.json": nil,
            "templates/desk/dialogs/open/dialog.json": MadeUp.text(MadeUp.deskDialog("open", calls: "open")),
        ])
        #expect(plan.conflicts.isEmpty)
        #expect(lines(plan) == ["remove dialogs/close/dialog.json", "replace dialogs/open/dialog.json"])
        #expect(!folder.has(".patchbay/base/desk/dialogs/close/dialog.json"))
    }

    @Test func `keeps the names of an instance's dialogs when there are more of them`() throws {
        try Installing(as: "mine").install(in: folder)
        let more = MadeUp.text(MadeUp.deskDialog("more", calls: "track"))
        try upgrade(changing: ["templates/track/dialogs/more/dialog.json": more])
        let dialogs = try folder.workspace().lock.templates.first?.dialogs
        #expect(dialogs?.map(\.here) == ["mine-more", "mine"])
        #expect(try folder.json("dialogs/mine-more/dialog.json")["nodes"]?[1]?["dialog"] == "mine")
    }

    // MARK: - Variables and hosts

    @Test func `joins variables record by record`() throws {
        _ = try folder.workspace()
        try folder.put(
            #"{"formatVersion": 1, "variables": [{"key": "parcelToken", "value": "mine"}, {"key": "own", "value": 1}]}"#,
            at: "variables/env.json"
        )
        try Installing().install(in: folder)
        try folder.put(
            try folder.text("variables/env.json").replacing("The model", with: "My hint"),
            at: "variables/env.json"
        )
        var template = MadeUp.track
        template = template.setting("New hint", at: "/variables/0/hint").setting("Group", at: "/variables/0/group")
        template = template.setting(["key": "fresh", "value": 2], at: "/variables/1")
        let plan = try upgrade(changing: [Self.template: MadeUp.text(template)])
        // What was there before the template stays; both changed the hint; the rest joins.
        #expect(plan.conflicts.map(\.path) == ["/variables/parcelModel/hint"])
        #expect(plan.conflicts.map(\.file) == ["variables/env.json"])
        let records = try folder.json("variables/env.json")["variables"]
        #expect(records?.array?.compactMap { $0["key"]?.string } == ["parcelToken", "own", "parcelModel", "fresh"])
        #expect(records?[0] == ["key": "parcelToken", "value": "mine"])
        #expect(records?[2] == ["key": "parcelModel", "value": "Hello", "hint": "My hint", "group": "Group"])
        let taken = try ConflictResolution(of: "track", in: folder.workspace()) { _ in .value("Our hint") }
        try folder.workspace().apply(taken)
        #expect(try folder.json("variables/env.json")["variables"]?[2]?["hint"] == "Our hint")
    }

    @Test func `takes a dropped variable away, unless the user reads it`() throws {
        try Installing().install(in: folder)
        let without = MadeUp.track.setting([], at: "/variables")
        try folder.put(
            try folder.text(Self.main).replacing("\"Hello\"\n", with: "\"{{content.bye}}\"\n"),
            at: Self.main
        )
        #expect(try folder.text(Self.main).contains("content.bye"))
        try upgrade(changing: [Self.template: MadeUp.text(without)])
        #expect(try folder.json("variables/env.json")["variables"] == [])
        #expect(try folder.json("variables/content.json")["variables"]?[0]?["key"] == "bye")
        #expect(try folder.workspace().lock.templates.first?.records.isEmpty == true)
    }

    @Test func `does not bring a host back that the user took away`() throws {
        try Installing().install(in: folder)
        let settings = try folder.json("patchbay.json").setting(["own.example"], at: "/hosts")
        try folder.put(MadeUp.text(settings), at: "patchbay.json")
        try upgrade(changing: [
            Self.template: MadeUp.text(MadeUp.track.setting(["api.parcel.example", "new.example"], at: "/hosts"))
        ])
        #expect(try folder.workspace().settings.hosts == ["own.example", "new.example"])
    }

    // MARK: - Scripts and their nodes

    @Test func `keeps a node whose script the user edited, with its script`() throws {
        try Installing().install(in: folder)
        try folder.put("context.skills = [2];\n", at: "dialogs/track/numberScript.js")
        var dialog = MadeUp.trackDialog.setting("end", at: "/nodes/1/next")
        dialog = dialog.setting(.array(Array(dialog["nodes"]?.array?.prefix(2) ?? [])), at: "/nodes")
        let changes: [String: String?] = [
            Self.dialog: MadeUp.text(dialog), "templates/track/dialogs/track/numberScript.js": nil,
        ]
        let plan = try upgrade(changing: changes)
        #expect(plan.conflicts.map(\.path) == ["/nodes/numberScript"])
        #expect(plan.conflicts.first?.heldPlaces.contains("dialogs/track/numberScript.js") == true)
        #expect(try folder.text("dialogs/track/numberScript.js") == "context.skills = [2];\n")
        let nodes = try folder.json(Self.main)["nodes"]
        #expect(nodes?[2]?["id"] == "numberScript")
        #expect(nodes?[2]?["x-patchbay-script"] == nil)
        #expect(nodes?[1]?["next"] == "numberScript")
        let taken = try ConflictResolution(of: "track", in: folder.workspace()) { _ in .theirs }
        try folder.workspace().apply(taken)
        #expect(!folder.has("dialogs/track/numberScript.js"))
        #expect(try folder.json(Self.main)["nodes"]?.array?.count == 2)
    }

    @Test func `gives the template's files byte for byte where nothing was edited`() throws {
        try Installing().install(in: folder)
        let object = try #require(folder.json(Self.main).object)
        // Other white space and another order of keys are no edit.
        try folder.put(
            JSONWriter().text(.object(JSONObject(object.members.reversed().map { ($0.key, $0.value) }))),
            at: Self.main
        )
        let plan = try upgrade(changing: Self.edited(Self.dialog, "\"Track\"", "\"Tr\u{E4}ck 3.0\""))
        #expect(lines(plan) == ["replace \(Self.main)"])
        let other = try TemporaryFolder()
        try Installing(MadeUp.plugin("1.1.0", changing: Self.edited(Self.dialog, "\"Track\"", "\"Tr\u{E4}ck 3.0\"")))
            .install(in: other)
        #expect(try folder.text(Self.main) == other.text(Self.main))
        var (here, there) = (try folder.tree(), try other.tree())
        // The pin is moved by other commands.
        here["patchbay.lock"] = nil
        there["patchbay.lock"] = nil
        #expect(here == there)
        #expect(try folder.workspace().lock.templates == other.workspace().lock.templates)
    }

    @Test func `refuses to join what is no dialog, and writes nothing`() throws {
        try Installing().install(in: folder)
        try folder.put("{", at: Self.main)
        let before = try folder.tree()
        #expect(throws: DiagnosticError.self) {
            try upgrade(changing: Self.edited(Self.dialog, "\"Track\"", "\"Find\""))
        }
        #expect(try folder.tree() == before)
    }
}
