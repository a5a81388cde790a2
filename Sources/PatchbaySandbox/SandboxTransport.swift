import Foundation
package import PatchbayConnector
package import PatchbayModel
import Synchronization

/// The offline provider: answers requests by the manifests and tapes of plugins, without any network.
///
/// In order: a scripted reply; a tape of the node that calls; a tape whose `match` fits; for operations with a model
/// mapping the simulated model; a tape without
/// `match`; the manifest's sandbox rule; an answer made from the response's schema. The header `x-patchbay-sandbox`
/// says which:
/// `script`, `tape`, `model`, `rule`, `schema`, `check`.
package final class SandboxTransport: HTTPTransport {
    /// The header that marks every answer.
    package static let mark = "x-patchbay-sandbox"

    private let routes: OperationRoutes
    private let clock: any HubClock
    private let needsCredential: Bool
    private let tapes = TapeLibrary()
    private let check = RequestCheck()
    private let script: Mutex<[SandboxScript.Reply]>
    private let nodeTapes: @Sendable (String) throws -> [Exchange]

    /// - Parameters:
    ///   - plugins: Whose operations are answered.
    ///   - clock: Gives `created` times and does the waiting of tapes.
    ///   - needsCredential: Whether requests without a credential are answered with 401; calls in the process carry
    ///     none.
    ///   - script: Replies and faults that come first.
    ///   - nodeTapes: The exchanges of a node's own tapes in the order of their files, by `<dialog>/<node>`; they win
    ///     over the plugin's and answer requests of an author's own, too.
    package init(
        plugins: [Plugin],
        clock: any HubClock = SystemHubClock(),
        needsCredential: Bool = false,
        script: SandboxScript? = nil,
        nodeTapes: @escaping @Sendable (String) throws -> [Exchange] = { _ in [] }
    ) {
        routes = OperationRoutes(plugins)
        self.clock = clock
        self.needsCredential = needsCredential
        self.script = Mutex(script?.replies ?? [])
        self.nodeTapes = nodeTapes
    }

    /// Answers a request.
    ///
    /// - Throws: ``Failure`` of kind `notFound` when nothing answers it (it names the missing file), or what a tape or
    ///   the script plays.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let url: ServiceURL
        do {
            url = try ServiceURL(request.url)
        } catch {
            throw Failure(.invalid, "the request's URL cannot be used: \(error)")
        }
        let hit = routes.hit(name: request.operation, method: request.method, path: url.path)
        let mediaType = request.headers["Content-Type"]?.lowercased() ?? ""
        let body = RequestParts.body(request.body ?? [], mediaType: mediaType)
        let parts = RequestParts(
            path: hit?.parts ?? [:],
            query: Dictionary(RequestParts.pairs(url.query ?? ""), uniquingKeysWith: { first, _ in first }),
            headers: request.headers,
            body: body ?? .null,
            bytes: request.body ?? []
        )
        let player = ExchangePlayer(clock: clock)
        let name = hit.map { "\($0.plugin.id)/\($0.operation.id)" } ?? request.operation
        if let scripted = scripted(parts, operation: name) {
            return try await player.play(scripted, for: request, mark: "script")
        }
        if !request.node.isEmpty, let tape = parts.best(of: try tapes(of: request.node)) {
            return try await player.play(tape, for: request, mark: "tape")
        }
        guard let hit else {
            throw Failure(
                .notFound,
                "the sandbox knows no operation for \(request.method) \(url.path); its plugins describe none"
            )
        }
        let seen = SandboxRequest(plugin: hit.plugin, operation: hit.operation, parts: parts)
        if needsCredential, let problem = check.problem(withCredentialOf: seen) { return refusal(problem, seen) }
        let mapping = hit.operation.model
        if let tape = try tapes.exchange(for: seen, needsMatch: mapping != nil) {
            return try await player.play(tape, for: request, mark: "tape")
        }
        if body == nil {
            return refusal(.init(status: 400, message: "the body is no valid JSON", code: "invalid_json"), seen)
        }
        if let problem = check.problem(with: seen) { return refusal(problem, seen) }
        if let mapping { return answer(of: mapping, seen) }
        let operation = SimulatedOperation(request: seen)
        if let value = operation.ruled() { return json(value, mark: "rule") }
        if let value = operation.example() {
            guard hit.operation.response.decoder == .text, let text = value.string else {
                return json(value, mark: "schema")
            }
            return HTTPResponse(
                status: 200,
                headers: ["Content-Type": "text/plain; charset=utf-8", Self.mark: "schema"],
                body: HTTPBody(Array(text.utf8))
            )
        }
        let file = "tapes/\(hit.operation.id)/answer.json"
        throw Failure(
            .notFound,
            "the sandbox has no answer for operation '\(hit.operation.id)' of plugin '\(hit.plugin.id)'; add \(file) to the plugin"
        )
    }

    /// The tapes of a node.
    ///
    /// - Throws: ``Failure`` of kind `malformed` that names what cannot be read.
    private func tapes(of node: String) throws -> [Exchange] {
        do {
            return try nodeTapes(node)
        } catch {
            throw Failure(.malformed, "a tape of node '\(node)' cannot be used: \(error)")
        }
    }

    /// The first scripted reply that fits and is not used up.
    private func scripted(_ parts: RequestParts, operation: String) -> Exchange? {
        script.withLock { replies in
            let place = replies.firstIndex { reply in
                (reply.exchange.operation ?? operation) == operation && parts.fits(reply.exchange)
            }
            guard let place else { return nil }
            let reply = replies.remove(at: place)
            if reply.times > 1 { replies.insert(.init(reply.exchange, times: reply.times - 1), at: place) }
            return reply.exchange
        }
    }

    private func answer(of mapping: ModelMapping, _ request: SandboxRequest) -> HTTPResponse {
        let input = ModelInput(request, mapping)
        let wire = ModelWire(
            request: request,
            mapping: mapping,
            input: input,
            reply: SimulatedModel(plugin: request.plugin, input: input).reply(),
            created: Int(clock.now().timeIntervalSince1970.rounded(.down))
        )
        guard input.streams else { return json(wire.whole(), mark: "model") }
        let chunks = wire.events().map { data -> [UInt8] in
            let type = mapping.form == .responses ? Self.type(of: data).map { "event: \($0)\n" } ?? "" : ""
            return Array("\(type)data: \(data)\n\n".utf8)
        }
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": "text/event-stream; charset=utf-8", Self.mark: "model"],
            body: Self.body(of: chunks)
        )
    }

    /// The name of a responses event, which its data repeats.
    private static func type(of data: String) -> String? {
        (try? JSONReader(maxDepth: 128).read(data))?["type"]?.string
    }

    private static func body(of chunks: [[UInt8]]) -> HTTPBody {
        let rest = Chunks(chunks)
        return HTTPBody { rest.take() }
    }

    private final class Chunks: Sendable {
        private let rest: Mutex<ArraySlice<[UInt8]>>

        init(_ chunks: [[UInt8]]) {
            rest = Mutex(chunks[...])
        }

        func take() -> [UInt8]? { rest.withLock { $0.popFirst() } }
    }

    private func refusal(_ problem: RequestCheck.Problem, _ request: SandboxRequest) -> HTTPResponse {
        json(RequestCheck.body(of: problem, manifest: request.manifest), status: problem.status, mark: "check")
    }

    private func json(_ value: JSONValue, status: Int = 200, mark: String) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json", Self.mark: mark],
            body: HTTPBody(JSONWriter().bytes(value))
        )
    }
}
