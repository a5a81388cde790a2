import PatchbayConnector
import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

/// The answers that are kept for single nodes: `dialogs/<dialog>/tapes/<node>/<name>.json`.
///
/// They are read at each call, so that an edited one counts at once.
struct NodeTapes: Sendable {
    private let names: @Sendable (String) throws -> [String]
    private let value: @Sendable (String) throws -> JSONValue?

    /// Those of a workspace.
    init(_ workspace: Workspace) {
        names = { try workspace.names(in: $0) }
        value = { try workspace.value(of: $0, as: .exchange) }
    }

    /// Those of a template.
    init(_ template: PluginTemplate, of plugin: Plugin) {
        names = { try plugin.files.names(in: "\(template.folder)/\($0)") }
        value = { try plugin.json("\(template.folder)/\($0)") }
    }

    /// The exchanges of a node, in the order of their files.
    ///
    /// - Parameter place: `<dialog>/<node>`.
    /// - Returns: Empty for a node without tapes.
    /// - Throws: `DiagnosticError` with what is wrong with a tape.
    func exchanges(of place: String) throws -> [Exchange] {
        let parts = place.split(separator: "/")
        guard parts.count == 2 else { return [] }
        let folder = "dialogs/\(parts[0])/tapes/\(parts[1])"
        return try names(folder).sorted().filter { $0.hasSuffix(".json") }.compactMap { name in
            try value("\(folder)/\(name)").map { try Exchange($0) }
        }
    }
}
