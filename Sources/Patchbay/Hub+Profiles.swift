package import PatchbayModel
import PatchbayRegistry
package import PatchbayWorkspace

extension Hub {
    /// A profile without a plugin, and the plugin that it would be.
    ///
    /// - Parameters:
    ///   - id: Nil takes the only one there is.
    ///   - workspace: Whose profiles.
    /// - Returns: Both.
    /// - Throws: ``HubError`` when there is none, or none was named and there are several.
    package func customIntegration(_ id: ProfileID?, in workspace: Workspace) throws -> (
        plugin: Plugin, profile: AuthorizationProfile
    ) {
        let all = try workspace.customProfiles()
        let names = all.map(\.id.rawValue)
        guard let profile = id == nil && all.count == 1 ? all[0] : all.first(where: { $0.id == id }) else {
            guard let id else {
                let words =
                    all.isEmpty
                    ? "this workspace has no profile without a plugin; write authorization/ID.json"
                    : "say which profile: --profile " + names.joined(separator: ", --profile ")
                throw HubError("usage", words)
            }
            if let plugin = try workspace.profile(id)?.integration {
                throw HubError(
                    "not-found",
                    "profile '\(id)' belongs to plugin '\(plugin)'; 'patchbay integration enable \(plugin) --profile \(id)' enables it"
                )
            }
            let remedy = NearName.remedy(for: id.rawValue, among: names) ?? "write authorization/\(id).json"
            throw HubError("not-found", "there is no profile '\(id)' without a plugin; \(remedy)")
        }
        guard let value = try workspace.value(of: "authorization/\(profile.id).json", as: .profile) else {
            throw HubError("not-found", "authorization/\(profile.id).json is gone")
        }
        let manifest = try PluginManifest(ofProfile: value)
        return (Plugin(manifest: manifest, hash: "", files: try MemoryPluginFiles([])), profile)
    }
}

extension Workspace {
    /// The profiles that belong to no plugin.
    func customProfiles() throws -> [AuthorizationProfile] { try profiles().filter { $0.integration == nil } }
}
