import Foundation
import PatchbayDialog
import PatchbayModel
import Testing

@Suite("The dialogs that come along")
struct TemplateDialogTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `<plugin>/<template>` for each template in the tree.
    static let templates: [String] = {
        let folder = root.appending(path: "Templates")
        let plugins = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return plugins.flatMap { plugin in
            let inside =
                (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: plugin).path())) ?? []
            return inside.map { plugin + "/" + $0 }
        }.sorted()
    }()

    private static func read(_ path: String) throws -> JSONValue {
        try JSONReader().read(Array(try Data(contentsOf: root.appending(path: path))))
    }

    private static func filled(_ value: JSONValue, _ parameters: [String: JSONValue]) -> JSONValue {
        switch value {
        case .object(let object):
            if let name = object["$parameter"]?.string { return parameters[name] ?? .null }
            return .object(JSONObject(object.members.map { ($0.key, filled($0.value, parameters)) }))
        case .array(let elements): return .array(elements.map { filled($0, parameters) })
        default: return value
        }
    }

    @Test(arguments: templates)
    func `have nothing that lint finds, and compile`(template: String) throws {
        let plugin = String(template.prefix { $0 != "/" })
        let manifest = try PluginManifest(Self.read("Plugins/\(plugin)/plugin.json"))
        let description = try Template(Self.read("Templates/\(template)/template.json"))
        let parameters = Dictionary(
            uniqueKeysWithValues: description.parameters.map { ($0.key, $0.defaultValue ?? "x") }
        )
        let folder = Self.root.appending(path: "Templates/\(template)/dialogs")
        let ids = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        var sources: [DialogSource] = []
        for id in ids {
            var scripts: [String: String] = [:]
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: id).path())
            where file.hasSuffix(".js") {
                scripts[file] = try String(contentsOf: folder.appending(path: "\(id)/\(file)"), encoding: .utf8)
            }
            let file = Self.filled(try Self.read("Templates/\(template)/dialogs/\(id)/dialog.json"), parameters)
            let dialog = try Dialog(file)
            let known = LintEnvironment(
                operations: [PluginID(plugin): manifest.operations],
                schemaFile: { _, name in try? Self.read("Plugins/\(plugin)/\(name)") },
                dialogs: ids.map { DialogID($0) },
                env: description.variables.filter { $0.kind == .env }.map(\.key),
                content: description.variables.filter { $0.kind == .content }.map(\.key)
            )
            let found = DialogLint.diagnostics(for: dialog, file: file, scripts: scripts, known: known)
            #expect(found.map(\.description) == [])
            #expect(DialogGraph.mermaid(dialog).hasPrefix("flowchart TD\n"))
            sources.append(DialogSource(dialog: dialog, hash: "", scripts: scripts))
        }
        _ = try AssistantDefinition(dialogs: sources).compile()
    }
}
