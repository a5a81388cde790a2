import PatchbayModel

// What a template needs beside its dialogs: operations, plugins, variables, hosts.
extension TemplateDraft {
    private var nodes: [JSONValue] { dialogs.flatMap { $0.value["nodes"]?.array ?? [] } }

    /// The operations that the dialogs call, as `plugin/operation`, in their order.
    var calledOperations: [String] {
        var calls: [String] = []
        for node in nodes {
            if let plugin = node["integration"]?.string {
                let operation = node["operation"]?.string ?? material.modelOperation(PluginID(plugin))?.rawValue
                if let operation { calls.append("\(plugin)/\(operation)") }
            }
            calls += (node["tools"]?.array ?? []).compactMap { $0["call"]?["operation"]?.string }
        }
        var seen: Set<String> = []
        return calls.filter { seen.insert($0).inserted }
    }

    /// The other plugins, each from the version that is pinned here up to the next that may break something.
    func requiredPlugins(of calls: [String]) throws(TemplateDraftError) -> JSONObject {
        var needs = JSONObject()
        let named = nodes.compactMap { $0["integration"]?.string } + calls.map { String($0.prefix { $0 != "/" }) }
        for plugin in named where plugin != material.plugin.rawValue && needs[plugin] == nil {
            guard let pin = workspace.lock.pin(of: PluginID(plugin)) else {
                throw TemplateDraftError(
                    "the dialog calls plugin '\(plugin)', which this workspace does not pin; "
                        + "'patchbay plugin install \(plugin)' does"
                )
            }
            let next = pin.version.major == 0 ? "0.\(pin.version.minor + 1).0" : "\(pin.version.major + 1).0.0"
            needs[plugin] = .string(">=\(pin.version) <\(next)")
        }
        return needs
    }

    /// The hosts of the workspace that the dialogs' own requests call.
    var hosts: [String] {
        let urls = nodes.compactMap { node in
            node["profile"] == nil ? node["request"]?["url"]?.string : nil
        }
        var hosts: [String] = []
        for url in urls {
            guard let scheme = url.firstRange(of: "://") else { continue }
            let host = String(url[scheme.upperBound...].prefix { !"/?#".contains($0) })
            let known = workspace.settingsValue["hosts"]?.array?.compactMap(\.string) ?? []
            let fitting = known.filter { $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) }
            for found in fitting where !hosts.contains(found) { hosts.append(found) }
        }
        return hosts
    }

    /// Profiles are of one workspace, and hold what only its owner knows.
    mutating func noteProfiles() {
        for node in nodes {
            guard let profile = node["profile"]?.string else { continue }
            notes.append(
                "node '\(node["id"]?.string ?? "")' takes the profile '\(profile)', which does not come along: "
                    + "who installs the template needs one of that name"
            )
        }
    }

    // MARK: - Variables

    /// The variables that the dialogs read, as records of a template.
    mutating func variables(language: String) throws -> [JSONValue] {
        var file: Set<[String]> = []
        var scripts: Set<[String]> = []
        for (id, value) in dialogs {
            let found = material.reads(value, try workspace.scripts(of: id))
            file.formUnion(found.file)
            scripts.formUnion(found.scripts)
        }
        var records: [JSONValue] = []
        for kind in VariableRecord.Kind.allCases {
            let path = "variables/\(kind.rawValue).json"
            let known = try workspace.variables(kind)
            let fileLanguage =
                try workspace.value(of: path, as: kind == .env ? .variables : .content)?["language"]?.string ?? "en"
            func keys(_ paths: Set<[String]>) -> Set<String> {
                Set(paths.filter { $0.count > 1 && $0[0] == kind.rawValue }.map { $0[1] })
            }
            let read = keys(file)
            // What a script shows may be no more than a comment.
            let wanted = read.union(keys(scripts).filter { key in known.contains { $0.key == key } })
            if scripts.contains([kind.rawValue]) {
                notes.append(
                    "a script reads '\(kind.rawValue)' as a whole; add the variables that it needs to template.json"
                )
            }
            for key in wanted.sorted() {
                guard let record = known.first(where: { $0.key == key }) else {
                    throw TemplateDraftError(
                        "the dialog reads '\(kind.rawValue).\(key)', which is not in \(path); add it first"
                    )
                }
                records.append(try self.record(record, path: path, from: fileLanguage, to: language))
            }
        }
        return records
    }

    /// A workspace's record as a template brings it.
    private func record(
        _ variable: VariableRecord,
        path: String,
        from fileLanguage: String,
        to language: String
    ) throws -> JSONValue {
        guard !variable.isSecured else {
            throw TemplateDraftError(
                "the dialog reads '\(variable.kind.rawValue).\(variable.key)', which is secured; a template brings no secret: "
                    + "send it by an authorization profile"
            )
        }
        let text = JSONWriter().text([variable.key: variable.value ?? .null])
        let secrets = material.findSecrets("\(path): \(variable.key)", Array(text.utf8))
        guard secrets.isEmpty else { throw WorkspaceError.secretInFile(secrets) }
        var record = variable.record
        if let hint = record["hint"], hint.string != nil, fileLanguage != language {
            record["hint"] = .object(JSONObject([(fileLanguage, hint)]))
        }
        var result: JSONObject = ["key": .string(variable.key)]
        if variable.kind != .env { result["kind"] = .string(variable.kind.rawValue) }
        for member in record.members where member.key != "key" { result[member.key] = member.value }
        return .object(result)
    }
}
