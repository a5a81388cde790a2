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

    /// A source for one workspace.
    ///
    /// - Parameters:
    ///   - setup: The parts of the workspace that decide about calls.
    ///   - bindings: Nil for a workspace that this machine does not know yet: nothing is enabled there.
    ///   - vault: Where the credentials are.
    ///   - clock: Tells when a credential was refused.
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
                "plugin '\(integration)' is not part of this workspace; "
                    + "'patchbay plugin install \(integration)' adds it"
            )
        }
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        let binding = try enabled(integration, id)
        let known = setup.profiles[id]
        let type = try Self.type(of: known, in: plugin.manifest)
        if binding.provider == .sandbox {
            return SandboxCredentialSource.grant(for: plugin, type: type, profile: known)
        }
        // The home is written before the workspace: an interrupted 'enable' leaves a binding without its profile.
        let words = Self.commandWords(integration, id)
        guard let known else {
            throw Failure(
                .unbound,
                "authorization/\(id).json is missing, which says how integration '\(integration)' is called; "
                    + "'patchbay integration enable \(words)' writes it"
            )
        }
        guard binding.authorization == nil || binding.authorization == type.id else {
            throw Failure(
                .unbound,
                "profile '\(id)' now has the authorization type '\(type.id)', but its credential was given for "
                    + "'\(binding.authorization ?? "")'; 'patchbay integration enable \(words)' takes a new one"
            )
        }
        let connection = ConnectionValues.complete(known.connection, for: plugin.manifest)
        let baseURL = try baseURL(of: plugin.manifest, profile: known, binding: binding, connection: connection)
        return Grant(
            authorization: type,
            fields: try fields(of: type, integration, id),
            connection: connection,
            baseURL: baseURL,
            sharedBaseURL: binding.baseURL.isEmpty
                ? nil : try? Self.proposal(of: plugin.manifest, profile: known, connection: connection),
            reach: try reach(of: binding),
            provider: .real
        )
    }

    package func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        guard let profile else {
            let reach = try reach(forRequestTo: origin)
            return Grant(authorization: .none, fields: [:], connection: [:], baseURL: "", reach: reach, provider: .real)
        }
        guard let known = setup.profiles[profile], let type = known.ownType else {
            throw Failure(
                .unbound,
                "there is no profile '\(profile)' for custom requests; add authorization/\(profile).json"
            )
        }
        let binding = try enabled(.custom, profile)
        guard binding.provider == .real else {
            return Grant(
                authorization: .none,
                fields: [:],
                connection: known.connection,
                baseURL: "",
                reach: Reach(origins: [origin]),
                provider: .sandbox
            )
        }
        // Whoever enabled the profile agreed to its origin; no host has to be confirmed again.
        guard binding.origin == origin else {
            throw Failure(
                .blocked,
                "the credential of profile '\(profile)' goes to \(binding.origin) only, not to \(origin); "
                    + "'patchbay integration enable custom --profile \(profile)' binds it anew"
            )
        }
        return Grant(
            authorization: type,
            fields: try fields(of: type, .custom, profile),
            connection: known.connection,
            baseURL: binding.baseURL.isEmpty
                ? try BaseURLs.resolve(known.baseURL ?? origin, connection: known.connection) : binding.baseURL,
            reach: try reach(of: binding),
            provider: .real
        )
    }

    package func refused(_ integration: PluginID, profile: ProfileID?) async {
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        // That it could not be noted is no reason to fail the call once more: the next refusal notes it.
        _ = try? bindings?.update(integration, profile: id) { binding in
            guard binding.isEnabled, !binding.isFailing else { return nil }
            var binding = binding
            binding.check = .bad
            binding.checkedAt = clock.now().formatted(.iso8601)
            return binding
        }
    }

    /// What a bound profile may reach: its origin, and at a private address where operators allowed that.
    private func reach(of binding: Binding) throws -> Reach {
        let confirmed = try bindings?.confirmedHosts() ?? []
        return Reach(origins: [binding.origin], allowedPrivate: Set(binding.allow + confirmed))
    }

    /// What a request without a profile may reach.
    private func reach(forRequestTo origin: String) throws -> Reach {
        let host = CustomHost(origin: origin)
        // Addresses never stand in a workspace's files; there the operator's word on this machine is enough.
        guard host.isAddress || host.isNamed(in: setup.declaredHosts) else {
            throw Failure(
                .blocked,
                "host '\(host.shown)' is not among the 'hosts' of patchbay.json; "
                    + "add it there, then confirm it with 'patchbay integration allow \(host.shown)'"
            )
        }
        let confirmed = try bindings?.confirmedHosts() ?? []
        guard host.isNamed(in: confirmed) else {
            throw Failure(
                .blocked,
                "nobody on this machine has confirmed calls to '\(host.shown)'; "
                    + "'patchbay integration allow \(host.shown)' does"
            )
        }
        // A host confirmed with its port may be a private address; a bare name may not.
        return Reach(origins: [origin], allowedPrivate: confirmed.contains(host.place) ? [host.place] : [])
    }

    private func enabled(_ integration: PluginID, _ profile: ProfileID) throws -> Binding {
        guard let binding = try bindings?.binding(of: integration, profile: profile), binding.isEnabled else {
            throw Failure(
                .unbound,
                "integration '\(integration)' is not enabled here; "
                    + "'patchbay integration enable \(Self.commandWords(integration, profile))' enables it"
            )
        }
        guard binding.mode == .preAuthorized else {
            throw Failure(
                .unbound,
                "profile '\(profile)' asks each user for a credential, which this version does not do yet; "
                    + "use mode preAuthorized"
            )
        }
        return binding
    }

    /// What names a profile on the command line, behind `integration enable` and its like.
    package static func commandWords(_ integration: PluginID, _ profile: ProfileID) -> String {
        let isDefault = profile.rawValue == integration.rawValue && integration != .custom
        return integration.rawValue + (isDefault ? "" : " --profile \(profile)")
    }

    private static func type(
        of profile: AuthorizationProfile?,
        in manifest: PluginManifest
    ) throws(Failure) -> AuthorizationType {
        guard let id = profile?.authorization else { return manifest.authorization.first ?? .none }
        guard let type = manifest.authorization(id) else {
            let remedy = NearName.remedy(for: id, among: manifest.authorization.map(\.id)).map { "; \($0)" } ?? ""
            throw Failure(.unbound, "plugin '\(manifest.id)' has no authorization type '\(id)'\(remedy)")
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
        let proposal = try Self.proposal(of: manifest, profile: profile, connection: connection)
        let origin = try BaseURLs.origin(of: proposal)
        guard origin == binding.origin else {
            throw Failure(
                .blocked,
                "the profile of integration '\(manifest.id)' now proposes \(origin), but its credential was given for "
                    + "\(binding.origin); 'patchbay integration enable \(Self.commandWords(manifest.id, binding.profile))' "
                    + "agrees to the new one"
            )
        }
        return proposal
    }

    /// The URL that the workspace's files propose: the profile's, unless the plugin has it fixed, else the manifest's.
    static func proposal(
        of manifest: PluginManifest,
        profile: AuthorizationProfile?,
        connection: [String: String]
    ) throws(Failure) -> String {
        let isFixed = manifest.baseURL?.change == .fixed
        let proposed = profile?.baseURL.flatMap { url in
            !isFixed || BaseURLs.isRegion(url, of: manifest.baseURL, connection: connection) ? url : nil
        }
        return try BaseURLs.resolve(proposed ?? manifest.baseURL?.url ?? "", connection: connection)
    }

    private func fields(
        of type: AuthorizationType,
        _ integration: PluginID,
        _ profile: ProfileID
    ) throws -> [String: Secret] {
        guard !type.fields.isEmpty else { return [:] }
        let stored = try bindings.flatMap { bindings in
            try vault.fields(
                workspace: bindings.workspace,
                integration: integration.rawValue,
                profile: profile.rawValue
            )
        }
        guard let stored else {
            throw Failure(
                .unbound,
                "the vault holds no credential for integration '\(integration)'; "
                    + "'patchbay integration enable \(Self.commandWords(integration, profile))' asks for it"
            )
        }
        return stored
    }
}

/// The host of an origin, as lists of hosts name it.
package struct CustomHost {
    /// `host:port`.
    let place: String
    /// The host alone where the port is the scheme's own, else `host:port`.
    let shortest: String

    /// - Parameter origin: `scheme://host:port`, the port written out.
    package init(origin: String) {
        let scheme = origin.prefix { $0 != ":" }
        let place = String(origin.dropFirst(scheme.count).drop { $0 == ":" || $0 == "/" })
        let usual = scheme == "https" ? ":443" : ":80"
        self.place = place
        shortest = place.hasSuffix(usual) ? String(place.dropLast(usual.count)) : place
    }

    /// What `integration allow` takes: an address of this machine or its neighbourhood needs its port.
    var shown: String { isAddress || shortest == "localhost" ? place : shortest }

    /// Whether it is an address, not a name: no top-level domain starts with a digit.
    var isAddress: Bool {
        guard !place.hasPrefix("[") else { return true }
        let host = place.prefix { $0 != ":" }
        return host.split(separator: ".").last?.utf8.first.map { (0x30...0x39).contains($0) } ?? false
    }

    /// Whether a list of `host`, `host:port` or `*.host` covers it; without a port the scheme's own is meant.
    package func isNamed(in list: [String]) -> Bool {
        list.contains { entry in
            guard entry.hasPrefix("*.") else { return entry == shortest || entry == place }
            let rest = entry.dropFirst()
            return shortest.hasSuffix(rest) || place.hasSuffix(rest)
        }
    }
}
