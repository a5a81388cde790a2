import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayTesting
import Testing

@testable import PatchbayWorkspace

@Suite("A template made of a dialog")
struct TemplateDraftTests {
    /// A generator whose numbers are the same in each run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The dialogs of all templates that come along, with their parameters filled.
    static let dialogs: [(plugin: String, value: JSONValue)] = {
        let folder = root.appending(path: "Templates")
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()) ?? []
        return paths.filter { $0.hasSuffix("/dialog.json") }.compactMap { path in
            let parts = path.split(separator: "/")
            guard let dialog = try? json(folder.appending(path: path)),
                let head = try? json(folder.appending(path: "\(parts[0])/\(parts[1])/template.json")),
                let template = try? Template(head)
            else { return nil }
            return (String(parts[0]), TemplateParameters.fill(dialog, with: template.defaults))
        }
    }()

    private static func json(_ file: URL) throws -> JSONValue {
        try JSONReader().read(Array(try Data(contentsOf: file)))
    }

    private static func material(_ plugin: String) -> TemplateDraft.Material {
        TemplateDraft.Material(
            plugin: PluginID(plugin),
            inputSchema: { _, _, _ in nil },
            modelOperation: { _ in nil },
            reads: { _, _ in ([], []) },
            findSecrets: { _, _ in [] }
        )
    }

    /// What the template gives when it is installed with its defaults.
    private static func installed(_ draft: TemplateDraft) throws -> [String: [UInt8]] {
        let texts = draft.entries.map { ("templates/t/\($0.path)", String(decoding: $0.bytes, as: UTF8.self)) }
        let template = try Template(draft.template)
        let plugin = Plugin(
            manifest: try MadeUp.plugin().manifest,
            hash: "",
            files: TextFiles(Dictionary(uniqueKeysWithValues: texts))
        )
        let made = try TemplateFiles(
            of: plugin,
            folder: "templates/t",
            dialogs: draft.dialogs.map(\.id),
            parameters: template.defaults,
            instance: nil
        )
        return Dictionary(uniqueKeysWithValues: made.files.map { ($0.path, $0.bytes) })
    }

    @Test func `gives, installed with its defaults, the same dialog byte for byte`() throws {
        try #require(Self.dialogs.count >= 5)
        var numbers = Numbers(state: 7)
        var (made, refused) = (0, 0)
        for (plugin, value) in Self.dialogs {
            let folder = try TemporaryFolder()
            let id = DialogID(value["id"]?.string ?? "")
            _ = try folder.workspace()
            try folder.put(CanonicalText.text(value, of: .dialog), at: "dialogs/\(id)/dialog.json")
            // Whatever it calls is there.
            for node in value["nodes"]?.array ?? [] {
                guard let called = node["dialog"]?.string, called != id.rawValue else { continue }
                let other = value.setting(.string(called), at: "/id").setting(
                    [["id": "m", "kind": "message", "messages": [["id": "a", "text": "a"]], "next": "end"]],
                    at: "/nodes"
                ).setting("m", at: "/start")
                try folder.put(CanonicalText.text(other, of: .dialog), at: "dialogs/\(called)/dialog.json")
            }
            let workspace = try folder.workspace()
            var places: [JSONPointer] = []
            ShapeWalk.visit(value, FileKind.dialog.shape) { place, _, _ in places.append(place) }
            for round in 0..<40 {
                let chosen = places.shuffled(using: &numbers).prefix(round % 4 + 1)
                let choices = chosen.enumerated().map {
                    TemplateDraft.Choice(pointer: $1.description, name: "p\($0)")
                }
                let draft: TemplateDraft
                do {
                    draft = try TemplateDraft(
                        "t",
                        from: id,
                        parameters: choices,
                        in: workspace,
                        with: Self.material(plugin)
                    )
                } catch is TemplateDraftError {
                    refused += 1
                    continue
                }
                made += 1
                let files = try Self.installed(draft)
                #expect(
                    files["dialogs/\(id)/dialog.json"] == CanonicalText.bytes(value, of: .dialog),
                    "\(id): \(choices)"
                )
                #expect(FileCheck.diagnostics(of: draft.template, as: .template).isEmpty)
            }
        }
        #expect(made > 60 && refused > 60, "\(made) made, \(refused) refused")
    }

    // MARK: - What is refused

    private static let dialog: JSONValue = [
        "formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "ask",
        "settings": ["tone": "kind", "raw": "a {{b}} c"],
        "nodes": [
            ["id": "ask", "kind": "intent", "utterances": ["ask"], "next": "name"],
            [
                "id": "name", "kind": "entity", "type": "string", "retries": 3,
                "prompts": [
                    ["id": "a", "text": "Who?"], ["id": "b", "text": "Who are you, {{settings.tone}} one?"],
                    ["id": "c", "text": "Write {{'{{'}} for braces"],
                ],
                "transitions": [
                    [
                        "id": "long", "if": ["value": "context.entities.name", "operator": "equals", "to": 5],
                        "then": "end",
                    ]
                ],
                "next": "end",
            ],
        ],
    ]

    private func draft(_ choices: [(String, String)]) throws -> TemplateDraft {
        let folder = try TemporaryFolder()
        _ = try folder.workspace()
        try folder.put(CanonicalText.text(Self.dialog, of: .dialog), at: "dialogs/ask/dialog.json")
        return try TemplateDraft(
            "t",
            from: "ask",
            parameters: choices.map { TemplateDraft.Choice(pointer: $0.0, name: $0.1) },
            in: folder.workspace(),
            with: Self.material("parcel")
        )
    }

    @Test(arguments: [
        ("/nodes/name/retries", "p", #"{"type":"integer","minimum":1,"maximum":10}"#, "3"),
        ("/nodes/1/retries", "p", #"{"type":"integer","minimum":1,"maximum":10}"#, "3"),
        ("/settings/tone", "p", #"{"type":"string"}"#, #""kind""#),
        ("/settings/raw", "p", #"{"type":"string"}"#, #""a {{b}} c""#),
        ("/nodes/name/prompts/a/text", "p", #"{"type":"string"}"#, #""Who?""#),
        ("/nodes/name/prompts/c/text", "p", #"{"type":"string"}"#, #""Write {{ for braces""#),
        ("/nodes/name/prompts/0/text", "p", #"{"type":"string"}"#, #""Who?""#),
        ("/nodes/name/transitions/long/if/to", "p", #"{"type":"integer"}"#, "5"),
        ("/nodes/ask/utterances", "p", #"{"type":"array"}"#, #"["ask"]"#),
    ])
    func `has a parameter with a schema of its place`(pointer: String, name: String, schema: String, value: String)
        throws
    {
        let template = try draft([(pointer, name)]).template
        let parameter = template["parameters"]?[name]
        #expect(parameter?["schema"].map { JSONWriter().text($0) } == schema)
        #expect(parameter?["default"].map { JSONWriter().text($0) } == value)
    }

    @Test(arguments: [
        ([("/nodes/nam/retries", "p")], "'/nodes' has ask, name; did you mean 'name'?"),
        ([("/nodes/name/retrys", "p")], "did you mean 'retries'?"),
        ([("/nodes/name/retries/x", "p")], "'/nodes/name/retries' is a number and has nothing inside"),
        ([("nodes", "p")], "write a JSON Pointer"), ([("", "p")], "write a JSON Pointer"),
        ([("/nodes/9/id", "p")], "'/nodes' has ask, name"), ([("/nodes/01/retries", "p")], "there is nothing"),
        ([("/id", "p")], "ids stay as they are"), ([("/nodes/name/id", "p")], "ids stay as they are"),
        ([("/nodes/name", "p")], "'/id' in it names something"), ([("/nodes/name/next", "p")], "ids stay as they are"),
        ([("/nodes/name/kind", "p")], "no parameter may stand at"), ([("/formatVersion", "p")], "ids stay as they are"),
        ([("/nodes/name/prompts/b/text", "p")], "reads an expression"),
        ([("/nodes/name/retries", "a b")], "is no parameter's name"),
        ([("/nodes/name/retries", "p"), ("/nodes/1/retries", "q")], "choose one of them"),
        ([("/settings", "p"), ("/settings/tone", "q")], "choose one of them"),
        ([("/settings/tone", "p"), ("/nodes/name/retries", "p")], "stands for two values"),
    ])
    func `is refused where a parameter can't be`(choices: [(String, String)], says: String) throws {
        let error = #expect(throws: TemplateDraftError.self) { try draft(choices) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test func `has one parameter for equal values in two places`() throws {
        let made = try draft([("/nodes/name/prompts/a/text", "p")])
        #expect(made.template["parameters"]?.object?.keys == ["p"])
    }
}
