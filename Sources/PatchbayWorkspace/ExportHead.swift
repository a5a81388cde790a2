import PatchbayModel

/// `export.json`: what a workspace is, and what to bind again elsewhere.
enum ExportHead {
    static func json(
        of workspace: Workspace,
        _ selection: ExportSelection?,
        files: [(path: String, bytes: [UInt8])],
        plugins: [WorkspaceExport.PackedPlugin]
    ) throws -> JSONValue {
        let lock = selection?.lock ?? workspace.lock
        let settings = try selection.map { try WorkspaceSettings($0.settingsValue) } ?? workspace.settings
        let profiles = try workspace.profiles().filter { selection?.profiles.contains($0.id) ?? true }
        let pins = lock.plugins.sorted { $0.id < $1.id }.map { pin -> JSONValue in
            var row: JSONObject = [
                "id": .string(pin.id.rawValue), "version": .string(pin.version.description), "hash": .string(pin.hash),
            ]
            if let packed = plugins.first(where: { $0.plugin.id == pin.id }), packed.archive != nil {
                row["archive"] = .string(packed.archivePath)
            }
            return .object(row)
        }
        let bind = profiles.map { profile -> JSONValue in
            var row: JSONObject = ["profile": .string(profile.id.rawValue)]
            row["integration"] = profile.integration.map { .string($0.rawValue) }
            row["mode"] = .string(profile.mode.rawValue)
            row["fields"] = .array(fields(of: profile, plugins).map(JSONValue.string))
            return .object(row)
        }
        let secured = try VariableRecord.Kind.allCases.flatMap { kind -> [String] in
            guard let file = files.first(where: { $0.path == "variables/\(kind.rawValue).json" }) else { return [] }
            let records = try JSONReader().read(file.bytes)["variables"]?.array ?? []
            return records.filter { $0["secured"]?.bool == true }.compactMap { $0["key"]?.string }
        }
        return [
            "formatVersion": 1,
            "assistant": [
                "id": .string(workspace.settings.id), "name": workspace.settingsValue["name"] ?? "",
            ],
            "plugins": .array(pins), "bind": .array(bind),
            "secured": .array(secured.sorted().map(JSONValue.string)),
            "hosts": .array(settings.hosts.map(JSONValue.string)),
        ]
    }

    /// The fields that will be asked for; none are known of a plugin that is not at hand.
    private static func fields(
        of profile: AuthorizationProfile,
        _ plugins: [WorkspaceExport.PackedPlugin]
    ) -> [String] {
        let manifest = plugins.first { $0.plugin.id == profile.integration }?.plugin.manifest
        let offered = manifest.flatMap { manifest in
            profile.authorization.map { manifest.authorization($0) } ?? manifest.authorization.first
        }
        return (profile.ownType ?? offered)?.fields.map(\.key) ?? []
    }
}
