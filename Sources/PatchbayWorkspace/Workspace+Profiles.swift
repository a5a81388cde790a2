import PatchbayFiles
package import PatchbayModel

extension Workspace {
    /// Writes a profile and names it in the settings; nothing is written when both stand there already.
    ///
    /// - Parameters:
    ///   - value: The profile's file.
    ///   - id: The profile's id.
    ///   - integration: The integration it belongs to.
    ///   - asDefault: Whether the integration uses it unless a node names another.
    /// - Throws: ``WorkspaceError/changedMeanwhile`` when the settings were changed since they were read.
    package func save(profile value: JSONValue, id: ProfileID, of integration: PluginID, asDefault: Bool) throws {
        let path = Self.path(of: id)
        let bytes = Array(CanonicalText.text(value, of: .profile).utf8)
        var changes: [FileChange] = []
        if try !exists(path) || self.bytes(of: path) != bytes { changes.append(.write(try RelativePath(path), bytes)) }
        if asDefault, settings.integrations[integration] != id {
            let pointer = JSONPointer(tokens: ["integrations", integration.rawValue, "profile"])
            changes.append(try Self.write(settingsValue.setting(.string(id.rawValue), at: pointer)))
        }
        if !changes.isEmpty { try change(changes) }
    }

    /// Removes profiles and what the settings say of them.
    package func removeProfiles(_ ids: [ProfileID], of integration: PluginID) throws {
        var changes = try ids.map(Self.path).filter { exists($0) }.map { FileChange.remove(try RelativePath($0)) }
        if let named = settings.integrations[integration], ids.contains(named) {
            var integrations = settingsValue["integrations"]?.object ?? JSONObject()
            integrations[integration.rawValue] = nil
            changes.append(try Self.write(settingsValue.setting(.object(integrations), at: "/integrations")))
        }
        if !changes.isEmpty { try change(changes) }
    }

    static func path(of profile: ProfileID) -> String { "authorization/\(profile).json" }

    private static func write(_ settings: JSONValue) throws -> FileChange {
        .write(try RelativePath(settingsFile), Array(CanonicalText.text(settings, of: .workspace).utf8))
    }
}
