import Foundation
package import PatchbayConnector
package import PatchbayModel

/// Gives calls the credentials of one workspace, as its bindings on this machine allow.
package struct BoundCredentialSource: CredentialSource {
    /// The parts of a workspace that decide about calls.
    package struct Setup: Sendable {
        package let plugins: [PluginID: Plugin]
        /// The default profile of each integration.
        package let defaultProfiles: [PluginID: ProfileID]
        package let profiles: [ProfileID: AuthorizationProfile]
        /// The hosts that the workspace's own requests name, `host` or `host:port`.
        package let declaredHosts: [String]

        package init(
            plugins: [PluginID: Plugin],
            defaultProfiles: [PluginID: ProfileID],
            profiles: [ProfileID: AuthorizationProfile],
            declaredHosts: [String]
        ) {
            self.plugins = plugins
            self.defaultProfiles = defaultProfiles
            self.profiles = profiles
            self.declaredHosts = declaredHosts
        }
    }

    private let setup: Setup
    private let bindings: BindingStore?
    private let vault: Vault
    private let clock: any HubClock

    /// The plugin id of profiles without a plugin.
    package static let custom: PluginID = "custom"

    /// - Parameter bindings: Nil for a workspace that this machine does not know yet: nothing is enabled there.
    package init(setup: Setup, bindings: BindingStore?, vault: Vault, clock: any HubClock = SystemHubClock()) {
        self.setup = setup
        self.bindings = bindings
        self.vault = vault
        self.clock = clock
    }

    package func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant {
        guard let plugin = setup.plugins[integration] else {
            throw Failure(
                .unbound,
                "plugin '\(integration)' is not part of this workspace; 'patchbay plugin install \(integration)' adds it"
            )
        }
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        let binding = try enabled(integration, id)
        let known = setup.profiles[id]
        let type = try Self.type(of: known, in: plugin.manifest)
        if binding.provider == .sandbox { return SandboxCredentialSource.grant(for: plugin, type: type, profile: known) }
        let connection = ConnectionValues.complete(known?.connection ?? [:], for: plugin.manifest)
        let baseURL = try baseURL(of: plugin.manifest, profile: known, binding: binding, connection: connection)
        return Grant(
            authorization: type,
            fields: try fields(of: type, integration, id),
            connection: connection,
            baseURL: baseURL,
            reach: Reach(origins: [binding.origin], allowedPrivate: Set(binding.allow)),
            provider: .real
        )
    }

    package func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        let place = String(origin.drop { $0 != ":" }.dropFirst(3))
        let host = String(place.prefix { $0 != ":" })
        guard setup.declaredHosts.contains(where: { $0 == host || $0 == place }) else {
            throw Failure(.blocked, "host '\(host)' is not among the 'hosts' of patchbay.json; add it there, then confirm it with 'patchbay integration allow \(host)'")
        }
        let confirmed = try bindings?.confirmedHosts() ?? []
        guard confirmed.contains(where: { $0 == host || $0 == place }) else {
            throw Failure(.blocked, "nobody on this machine has confirmed calls to '\(place)'; 'patchbay integration allow \(place)' does")
        }
        // A host confirmed with its port may be a private address; a bare name may not.
        let reach = Reach(origins: [origin], allowedPrivate: Set(confirmed.filter { $0.contains(":") }))
        guard let profile else {
            return Grant(authorization: .none, fields: [:], connection: [:], baseURL: "", reach: reach, provider: .real)
        }
        guard let known = setup.profiles[profile], let type = known.ownType else {
            throw Failure(.unbound, "there is no profile '\(profile)' for custom requests; add authorization/\(profile).json")
        }
        let binding = try enabled(Self.custom, profile)
        guard binding.origin == origin else {
            throw Failure(
                .blocked,
                "the credential of profile '\(profile)' goes to \(binding.origin) only, not to \(origin); "
                    + "'patchbay integration enable custom --profile \(profile)' binds it anew"
            )
        }
        return Grant(
            authorization: type,
            fields: try fields(of: type, Self.custom, profile),
            connection: known.connection,
            baseURL: "",
            reach: reach,
            provider: binding.provider
        )
    }

    package func refused(_ integration: PluginID, profile: ProfileID?) async {
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        guard let bindings, var binding = try? bindings.binding(of: integration, profile: id), !binding.isFailing else { return }
        binding.check = .bad
        binding.checkedAt = clock.now().formatted(.iso8601)
        // That it could not be noted is no reason to fail the call once more: the next refusal notes it.
        try? bindings.save(binding)
    }

    private func enabled(_ integration: PluginID, _ profile: ProfileID) throws -> Binding {
        let wanted = integration.rawValue + (profile.rawValue == integration.rawValue ? "" : " --profile \(profile)")
        guard let binding = try bindings?.binding(of: integration, profile: profile), binding.isEnabled else {
            throw Failure(.unbound, "integration '\(integration)' is not enabled here; 'patchbay integration enable \(wanted)' enables it")
        }
        guard binding.mode == .preAuthorized else {
            throw Failure(.unbound, "profile '\(profile)' asks each user for a credential, which this version does not do yet; use mode preAuthorized")
        }
        return binding
    }

    private static func type(of profile: AuthorizationProfile?, in manifest: PluginManifest) throws(Failure) -> AuthorizationType {
        guard let id = profile?.authorization else { return manifest.authorization[0] }
        guard let type = manifest.authorization(id) else {
            let known = manifest.authorization.map(\.id)
            throw Failure(.unbound, "plugin '\(manifest.id)' has no authorization type '\(id)'; \(NearName.remedy(for: id, among: known) ?? "")")
        }
        return type
    }

    /// The URL that calls start from; what a profile proposes counts only while it stays at the origin of the binding.
    private func baseURL(
        of manifest: PluginManifest,
        profile: AuthorizationProfile?,
        binding: Binding,
        connection: [String: String]
    ) throws(Failure) -> String {
        if !binding.baseURL.isEmpty { return binding.baseURL }
        let proposal = try BaseURLs.resolve(profile?.baseURL ?? manifest.baseURL?.url ?? "", connection: connection)
        let origin = try BaseURLs.origin(of: proposal)
        guard origin == binding.origin else {
            throw Failure(
                .blocked,
                "the profile of integration '\(manifest.id)' now proposes \(origin), but its credential was given for \(binding.origin); "
                    + "'patchbay integration enable \(manifest.id)' agrees to the new one"
            )
        }
        return proposal
    }

    private func fields(of type: AuthorizationType, _ integration: PluginID, _ profile: ProfileID) throws -> [String: Secret] {
        guard !type.fields.isEmpty else { return [:] }
        let stored = try bindings.flatMap { bindings in
            try vault.fields(workspace: bindings.workspace, integration: integration.rawValue, profile: profile.rawValue)
        }
        guard let stored else {
            throw Failure(.unbound, "the vault holds no credential for integration '\(integration)'; 'patchbay integration enable \(integration)' asks for it")
        }
        return stored
    }
}

/// Connection values with the manifest's defaults.
package enum ConnectionValues {
    /// The values given, and the default of each field that has one.
    package static func complete(_ given: [String: String], for manifest: PluginManifest) -> [String: String] {
        var values = given
        for field in manifest.connection where values[field.key] == nil { values[field.key] = field.defaultValue }
        return values
    }
}

/// Sends every call to the sandbox or a replay, without a credential.
package struct SandboxCredentialSource: CredentialSource {
    private let setup: BoundCredentialSource.Setup
    private let bindings: [Binding]

    /// - Parameter bindings: Those of this machine: a base URL that was given here stands in the calls of a replay as it did in
    ///   the recording.
    package init(setup: BoundCredentialSource.Setup, bindings: [Binding] = []) {
        self.setup = setup
        self.bindings = bindings
    }

    package func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant {
        guard let plugin = setup.plugins[integration] else {
            throw Failure(.unbound, "plugin '\(integration)' is not at hand; 'patchbay plugin install \(integration)' adds it")
        }
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        let known = setup.profiles[id]
        let type = known?.authorization.flatMap { plugin.manifest.authorization($0) } ?? plugin.manifest.authorization[0]
        let given = bindings.first { $0.integration == integration && $0.profile == id }?.baseURL
        return Self.grant(for: plugin, type: type, profile: known, baseURL: given)
    }

    package func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        Grant(
            authorization: .none,
            fields: [:],
            connection: [:],
            baseURL: "",
            reach: Reach(origins: [origin]),
            provider: .sandbox
        )
    }

    package func refused(_ integration: PluginID, profile: ProfileID?) async {}

    /// A grant without secrets; connection values that nobody gave are called `sandbox`.
    static func grant(
        for plugin: Plugin,
        type: AuthorizationType,
        profile: AuthorizationProfile?,
        baseURL given: String? = nil
    ) -> Grant {
        var connection = ConnectionValues.complete(profile?.connection ?? [:], for: plugin.manifest)
        for field in plugin.manifest.connection where field.isRequired && connection[field.key] == nil {
            connection[field.key] = "sandbox"
        }
        let explicit = given.flatMap { $0.isEmpty ? nil : $0 }
        let template = explicit ?? profile?.baseURL ?? plugin.manifest.baseURL?.url ?? ""
        // Nothing is sent anywhere, so any well-formed URL does where the manifest's can't be resolved.
        let baseURL = (try? BaseURLs.resolve(template, connection: connection)) ?? "https://sandbox.invalid"
        let origin = (try? BaseURLs.origin(of: baseURL)) ?? "https://sandbox.invalid:443"
        return Grant(
            authorization: type,
            fields: [:],
            connection: connection,
            baseURL: baseURL,
            reach: Reach(origins: [origin]),
            provider: .sandbox
        )
    }
}
