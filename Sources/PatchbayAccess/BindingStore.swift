import Foundation
package import PatchbayFiles
package import PatchbayModel

/// The bindings of one workspace on this machine: `workspaces/<local id>/<integration>/<profile>.json` in the home.
///
/// Beside them `workspace.json` remembers the workspace's folder, and `hosts.json` the hosts of custom requests that the
/// operator has confirmed.
package struct BindingStore: Sendable {
    private let root: Root
    /// The workspace's local id.
    package let workspace: String

    /// - Parameter root: The home.
    package init(root: Root, workspace: String) {
        self.root = root
        self.workspace = workspace
    }

    private var folder: String { "workspaces/\(workspace)" }

    /// All bindings, by integration and profile.
    package func all() throws -> [Binding] {
        var result: [Binding] = []
        guard try root.exists(RelativePath(folder)) else { return [] }
        for integration in try root.list(RelativePath(folder)) where integration.kind == .folder {
            for file in try root.list(RelativePath("\(folder)/\(integration.name)")) where file.name.hasSuffix(".json") {
                result.append(try read(RelativePath("\(folder)/\(integration.name)/\(file.name)")))
            }
        }
        return result
    }

    /// The binding of a profile, or nil.
    package func binding(of integration: PluginID, profile: ProfileID) throws -> Binding? {
        let path = try path(integration, profile)
        return try root.exists(path) ? try read(path) : nil
    }

    /// Writes a binding, whole or not at all.
    package func save(_ binding: Binding) throws {
        let path = try path(binding.integration, binding.profile)
        if let folder = path.folder { try root.makeFolder(folder, mode: 0o700) }
        try root.write(Array(CanonicalText.text(binding.json, of: .binding).utf8), to: path, mode: 0o600)
    }

    /// Removes a binding; nothing happens when there is none.
    package func remove(_ integration: PluginID, profile: ProfileID) throws {
        let path = try path(integration, profile)
        if try root.exists(path) { try root.remove(path) }
    }

    /// The hosts that the operator has confirmed, `host:port`.
    package func confirmedHosts() throws -> [String] {
        let path = try RelativePath("\(folder)/hosts.json")
        guard try root.exists(path) else { return [] }
        return try JSONReader().read(try root.read(path, maxBytes: 1 << 20))["allow"]?.array?.compactMap(\.string) ?? []
    }

    /// Confirms a host of custom requests, `host:port`.
    package func confirm(host: String) throws {
        let hosts = try confirmedHosts()
        guard !hosts.contains(host) else { return }
        try root.makeFolder(RelativePath(folder), mode: 0o700)
        let value: JSONValue = ["formatVersion": 1, "allow": .array((hosts + [host]).sorted().map(JSONValue.string))]
        try root.write(JSONWriter(.indented).bytes(value), to: RelativePath("\(folder)/hosts.json"), mode: 0o600)
    }

    /// The folder in which the workspace was last seen; nil for one that is new here.
    package func rememberedPath() throws -> String? {
        let path = try RelativePath("\(folder)/workspace.json")
        guard try root.exists(path) else { return nil }
        return try JSONReader().read(try root.read(path, maxBytes: 1 << 16))["path"]?.string
    }

    /// Remembers the workspace's folder.
    package func remember(path: String) throws {
        try root.makeFolder(RelativePath(folder), mode: 0o700)
        let value: JSONValue = ["formatVersion": 1, "path": .string(path)]
        try root.write(JSONWriter(.indented).bytes(value), to: RelativePath("\(folder)/workspace.json"), mode: 0o600)
    }

    private func path(_ integration: PluginID, _ profile: ProfileID) throws -> RelativePath {
        try RelativePath("\(folder)/\(integration)/\(profile).json")
    }

    private func read(_ path: RelativePath) throws -> Binding {
        let (value, found) = FileCheck.read(try root.read(path, maxBytes: 1 << 20), as: .binding, file: path.text)
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        return try Binding(value)
    }
}
