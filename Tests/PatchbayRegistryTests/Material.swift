import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting

@testable import PatchbayRegistry

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "patchbay-registry-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays behind in the temporary directory harms nothing.
        try? FileManager.default.removeItem(atPath: path)
    }

    func put(_ files: [String: String], in folder: String = "") throws {
        for (name, text) in files { try put(Array(text.utf8), at: folder.isEmpty ? name : "\(folder)/\(name)") }
    }

    func put(_ bytes: [UInt8], at name: String) throws {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: URL(filePath: place))
    }

    func home() throws -> HomeLayout { try HomeLayout(opening: path + "/home") }
}

/// A made-up plugin as a folder of texts.
enum MadeUp {
    static let manifest = """
        {
          "formatVersion": 1, "language": "en", "id": "parcel", "name": "Parcel", "version": "1.0.0",
          "summary": { "en": "Sends parcels.", "de": "Verschickt Pakete." }, "categories": ["logistics"],
          "hosts": [{ "scheme": "https", "host": "api.parcel.example" }],
          "baseURL": { "url": "https://api.parcel.example/v1" },
          "authorization": [
            { "id": "key", "type": "apiKey", "fields": [
              { "key": "parcelKey", "title": "Key", "kind": "password", "pattern": "[a-z0-9-]+" }
            ] }
          ],
          "operations": {
            "track-parcel": {
              "title": "Track a parcel", "method": "GET", "path": "/parcels/{id}",
              "inputs": { "id": { "in": "path", "schema": { "type": "string" }, "required": true } },
              "response": { "schema": { "$ref": "schemas/parcel.json" } }
            }
          },
          "templates": ["track"]
        }
        """

    static let template = """
        {
          "formatVersion": 1, "language": "en", "id": "track", "title": "Track a parcel",
          "operations": ["parcel/track-parcel"],
          "parameters": {
            "greeting": { "schema": { "type": "string" }, "default": "Hello", "choices": ["Hello", "Hi"] }
          }
        }
        """

    static let dialog = """
        {
          "formatVersion": 1, "language": "en", "id": "track", "name": "Track", "start": "trackParcel",
          "settings": { "greeting": { "$parameter": "greeting" } },
          "nodes": [
            { "id": "trackParcel", "kind": "intent", "utterances": { "en": ["track"] }, "next": "say" },
            { "id": "say", "kind": "message", "next": "end",
              "messages": [{ "id": "hello", "text": "{{settings.greeting}}" }] }
          ]
        }
        """

    static let schema = #"{ "type": "object" }"#

    /// The plugin's own files.
    static let plugin = ["plugin.json": manifest, "schemas/parcel.json": schema]
    /// The template's, relative to its folder.
    static let track = ["template.json": template, "dialogs/track/dialog.json": dialog]

    /// All of it in one folder.
    static var files: [String: String] {
        var files = plugin
        for (path, text) in track { files["templates/track/" + path] = text }
        return files
    }

    /// The files with some replaced, added or, with nil, removed.
    static func files(changing changes: [String: String?]) -> [String: String] {
        var files = files
        for (path, text) in changes { files[path] = text }
        return files
    }

    static func load(_ files: [String: String], check: PluginLoader.DialogCheck? = nil) throws -> LoadedPlugin {
        let entries = files.map { ArchiveEntry(path: $0.key, bytes: Array($0.value.utf8)) }
        return try PluginLoader(hasher: MixingHasher(), checkDialog: check).load(
            MemoryPluginFiles(entries),
            name: "parcel"
        )
    }
}

/// The project's own plugins.
enum Project {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The names of the folders in a folder of the project.
    static func folders(_ path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    static let plugins = folders("Plugins")
    static let templates = folders("Templates").flatMap { plugin in
        folders("Templates/\(plugin)").map { "\(plugin)/\($0)" }
    }
}
