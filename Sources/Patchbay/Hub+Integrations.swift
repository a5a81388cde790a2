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

    package let id: PluginID
    package let name: LocalizedText
    package let state: State
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
        let installed = try pluginRows().rows.filter { $0.isInstalled }
        var rows: [IntegrationRow] = []
        for row in installed {
            let own = bindings.filter { $0.integration == row.summary.id && $0.isEnabled }
            if own.isEmpty {
                let isDisabled = bindings.contains { $0.integration == row.summary.id }
                rows.append(
                    IntegrationRow(
                        id: row.summary.id,
                        name: row.summary.name,
                        state: .available,
                        binding: nil,
                        remark: isDisabled ? "disabled; its profile and credential are kept" : nil
                    )
                )
            }
            for binding in own {
                rows.append(
                    IntegrationRow(
                        id: row.summary.id,
                        name: row.summary.name,
                        state: binding.isFailing ? .failing : .configured,
                        binding: binding,
                        remark: binding.isFailing
                            ? "the service refused its credential; 'patchbay integration enable \(row.summary.id)' takes a new one"
                            : nil
                    )
                )
            }
        }
        return rows
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
        let enabler = IntegrationEnabler(
            vault: vault,
            bindings: try makeBindings(of: workspace),
            checker: checker(transports),
            redactor: redactor,
            clock: configuration.clock
        )
        let result: (binding: Binding, madeKey: Bool)
        do {
            result = try await enabler.enable(request)
        } catch let failure as Failure where failure.kind == .blocked {
            await transports.close()
            throw HubError("blocked", failure.message + "; while enabling, '--allow HOST:PORT' does that")
        } catch {
            await transports.close()
            throw error
        }
        await transports.close()
        try workspace.saveProfile(of: request, title: title, description: description)
        return (result.binding, result.madeKey, vault.keyPlace)
    }

    /// Tries the stored credential of an integration again.
    package func check(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) async throws -> (
        binding: Binding, message: String?
    ) {
        let source = try credentialSource(of: workspace)
        let plugins = try plugins(of: workspace).plugins
        let profile = profile ?? workspace.settings.integrations[id] ?? ProfileID(id.rawValue)
        guard let plugin = plugins[id], let bindings = try bindings(of: workspace),
            let binding = try bindings.binding(of: id, profile: profile), binding.isEnabled
        else {
            let known = plugins.keys.map(\.rawValue).sorted()
            let near = plugins[id] == nil ? NearName.suggestion(for: id.rawValue, among: known) : nil
            let remedy = near.map { "did you mean '\($0)'?" } ?? "'patchbay integration enable \(id)' enables it"
            throw HubError("unbound", "integration '\(id)' is not enabled here; \(remedy)")
        }
        if binding.provider == .sandbox { return (binding, nil) }
        let transports = try transports(plugins: [plugin])
        let enabler = IntegrationEnabler(
            vault: try vault(),
            bindings: bindings,
            checker: checker(transports),
            redactor: redactor,
            clock: configuration.clock
        )
        do {
            let grant = try await source.grant(for: id, profile: profile)
            let result = try await enabler.check(binding, plugin: plugin, grant: grant)
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
        return try chosen.bindings.filter(\.isEnabled).map { binding in
            var binding = binding
            binding.isEnabled = false
            try chosen.store.save(binding)
            return binding
        }
    }

    /// Removes an integration's bindings and credentials, and its profiles from the workspace.
    package func removeIntegration(_ id: PluginID, profile: ProfileID?, in workspace: Workspace) throws -> [Binding] {
        let chosen = try bindingsToChange(id, profile, in: workspace)
        let vault = try vault()
        for binding in chosen.bindings {
            try vault.remove(
                workspace: chosen.store.workspace,
                integration: id.rawValue,
                profile: binding.profile.rawValue
            )
            try chosen.store.remove(id, profile: binding.profile)
        }
        try workspace.removeProfiles(chosen.bindings.map(\.profile), of: id)
        return chosen.bindings
    }

    /// Confirms a host for the workspace's own requests.
    package func allow(host: String, in workspace: Workspace) throws {
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        let name = parts.first.map(String.init) ?? ""
        let isPlain = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E
        }
        guard !name.isEmpty, isPlain, parts.count <= 2, parts.count == 1 || UInt16(parts[1]) != nil else {
            throw HubError(
                "usage",
                "'\(host)' is no HOST or HOST:PORT; write the name in lower case, without scheme and path"
            )
        }
        try makeBindings(of: workspace).confirm(host: host)
    }

    private func bindingsToChange(
        _ id: PluginID,
        _ profile: ProfileID?,
        in workspace: Workspace
    ) throws -> (store: BindingStore, bindings: [Binding]) {
        guard let store = try bindings(of: workspace) else { throw Self.notEnabled(id, among: []) }
        let found = try store.all().filter { $0.integration == id && (profile == nil || $0.profile == profile) }
        guard !found.isEmpty else { throw Self.notEnabled(id, among: try store.all().map(\.integration.rawValue)) }
        return (store, found)
    }

    private static func notEnabled(_ id: PluginID, among enabled: [String]) -> HubError {
        let near = NearName.suggestion(for: id.rawValue, among: enabled.filter { $0 != id.rawValue })
        let remedy = near.map { "did you mean '\($0)'?" } ?? "'patchbay integration list' shows what is"
        return HubError("unbound", "integration '\(id)' is not enabled here; \(remedy)")
    }

    /// Whether a plugin names the host of a base URL; a URL that can't be resolved is named by none.
    package func isDeclared(_ baseURL: String, by plugin: Plugin, connection: [String: String]) -> Bool {
        let values = ConnectionValues.complete(connection, for: plugin.manifest)
        guard let url = try? BaseURLs.resolve(baseURL, connection: values) else { return false }
        return (try? BaseURLs.isDeclared(url, by: plugin.manifest.hosts, connection: values)) ?? false
    }

    // MARK: - Calls

    private func checker(_ transports: Transports) -> AuthorizationChecker {
        AuthorizationChecker(
            real: transports.real,
            sandbox: transports.sandbox,
            clock: configuration.clock,
            random: configuration.random,
            redactor: redactor,
            version: HubVersion.current.description
        )
    }

    /// The credentials that a workspace's bindings give.
    func credentialSource(of workspace: Workspace) throws -> BoundCredentialSource {
        BoundCredentialSource(
            setup: try accessSetup(of: workspace),
            bindings: try bindings(of: workspace),
            vault: try vault(),
            clock: configuration.clock
        )
    }

    /// The parts of a workspace that decide about calls.
    func accessSetup(of workspace: Workspace) throws -> BoundCredentialSource.Setup {
        let profiles = try workspace.profiles()
        return BoundCredentialSource.Setup(
            plugins: try plugins(of: workspace).plugins,
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
