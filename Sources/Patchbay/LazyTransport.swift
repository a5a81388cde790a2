import PatchbayConnector
import PatchbayHTTP
import PatchbayModel
import Synchronization

/// The real transport, made at the first call: a conversation that stays in the sandbox opens no event loops.
final class LazyTransport: HTTPTransport {
    private struct State {
        var transport: OutboundTransport?
        var isClosed = false
    }

    private let proxy: String?
    private let caFile: String?
    private let state = Mutex(State())

    init(proxy: String?, caFile: String?) {
        self.proxy = proxy
        self.caFile = caFile
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await transport().send(request)
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
