package import PatchbayModel

extension Workspace {
    /// Writes a profile and names it in the settings; nothing is written when both stand there already.
    ///
    /// - Parameter value: The profile's file.
    /// - Parameter asDefault: Whether the integration uses it unless a node names another.
    package func save(profile value: JSONValue, id: ProfileID, of integration: PluginID, asDefault: Bool) throws {
        let path = "authorization/\(id).json"
        let text = CanonicalText.text(value, of: .profile)
        var files: [(path: String, bytes: [UInt8])] = []
        let existing = exists(path) ? try bytes(of: path) : nil
        if existing != Array(text.utf8) { files.append((path, Array(text.utf8))) }
        if asDefault, settings.integrations[integration] != id {
            let pointer = JSONPointer(tokens: ["integrations", integration.rawValue, "profile"])
            let changed = settingsValue.setting(.string(id.rawValue), at: pointer)
            files.append(("patchbay.json", Array(CanonicalText.text(changed, of: .workspace).utf8)))
        }
        if !files.isEmpty { try write(files) }
    }

    /// Removes profiles and what the settings say of them.
    package func removeProfiles(_ ids: [ProfileID], of integration: PluginID) throws {
        let paths = ids.map { "authorization/\($0).json" }.filter { exists($0) }
        if !paths.isEmpty { try remove(paths) }
        guard let named = settings.integrations[integration], ids.contains(named) else { return }
        var integrations = settingsValue["integrations"]?.object ?? JSONObject()
        integrations[integration.rawValue] = nil
        let changed = settingsValue.setting(.object(integrations), at: "/integrations")
        try write([("patchbay.json", Array(CanonicalText.text(changed, of: .workspace).utf8))])
    }
}
