package import PatchbayConnector
package import PatchbayModel

/// Sends every call to the sandbox or a replay, without a credential.
package struct SandboxCredentialSource: CredentialSource {
    private let setup: BoundCredentialSource.Setup
    private let bindings: [Binding]

    /// A source for one workspace.
    ///
    /// - Parameters:
    ///   - setup: The parts of the workspace that decide about calls.
    ///   - bindings: Those of this machine: a base URL that was given here stands in the calls of a replay where the
    ///     workspace's files name none, as it did in the recording.
    package init(setup: BoundCredentialSource.Setup, bindings: [Binding] = []) {
        self.setup = setup
        self.bindings = bindings
    }

    package func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant {
        guard let plugin = setup.plugins[integration] else {
            throw Failure(
                .unbound,
                "plugin '\(integration)' is not at hand; 'patchbay plugin install \(integration)' adds it"
            )
        }
        let id = profile ?? setup.defaultProfiles[integration] ?? ProfileID(integration.rawValue)
        let known = setup.profiles[id]
        let type =
            known?.authorization.flatMap { plugin.manifest.authorization($0) } ?? plugin.manifest.authorization[0]
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
        let shared = try? BoundCredentialSource.proposal(of: plugin.manifest, profile: profile, connection: connection)
        for field in plugin.manifest.connection where field.isRequired && connection[field.key] == nil {
            connection[field.key] = "sandbox"
        }
        let explicit = given.flatMap { $0.isEmpty ? nil : $0 }
        // Nothing is sent anywhere, so any well-formed URL does where the manifest's can't be resolved.
        let filled = try? BoundCredentialSource.proposal(of: plugin.manifest, profile: profile, connection: connection)
        let baseURL = shared ?? explicit ?? filled ?? "https://sandbox.invalid"
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
