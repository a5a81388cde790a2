import PatchbayDialog
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
import PatchbayWorkspace

/// What an update means for the workspace, and whether the version's number says so.
package struct PluginUpdate: Sendable {
    package let from: Version
    package let to: Version
    package let judgement: UpdateJudgement

    /// Whether the number of a higher version hides that something breaks here.
    package var hidesBreaking: Bool { judgement.verdict == .breaking && to > from && !from.announcesBreaking(to: to) }
}

extension Hub {
    /// Judges a plugin that is to take the place of the version that the workspace pins.
    ///
    /// - Returns: Nil outside of a workspace, where nothing is pinned, or what is pinned is not at hand, and for the very
    ///   version that is pinned.
    package func update(to candidate: PluginCandidate) throws -> PluginUpdate? {
        guard let pin = candidate.pinned, pin.hash != candidate.plugin.hash, let workspace = try workspace() else {
            return nil
        }
        defer { workspace.release() }
        let before: Plugin
        do {
            guard let home = try existingPluginHome() else { return nil }
            before = try home.plugin(pinned: pin)
        } catch is RegistryError {
            return nil  // Nothing to compare with.
        }
        return PluginUpdate(
            from: pin.version,
            to: candidate.plugin.manifest.version,
            judgement: UpdateJudge.judgement(
                from: before,
                to: candidate.plugin,
                use: try use(of: before, in: workspace)
            )
        )
    }

    /// What a workspace uses of a plugin.
    func use(of plugin: Plugin, in workspace: Workspace) throws -> PluginUse {
        var use = PluginUse()
        var files: [(path: String, value: JSONValue, reads: DialogReads)] = []
        for id in try workspace.dialogIDs() {
            let path = "dialogs/\(id)/dialog.json"
            // What has errors is looked at as far as it can be read.
            guard let value = try? JSONReader().read(try workspace.bytes(of: path)) else {
                use.unread.append(path)
                continue
            }
            files.append((path, value, DialogReads(of: value, scripts: try workspace.scripts(of: id))))
        }
        // What it names may be in none of the files: then a prompt's model stays unknown.
        let env = (try? values(.env, of: workspace)) ?? JSONObject()
        let children = Set(files.flatMap { $0.reads.all.filter { $0.first == "child" } })
        for file in files {
            use.calls +=
                PluginCalls(
                    of: plugin,
                    in: file.value,
                    file: file.path,
                    reads: file.reads.all.union(children),
                    env: env
                ).calls
        }
        use.templates = workspace.lock.templates.filter { $0.plugin == plugin.id }.map { ($0.template, $0.instance) }
        use.profiles = try workspace.profiles().filter { $0.integration == plugin.id }
        use.isConfigured = !use.profiles.isEmpty || workspace.settings.integrations[plugin.id] != nil
        return use
    }
}

/// The calls of a plugin's operations in one dialog.
private struct PluginCalls {
    private(set) var calls: [PluginUse.Call] = []
    private let plugin: Plugin
    private let file: String
    private let reads: Set<[String]>
    private let env: JSONObject

    init(of plugin: Plugin, in dialog: JSONValue, file: String, reads: Set<[String]>, env: JSONObject) {
        self.env = env
        self.plugin = plugin
        self.file = file
        self.reads = reads
        for node in dialog["nodes"]?.array ?? [] { add(node) }
    }

    private mutating func add(_ node: JSONValue) {
        let id = node["id"]?.string ?? ""
        let place = "\(file): node '\(id)'"
        if node["integration"]?.string == plugin.id.rawValue {
            let named = node["operation"]?.string.map { OperationID($0) }
            let isPrompt = node["kind"]?.string != "service"
            guard let operation = named ?? (isPrompt ? plugin.manifest.modelOperation?.id : nil) else { return }
            calls.append(
                PluginUse.Call(
                    place: place,
                    operation: operation,
                    input: node[isPrompt ? "options" : "input"]?.object ?? JSONObject(),
                    model: model(node["model"]),
                    isPrompt: isPrompt,
                    reads: results(of: id)
                )
            )
        }
        for tool in node["tools"]?.array ?? [] {
            let parts = tool["call"]?["operation"]?.string?.split(separator: "/").map(String.init) ?? []
            guard parts.count == 2, parts[0] == plugin.id.rawValue else { continue }
            calls.append(
                PluginUse.Call(
                    place: "\(place), tool '\(tool["id"]?.string ?? "")'",
                    operation: OperationID(parts[1]),
                    input: tool["call"]?["input"]?.object ?? JSONObject()
                )
            )
        }
    }

    /// A prompt's model, from the workspace's variables where it names one.
    private func model(_ value: JSONValue?) -> JSONValue? {
        guard let text = value?.string, text.hasPrefix("{{env."), text.hasSuffix("}}") else { return value }
        return env[String(text.dropFirst("{{env.".count).dropLast(2))] ?? value
    }

    /// What is read of a node's result.
    private func results(of node: String) -> Set<[String]> {
        var found: Set<[String]> = []
        for path in reads where path.count > 1 && ["context", "child"].contains(path[0]) {
            if path[1] == "lastServiceFailure" { found.insert(["error"]) }
            guard path[1] == node else { continue }
            if path.count > 2 {
                found.insert(Array(path.dropFirst(2)))
            } else {
                found.formUnion([["values"], ["response", "body"], ["error"]])
            }
        }
        return found
    }
}
