import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("Starting a workspace")
struct WorkspaceStartTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [
        ("Support Desk", "support-desk"), ("  Hello,  World! ", "hello-world"), ("42", "a-42"),
        ("Ärger im Café Straße", "arger-im-cafe-strasse"), ("", "assistant"),
        ("!!!", "assistant"), ("a\u{1B}[31m\nb", "a-31m-b"), ("日本", "assistant"),
        (String(repeating: "x", count: 100), String(repeating: "x", count: 64)),
        (String(repeating: "x", count: 63) + " y", String(repeating: "x", count: 63)),
    ])
    func `makes an id from any name`(name: String, id: String) {
        #expect(WorkspaceStart.id(from: name) == id)
        #expect(TextKind.id.matches(id))
    }

    @Test func `writes settings, lock, schemas and git's files`() throws {
        let written = try WorkspaceStart(name: "Support Desk", language: "de", timeZone: "Europe/Vienna").make(
            in: folder.root()
        )
        #expect(
            written.filter { !$0.hasPrefix(".patchbay/schema/") } == [
                ".gitattributes", ".gitignore", "patchbay.json", "patchbay.lock",
            ]
        )
        #expect(written.contains(".patchbay/schema/dialog.schema.json"))
        let workspace = try Workspace(opening: folder.root())
        #expect(workspace.settings.id == "support-desk")
        #expect(workspace.settings.language == "de")
        #expect(workspace.settings.timeZone == "Europe/Vienna")
        #expect(workspace.lock == LockFile())
        #expect(try folder.text(".gitignore").contains(".patchbay/local/"))
        #expect(try workspace.dialogIDs() == [])
        #expect(throws: WorkspaceError.exists(folder.path)) { try WorkspaceStart(name: "x").make(in: folder.root()) }
    }

    @Test func `leaves what is there as it is, and still keeps the machine's files out of git`() throws {
        try folder.put("node_modules\n", at: ".gitignore")
        try folder.put("# mine\n", at: ".gitattributes")
        try folder.put("mine", at: "dialogs/mine/notes.txt")
        let written = try WorkspaceStart(name: "x").make(in: folder.root())
        #expect(!written.contains(".gitignore"))
        #expect(try folder.text(".gitignore") == "node_modules\n")
        #expect(try folder.text(".gitattributes") == "# mine\n")
        #expect(try folder.text(".patchbay/.gitignore") == "local/\nschema/\n")
        #expect(try folder.text("dialogs/mine/notes.txt") == "mine")
    }

    @Test(arguments: [("no language!", "UTC"), ("en", "Nowhere/Land\u{7}")])
    func `writes nothing with a language or time zone that is none`(language: String, timeZone: String) throws {
        let start = WorkspaceStart(name: "x", language: language, timeZone: timeZone)
        #expect(throws: DiagnosticError.self) { try start.make(in: folder.root()) }
        #expect(try folder.tree().isEmpty)
    }
}

@Suite("A workspace")
struct WorkspaceTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `is none without settings`() throws {
        #expect(throws: WorkspaceError.noWorkspace(from: folder.path)) { try Workspace(opening: folder.root()) }
        #expect(try !Workspace.isWorkspace(folder.root()))
    }

    @Test(arguments: [
        "", "{}", "{", "[]", "\u{0}", #"{"formatVersion":99,"plugins":[],"templates":[]}"#, "<<<<<<< mine",
    ])
    func `with a damaged lock says which file and does not begin anew`(text: String) throws {
        try Installing().install(in: folder)
        try folder.put(text, at: "patchbay.lock")
        let error = #expect(throws: DiagnosticError.self) { try folder.workspace() }
        #expect(error?.description.contains("patchbay.lock") == true)
        #expect(error?.description.contains("git checkout patchbay.lock") == true)
        #expect(try folder.text("patchbay.lock") == text)
    }

    @Test func `with a huge lock says which file`() throws {
        _ = try folder.workspace()
        try folder.put(String(repeating: " ", count: 2 << 20), at: "patchbay.lock")
        let error = #expect(throws: FileError.self) { try folder.workspace() }
        #expect(error?.description.contains("patchbay.lock") == true)
    }

    @Test func `without a lock is new, unless templates are installed`() throws {
        _ = try folder.workspace()
        try folder.remove("patchbay.lock")
        #expect(try folder.workspace().lock == LockFile())
        try Installing().install(in: folder)
        try folder.remove("patchbay.lock")
        let error = #expect(throws: WorkspaceError.lockMissing(instance: "track")) { try folder.workspace() }
        #expect(error?.description.contains("version control") == true)
    }

    @Test func `offers a near dialog, and none outside its folder`() throws {
        try Installing().install(in: folder)
        let workspace = try folder.workspace()
        #expect(throws: WorkspaceError.unknownDialog("trak", near: "track")) { try workspace.dialog("trak") }
        #expect(throws: WorkspaceError.self) { try workspace.dialog("../track") }
        let odd = #expect(throws: WorkspaceError.self) { try workspace.dialog("a\u{1B}") }
        #expect(odd?.description.contains("\u{1B}") == false)
        #expect(try workspace.scripts(of: "track") == ["numberScript.js": "context.skills = [1];\n"])
        #expect(try workspace.scripts(of: "none") == [:])
    }

    @Test func `lists only dialogs, whatever else lies there`() throws {
        _ = try folder.workspace()
        for name in ["notes.txt", "empty/x.txt", "con\u{7}trol/dialog.json", "ok/dialog.json"] {
            try folder.put("{}", at: "dialogs/" + name)
        }
        #expect(try folder.workspace().dialogIDs() == ["ok"])
        try folder.link("dialogs/elsewhere", to: "ok")
        #expect(throws: FileError.link(folder.path + "/dialogs/elsewhere")) { try folder.workspace().dialogIDs() }
    }

    @Test func `refuses a profile under another name`() throws {
        let workspace = try folder.workspace()
        let profile: JSONValue = ["formatVersion": 1, "id": "work", "integration": "parcel", "authorization": "key"]
        try workspace.save(profile: profile, id: "work", of: "parcel", asDefault: false)
        #expect(try folder.workspace().profiles().map(\.id) == ["work"])
        try folder.put(folder.text("authorization/work.json"), at: "authorization/other.json")
        let error = #expect(throws: DiagnosticError.self) { try folder.workspace().profiles() }
        #expect(error?.description.contains("authorization/other.json:3:9: error: /id: the id is 'work'") == true)
    }

    @Test func `keeps profiles and settings together`() throws {
        let profile: JSONValue = ["formatVersion": 1, "id": "work", "integration": "parcel", "authorization": "key"]
        try folder.workspace().save(profile: profile, id: "work", of: "parcel", asDefault: true)
        #expect(try folder.workspace().settings.integrations == ["parcel": "work"])
        let before = try folder.tree()
        try folder.workspace().save(profile: profile, id: "work", of: "parcel", asDefault: true)
        #expect(try folder.tree() == before)
        try folder.workspace().removeProfiles(["work", "gone"], of: "parcel")
        #expect(try folder.workspace().settings.integrations.isEmpty)
        #expect(!folder.has("authorization/work.json"))
    }

    @Test func `does not write settings that another command changed meanwhile`() throws {
        let workspace = try folder.workspace()
        try folder.put(folder.text("patchbay.json").replacing("Support Desk", with: "Help"), at: "patchbay.json")
        #expect(throws: WorkspaceError.changedMeanwhile) {
            try workspace.save(profile: ["id": "a"], id: "a", of: "parcel", asDefault: true)
        }
        #expect(!folder.has("authorization/a.json"))
    }

    @Test func `pins a plugin once, in order, and unpins it`() throws {
        let hash = MixingHasher().contentHash([])
        for (id, version) in [("zebra", "1.0.0"), ("parcel", "1.0.0"), ("zebra", "2.0.0")] {
            try folder.workspace().pin(.init(id: PluginID(id), version: try #require(Version(version)), hash: hash))
        }
        #expect(
            try folder.json("patchbay.lock")["plugins"]?.array?.compactMap { $0["id"]?.string } == ["parcel", "zebra"]
        )
        #expect(try folder.workspace().lock.pin(of: "zebra")?.version == Version(2, 0, 0))
        try folder.workspace().unpin("zebra")
        #expect(try folder.workspace().lock.plugins.map(\.id) == ["parcel"])
        let stale = try folder.workspace()
        stale.release()
        try folder.workspace().unpin("parcel")
        #expect(throws: WorkspaceError.changedMeanwhile) {
            try stale.pin(.init(id: "late", version: Version(1, 0, 0), hash: hash))
        }
    }

    @Test func `has one local id, also when many make it at once`() async throws {
        let workspace = try folder.workspace()
        #expect(try workspace.localID() == nil)
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try workspace.makeLocalID(RandomIDSource()) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try workspace.localID() == ids.first)
        #expect(try workspace.root.status(".patchbay/local/id").mode == 0o600)
        for text in ["", "short", String(repeating: "g", count: 32), String(repeating: "a", count: 33)] {
            try folder.put(text, at: ".patchbay/local/id")
            #expect(try workspace.localID() == nil)
        }
    }

    @Test func `tells by stamps what was edited`() throws {
        try Installing().install(in: folder)
        let workspace = try folder.workspace()
        let before = try workspace.stamps()
        #expect(before.contains { $0.hasPrefix("dialogs/track/dialog.json ") })
        #expect(before.contains { $0.hasPrefix("patchbay.json ") })
        #expect(!before.contains { $0.hasPrefix("patchbay.lock") || $0.hasPrefix(".patchbay") })
        try folder.put("edited, and longer than it was", at: "dialogs/track/numberScript.js")
        #expect(try workspace.stamps() != before)
    }
}
