import PatchbayConnector
import PatchbayHTTP
import PatchbayModel
import Synchronization

/// The real transport, made at the first call: a conversation that stays in the sandbox opens no event loops.
final class LazyTransport: HTTPTransport {
    private let proxy: String?
    private let caFile: String?
    private let made = Mutex<OutboundTransport?>(nil)

    init(proxy: String?, caFile: String?) throws {
        self.proxy = proxy
        self.caFile = caFile
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await transport().send(request)
    }

    func close() async {
        let transport = made.withLock { made in
            defer { made = nil }
            return made
        }
        await transport?.close()
    }

    private func transport() throws -> OutboundTransport {
        try made.withLock { made in
            if let made { return made }
            let transport = try OutboundTransport(settings: .init(proxy: proxy, caFile: caFile))
            made = transport
            return transport
        }
    }
}
