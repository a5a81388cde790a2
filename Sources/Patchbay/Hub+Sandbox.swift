package import PatchbayConnector
package import PatchbayModel
import PatchbayRegistry
package import PatchbaySandbox

extension Hub {
    /// The plugins that the sandbox simulates: those at hand in workspace and home, and those of the catalogue.
    package func sandboxPlugins() throws -> [Plugin] {
        var plugins = try pluginsAtHand(try workspace())
        let catalogue = try catalogue()
        for summary in try catalogue.list().plugins where !plugins.contains(where: { $0.id == summary.id }) {
            plugins.append(try loader.manifest(of: try catalogue.files(of: summary.id), hash: ""))
        }
        return plugins.sorted { $0.id < $1.id }
    }

    /// The sandbox as a server runs it: it asks for a credential, as the services do.
    package func sandbox(_ plugins: [Plugin], script: SandboxScript?) -> any HTTPTransport {
        SandboxTransport(plugins: plugins, clock: configuration.clock, needsCredential: true, script: script)
    }
}
