import PatchbayModel

/// `export.json`: what a workspace is, and what to bind again elsewhere.
enum ExportHead {
    static func json(of workspace: Workspace, plugins: [WorkspaceExport.PackedPlugin]) throws -> JSONValue {
        let pins = workspace.lock.plugins.sorted { $0.id < $1.id }.map { pin -> JSONValue in
            var row: JSONObject = [
                "id": .string(pin.id.rawValue), "version": .string(pin.version.description), "hash": .string(pin.hash),
            ]
            if let packed = plugins.first(where: { $0.plugin.id == pin.id }), packed.archive != nil {
                row["archive"] = .string(packed.archivePath)
            }
            return .object(row)
        }
        let bind = try workspace.profiles().map { profile -> JSONValue in
            var row: JSONObject = ["profile": .string(profile.id.rawValue)]
            row["integration"] = profile.integration.map { .string($0.rawValue) }
            row["mode"] = .string(profile.mode.rawValue)
            row["fields"] = .array(fields(of: profile, plugins).map(JSONValue.string))
            return .object(row)
        }
        let secured = try VariableRecord.Kind.allCases.flatMap { try workspace.variables($0) }.filter(\.isSecured)
        return [
            "formatVersion": 1,
            "assistant": [
                "id": .string(workspace.settings.id), "name": workspace.settingsValue["name"] ?? "",
            ],
            "plugins": .array(pins), "bind": .array(bind),
            "secured": .array(secured.map(\.key).sorted().map(JSONValue.string)),
            "hosts": .array(workspace.settings.hosts.map(JSONValue.string)),
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
