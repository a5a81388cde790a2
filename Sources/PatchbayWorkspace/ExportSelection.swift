package import PatchbayModel

/// The part of a workspace that an export of some dialogs takes along: them and what they depend on.
package struct ExportSelection: Sendable {
    /// The dialogs with those that they call.
    package let dialogs: Set<DialogID>
    /// The lock with the plugins that they call, and with the installed templates that go along whole.
    package let lock: LockFile
    /// `patchbay.json` with what concerns them.
    let settingsValue: JSONValue
    let profiles: Set<ProfileID>
    /// The records of variables that they read, by file.
    private let variables: [String: [JSONValue]]
    /// The files of variables as they stand in the workspace.
    private let variableFiles: [String: JSONValue]
    private let instances: Set<String>

    /// Follows what dialogs refer to.
    ///
    /// - Throws: `WorkspaceError.unknownDialog` for one that is not there.
    package init(of roots: [DialogID], in workspace: Workspace) throws {
        let all = Set(try workspace.dialogIDs())
        var needs = DialogNeeds()
        var taken: Set<DialogID> = []
        var waiting = roots
        for id in roots where !all.contains(id) { _ = try workspace.dialog(id) }
        while let id = waiting.popLast() {
            // One that is called and is not there is a finding of lint.
            guard all.contains(id), taken.insert(id).inserted else { continue }
            try workspace.add(id, to: &needs)
            waiting += needs.dialogs.filter { !taken.contains($0) }
        }
        dialogs = taken
        let uses = needs.uses
        let usual = workspace.settings.integrations
        let wanted = Set(uses.map { $0.profile ?? usual[$0.integration] ?? ProfileID($0.integration.rawValue) })
        let found = try workspace.profiles().filter { wanted.contains($0.id) }
        profiles = Set(found.map(\.id))
        for profile in found {
            guard let value = try workspace.value(of: Workspace.path(of: profile.id), as: .profile) else { continue }
            needs.add(texts: value)
        }
        let whole = workspace.lock.templates.filter { instance in
            !instance.dialogs.isEmpty && instance.dialogs.allSatisfy { taken.contains($0.here) }
        }
        instances = Set(whole.map(\.instance))
        var plugins = Set(uses.map(\.integration)).union(found.compactMap(\.integration))
        plugins.formUnion(whole.map(\.plugin))
        var lock = LockFile()
        lock.plugins = workspace.lock.plugins.filter { plugins.contains($0.id) }
        lock.templates = whole
        self.lock = lock
        settingsValue = Self.settings(
            workspace.settingsValue,
            dialogs: taken,
            plugins: plugins,
            hosts: needs.hasOwnRequests
        )
        var variables: [String: [JSONValue]] = [:]
        var files: [String: JSONValue] = [:]
        for kind in VariableRecord.Kind.allCases {
            let path = "variables/\(kind.rawValue).json"
            let brought = Set(whole.flatMap(\.records).filter { $0.path == path }.flatMap(\.keys))
            let keys = kind == .env ? needs.env : needs.content
            guard let value = try workspace.value(of: path, as: kind == .env ? .variables : .content) else { continue }
            files[path] = value
            variables[path] = (value["variables"]?.array ?? []).filter { record in
                let key = record["key"]?.string ?? ""
                return keys?.contains(key) ?? true || brought.contains(key)
            }
        }
        self.variables = variables
        variableFiles = files
    }

    private static func settings(
        _ value: JSONValue,
        dialogs: Set<DialogID>,
        plugins: Set<PluginID>,
        hosts: Bool
    ) -> JSONValue {
        guard var object = value.object else { return value }
        if let wanted = object["defaultDialog"]?.string, !dialogs.contains(DialogID(wanted)) {
            object["defaultDialog"] = nil
        }
        if let integrations = object["integrations"]?.object {
            let kept = integrations.members.filter { plugins.contains(PluginID($0.key)) }
            object["integrations"] = kept.isEmpty ? nil : .object(JSONObject(unique: kept))
        }
        if !hosts { object["hosts"] = nil }
        if var settings = object["settings"]?.object, let events = settings["events"]?.object {
            let kept = events.members.filter { dialogs.contains(DialogID($0.value["dialog"]?.string ?? "")) }
            settings["events"] = kept.isEmpty ? nil : .object(JSONObject(unique: kept))
            object["settings"] = settings.isEmpty ? nil : .object(settings)
        }
        return .object(object)
    }

    /// A file as it goes along; nil for one that stays.
    func file(_ path: String, _ bytes: [UInt8]) -> [UInt8]? {
        let parts = path.split(separator: "/")
        switch parts.first {
        case "patchbay.json": return changed(bytes, to: settingsValue, as: .workspace)
        case "patchbay.lock": return changed(bytes, to: lock.json, as: .lock)
        case ".gitignore", ".gitattributes": return bytes
        case "dialogs": return parts.count > 1 && dialogs.contains(DialogID(String(parts[1]))) ? bytes : nil
        case "authorization":
            return parts.count == 2 && profiles.contains(ProfileID(String(parts[1].dropLast(5)))) ? bytes : nil
        case "variables":
            guard let records = variables[path], !records.isEmpty, let value = variableFiles[path] else { return nil }
            let kind: FileKind = path == "variables/env.json" ? .variables : .content
            return changed(bytes, to: value.setting(.array(records), at: "/variables"), as: kind)
        case ".patchbay":
            guard parts.count > 2 else { return bytes }
            let name = parts[2].hasSuffix(".json") && parts.count == 3 ? parts[2].dropLast(5) : parts[2]
            return instances.contains(String(name)) ? bytes : nil
        default: return nil
        }
    }

    /// A file that goes along in part; where nothing stays behind it is the same bytes.
    private func changed(_ bytes: [UInt8], to value: JSONValue, as kind: FileKind) -> [UInt8] {
        (try? JSONReader().read(bytes)) == value ? bytes : CanonicalText.bytes(value, of: kind)
    }
}
