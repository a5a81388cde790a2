import Foundation
package import PatchbayAccess
import PatchbayConnector
import PatchbayFiles
import PatchbayHTTP
package import PatchbayModel
import PatchbayRegistry
import PatchbaySandbox
package import PatchbayWorkspace

/// An integration as a workspace knows it.
package struct IntegrationRow: Sendable {
    /// Which of the three lists it stands in.
    package enum State: String, Sendable {
        case available, configured, failing
    }

    /// The plugin's id, or `custom` for a profile without one.
    package let id: PluginID
    package let name: LocalizedText
    package let state: State
    /// The profile that is bound, or that could be; nil for a plugin without one.
    package let profile: ProfileID?
    /// Nil for one that is available.
    package let binding: Binding?
    /// Why it fails or can't be used, in words; nil when nothing is wrong.
    package let remark: String?
}

extension Hub {
    /// The integrations of the workspace; outside of one all installed plugins are available.
    package func integrations() throws -> [IntegrationRow] {
        let workspace = try workspace()
        let bindings = try workspace.flatMap { try self.bindings(of: $0) }?.all() ?? []
        var rows: [IntegrationRow] = []
        let profiles = Set(try workspace?.profiles().map(\.id) ?? [])
        for row in try pluginRows().rows where row.isInstalled {
            let own = bindings.filter { $0.integration == row.summary.id }.map { binding in
                // Without its profile nothing is called: an interrupted command has left it.
                var binding = binding
                binding.isEnabled = binding.isEnabled && profiles.contains(binding.profile)
                return binding
            }
            rows += Self.rows(row.summary.id, row.summary.name, profile: nil, own)
        }
        for profile in try workspace?.customProfiles() ?? [] {
            let own = bindings.filter { $0.integration == .custom && $0.profile == profile.id }
            let name = profile.title ?? LocalizedText(profile.id.rawValue, language: "en")
            rows += Self.rows(.custom, name, profile: profile.id, own)
        }
        let known = Set(rows.map(\.id))
        for binding in bindings where binding.isEnabled {
            guard !known.contains(binding.integration) || binding.integration == .custom else { continue }
            guard binding.integration != .custom || !profiles.contains(binding.profile) else { continue }
            let words = Self.commandWords(binding.integration, binding.profile)
            let reason =
                binding.integration == .custom
                ? "authorization/\(binding.profile).json, a profile without a plugin, is gone"
                : "plugin '\(binding.integration)' is not installed"
            rows.append(
                IntegrationRow(
                    id: binding.integration,
                    name: LocalizedText(binding.integration.rawValue, language: "en"),
                    state: .failing,
                    profile: binding.profile,
                    binding: binding,
                    remark: "\(reason); 'patchbay integration remove \(words)' deletes its credential"
                )
            )
        }
        return rows
    }

    private static func rows(
        _ id: PluginID,
        _ name: LocalizedText,
        profile: ProfileID?,
        _ bindings: [Binding]
    ) -> [IntegrationRow] {
        let enabled = bindings.filter(\.isEnabled)
        guard !enabled.isEmpty else {
            let remark = bindings.isEmpty ? nil : "disabled; its profile and credential are kept"
            return [
                IntegrationRow(id: id, name: name, state: .available, profile: profile, binding: nil, remark: remark)
            ]
        }
        return enabled.map { binding in
            // What was said on the command line is not remembered for the next time: enabling says all there is.
            let words =
                commandWords(id, binding.profile) + (binding.baseURL.isEmpty ? "" : " --base-url \(binding.baseURL)")
                + binding.allow.map { " --allow \($0)" }.joined()
            return IntegrationRow(
                id: id,
                name: name,
                state: binding.isFailing ? .failing : .configured,
                profile: binding.profile,
                binding: binding,
                remark: binding.isFailing
                    ? "the service refused its credential; 'patchbay integration enable \(words)' takes a new one" : nil
            )
        }
    }

    /// What follows `integration enable` and its like on the command line.
    private static func commandWords(_ id: PluginID, _ profile: ProfileID) -> String {
        BoundCredentialSource.commandWords(id, profile)
    }

    /// The hosts that the operator has allowed for this workspace on this machine, `host` or `host:port`.
    package func allowedHosts() throws -> [String] {
        try workspace().flatMap { try bindings(of: $0) }?.confirmedHosts() ?? []
    }

    /// Whether calls go through a proxy, where the gate checks the host's name instead of its address.
    package func usesProxy() throws -> Bool { try settings().proxy != nil }

    /// The plugin of an integration in this workspace; one that is in the home and not pinned yet is pinned now.
    ///
    /// - Returns: The plugin, and whether it was pinned by this.
    package func pinnedPlugin(_ id: PluginID, in workspace: Workspace) throws -> (plugin: Plugin, pinnedNow: Bool) {
        let home = try existingPluginHome()
        if let pin = workspace.lock.pin(of: id) {
            guard let home else { throw Self.notInstalled(id) }
            return (try home.plugin(pinned: pin), false)
        }
        guard let home, let newest = try home.newest(of: id) else { throw Self.notInstalled(id) }
        let plugin = try home.plugin(newest)
        try workspace.pin(.init(id: id, version: plugin.manifest.version, hash: plugin.hash))
        return (plugin, true)
    }

    private static func notInstalled(_ id: PluginID) -> HubError {
        HubError("not-installed", "plugin '\(id)' is not installed; 'patchbay plugin install \(id)' installs it")
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
                workspace = try Workspace(opening: workspace.root)
            }
        }
    }

    /// Tries the stored credential of an integration again.
    package func check(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) async throws -> (
        binding: Binding, message: String?
    ) {
        let plugins = try plugins(of: workspace).plugins
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
            let remedy = near.map { "did you mean '\($0)'?" } ?? "'patchbay integration enable \(words)' enables it"
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

    /// Allows a host on this machine, or takes that back.
    ///
    /// - Returns: The host as it is remembered, and whether that changed anything.
    /// - Throws: ``HubError`` for what is no host or is never called.
    package func allow(host: String, _ isAllowed: Bool, in workspace: Workspace) throws -> (
        host: String, changed: Bool
    ) {
        let store = try makeBindings(of: workspace)
        // What was allowed by an older version is taken back by its very words.
        if !isAllowed, try store.confirm(host: host, false) { return (host, true) }
        let place = try Self.place(host)
        return (place.description, try store.confirm(host: place.description, isAllowed))
    }

    /// Private addresses as `--allow` takes them: each with its port.
    package func allowedPlaces(_ texts: [String]) throws -> [String] {
        try texts.map { text in
            let place = try Self.place(text)
            guard place.hasPort else { throw HubError("usage", "'\(text)' has no port; write \(place):PORT") }
            return place.description
        }
    }

    private static func place(_ text: String) throws -> OutboundPlace {
        do {
            return try OutboundPlace(text)
        } catch {
            throw HubError("usage", error.message)
        }
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

    /// Whether a credential may go to a base URL that a profile proposes without anybody being asked: the plugin names its
    /// host, the profile is bound to its origin already, or (without a plugin) the host was allowed.
    ///
    /// A URL that can't be resolved is agreed to by nobody.
    package func isAgreed(
        _ baseURL: String,
        of profile: ProfileID,
        plugin: Plugin,
        connection: [String: String],
        in workspace: Workspace
    ) throws -> Bool {
        let values = ConnectionValues.complete(connection, for: plugin.manifest)
        guard let url = try? BaseURLs.resolve(baseURL, connection: values), let origin = try? BaseURLs.origin(of: url)
        else { return false }
        if try BaseURLs.isDeclared(url, by: plugin.manifest.hosts, connection: values) { return true }
        guard let bindings = try bindings(of: workspace) else { return false }
        if try bindings.binding(of: plugin.id, profile: profile)?.origin == origin { return true }
        return try plugin.id == .custom && CustomHost(origin: origin).isNamed(in: bindings.confirmedHosts())
    }

    // MARK: - Calls

    private func enabler(
        _ bindings: BindingStore,
        _ transports: Transports,
        vault: Vault? = nil
    ) throws -> IntegrationEnabler {
        IntegrationEnabler(
            vault: try vault ?? self.vault(),
            bindings: bindings,
            checker: AuthorizationChecker(
                real: transports.real,
                sandbox: transports.sandbox,
                clock: configuration.clock,
                random: configuration.random,
                redactor: redactor,
                version: HubVersion.current.description
            ),
            redactor: redactor,
            clock: configuration.clock
        )
    }

    /// The credentials that a workspace's bindings give.
    func credentialSource(
        of workspace: Workspace,
        plugins: [PluginID: Plugin]
    ) throws -> BoundCredentialSource {
        BoundCredentialSource(
            setup: try accessSetup(of: workspace, plugins: plugins),
            bindings: try bindings(of: workspace),
            vault: try vault(),
            clock: configuration.clock
        )
    }

    /// The parts of a workspace that decide about calls.
    func accessSetup(
        of workspace: Workspace,
        plugins: [PluginID: Plugin]
    ) throws -> BoundCredentialSource.Setup {
        let profiles = try workspace.profiles()
        return BoundCredentialSource.Setup(
            plugins: plugins,
            defaultProfiles: workspace.settings.integrations,
            profiles: Dictionary(profiles.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }),
            declaredHosts: workspace.settings.hosts
        )
    }

    /// The way out to the network, and the sandbox.
    func transports(plugins: [Plugin], sandboxScript: SandboxScript? = nil, nodeTapes: NodeTapes? = nil) throws
        -> Transports
    {
        let settings = try settings()
        return Transports(
            real: try LazyTransport(proxy: settings.proxy, caFile: settings.caFile),
            sandbox: SandboxTransport(
                plugins: plugins,
                clock: configuration.clock,
                script: sandboxScript,
                nodeTapes: { try nodeTapes?.exchanges(of: $0) ?? [] }
            )
        )
    }
}

/// The two providers of calls.
struct Transports: Sendable {
    let real: LazyTransport
    let sandbox: SandboxTransport

    func close() async { await real.close() }
}
