import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("Exporting a workspace")
struct WorkspaceExportTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Self.fill(folder)
    }

    private static func fill(_ folder: TemporaryFolder) throws {
        try Installing().install(in: folder)
        try folder.put(
            #"{"formatVersion":1,"id":"parcel","integration":"parcel","authorization":"key"}"#,
            at: "authorization/parcel.json"
        )
    }

    private func export(
        _ folder: TemporaryFolder? = nil,
        archive: [UInt8]? = nil,
        secrets: (String, [UInt8]) -> [Diagnostic] = { _, _ in [] }
    ) throws -> WorkspaceExport {
        try WorkspaceExport(
            of: (folder ?? self.folder).workspace(),
            plugins: [.init(plugin: MadeUp.plugin(), archive: archive)],
            hasher: MixingHasher(),
            findSecrets: secrets
        )
    }

    private func json(_ path: String, in export: WorkspaceExport) throws -> JSONValue {
        try JSONReader().read(try #require(export.entries.first { $0.path == path }).bytes)
    }

    @Test func `holds the layout's files in one order and nothing of the machine`() throws {
        let export = try export(archive: [1, 2, 3])
        #expect(
            export.entries.map(\.path) == [
                "export.json", "bom.json", "plugins/parcel-1.0.0.zip", "workspace/.gitattributes",
                "workspace/.gitignore",
                "workspace/.patchbay/base/track/dialogs/track/dialog.json",
                "workspace/.patchbay/base/track/dialogs/track/numberScript.js",
                "workspace/.patchbay/base/track/dialogs/track/tapes/call/a.json",
                "workspace/.patchbay/base/track/patchbay.json",
                "workspace/.patchbay/base/track/variables/content.json",
                "workspace/.patchbay/base/track/variables/env.json",
                "workspace/authorization/parcel.json", "workspace/dialogs/track/dialog.json",
                "workspace/dialogs/track/numberScript.js", "workspace/dialogs/track/tapes/call/a.json",
                "workspace/patchbay.json", "workspace/patchbay.lock", "workspace/variables/content.json",
                "workspace/variables/env.json",
            ]
        )
        #expect(export.leftOut == [])
        for entry in export.entries where entry.path.hasPrefix("workspace/") {
            #expect(String(decoding: entry.bytes, as: UTF8.self) == (try folder.text(String(entry.path.dropFirst(10)))))
        }
    }

    @Test func `gives the same bytes twice, and in another directory`() throws {
        let first = try export()
        #expect(try export().entries == first.entries)
        let elsewhere = try TemporaryFolder()
        try Self.fill(elsewhere)
        _ = try elsewhere.workspace().makeLocalID(RandomIDSource())
        #expect(try export(elsewhere).entries == first.entries)
        for entry in first.entries {
            #expect(!String(decoding: entry.bytes, as: UTF8.self).contains(folder.path))
        }
    }

    @Test func `says what to bind again`() throws {
        let head = try json("export.json", in: export(archive: [1]))
        #expect(FileCheck.diagnostics(of: head, as: .export) == [])
        #expect(head["assistant"] == ["id": "support-desk", "name": "Support Desk"])
        #expect(head["plugins"]?[0]?["archive"] == "plugins/parcel-1.0.0.zip")
        #expect(
            head["bind"] == [
                ["profile": "parcel", "integration": "parcel", "mode": "preAuthorized", "fields": ["parcelKey"]]
            ]
        )
        #expect(head["secured"] == ["parcelToken"])
        #expect(head["hosts"] == ["api.parcel.example"])
        #expect(try json("export.json", in: export())["plugins"]?[0]?["archive"] == nil)
    }

    @Test func `says which template made which file, and what was changed since`() throws {
        try folder.put("edited", at: "dialogs/track/numberScript.js")
        try folder.put(JSONWriter().text(folder.json("dialogs/track/dialog.json")), at: "dialogs/track/dialog.json")
        let bom = try json("bom.json", in: export())
        #expect(FileCheck.diagnostics(of: bom, as: .bom).map(\.description) == [])
        let rows = try #require(bom["files"]?.array)
        let row = { (path: String) in rows.first { $0["path"]?.string == path } }
        let origin: JSONValue = ["instance": "track", "plugin": "parcel", "version": "1.0.0", "template": "track"]
        #expect(row("dialogs/track/numberScript.js")?["changed"] == true)
        #expect(row("dialogs/track/numberScript.js")?["from"] == origin)
        #expect(row("dialogs/track/dialog.json")?["changed"] == false)
        #expect(row("variables/env.json")?["records"] == ["track": ["parcelModel", "parcelToken"]])
        #expect(row("patchbay.json")?["from"] == nil)
        #expect(rows.compactMap { $0["path"]?.string } == rows.compactMap { $0["path"]?.string }.sorted())
    }

    @Test func `leaves unknown files behind and names them`() throws {
        for path in [
            "notes.txt", "node_modules/a/index.js", "dialogs/track/readme.md", "dialogs/loose.json",
            "variables/more.json",
            "authorization/keys/a.json", ".patchbay/cache/x", ".patchbay/base/track/other.txt", ".patchbay/local/id",
            ".git/config", "tests/deep/a.json", "dialogs/track/tapes/a.json",
        ] { try folder.put("x", at: path) }
        try folder.put("x", at: "bell\u{7}.txt")
        let export = try export()
        #expect(
            export.leftOut == [
                ".patchbay/base/track/other.txt", ".patchbay/cache/", "authorization/keys/a.json", "bell\\u{7}.txt",
                "dialogs/loose.json", "dialogs/track/readme.md", "dialogs/track/tapes/a.json", "node_modules/",
                "notes.txt",
                "tests/deep/a.json", "variables/more.json",
            ]
        )
        #expect(export.entries.allSatisfy { $0.bytes != [0x78] })
    }

    @Test func `neither follows a link nor forgets one`() throws {
        let outside = try TemporaryFolder()
        try outside.put("secret", at: "secret.js")
        try folder.link("link.txt", to: outside.path + "/secret.js")
        let export = try export()
        #expect(export.leftOut == ["link.txt"])
        try folder.link("dialogs/track/secret.js", to: outside.path + "/secret.js")
        let error = #expect(throws: FileError.self) { try self.export() }
        #expect(error == .link(folder.path + "/dialogs/track/secret.js"))
        try folder.remove("dialogs/track/secret.js")
        try folder.link("dialogs/other", to: outside.path)
        #expect(throws: FileError.link(folder.path + "/dialogs/other")) { try self.export() }
        try folder.remove("dialogs/other")
        try folder.link("tests", to: outside.path)
        #expect(throws: FileError.link(folder.path + "/tests")) { try self.export() }
    }

    @Test func `is stopped by a secret in any of its files`() throws {
        let found = Diagnostic(file: "dialogs/track/numberScript.js", "a secret")
        let error = #expect(throws: WorkspaceError.self) {
            try export { path, bytes in
                String(decoding: bytes, as: UTF8.self).contains("skills") && path.hasSuffix(".js") ? [found] : []
            }
        }
        #expect(error == .secretInFile([found, found]))
        #expect(error?.description.contains("dialogs/track/numberScript.js: error: a secret") == true)
    }
}
