package import PatchbayFiles
package import PatchbayModel

/// The bindings of one workspace on this machine: `workspaces/<local id>/<integration>/<profile>.json` in the home.
///
/// Beside them `workspace.json` remembers the workspace's folder, and `hosts.json` the hosts of custom requests that
/// the operator has confirmed.
package struct BindingStore: Sendable {
    private let root: Root
    /// The workspace's local id.
    package let workspace: String

    /// The bindings of a workspace.
    ///
    /// - Parameters:
    ///   - root: The home.
    ///   - workspace: The workspace's local id.
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
            for file in try root.list(RelativePath("\(folder)/\(integration.name)")) where file.name.hasSuffix(".json")
            {
                result.append(try read(RelativePath("\(folder)/\(integration.name)/\(file.name)")))
            }
        }
        return result
    }

    /// The binding of a profile, or nil.
    package func binding(of integration: PluginID, profile: ProfileID) throws -> Binding? {
        let path = try path(integration, profile)
        return try root.exists(path) ? read(path) : nil
    }

    /// Writes a binding, whole or not at all.
    package func save(_ binding: Binding) throws {
        let path = try path(binding.integration, binding.profile)
        if let folder = path.folder { try root.makeFolder(folder, mode: 0o700) }
        try root.write(Array(CanonicalText.text(binding.json, of: .binding).utf8), to: path, mode: 0o600)
    }

    /// Removes a binding; nothing happens when there is none.
    package func remove(_ integration: PluginID, profile: ProfileID) throws {
        try root.remove(path(integration, profile))
    }

    /// The hosts that the operator has confirmed, `host` or `host:port`.
    package func confirmedHosts() throws -> [String] {
        try note(in: hostsFile)?["allow"]?.array?.compactMap(\.string) ?? []
    }

    /// Confirms a host of custom requests, `host` or `host:port`.
    package func confirm(host: String) throws {
        try root.makeFolder(RelativePath(folder), mode: 0o700)
        let lock = try KernelLock.take(RelativePath("\(folder)/lock"), in: root)
        defer { lock.end() }
        let hosts = try confirmedHosts()
        guard !hosts.contains(host) else { return }
        let value: JSONValue = ["formatVersion": 1, "allow": .array((hosts + [host]).sorted().map(JSONValue.string))]
        try root.write(JSONWriter(.indented).bytes(value), to: RelativePath(hostsFile), mode: 0o600)
    }

    /// The folder in which the workspace was last seen; nil for one that is new here.
    package func rememberedPath() throws -> String? { try note(in: workspaceFile)?["path"]?.string }

    /// Remembers the workspace's folder.
    package func remember(path: String) throws {
        try root.makeFolder(RelativePath(folder), mode: 0o700)
        let value: JSONValue = ["formatVersion": 1, "path": .string(path)]
        try root.write(JSONWriter(.indented).bytes(value), to: RelativePath(workspaceFile), mode: 0o600)
    }

    private var hostsFile: String { "\(folder)/hosts.json" }
    private var workspaceFile: String { "\(folder)/workspace.json" }

    /// One of the two files beside the bindings; nil when there is none.
    private func note(in file: String) throws -> JSONValue? {
        let path = try RelativePath(file)
        guard let bytes = try root.readIfPresent(path, maxBytes: 1 << 20) else { return nil }
        do throws(JSONSyntaxError) {
            return try JSONReader().read(bytes)
        } catch {
            let remedy = "remove the file; what it held is asked for again"
            throw DiagnosticError([Diagnostic(file: root.shown(path), "\(error)", remedy: remedy)])
        }
    }

    private func path(_ integration: PluginID, _ profile: ProfileID) throws -> RelativePath {
        try RelativePath.joining(["workspaces", workspace, integration.rawValue, profile.rawValue + ".json"])
    }

    private func read(_ path: RelativePath) throws -> Binding {
        let (value, found) = FileCheck.read(
            try root.read(path, maxBytes: 1 << 20),
            as: .binding,
            file: root.shown(path)
        )
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        return try Binding(value)
    }
}
