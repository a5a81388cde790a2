import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayRegistry

@Suite("A plugin's files")
struct PluginFilesTests {
    private let folder: TemporaryFolder
    private let loader = PluginLoader(hasher: MixingHasher())

    init() throws {
        folder = try TemporaryFolder()
    }

    private func hash(_ files: [String: String]) throws -> String {
        let entries = files.map { ArchiveEntry(path: $0.key, bytes: Array($0.value.utf8)) }
        return try TreeHash.hash(of: MemoryPluginFiles(entries), with: MixingHasher())
    }

    @Test func `have one hash, from a folder, an archive, and a catalogue with templates beside`() throws {
        try folder.put(MadeUp.files, in: "elsewhere/whole/parcel")
        try folder.put(MadeUp.plugin, in: "Plugins/parcel")
        try folder.put(MadeUp.track, in: "Templates/parcel/track")
        let whole = try PluginCatalogue.files(in: folder.path + "/elsewhere/whole/parcel")
        let split = try PluginCatalogue.files(in: folder.path + "/Plugins/parcel")
        let expected = try hash(MadeUp.files)
        #expect(expected.hasPrefix("sha256:"))
        #expect(try TreeHash.hash(of: whole, with: MixingHasher()) == expected)
        #expect(try TreeHash.hash(of: split, with: MixingHasher()) == expected)
        #expect(try split.paths() == whole.paths())
        #expect(try split.names(in: "templates") == ["track"])
        #expect(try split.names(in: "templates/track/dialogs") == ["track"])
        #expect(try split.names(in: "templates/none") == [])
        #expect(try split.names(in: "plugin.json") == [])
    }

    @Test(arguments: [
        ["a.json": "{}", "b.json": "[]"],  // as it was
        ["a.json": "{]", "b.json": "[]"],  // a byte
        ["a.json": "{}", "c.json": "[]"],  // a name
        ["a.json": "[]", "b.json": "{}"],  // contents swapped
        ["a.json": "{}", "b.json": "[]", "c.json": ""],  // an empty file more
        ["a.json": "{}"],  // a file less
        ["a.json": "{}b", "b.json": "[]"],  // a byte more
        ["a.jso": "n{}", "b.json": "[]"],  // a byte moved from the name to the content
    ])
    func `have another hash after any change`(files: [String: String]) throws {
        let before = ["a.json": "{}", "b.json": "[]"]
        #expect(try (hash(files) == hash(before)) == (files == before))
    }

    @Test func `are hashed as SHA-256 over path, zero byte, length and content`() throws {
        struct Recorder: ContentHasher {
            func sha256(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined()) }
        }
        let files = try MemoryPluginFiles([ArchiveEntry(path: "b", bytes: [1, 2]), ArchiveEntry(path: "a", bytes: [])])
        let bytes: [UInt8] = [0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x62, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2]
        #expect(try TreeHash.hash(of: files, with: Recorder()) == Recorder.name(bytes))
    }

    @Test(arguments: ["a", "a/b", "a/b.c", "", "none", "a/b/c.json"])
    func `in memory are found beneath a folder as in the folder itself`(folder: String) throws {
        let paths = ["a.json", "a/b-c/d.json", "a/b.c/d.json", "a/b.json", "a/b/c.json", "a/b/é/d.json", "ab/c.json"]
        let place = try TemporaryFolder()
        try place.put(Dictionary(uniqueKeysWithValues: paths.map { ($0, "{}") }), in: "plugin")
        let files = FolderPluginFiles(try Root(opening: place.path + "/plugin"))
        let memory = try MemoryPluginFiles(reading: files)
        #expect(try memory.paths(beneath: folder) == paths.filter { $0.hasPrefix(folder + "/") })
        #expect(try memory.paths(beneath: folder) == files.paths(beneath: folder))
        #expect(try memory.paths() == paths)
        if folder != "a/b/c.json" { #expect(try memory.names(in: folder) == files.names(in: folder)) }
    }

    @Test func `are refused with templates in both places`() throws {
        try folder.put(MadeUp.files, in: "Plugins/parcel")
        try folder.put(MadeUp.track, in: "Templates/parcel/track")
        #expect(throws: RegistryError.templatesTwice("parcel")) {
            try PluginCatalogue.files(in: folder.path + "/Plugins/parcel")
        }
    }

    @Test(arguments: ["plugins/parcel/.", "plugins/parcel/templates/..", "plugins/parcel/", "templates/parcel"])
    func `take a folder's own templates for what they are`(path: String) throws {
        try folder.put(MadeUp.files, in: "plugins/parcel")
        try folder.put(MadeUp.files, in: "templates/parcel")
        let own = path.hasPrefix("templates")
        guard own else {
            // Seen from `plugins/parcel`, the other folder lies beside the catalogue.
            #expect(throws: RegistryError.templatesTwice("parcel")) {
                try PluginCatalogue.files(in: folder.path + "/" + path)
            }
            return
        }
        let loaded = try loader.load(PluginCatalogue.files(in: folder.path + "/" + path), name: "parcel")
        #expect(loaded.diagnostics == [])
    }

    @Test func `of the current folder are not taken for templates beside it`() throws {
        try folder.put(MadeUp.files, in: "parcel")
        let loaded = try loader.load(PluginCatalogue.files(in: folder.path + "/parcel/."), name: "parcel")
        #expect(loaded.diagnostics == [])
        #expect(loaded.templates.count == 1)
    }

    @Test func `leave out what version control keeps in an author's folder, but not once installed`() throws {
        try folder.put(MadeUp.files, in: "parcel")
        try folder.put([".git/config": "x"], in: "parcel")
        let source = try PluginCatalogue.files(in: folder.path + "/parcel")
        #expect(try !source.paths().contains(".git/config"))
        let installed = FolderPluginFiles(try Root(opening: folder.path + "/parcel"))
        #expect(try installed.paths().contains(".git/config"))
    }

    @Test func `hold no links`() throws {
        try folder.put(MadeUp.files, in: "parcel")
        try folder.put(["secret.json": "{}"])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/parcel/schemas/other.json",
            withDestinationPath: folder.path + "/secret.json"
        )
        let files = try PluginCatalogue.files(in: folder.path + "/parcel")
        #expect(throws: RegistryError.refusedFile("schemas/other.json", reason: "a symbolic link")) {
            try loader.load(files, name: "parcel")
        }
    }

    @Test func `are no plugin without a manifest, and say so with the name made visible`() throws {
        try folder.put(["README.md": "x"], in: "empty")
        let files = try PluginCatalogue.files(in: folder.path + "/empty")
        let error = #expect(throws: RegistryError.self) { try loader.load(files, name: "em\u{1B}[31mpty") }
        #expect(error == .notAPlugin("em\u{1B}[31mpty"))
        #expect(error?.description == "'em\\u{1b}[31mpty' is no plugin: it has no plugin.json")
    }

    @Test func `with a huge manifest are refused by size, with a folder instead of one by kind`() throws {
        try folder.put([UInt8](repeating: 0x20, count: 5 << 20), at: "huge/plugin.json")
        #expect(throws: FileError.self) {
            try loader.load(PluginCatalogue.files(in: folder.path + "/huge"), name: "huge")
        }
        try folder.put(["plugin.json/a.json": "{}"], in: "odd")
        let error = #expect(throws: FileError.self) {
            try loader.load(PluginCatalogue.files(in: folder.path + "/odd"), name: "odd")
        }
        #expect(error?.description.contains("plugin.json' is a folder") == true)
    }

    @Test func `are not read past the most that a plugin may have`() throws {
        let many = (0...PluginPaths.maxFiles).map { ArchiveEntry(path: "\($0).json", bytes: []) }
        #expect(throws: RegistryError.tooLarge("2001 files; at most 2000 are allowed")) { try MemoryPluginFiles(many) }
        #expect(throws: RegistryError.self) { try PluginPaths.checkLimits(count: 1, bytes: PluginPaths.maxBytes + 1) }
    }

    @Test func `in memory come under allowed names, each once`() throws {
        #expect(throws: FileError.self) { try MemoryPluginFiles([ArchiveEntry(path: "../a.json", bytes: [])]) }
        let twice = [ArchiveEntry(path: "a.json", bytes: []), ArchiveEntry(path: "a.json", bytes: [1])]
        #expect(throws: RegistryError.refusedFile("a.json", reason: "it is there twice")) {
            try MemoryPluginFiles(twice)
        }
        let files = try MemoryPluginFiles([ArchiveEntry(path: "a.json", bytes: [])])
        #expect(throws: RegistryError.missingFile("../a.json")) { try files.read("../a.json") }
    }
}
