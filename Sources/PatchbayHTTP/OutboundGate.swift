import PatchbayConnector
import PatchbayModel

/// Decides what may leave: pure, without a network.
///
/// Every request and every redirect passes it twice: its form and origin before names are looked up, and all addresses that were found
/// before one of them is connected to.
enum OutboundGate {
    /// Reads the URL of a request and checks everything that can be checked without looking up a name.
    ///
    /// - Throws: ``Failure`` of kind `blocked`; its message holds nothing of path, query, header values or body.
    static func admit(_ request: HTTPRequest) throws(Failure) -> OutboundURL {
        let url: OutboundURL
        do {
            url = try OutboundURL(request.url)
        } catch {
            throw Failure(.blocked, "the URL \(error.description)")
        }
        try admit(url, to: request.reach)
        try checkMethod(request.method)
        try checkFields(request.headers)
        return url
    }

    /// Checks that an origin is one of those that the operator agreed to, and an address in its place may be called.
    static func admit(_ url: OutboundURL, to reach: Reach) throws(Failure) {
        guard reach.origins.contains(url.origin) else {
            throw Failure(
                .blocked,
                "\(url.origin) is not among the addresses this call may reach; run 'integration allow \(url.hostAndPort)'"
            )
        }
        if let words = refusal(ofHost: url.host, url.address) { throw Failure(.blocked, words) }
        if let address = url.address { try admit([address], of: url, to: reach) }
    }

    /// Why a host is never called, whoever allows it; nil where that can't be said of it.
    static func refusal(ofHost host: String, _ address: IPAddress?) -> String? {
        switch address?.kind {
        case .metadata: "\(host) hands out a machine's credentials and is never called"
        case .unusable(let word): "\(host) is \(named(word)) and is never called"
        case .global, .near: nil
        case nil: metadataNames.contains(host) ? "\(host) hands out a machine's credentials and is never called" : nil
        }
    }

    /// The names of Google's and Amazon's instance metadata, by their documentation.
    private static let metadataNames: Set<String> = [
        "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
    ]

    /// Checks all addresses that a host has; one that may not be called blocks the host.
    static func admit(_ addresses: [IPAddress], of url: OutboundURL, to reach: Reach) throws(Failure) {
        for address in addresses {
            switch address.kind {
            case .global: continue
            case .near(let word):
                guard !reach.allowedPrivate.contains(url.hostAndPort) else { continue }
                throw Failure(
                    .blocked,
                    "\(named(url, address)) is a \(word) address; allow it with 'integration allow \(url.hostAndPort)'"
                )
            case .metadata:
                throw Failure(.blocked, "\(named(url, address)) hands out a machine's credentials and is never called")
            case .unusable(let word):
                throw Failure(.blocked, "\(named(url, address)) is \(named(word)) and is never called")
            }
        }
    }

    /// Checks a name that a proxy will look up: only what it says can be judged.
    static func admitName(of url: OutboundURL) throws(Failure) {
        if let words = refusal(ofHost: url.host, nil) { throw Failure(.blocked, words) }
        guard url.host != "localhost", !url.host.hasSuffix(".localhost") else {
            throw Failure(
                .blocked,
                "\(url.host) is not called through a proxy; allow it with 'integration allow \(url.hostAndPort)'"
            )
        }
    }

    private static func named(_ word: String) -> String {
        "\("aeiou".contains(word.prefix(1)) ? "an" : "a") \(word) address"
    }

    private static func named(_ url: OutboundURL, _ address: IPAddress) -> String {
        url.address == nil ? "\(url.host) (\(address))" : url.host
    }

    private static func checkMethod(_ method: String) throws(Failure) {
        guard isToken(method), method.utf8.count <= 32 else {
            throw Failure(.blocked, "the method is not a word of letters; use one of GET, POST, PUT, PATCH, DELETE")
        }
        // CONNECT turns the connection into a tunnel, TRACE echoes credentials (RFC 9110 §9.3.6, §9.3.8).
        guard !["CONNECT", "TRACE"].contains(method.uppercased()) else {
            throw Failure(
                .blocked,
                "the method \(method) is not for services; use one of GET, POST, PUT, PATCH, DELETE"
            )
        }
    }

    private static func checkFields(_ headers: HTTPHeaders) throws(Failure) {
        guard headers.fields.count <= 100 else {
            throw Failure(.blocked, "the request has more than 100 header fields")
        }
        var bytes = 0
        for field in headers.fields {
            guard isToken(field.name) else {
                throw Failure(
                    .blocked,
                    "a header name holds a character that is not allowed; use letters, digits and '-'"
                )
            }
            guard !OwnHeaders.contains(field.name) else {
                throw Failure(.blocked, "the header '\(field.name)' is set by the hub alone; leave it out")
            }
            // Beyond the forbidden CR, LF and NUL no service needs a control character (RFC 9110 §5.5).
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw Failure(.blocked, "the value of header '\(field.name)' holds a line break or control character")
            }
            bytes += field.name.utf8.count + field.value.utf8.count + 4
        }
        guard bytes <= 16 << 10 else { throw Failure(.blocked, "the request's header is longer than 16 KiB") }
    }

    /// `token` of RFC 9110 §5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
