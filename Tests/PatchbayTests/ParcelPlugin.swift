import Foundation
import PatchbayModel
import Testing

/// A made-up plugin that is published again and again: each version is the first one with other words in its files.
struct ParcelPlugin {
    private let place: TemporaryPlace
    private(set) var files: [String: String]

    static let main = "dialogs/track/dialog.json"
    static let script = "dialogs/track/numberScript.js"

    init(_ place: TemporaryPlace) {
        self.place = place
        files = ["template.json": Self.template, Self.main: Self.dialog, Self.script: Self.code]
    }

    /// Exchanges words in a file of the template; nil takes the file away.
    mutating func replace(_ old: String, _ new: String, in file: String = main) {
        files[file] = files[file]?.replacing(old, with: new)
    }

    mutating func put(_ text: String?, at file: String) { files[file] = text }

    /// Writes the folder of a version.
    ///
    /// - Returns: Where it lies, seen from the workspace.
    func write(_ version: String) throws -> String {
        let folder = "parcel-\(version)"
        try place.write(Self.manifest.replacing("VERSION", with: version), to: folder + "/plugin.json")
        for (path, text) in files { try place.write(text, to: "\(folder)/templates/track/\(path)") }
        return "../" + folder
    }

    private static let manifest = """
        {
          "formatVersion": 1, "language": "en", "id": "parcel", "name": "Parcel", "version": "VERSION",
          "summary": "Finds parcels.", "publisher": { "name": "Example" },
          "authorization": [{ "id": "none", "type": "none" }],
          "hosts": [{ "host": "api.parcel.example" }], "baseURL": { "url": "https://api.parcel.example/v1" },
          "operations": {}, "templates": ["track"]
        }
        """

    private static let template = """
        {
          "formatVersion": 1, "language": "en", "id": "track", "title": "Track a parcel",
          "hosts": ["status.parcel.example"],
          "parameters": {
            "tone": { "title": "Tone", "schema": { "type": "string" }, "default": "kind" }
          },
          "variables": [
            { "key": "parcelModel", "value": "m1" },
            { "key": "parcelBye", "kind": "content", "value": { "en": "Bye" } }
          ],
          "renames": []
        }
        """

    private static let dialog = """
        {
          "formatVersion": 1, "language": "en", "id": "track", "name": "Track a parcel", "start": "trackParcel",
          "settings": { "tone": { "$parameter": "tone" } },
          "nodes": [
            { "id": "trackParcel", "kind": "intent", "utterances": ["track my parcel"], "next": "number" },
            {
              "id": "number", "kind": "entity", "type": "string",
              "prompts": [{ "id": "ask", "text": "Which number?" }], "next": "numberScript"
            },
            { "id": "numberScript", "kind": "script", "sets": ["place"], "next": "tellMessage" },
            {
              "id": "tellMessage", "kind": "message",
              "messages": [{ "id": "tell", "text": "It is in {{context.place}}." }], "next": "byeMessage"
            },
            {
              "id": "byeMessage", "kind": "message",
              "messages": [{ "id": "bye", "text": "{{settings.tone}} {{env.parcelModel}}" }], "next": "end"
            }
          ]
        }
        """

    private static let code = """
        const one = 1;
        const two = 2;
        const three = 3;
        context.place = 'Harbour';

        """
}

extension Program {
    /// A workspace in which the first version of a made-up template is installed.
    static func withParcel(_ options: String...) async throws -> (program: Program, plugin: ParcelPlugin) {
        var program = Program(try TemporaryPlace())
        try await program.run("init", "ws").expectSuccess()
        program.folder = "ws"
        let plugin = ParcelPlugin(program.place)
        try await program.publish(plugin, "1.0.0")
        try await program.run(["template", "install", "parcel/track"] + options).expectSuccess()
        return (program, plugin)
    }

    /// Installs a version of the plugin, which the workspace then pins.
    func publish(_ plugin: ParcelPlugin, _ version: String) async throws {
        try await run("plugin", "install", try plugin.write(version), "--yes").expectSuccess()
    }

    /// A file of the workspace.
    func text(_ file: String) throws -> String { String(decoding: try place.bytes("ws/\(file)"), as: UTF8.self) }

    /// Edits a file of the workspace as a person would.
    func edit(_ file: String, _ old: String, _ new: String) throws {
        try place.write(try text(file).replacing(old, with: new), to: "ws/\(file)")
    }

    /// Every file of the workspace that is no machine's own, with its text.
    func tree() throws -> [String: String] {
        let files = place.files().filter {
            $0.hasPrefix("ws/") && !$0.hasPrefix("ws/.patchbay/local") && !$0.hasPrefix("ws/.patchbay/schema")
        }
        return try Dictionary(
            uniqueKeysWithValues: files.map { ($0, String(decoding: try place.bytes($0), as: UTF8.self)) }
        )
    }
}
