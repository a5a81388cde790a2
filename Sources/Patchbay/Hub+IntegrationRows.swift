import PatchbayAccess
package import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

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
        let installed = try pluginRows(withIndexes: false).rows.filter(\.isInstalled)
        return try integrations(of: installed.map { ($0.summary.id, $0.summary.name) }, in: workspace())
    }

    /// The integrations of a workspace, given the installed plugins; without a workspace all of them are available.
    func integrations(of plugins: [(id: PluginID, name: LocalizedText)], in workspace: Workspace?) throws
        -> [IntegrationRow]
    {
        let bindings = try workspace.flatMap { try self.bindings(of: $0) }?.all() ?? []
        var rows: [IntegrationRow] = []
        let profiles = Set(try workspace?.profiles().map(\.id) ?? [])
        let byIntegration = Dictionary(grouping: bindings, by: \.integration)
        for plugin in plugins {
            let own = (byIntegration[plugin.id] ?? []).map { binding in
                // Without its profile nothing is called: an interrupted command has left it.
                var binding = binding
                binding.isEnabled = binding.isEnabled && profiles.contains(binding.profile)
                return binding
            }
            rows += Self.rows(plugin.id, plugin.name, profile: nil, own)
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
}
