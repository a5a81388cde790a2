import PatchbayAccess
import PatchbayConnector
import PatchbayModel
import PatchbaySandbox
import PatchbayWorkspace

extension Hub {
    func enabler(
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
            real: LazyTransport(settings),
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
