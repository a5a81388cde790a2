import AsyncHTTPClient

/// The proxy that the home's settings name: `http://[user:password@]host:port`.
struct ProxyAddress: Sendable, Equatable {
    let host: String
    let port: Int
    let user: String?
    let password: String?

    /// Reads the setting; nil when it is malformed.
    init?(_ text: String) {
        guard text.hasPrefix("http://") else { return nil }
        var rest = text.dropFirst("http://".count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        var user: Substring?
        var password: Substring?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = parts.first
            password = parts.count == 2 ? parts[1] : ""
            rest = rest[rest.index(after: at)...]
        }
        guard let url = try? OutboundURL("http://\(rest)"), url.target == "/", !rest.contains("/") else { return nil }
        host = url.host.hasPrefix("[") ? String(url.host.dropFirst().dropLast()) : url.host
        port = url.port
        self.user = user.map(String.init)
        self.password = password.map(String.init)
    }

    var forClient: HTTPClient.Configuration.Proxy {
        .server(
            host: host,
            port: port,
            authorization: user.map { .basic(username: $0, password: password ?? "") }
        )
    }
}
