import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayRegistry

@Suite("Plugins in the home")
struct PluginHomeTests {
    private let folder: TemporaryFolder
    private let home: PluginHome
    private let loader = PluginLoader(hasher: MixingHasher())

    init() throws {
        folder = try TemporaryFolder()
        home = PluginHome(try folder.home(), loader: loader, hasher: MixingHasher())
    }

    private func plugin(_ version: String = "1.0.0", _ changes: [String: String?] = [:]) throws -> Plugin {
        var files = MadeUp.files(changing: changes)
        files["plugin.json"] = files["plugin.json"]?.replacing(
            #""version": "1.0.0""#,
            with: #""version": "\#(version)""#
        )
        return try MadeUp.load(files).checked()
    }

    private func tree() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/home/plugins").sorted()
    }

    @Test func `stand side by side, the newest first`() throws {
        #expect(try home.list() == [])
        let old = try home.install(plugin("1.9.0"))
        let new = try home.install(plugin("1.10.0"))
        let other = try home.install(plugin("1.9.0", ["schemas/parcel.json": "{}"]))
        #expect(try home.list().first == new)
        #expect(try Set(home.list().map(\.folder)) == Set([old, new, other].map(\.folder)))
        #expect(try home.newest(of: "parcel") == new)
        #expect(try home.newest(of: "zebra") == nil)
        #expect(try home.newest(of: "../plugins/parcel") == nil)
        #expect(try home.plugin(old).manifest.version == Version(1, 9, 0))
    }

    @Test func `are copied byte for byte, and once`() throws {
        let plugin = try plugin()
        let installed = try home.install(plugin)
        #expect(installed.folder == "plugins/parcel/1.0.0-\(PluginHome.short(plugin.hash))")
        #expect(try home.verify(installed) == (true, plugin.hash))
        let before = try tree()
        #expect(try home.install(plugin) == installed)
        #expect(try tree() == before)
        #expect(try home.plugin(installed).hash == plugin.hash)
        #expect(try home.plugin(installed).template("track").dialogs == ["track"])
    }

    @Test(arguments: ["a changed byte", "an added file", "a removed file", "a renamed file"])
    func `are found changed by their hash`(change: String) throws {
        let installed = try home.install(plugin())
        let place = home.place(of: installed)
        switch change {
        case "a changed byte":
            try Data(#"{ "type": "objekt" }"#.utf8).write(to: URL(filePath: place + "/schemas/parcel.json"))
        case "an added file": try Data().write(to: URL(filePath: place + "/added.txt"))
        case "a removed file": try FileManager.default.removeItem(atPath: place + "/schemas/parcel.json")
        default:
            try FileManager.default.moveItem(atPath: place + "/schemas/parcel.json", toPath: place + "/schemas/b.json")
        }
        #expect(try !home.verify(installed).isGood)
    }

    @Test func `are what was shown before, or are not installed`() throws {
        try folder.put(MadeUp.files, in: "source/parcel")
        let files = try PluginCatalogue.files(in: folder.path + "/source/parcel")
        let shown = try loader.load(files, name: "parcel").checked()
        try folder.put(["source/parcel/schemas/parcel.json": #"{ "type": "string" }"#])
        #expect(throws: RegistryError.changedMeanwhile("parcel")) { try home.install(shown) }
        #expect(try home.list() == [])
    }

    @Test func `are installed whole or not at all`() throws {
        struct Breaking: PluginFiles {
            let files: any PluginFiles
            func read(_ path: String) throws -> [UInt8] {
                if path.hasSuffix("dialog.json") { throw FileError.system(.read, path: path, code: 5) }
                return try files.read(path)
            }
            func names(in folder: String) throws -> [String] { try files.names(in: folder) }
            func paths() throws -> [String] { try files.paths() }
        }
        let good = try plugin()
        let broken = Plugin(manifest: good.manifest, hash: good.hash, files: Breaking(files: good.files))
        #expect(throws: FileError.self) { try home.install(broken) }
        #expect(try home.list() == [])
    }

    @Test func `are removed one version at a time`() throws {
        let old = try home.install(plugin("1.0.0"))
        let new = try home.install(plugin("2.0.0"))
        try home.remove(old)
        #expect(try home.list() == [new])
        try home.remove(old)
        try home.remove(new)
        #expect(try home.list() == [])
    }

    @Test func `are found by a lock's pin`() throws {
        let plugin = try plugin()
        let pin = LockFile.PinnedPlugin(id: "parcel", version: plugin.manifest.version, hash: plugin.hash)
        #expect(throws: RegistryError.notInstalled("parcel")) { try home.plugin(pinned: pin) }
        try home.install(plugin)
        #expect(try home.plugin(pinned: pin).hash == plugin.hash)
        let other = LockFile.PinnedPlugin(
            id: "parcel",
            version: plugin.manifest.version,
            hash: "sha256:0123456789abcdef"
        )
        let error = #expect(throws: RegistryError.self) { try home.plugin(pinned: other) }
        #expect(error == .unknownVersion("parcel", wanted: "1.0.0-0123456789ab", found: [Version(1, 0, 0)]))
    }
}

@Suite("A plugin's grade")
struct PluginGradeTests {
    private func grade(_ files: [String: String]) throws -> PluginGrade {
        let loaded = try MadeUp.load(files)
        return PluginGrade.of(try #require(loaded.plugin), templates: loaded.templates, diagnostics: loaded.diagnostics)
    }

    private func manifest(_ changes: [(String, String)]) -> [String: String] {
        let text = changes.reduce(MadeUp.manifest) { $0.replacing($1.0, with: $1.1) }
        return MadeUp.files(changing: ["plugin.json": text])
    }

    private static let source = (#""method": "GET""#, #""source": "https://parcel.example/docs", "method": "GET""#)
    private static let check = (
        #""fields": ["#, #""check": { "operation": "list-parcels" }, "fields": ["#
    )
    private static let list = (
        #""operations": {"#,
        #""errorMessage": [{ "pointer": "/error" }], "operations": { "list-parcels": { "title": "List", "#
            + #""source": "https://parcel.example", "method": "GET", "path": "/parcels", "#
            + #""response": { "schema": true } },"#
    )

    @Test func `is none where an operation has no source`() throws {
        let grade = try grade(MadeUp.files)
        #expect(grade.name == "none")
        #expect(grade.next == "operation 'track-parcel' needs schemas and a source")
    }

    @Test func `is none with errors`() throws {
        #expect(try grade(MadeUp.files(changing: ["schemas/parcel.json": nil])).name == "none")
    }

    @Test func `rises with checks, errors, samples, icon and help`() throws {
        #expect(try grade(manifest([Self.source])).name == "bronze")
        let checked = [Self.source, Self.check, Self.list, Self.errors]
        let bronze = try grade(manifest(checked))
        #expect(bronze == PluginGrade(name: "bronze", missing: ["template 'track' needs a sample conversation"]))
    }

    private func sampled(_ sample: String, _ changes: [(String, String)] = [], tape: String? = nil) throws
        -> PluginGrade
    {
        var files = manifest([Self.source, Self.check, Self.list, Self.errors] + changes)
        files["templates/track/tests/sample.json"] = sample
        files["tapes/track-parcel/parcel.json"] = tape
        return try grade(files)
    }

    private static let errors = (
        #""operations": {"#, #""errors": [{ "when": { "status": [409] }, "kind": "quota" }], "operations": {"#
    )
    private static let sample =
        #"{ "formatVersion": 1, "template": "parcel/track", "startTime": "2026-03-02T09:00:00Z", "seed": 1, "#
        + #""turns": [{ "event": { "kind": "message", "text": "track" }, "expect": []"#

    @Test func `is silver only with both rules and a place of words for errors`() throws {
        let bronze = PluginGrade(name: "bronze", missing: ["'errors' and 'errorMessage' need entries"])
        var files = manifest([Self.source, Self.check, Self.list])
        files["templates/track/tests/sample.json"] = Self.sample + #", "calls": [] }] }"#
        #expect(try grade(files) == bronze)
        #expect(try sampled(Self.sample + #", "calls": [] }] }"#).name == "silver")
    }

    @Test func `is silver only with the calls of a sample, or its operations, on tape`() throws {
        let bare = try sampled(Self.sample + "}] }")
        #expect(bare.next == "template 'track' needs a sample conversation with its calls, or tapes of its operations")
        let tape = #"{ "formatVersion": 1, "answer": { "body": { "json": {} } } }"#
        #expect(try sampled(Self.sample + "}] }", tape: tape).name == "silver")
    }

    @Test func `is gold only where an operation that may do harm says how it is tried again`() throws {
        let icon = (#""categories""#, #""icon": "icon.svg", "categories""#)
        let help = (#""title": "Key""#, #""title": "Key", "help": "Ask for one.""#)
        let post = (#""method": "GET", "path": "/parcels/{id}""#, #""method": "POST", "path": "/parcels/{id}""#)
        let retry = (#""path": "/parcels/{id}""#, #""retry": { "safe": true }, "path": "/parcels/{id}""#)
        func grade(_ changes: [(String, String)]) throws -> PluginGrade {
            var files = manifest([Self.source, Self.check, Self.list, Self.errors, icon, help] + changes)
            files["templates/track/tests/sample.json"] = Self.sample + #", "calls": [] }] }"#
            files["icon.svg"] = #"<svg xmlns="http://www.w3.org/2000/svg"/>"#
            return try self.grade(files)
        }
        #expect(try grade([]).name == "gold")
        let silver = "operation 'track-parcel' needs a 'retry' that says whether repeating it does harm"
        #expect(try grade([post]) == PluginGrade(name: "silver", missing: [silver]))
        #expect(try grade([post, retry]).name == "gold")
    }

    @Test func `is platinum only when it is signed, with failures on tape and notes for its version`() throws {
        let icon = (#""categories""#, #""icon": "icon.svg", "categories""#)
        let help = (#""title": "Key""#, #""title": "Key", "help": "Ask for one.""#)
        var files = manifest([Self.source, Self.check, Self.list, Self.errors, icon, help])
        files["templates/track/tests/sample.json"] = Self.sample + #", "calls": [] }] }"#
        files["icon.svg"] = #"<svg xmlns="http://www.w3.org/2000/svg"/>"#
        func grade(isSigned: Bool) throws -> PluginGrade {
            let loaded = try MadeUp.load(files)
            return PluginGrade.of(
                try #require(loaded.plugin),
                templates: loaded.templates,
                diagnostics: loaded.diagnostics,
                isSigned: isSigned
            )
        }
        let gold = try grade(isSigned: false)
        #expect(gold.name == "gold" && gold.next == "a signature")
        for operation in try #require(MadeUp.load(files).plugin).manifest.operations.map(\.id) {
            #expect(gold.missing.contains("operation '\(operation)' needs a tape of a failure"))
            files["tapes/\(operation)/good.json"] = #"{ "formatVersion": 1, "answer": { "body": { "json": {} } } }"#
            files["tapes/\(operation)/bad.json"] = #"{ "formatVersion": 1, "answer": { "status": 500 } }"#
        }
        #expect(try grade(isSigned: true).missing.count == 1)
        files["CHANGELOG.md"] = "# Changes\n\n## 9.9.9\n"
        #expect(try grade(isSigned: true).next?.hasPrefix("upgrade notes: a CHANGELOG.md with a heading for") == true)
        let version = try #require(MadeUp.load(files).plugin).manifest.version
        files["CHANGELOG.md"] = "# Changes\n\n## \(version) (2026-03-02)\n"
        #expect(try grade(isSigned: true) == PluginGrade(name: "platinum", missing: []))
        #expect(try grade(isSigned: false) == PluginGrade(name: "gold", missing: ["a signature"]))
    }
}
