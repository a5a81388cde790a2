import PatchbayAccess
import PatchbayConnector
import PatchbayHTTP
package import PatchbayModel
package import PatchbayWorkspace

extension Hub {
    /// The hosts that the operator has allowed for this workspace on this machine, `host` or `host:port`.
    package func allowedHosts() throws -> [String] {
        try workspace().flatMap { try bindings(of: $0) }?.confirmedHosts() ?? []
    }

    /// Whether calls go through a proxy, where the gate checks the host's name instead of its address.
    package func usesProxy() throws -> Bool { try settings().proxy != nil }

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
}
