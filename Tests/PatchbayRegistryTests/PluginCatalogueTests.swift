import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayRegistry

@Suite("A catalogue")
struct PluginCatalogueTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func put(_ id: String, version: String = "1.0.0", name: String? = nil, in catalogue: String = "Plugins")
        throws
    {
        let manifest = MadeUp.manifest.replacing(#""id": "parcel""#, with: #""id": "\#(id)""#)
            .replacing(#""version": "1.0.0""#, with: #""version": "\#(version)""#)
            .replacing(#""name": "Parcel""#, with: #""name": "\#(name ?? id)""#)
        try folder.put([catalogue + "/" + id + "/plugin.json": manifest])
    }

    private func catalogue(_ names: [String] = ["Plugins"], indexed: Bool = false) throws -> PluginCatalogue {
        PluginCatalogue(
            folders: names.map { ShareLayout.Catalogue(plugins: folder.path + "/" + $0) },
            index: indexed ? CatalogueIndex(home: try folder.home().root, name: "catalogue") : nil
        )
    }

    private var indexFile: String { folder.path + "/home/index/catalogue.json" }

    @Test(arguments: [false, true])
    func `lists by id, the newest version first, and of equal ones the first folder's`(indexed: Bool) throws {
        try put("zebra")
        try put("parcel", version: "1.2.0", name: "first")
        try put("parcel", version: "1.10.0", in: "More")
        try put("zebra", name: "second", in: "More")
        let catalogue = try catalogue(["Plugins", "More"], indexed: indexed)
        for _ in 0..<2 {
            let (plugins, diagnostics) = try catalogue.list()
            #expect(plugins.map { "\($0.id)@\($0.version)" } == ["parcel@1.10.0", "parcel@1.2.0", "zebra@1.0.0"])
            #expect(plugins.last?.name.text(in: "en") == "zebra")
            #expect(plugins.first?.place == folder.path + "/More/parcel")
            #expect(plugins.first?.templates == ["track"])
            #expect(diagnostics == [])
        }
    }

    @Test func `gives the files of the newest or the wanted version`() throws {
        try put("parcel", version: "1.2.0")
        try put("parcel", version: "1.10.0", in: "More")
        let catalogue = try catalogue(["Plugins", "More"])
        let text = { (files: FolderPluginFiles) in String(decoding: try files.read("plugin.json"), as: UTF8.self) }
        #expect(try text(catalogue.files(of: "parcel")).contains("1.10.0"))
        #expect(try text(catalogue.files(of: "parcel", version: Version(1, 2, 0))).contains("1.2.0"))
        let error = #expect(throws: RegistryError.self) { try catalogue.files(of: "parcel", version: Version(9, 0, 0)) }
        #expect(error?.description == "plugin 'parcel' has no version 9.0.0; there are 1.10.0, 1.2.0")
    }

    @Test func `offers a near name, and shows no raw control characters`() throws {
        try put("parcel")
        let error = #expect(throws: RegistryError.self) { try catalogue().files(of: "parsel") }
        #expect(error == .unknownPlugin("parsel", near: "parcel"))
        let odd = #expect(throws: RegistryError.self) { try catalogue().files(of: "x\u{1B}[2J") }
        #expect(odd?.description.contains("\u{1B}") == false)
    }

    @Test func `says what is wrong with one plugin and lists the others`() throws {
        try put("parcel")
        try folder.put(["Plugins/broken/plugin.json": "{", "Plugins/notes/readme.md": "x", "Plugins/file.txt": "x"])
        try put("moved")
        try FileManager.default.moveItem(
            atPath: folder.path + "/Plugins/moved",
            toPath: folder.path + "/Plugins/elsewhere"
        )
        let (plugins, diagnostics) = try catalogue(["Plugins", "None"]).list()
        #expect(plugins.map(\.id) == ["parcel"])
        let text = diagnostics.map(\.description).joined(separator: "\n")
        #expect(text.contains("/Plugins/broken/plugin.json:1:2: error"))
        #expect(text.contains("/id: the id is 'moved', the folder is 'elsewhere'; make them equal"))
        #expect(text.contains("/None: warning: '\(folder.path)/None' doesn't exist"))
        #expect(throws: DiagnosticError.self) { try catalogue().files(of: "broken") }
    }

    @Test(arguments: [
        (["ZEB"], ["zebra"]), (["verschickt", "logistics"], ["parcel", "zebra"]), (["track"], ["parcel", "zebra"]),
        (["parcel", "horse"], []), ([], ["parcel", "zebra"]),
    ])
    func `is searched for plugins in which every word occurs`(words: [String], expected: [String]) throws {
        try put("parcel")
        try put("zebra")
        let found = PluginCatalogue.search(words, in: try catalogue().list().plugins)
        #expect(found.map(\.id.rawValue) == expected)
    }

    // MARK: - The index

    @Test func `reads a manifest again when its size or time differs, and only then`() throws {
        try put("parcel", name: "before")
        let catalogue = try catalogue(indexed: true)
        #expect(try catalogue.list().plugins.first?.name.text(in: "en") == "before")
        // What the index says is what is listed, as long as the manifest has not changed.
        let index = try String(contentsOfFile: indexFile, encoding: .utf8)
        try Data(index.replacing("before", with: "remembered").utf8).write(to: URL(filePath: indexFile))
        #expect(try catalogue.list().plugins.first?.name.text(in: "en") == "remembered")
        try put("parcel", name: "after it")
        #expect(try catalogue.list().plugins.first?.name.text(in: "en") == "after it")
        // The same size at another time.
        try put("parcel", name: "later on")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: folder.path + "/Plugins/parcel/plugin.json"
        )
        #expect(try catalogue.list().plugins.first?.name.text(in: "en") == "later on")
        try FileManager.default.removeItem(atPath: folder.path + "/Plugins/parcel")
        #expect(try catalogue.list().plugins.isEmpty)
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"v":2,"catalogues":{}}"#, #"{"v":1,"catalogues":7}"#,
        #"{"v":1,"catalogues":{"PLACE":{"parcel":{"key":1}}}}"#, #"{"v":1,"catalogues":{"PLACE":[]}}"#, "\u{0}\u{1}",
    ])
    func `does without a damaged index and writes a new one`(text: String) throws {
        try put("parcel")
        _ = try folder.home()
        try folder.put(["home/index/catalogue.json": text.replacing("PLACE", with: folder.path + "/Plugins")])
        #expect(try catalogue(indexed: true).list().plugins.map(\.id) == ["parcel"])
        #expect(try String(contentsOfFile: indexFile, encoding: .utf8).contains(#""id":"parcel""#))
    }

    @Test func `remembers templates, too, and reads one again when it differs`() throws {
        try folder.put(MadeUp.files, in: "parcel")
        try folder.put(MadeUp.track, in: "parcel/templates/track")
        let files = FolderPluginFiles(try Root(opening: folder.path + "/parcel"))
        let plugin = try PluginLoader(hasher: MixingHasher()).manifest(of: files, hash: "")
        func list() throws -> [String] {
            try ListIndex.using(ListIndex(home: folder.home().root, name: "templates")) { index in
                try plugin.templateSummaries(&index).map { $0.title.text(in: "en") }
            }
        }
        let titles = try list()
        let title = try #require(titles.first)
        var none: ListIndex?
        #expect(try plugin.templateSummaries(&none).map { $0.title.text(in: "en") } == titles)
        let file = folder.path + "/home/index/templates.json"
        let index = try String(contentsOfFile: file, encoding: .utf8)
        try Data(index.replacing(title, with: "remembered").utf8).write(to: URL(filePath: file))
        #expect(try list().first == "remembered")
        let template = try files.read("templates/track/template.json")
        try folder.put(template + [0x0A], at: "parcel/templates/track/template.json")
        #expect(try list() == titles)
    }

    @Test func `does without an index that can't be written`() throws {
        try put("parcel")
        _ = try folder.home()
        try folder.put(["home/index": "a file in its place"])
        #expect(try catalogue(indexed: true).list().plugins.map(\.id) == ["parcel"])
    }

    @Test func `remembers several folders at once`() throws {
        try put("parcel")
        try put("zebra", in: "More")
        _ = try catalogue(["Plugins", "More"], indexed: true).list()
        let index = try JSONReader().read(Array(Data(contentsOf: URL(filePath: indexFile))))
        #expect(index["catalogues"]?.object?.count == 2)
    }

    @Test func `of a thousand plugins works`() throws {
        for number in 0..<1_000 {
            let head = #"{ "formatVersion": 1, "language": "en", "name": "A", "version": "1.0.0", "operations": {}, "#
            let text = head + #""hosts": [], "id": "plugin-\#(number)" }"#
            try folder.put(["Plugins/plugin-\(number)/plugin.json": text])
        }
        let catalogue = try catalogue(indexed: true)
        #expect(try catalogue.list().plugins.count == 1_000)
        #expect(try catalogue.list().plugins.count == 1_000)
        #expect(PluginCatalogue.search(["plugin-99"], in: try catalogue.list().plugins).count == 11)
    }
}
