package import PatchbayFiles
package import PatchbayModel

/// The bindings of one workspace on this machine: `workspaces/<local id>/<integration>/<profile>.json` in the home.
///
/// Beside them `workspace.json` remembers the workspace's folder, and `hosts.json` the hosts that the operator has
/// confirmed.
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

    /// Writes a binding together with other files of the home, all or none.
    package func save(_ binding: Binding, with others: [FileChange] = []) throws {
        try apply(others + [try change(to: binding)])
    }

    /// Changes the binding that stands there at this moment; nothing happens when there is none.
    ///
    /// - Parameters:
    ///   - integration: The plugin, or `custom`.
    ///   - profile: The profile that is bound.
    ///   - edit: Tells what the binding becomes; nil leaves it as it is.
    /// - Returns: The binding as it stands afterwards.
    /// - Throws: What is wrong with the file, or keeps it from being written.
    @discardableResult
    package func update(
        _ integration: PluginID,
        profile: ProfileID,
        _ edit: (Binding) -> Binding?
    ) throws -> Binding? {
        let access = try HomeLayout.journal(of: root).change()
        defer { access.end() }
        guard let old = try binding(of: integration, profile: profile) else { return nil }
        guard let new = edit(old), new != old else { return old }
        try access.apply([try change(to: new)])
        return new
    }

    /// Removes a binding together with other files of the home, all or none.
    package func remove(_ integration: PluginID, profile: ProfileID, with others: [FileChange] = []) throws {
        try apply(others + [.remove(try path(integration, profile))])
    }

    private func apply(_ changes: [FileChange]) throws {
        let access = try HomeLayout.journal(of: root).change()
        defer { access.end() }
        try access.apply(changes)
    }

    private func change(to binding: Binding) throws -> FileChange {
        let bytes = Array(CanonicalText.text(binding.json, of: .binding).utf8)
        return .write(try path(binding.integration, binding.profile), bytes, mode: 0o600)
    }

    /// The hosts that the operator has confirmed, `host` or `host:port`, in order.
    package func confirmedHosts() throws -> [String] {
        try note(in: hostsFile)?["allow"]?.array?.compactMap(\.string) ?? []
    }

    /// Confirms a host, `host` or `host:port`, or takes that back.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    package func confirm(host: String, _ isConfirmed: Bool = true) throws -> Bool {
        try root.makeFolder(RelativePath(folder), mode: 0o700)
        let lock = try KernelLock.take(RelativePath("\(folder)/lock"), in: root)
        defer { lock.end() }
        let old = try confirmedHosts()
        guard old.contains(host) != isConfirmed else { return false }
        let new = isConfirmed ? (old + [host]).sorted() : old.filter { $0 != host }
        let value: JSONValue = ["formatVersion": 1, "allow": .array(new.map(JSONValue.string))]
        try root.write(JSONWriter(.indented).bytes(value), to: RelativePath(hostsFile), mode: 0o600)
        return true
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
