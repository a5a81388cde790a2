package import PatchbayAccess
import PatchbayConnector
import PatchbayHTTP
package import PatchbayModel
import PatchbayRegistry
package import PatchbayWorkspace

extension Hub {
    /// What follows `integration enable` and its like on the command line.
    static func commandWords(_ id: PluginID, _ profile: ProfileID) -> String {
        BoundCredentialSource.commandWords(id, profile)
    }

    /// The plugin of an integration in this workspace; one that is in the home and not pinned yet is pinned now.
    ///
    /// - Returns: The plugin, and whether it was pinned by this.
    package func pinnedPlugin(_ id: PluginID, in workspace: Workspace) throws -> (plugin: Plugin, pinnedNow: Bool) {
        let home = try existingPluginHome()
        if let pin = workspace.lock.pin(of: id) {
            guard let home else { throw RegistryError.notInstalled(id) }
            let plugin = try home.plugin(pinned: pin)
            try admit(plugin)
            return (plugin, false)
        }
        guard let home, let newest = try home.newest(of: id) else { throw notInstalled(id) }
        let plugin = try home.plugin(newest)
        try admit(plugin)
        try workspace.pin(.init(id: id, version: plugin.manifest.version, hash: plugin.hash))
        return (plugin, true)
    }

    /// Enables an integration: home first, then the workspace's profile and settings.
    package func enable(
        _ request: EnableRequest,
        title: String?,
        description: String?,
        in workspace: Workspace
    ) async throws -> (binding: Binding, madeKey: Bool, keyPlace: String) {
        let vault = try vault()
        let transports = try transports(plugins: [request.plugin])
        let enabler = try enabler(try makeBindings(of: workspace), transports, vault: vault)
        let result: (binding: Binding, madeKey: Bool)
        do {
            if request.provider == .real, let url = request.baseURL ?? request.proposedBaseURL, !url.contains("{") {
                try OutboundPlace.check(baseURL: url)
            }
            result = try await enabler.enable(request)
        } catch {
            await transports.close()
            throw error
        }
        await transports.close()
        try Self.saveProfile(of: request, title: title, description: description, in: workspace)
        return (result.binding, result.madeKey, vault.keyPlace)
    }

    /// The home has the new state by now, so another command's change of the workspace is no reason to stop.
    private static func saveProfile(
        of request: EnableRequest,
        title: String?,
        description: String?,
        in workspace: Workspace
    ) throws {
        var workspace = workspace
        for attempt in 1... {
            do {
                return try workspace.saveProfile(of: request, title: title, description: description)
            } catch WorkspaceError.changedMeanwhile where attempt < 20 {
                workspace.release()
                workspace = try Workspace(opening: workspace.root, by: workspace.author)
            }
        }
    }

    /// Tries the stored credential of an integration again.
    package func check(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) async throws -> (
        binding: Binding, message: String?
    ) {
        let plugins = try runnablePlugins(of: workspace)
        let source = try credentialSource(of: workspace, plugins: plugins)
        let plugin: Plugin?
        let chosen: ProfileID
        if id == .custom {
            let custom = try customIntegration(profile, in: workspace)
            (plugin, chosen) = (custom.plugin, custom.profile.id)
        } else {
            plugin = plugins[id]
            chosen = profile ?? workspace.settings.integrations[id] ?? ProfileID(id.rawValue)
        }
        guard let plugin, let bindings = try bindings(of: workspace),
            let binding = try bindings.binding(of: id, profile: chosen), binding.isEnabled
        else {
            let known = workspace.lock.plugins.map(\.id.rawValue)
            let near = plugin == nil ? NearName.suggestion(for: id.rawValue, among: known) : nil
            let words = Self.commandWords(id, chosen)
            let remedy =
                near.map { "did you mean '\($0)'?" }
                ?? (plugin == nil
                    ? "'patchbay integration list' shows what is"
                    : "'patchbay integration enable \(words)' enables it")
            throw HubError("unbound", "integration '\(id)' is not enabled here; \(remedy)")
        }
        if binding.provider == .sandbox { return (binding, nil) }
        let transports = try transports(plugins: [plugin])
        do {
            let grant =
                id == .custom
                ? try await source.grant(forRequestTo: binding.origin, profile: chosen)
                : try await source.grant(for: id, profile: chosen)
            let result = try await enabler(bindings, transports).check(binding, plugin: plugin, grant: grant)
            await transports.close()
            return result
        } catch {
            await transports.close()
            throw error
        }
    }

    /// Disables an integration: its calls fail as `unbound`; profile, credential and dialogs stay.
    ///
    /// - Returns: The bindings that were enabled before.
    package func disable(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) throws -> [Binding] {
        let chosen = try bindingsToChange(id, profile, in: workspace)
        return try chosen.bindings.filter(\.isEnabled).compactMap { binding in
            try chosen.store.update(id, profile: binding.profile) { binding in
                var binding = binding
                binding.isEnabled = false
                return binding
            }
        }
    }

    /// Removes an integration's bindings and credentials, and its profiles from the workspace; a profile without a plugin
    /// stays, for it says what only its author knows.
    package func removeIntegration(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) throws -> [Binding] {
        let chosen = try bindingsToChange(id, profile, in: workspace)
        let transports = try transports(plugins: [])
        let enabler = try enabler(chosen.store, transports)
        for binding in chosen.bindings { try enabler.remove(binding) }
        if id != .custom { try workspace.removeProfiles(chosen.bindings.map(\.profile), of: id) }
        return chosen.bindings
    }

    /// Whether there is something to remove; what `removeIntegration` would say is thrown before anybody is asked.
    package func checkIntegration(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) throws {
        _ = try bindingsToChange(id, profile, in: workspace)
    }

    private func bindingsToChange(
        _ id: PluginID,
        _ profile: ProfileID?,
        in workspace: Workspace
    ) throws -> (store: BindingStore, bindings: [Binding]) {
        guard let store = try bindings(of: workspace) else { throw Self.notEnabled(id, among: []) }
        let own = try store.all().filter { $0.integration == id }
        guard !own.isEmpty else { throw Self.notEnabled(id, among: try store.all().map(\.integration.rawValue)) }
        let found = own.filter { profile == nil || $0.profile == profile }
        guard let profile, found.isEmpty else { return (store, found) }
        let remedy =
            NearName.remedy(for: profile.rawValue, among: own.map(\.profile.rawValue))
            ?? "'patchbay integration list' shows what is"
        throw HubError("unbound", "integration '\(id)' is not enabled here with profile '\(profile)'; \(remedy)")
    }

    private static func notEnabled(_ id: PluginID, among enabled: [String]) -> HubError {
        let near = NearName.suggestion(for: id.rawValue, among: enabled.filter { $0 != id.rawValue })
        let remedy = near.map { "did you mean '\($0)'?" } ?? "'patchbay integration list' shows what is"
        return HubError("unbound", "integration '\(id)' is not enabled here; \(remedy)")
    }
}
