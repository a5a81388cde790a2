import PatchbayConnector
import PatchbayHTTP
import PatchbayModel
import PatchbayRegistry
import Synchronization

/// The real transport, made at the first call: a conversation that stays in the sandbox opens no event loops.
final class LazyTransport: HTTPTransport {
    private struct State {
        var transport: OutboundTransport?
        var isClosed = false
    }

    private let proxy: String?
    private let caFile: String?
    private let policy: PluginPolicy
    private let state = Mutex(State())

    init(_ settings: HomeSettings) {
        proxy = settings.proxy
        caFile = settings.caFile
        policy = settings.policy
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        // What can't be read is refused behind this, where everything is.
        if policy.limitsHosts, let host = (try? OutboundURL(request.url))?.host,
            let refusal = policy.refusal(ofHost: host)
        {
            throw Failure(.blocked, refusal.description)
        }
        return try await transport().send(request)
    }

    /// Closes connections; calls that come later fail.
    func close() async {
        let transport = state.withLock { state in
            state.isClosed = true
            return state.transport
        }
        await transport?.close()
    }

    private func transport() throws -> OutboundTransport {
        try state.withLock { state in
            // One that was made now would never be closed.
            guard !state.isClosed else {
                throw Failure(.interrupted, "the call came after its connections were closed")
            }
            if let made = state.transport { return made }
            let made = try OutboundTransport(settings: .init(proxy: proxy, caFile: caFile))
            state.transport = made
            return made
        }
    }
}
