import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
package import PatchbayConnector
import PatchbayModel

/// Sends requests through the outbound gate: to the origins that the operator agreed to, at addresses that were checked, within time and size.
///
/// Decompression is its own business: it asks for gzip and deflate whatever the request says, and gives the plain body.
/// Redirects of GET and HEAD are followed at most three times and only within the origin; any other redirect is the answer. Proxy variables
/// of the environment are not read.
package final class OutboundTransport: HTTPTransport {
    /// What the home's settings say about connections.
    package struct Settings: Sendable, Equatable {
        /// `http://[user:password@]host:port`; the proxy then looks names up, and the gate checks names only.
        package var proxy: String?
        /// A PEM file with authorities that are trusted beside the system's.
        package var caFile: String?
        /// The longest time for connecting, TLS included.
        package var connectTimeout: Duration
        /// How long the addresses of a name are remembered.
        package var addressLifetime: Duration

        package init(
            proxy: String? = nil,
            caFile: String? = nil,
            connectTimeout: Duration = .seconds(5),
            addressLifetime: Duration = .seconds(30)
        ) {
            self.proxy = proxy
            self.caFile = caFile
            self.connectTimeout = connectTimeout
            self.addressLifetime = addressLifetime
        }
    }

    private static let maxRedirects = 3
    private static let maxAddresses = 4

    private let settings: Settings
    private let proxy: ProxyAddress?
    private let trustRoots: [NIOSSLCertificate]
    private let book: AddressBook
    private let clients: ClientPool

    /// A transport with its own connections.
    ///
    /// - Throws: ``OutboundSettingsError`` for a malformed proxy or an unreadable file of authorities.
    package init(
        settings: Settings = Settings(),
        resolver: any AddressResolver = SystemAddressResolver()
    ) throws(OutboundSettingsError) {
        self.settings = settings
        if let text = settings.proxy {
            guard let proxy = ProxyAddress(text) else { throw .malformedProxy }
            self.proxy = proxy
        } else {
            proxy = nil
        }
        if let path = settings.caFile {
            guard let roots = try? NIOSSLCertificate.fromPEMFile(path), !roots.isEmpty else {
                throw .unreadableAuthorities(path)
            }
            trustRoots = roots
        } else {
            trustRoots = []
        }
        book = AddressBook(resolver: resolver, lifetime: settings.addressLifetime)
        clients = ClientPool(
            capacity: 64,
            connectTimeout: settings.connectTimeout,
            proxy: proxy,
            trustRoots: trustRoots
        )
    }

    /// Closes all connections; calls that are under way and later ones fail with kind `unreachable`.
    package func close() async { await clients.close() }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var url = try OutboundGate.admit(request)
        let deadline = ContinuousClock.now + min(request.timeout, .seconds(86_400))
        for _ in 0...Self.maxRedirects {
            let response = try await exchange(request, at: url, until: deadline)
            guard let next = redirect(from: response, to: request, at: url) else { return response }
            try OutboundGate.admit(next, to: request.reach)
            url = next
        }
        throw Failure(.malformed, "\(url.host) redirects more than \(Self.maxRedirects) times")
    }

    private func redirect(from response: HTTPResponse, to request: HTTPRequest, at url: OutboundURL) -> OutboundURL? {
        guard [301, 302, 303, 307, 308].contains(response.status), request.method == "GET" || request.method == "HEAD",
            let next = response.headers["location"].flatMap({ url.following($0) }), next.origin == url.origin
        else { return nil }
        return next
    }

    /// One request at the first of the host's addresses that takes a connection.
    private func exchange(
        _ request: HTTPRequest,
        at url: OutboundURL,
        until deadline: ContinuousClock.Instant
    ) async throws -> HTTPResponse {
        guard ContinuousClock.now < deadline else {
            throw TransportTrouble.timedOut(url.host, hasHead: false, timeout: request.timeout)
        }
        // What the operator allowed by address is near: the proxy is for the world outside.
        if proxy != nil, !request.reach.allowedPrivate.contains(url.hostAndPort) {
            try OutboundGate.admitName(of: url)
            return try await attempt(request, at: url, pinned: nil, throughProxy: true, until: deadline).get()
        }
        let addresses = try await book.addresses(of: url, until: deadline)
        try OutboundGate.admit(addresses, of: url, to: request.reach)
        var last = Failure(.unreachable, "the host \(url.host) has no address")
        for address in addresses.prefix(Self.maxAddresses) {
            let pinned = url.address == nil ? address : nil
            switch try await attempt(request, at: url, pinned: pinned, throughProxy: false, until: deadline) {
            case .success(let response): return response
            case .failure(let failure): last = failure
            }
        }
        book.forget(url)
        throw last
    }

    /// One request at one address.
    ///
    /// - Returns: A failure when there was no connection, so that another address may be tried.
    /// - Throws: Every other failure.
    private func attempt(
        _ request: HTTPRequest,
        at url: OutboundURL,
        pinned: IPAddress?,
        throughProxy: Bool,
        until deadline: ContinuousClock.Instant
    ) async throws -> Result<HTTPResponse, Failure> {
        let key = ClientPool.Key(
            scheme: url.scheme,
            host: url.host,
            port: url.port,
            pinned: pinned,
            throughProxy: throughProxy,
            maxInflatedBytes: Self.powerOfTwo(from: request.maxAnswerBytes)
        )
        let outgoing = try prepare(request, at: url)
        guard let lease = clients.lease(key) else {
            throw Failure(.unreachable, "the call to \(url.host) was not made because the hub stops")
        }
        let stream = ResponseStream(
            maxBytes: request.maxAnswerBytes,
            host: url.host,
            isHead: request.method == "HEAD",
            ended: lease.end
        )
        let remaining = ContinuousClock.now.duration(to: deadline)
        do {
            let head = try await stream.head(of: outgoing, through: lease, until: .now() + TimeAmount(remaining))
            return .success(response(head, body: stream, at: url, timeout: request.timeout))
        } catch {
            guard let trouble = TransportTrouble(error, at: url, hasHead: false, timeout: request.timeout) else {
                throw error
            }
            if trouble.isBeforeConnecting {
                guard throughProxy else { return .failure(trouble.failure) }
                throw Failure(
                    .unreachable,
                    "no connection to \(url.host) through the proxy; check 'proxy' in settings.json"
                )
            }
            guard trouble.isCertificate, !throughProxy, let address = pinned ?? url.address else {
                throw trouble.failure
            }
            let probe = CertificateProbe(host: url.host, address: address, port: url.port)
            let limit = min(ContinuousClock.now.duration(to: deadline), settings.connectTimeout)
            throw await probe.explanation(within: limit) ?? trouble.failure
        }
    }

    private func prepare(_ request: HTTPRequest, at url: OutboundURL) throws -> HTTPClient.Request {
        var headers = NIOHTTP1.HTTPHeaders()
        headers.reserveCapacity(request.headers.fields.count + 3)
        for field in request.headers.fields where field.name.lowercased() != "accept-encoding" {
            headers.add(name: field.name, value: field.value)
        }
        // Some services refuse a call that does not say who calls.
        if request.headers["user-agent"] == nil { headers.add(name: "user-agent", value: "patchbay") }
        let outgoing = try? HTTPClient.Request(
            url: url.text,
            method: HTTPMethod(rawValue: request.method),
            headers: headers,
            body: request.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
        )
        let bareHost = url.address?.isVersion6 == true ? String(url.host.dropFirst().dropLast()) : url.host
        // The client reads the URL once more; should it ever read another host, its pinning would miss.
        guard let outgoing, outgoing.host == bareHost || outgoing.host == url.host, outgoing.port == url.port else {
            throw Failure(.blocked, "the URL of the call to \(url.host) has two readings; write it plainly")
        }
        return outgoing
    }

    private func response(
        _ head: HTTPResponseHead,
        body stream: ResponseStream,
        at url: OutboundURL,
        timeout: Duration
    ) -> HTTPResponse {
        let isCompressed = head.headers[canonicalForm: "content-encoding"].contains { $0.lowercased() != "identity" }
        let fields = head.headers.lazy
            .filter { !isCompressed || !["content-encoding", "content-length"].contains($0.name.lowercased()) }
            .map { HTTPHeaders.Field($0.name, $0.value) }
        let reader = BodyReader(stream: stream, url: url, timeout: timeout)
        return HTTPResponse(
            status: Int(head.status.code),
            headers: HTTPHeaders(Array(fields)),
            body: HTTPBody { try await reader.next() }
        )
    }

    /// The next power of two, so that the few limits in use share their clients.
    private static func powerOfTwo(from bytes: Int) -> Int {
        var power = 64 << 10
        while power < bytes, power < 1 << 40 { power <<= 1 }
        return power
    }
}

/// Reads a body for as long as somebody holds it, then ends the call.
private final class BodyReader: Sendable {
    private let stream: ResponseStream
    private let url: OutboundURL
    private let timeout: Duration

    init(stream: ResponseStream, url: OutboundURL, timeout: Duration) {
        self.stream = stream
        self.url = url
        self.timeout = timeout
    }

    deinit { stream.abandon() }

    func next() async throws -> [UInt8]? {
        do {
            return try await stream.next().map { Array(buffer: $0) }
        } catch {
            throw TransportTrouble(error, at: url, hasHead: true, timeout: timeout)?.failure ?? error
        }
    }
}
