import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting

@testable import PatchbayWorkspace

/// A folder of its own for one test, removed afterwards.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "patchbay-workspace-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that stays behind in the temporary directory harms nothing.
        try? FileManager.default.removeItem(atPath: path)
    }

    func root() throws -> Root { try Root(opening: path) }

    func put(_ text: String, at name: String) throws {
        let place = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: place))
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func json(_ name: String) throws -> JSONValue { try JSONReader().read(text(name)) }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func setMode(_ mode: Int, of name: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path + "/" + name)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    /// Every file with its text; what belongs to the machine is left out.
    func tree() throws -> [String: String] {
        var found: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path)
        where !name.hasPrefix(".patchbay/local") && !name.hasPrefix(".patchbay/schema") {
            guard let data = FileManager.default.contents(atPath: path + "/" + name) else { continue }
            found[name] = String(decoding: data, as: UTF8.self)
        }
        return found
    }

    /// An empty workspace in the folder.
    func workspace() throws -> Workspace {
        if !has("patchbay.json") { _ = try WorkspaceStart(name: "Support Desk").make(in: root()) }
        return try Workspace(opening: root())
    }
}

/// A made-up plugin `parcel` with the templates `track` (one dialog) and `desk` (two that call each other).
enum MadeUp {
    static let track: JSONValue = [
        "formatVersion": 1, "language": "en", "id": "track", "title": "Track",
        "requires": ["parcel": ">=1.0.0 <2.0.0"], "hosts": ["api.parcel.example"],
        "parameters": [
            "greeting": ["schema": ["type": "string"], "default": "Hello"],
            "tries": ["schema": ["type": "integer", "minimum": 1, "maximum": 10], "default": 3],
            "tone": [
                "schema": ["type": "string"], "default": "kind",
                "choices": ["kind", ["value": "terse", "title": "Terse"]],
            ],
        ],
        "variables": [
            ["key": "parcelModel", "kind": "env", "value": ["$parameter": "greeting"], "hint": "The model"],
            ["key": "parcelToken", "kind": "env", "secured": true],
            ["key": "bye", "kind": "content", "value": ["$parameter": "greeting"]],
        ],
    ]

    static let trackDialog: JSONValue = [
        "formatVersion": 1, "language": "en", "id": "track", "name": "Track", "start": "trackParcel",
        "settings": ["greeting": ["$parameter": "greeting"], "tone": ["$parameter": "tone"]],
        "nodes": [
            ["id": "trackParcel", "kind": "intent", "utterances": ["en": ["track"]], "next": "number"],
            [
                "id": "number", "kind": "entity", "type": "string", "retries": ["$parameter": "tries"],
                "prompts": [["id": "ask", "text": ["$parameter": "greeting"]]], "next": "numberScript",
            ],
            ["id": "numberScript", "kind": "script", "sets": ["skills"], "next": "end"],
        ],
    ]

    static let desk: JSONValue = ["formatVersion": 1, "language": "de", "id": "desk", "title": "Tisch"]

    static func deskDialog(_ id: String, calls other: String) -> JSONValue {
        [
            "formatVersion": 1, "language": "de", "id": .string(id), "name": .string(id), "start": "begin",
            "nodes": [
                [
                    "id": "begin", "kind": "intent", "utterances": ["de": [.string(id)]], "next": "go",
                    "dialog": .string(other),
                ],
                ["id": "go", "kind": "dialog", "dialog": .string(other), "mode": "return", "next": "stranger"],
                ["id": "stranger", "kind": "dialog", "dialog": "elsewhere", "mode": "return", "next": "agent"],
                [
                    "id": "agent", "kind": "agent",
                    "tools": [["id": "call", "description": "Calls.", "parameters": [:], "dialog": .string(other)]],
                    "exits": [["id": "done", "description": "Done.", "then": "end"]],
                ],
            ],
        ]
    }

    static func text(_ value: JSONValue) -> String { JSONWriter(.indented).text(value) }

    static let files: [String: String] = [
        "templates/track/template.json": text(track), "templates/track/dialogs/track/dialog.json": text(trackDialog),
        "templates/track/dialogs/track/numberScript.js": "context.skills = [1];\n",
        "templates/track/dialogs/track/tapes/call/a.json": text(tape), "templates/track/tests/sample.json": "{}",
        "templates/desk/template.json": text(desk),
        "templates/desk/dialogs/open/dialog.json": text(deskDialog("open", calls: "close")),
        "templates/desk/dialogs/close/dialog.json": text(deskDialog("close", calls: "open")),
    ]

    static let tape: JSONValue = [
        "operation": "parcel/track", "formatVersion": 1,
        "answer": ["status": 200, "headers": [:], "body": ["json": [:]]],
    ]

    static func plugin(_ version: String = "1.0.0", changing changes: [String: String?] = [:]) throws -> Plugin {
        var files = files
        for (path, text) in changes { files[path] = text }
        let manifest = try PluginManifest([
            "formatVersion": 1, "language": "en", "id": "parcel", "name": "Parcel", "version": .string(version),
            "authorization": [["id": "key", "type": "apiKey", "fields": [["key": "parcelKey", "kind": "password"]]]],
        ])
        return Plugin(
            manifest: manifest,
            hash: MixingHasher().contentHash(Array(version.utf8)),
            files: TextFiles(files)
        )
    }
}

/// Installs a template of the made-up plugin.
struct Installing {
    var plugin: Plugin
    var template = "track"
    var parameters: JSONObject = [:]
    var instance: String?

    init(_ plugin: Plugin? = nil, template: String = "track", parameters: JSONObject = [:], as instance: String? = nil)
        throws
    {
        self.plugin = try plugin ?? MadeUp.plugin()
        self.template = template
        self.parameters = parameters
        self.instance = instance
    }

    func plan(in workspace: Workspace) throws -> InstallPlan { try Self.plan([self], in: workspace) }

    static func plan(_ all: [Installing], in workspace: Workspace) throws -> InstallPlan {
        try TemplateInstaller(hasher: MixingHasher()).plan(all.map { try $0.request() }, in: workspace)
    }

    private func request() throws -> TemplateInstaller.Request {
        let folder = "templates/\(template)"
        return try TemplateInstaller.Request(
            plugin: plugin,
            template: Template(plugin.json("\(folder)/template.json")),
            folder: folder,
            dialogs: plugin.files.names(in: "\(folder)/dialogs").map { DialogID($0) },
            parameters: parameters,
            instance: instance
        )
    }

    @discardableResult
    func install(in folder: TemporaryFolder) throws -> InstallPlan {
        let workspace = try folder.workspace()
        let plan = try plan(in: workspace)
        try workspace.apply(plan)
        return plan
    }
}
