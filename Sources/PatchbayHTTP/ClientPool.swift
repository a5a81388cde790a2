import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// Keeps one client per origin and pinned address, because a client's pinning holds for all of its connections.
final class ClientPool: Sendable {
    /// What a client is for.
    struct Key: Hashable, Sendable {
        let scheme: String
        let host: String
        let port: Int
        /// Where connections go; nil when the host is an address itself, or a proxy looks the name up.
        let pinned: IPAddress?
        let throughProxy: Bool
        /// The most bytes that decompression may yield.
        let maxInflatedBytes: Int
    }

    /// The right to use a client, to be ended once.
    struct Lease: Sendable {
        let client: HTTPClient
        /// Where all of the client's work runs.
        let eventLoop: any EventLoop
        let end: @Sendable () -> Void
    }

    private struct Entry {
        let client: HTTPClient
        let eventLoop: any EventLoop
        var uses = 1
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let connectTimeout: Duration
    private let proxy: ProxyAddress?
    private let trustRoots: [NIOSSLCertificate]

    init(capacity: Int, connectTimeout: Duration, proxy: ProxyAddress?, trustRoots: [NIOSSLCertificate]) {
        self.capacity = capacity
        self.connectTimeout = connectTimeout
        self.proxy = proxy
        self.trustRoots = trustRoots
    }

    deinit {
        for entry in state.withLock({ $0.entries }).values { Self.shutDown(entry.client) }
    }

    /// How many clients there are.
    var count: Int { state.withLock { $0.entries.count } }

    /// The client for a key; nil after ``close()``.
    func lease(_ key: Key) -> Lease? {
        let (entry, surplus): (Entry?, HTTPClient?) = state.withLock { state in
            guard !state.isClosed else { return (nil, nil) }
            state.uses += 1
            if var entry = state.entries[key] {
                entry.uses += 1
                entry.lastUse = state.uses
                state.entries[key] = entry
                return (entry, nil)
            }
            // One loop for each client: between two, a call's parts would wake threads again and again.
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let client = HTTPClient(eventLoopGroup: eventLoop, configuration: configuration(for: key))
            let entry = Entry(client: client, eventLoop: eventLoop, lastUse: state.uses)
            state.entries[key] = entry
            return (entry, removeSurplus(from: &state))
        }
        if let surplus { Self.shutDown(surplus) }
        return entry.map { Lease(client: $0.client, eventLoop: $0.eventLoop) { [self] in end(key) } }
    }

    private func end(_ key: Key) {
        let surplus = state.withLock { state in
            state.entries[key]?.uses -= 1
            return removeSurplus(from: &state)
        }
        if let surplus { Self.shutDown(surplus) }
    }

    /// Takes out the client that was unused for longest, if there are too many; one that is in use stays.
    private func removeSurplus(from state: inout State) -> HTTPClient? {
        guard state.entries.count > capacity else { return nil }
        let unused = state.entries.filter { $0.value.uses == 0 }
        guard let oldest = unused.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return nil }
        state.entries.removeValue(forKey: oldest.key)
        return oldest.value.client
    }

    private static func shutDown(_ client: HTTPClient) {
        // Nobody waits for it and nothing is in flight; an error would only say that it was shut down before.
        client.shutdown { _ in }
    }

    /// Ends all connections; calls that are under way fail.
    func close() async {
        let clients = state.withLock { state in
            state.isClosed = true
            defer { state.entries = [:] }
            return state.entries.values.map(\.client)
        }
        for client in clients {
            // The only error is that it was shut down before.
            try? await client.shutdown()
        }
    }

    private func configuration(for key: Key) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if !trustRoots.isEmpty { tls.additionalTrustRoots = [.certificates(trustRoots)] }
        var pool = HTTPClient.Configuration.ConnectionPool(
            idleTimeout: .seconds(30),
            // How many calls run at once is decided above; here nobody may wait behind a slow model.
            concurrentHTTP1ConnectionsPerHostSoftLimit: 4096
        )
        pool.retryConnectionEstablishment = false
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout)),
            connectionPool: pool,
            proxy: key.throughProxy ? proxy?.forClient : nil,
            decompression: .enabled(limit: .size(key.maxInflatedBytes))
        )
        configuration.httpVersion = .http1Only
        // Nobody collects its spans, and to fill them takes time.
        configuration.tracing.tracer = nil
        // Made for debugging, but the one place where the client lets a handler in.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(LateFlush(), position: .first)
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
                try pipeline.addHandler(StatusGuard(), position: .after(decoder))
            }
        }
        if let pinned = key.pinned { configuration.dnsOverride = [key.host: pinned.description] }
        return configuration
    }
}

/// Sends what was written within one turn of the event loop together: the client flushes a request's head and body each by itself.
private final class LateFlush: ChannelOutboundHandler {
    typealias OutboundIn = NIOAny

    private var isDue = false

    func flush(context: ChannelHandlerContext) {
        guard !isDue else { return }
        isDue = true
        context.eventLoop.assumeIsolated().execute { [self] in flushNow(context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        flushNow(context)
        context.close(mode: mode, promise: promise)
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        guard isDue else { return }
        isDue = false
        context.flush()
    }
}

/// Refuses an answer with a status below 100: the client takes its head for an interim one and then traps over its body or end.
private final class StatusGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100, !isRefused {
            isRefused = true
            context.fireErrorCaught(HTTPParserError.invalidStatus)
            context.close(promise: nil)
        }
        if !isRefused { context.fireChannelRead(data) }
    }
}

extension TimeAmount {
    /// A duration up to a day.
    init(_ duration: Duration) {
        self = .nanoseconds(Int64(min(duration.secondsForDispatch, 86_400) * 1e9))
    }
}
