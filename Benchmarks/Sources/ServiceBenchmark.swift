import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Patchbay
import PatchbayConnector
import PatchbayDialog
import PatchbayHTTP
import PatchbayModel
import Synchronization

/// A service node's call beside a bare call of the library beneath, to the same server.
enum ServiceBenchmark {
    static func rows(_ material: Material) async throws -> [Row] {
        let server = try StaticServer.start()
        defer { server.stop() }
        let nodes = try Nodes(port: server.port)
        let bare = HTTPClient(eventLoopGroupProvider: .singleton)
        var rows: [Row] = []
        for atATime in [1, 64] {
            let count = atATime == 1 ? 500 : 3_200
            let comparison = try await Comparison {
                try await nodes.run(count, atATime: atATime)
            } other: {
                try await Self.together(count, atATime: atATime) { try await Self.call(bare, port: server.port) }
            }
            let beyond = zip(comparison.ours, comparison.other).map { ($0.processor - $1.processor) * 1e6 }
            rows.append(
                Row(
                    job: "Service node in a whole turn, \(atATime) at a time",
                    ours: comparison.ours.processor.time,
                    beside: "bare AsyncHTTPClient \(comparison.other.processor.time)",
                    ratio: comparison.ratios(\.processor).spread + "; \(beyond.spread) µs beyond",
                    goal: "≤ 40 µs beyond"
                )
            )
        }
        try await bare.shutdown()
        await nodes.close()
        return rows
    }

    /// Calls per second of CPU, for a driver.
    static func rate(port: Int, atATime: Int) async throws -> Double {
        let nodes = try Nodes(port: port)
        _ = try await nodes.run(64, atATime: min(atATime, 64))
        let cost = try await Cost.of { try await nodes.run(4_096, atATime: atATime) }
        await nodes.close()
        return 1 / cost.processor
    }

    static func together(_ count: Int, atATime: Int, _ body: @escaping @Sendable () async throws -> Void) async throws
        -> Int
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<atATime { group.addTask { for _ in 0..<count / atATime { try await body() } } }
            try await group.waitForAll()
        }
        return count / atATime * atATime
    }

    private static func call(_ client: HTTPClient, port: Int) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/v1/chat/completions")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "authorization", value: "Bearer none")
        request.body = .bytes(ByteBuffer(string: #"{"model":"mock","messages":[{"role":"user","content":"hi"}]}"#))
        let response = try await client.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok, body.readableBytes > 100 else {
            throw BenchmarkError("the server answered wrongly")
        }
    }
}

/// Conversations of one dialog with one service node.
private final class Nodes: Sendable {
    private let engine: DialogEngine
    private let transport: OutboundTransport
    private let number = Atomic(0)

    init(port: Int) throws {
        transport = try OutboundTransport()
        let dialog = try Dialog(JSONReader().read(Self.dialog.replacingOccurrences(of: "PORT", with: "\(port)")))
        let source = DialogSource(dialog: dialog, hash: "sha256:" + String(repeating: "0", count: 64))
        let assistant = try AssistantDefinition(defaultDialog: "ask", dialogs: [source]).compile()
        let client = ServiceClient(
            plugins: [],
            credentials: OpenCredentials(port: port),
            real: transport,
            sandbox: transport,
            redactor: Redactor(),
            version: "0"
        )
        engine = DialogEngine(
            assistant: assistant,
            store: MemoryConversationStore(),
            caller: OperationAdapter(client),
            scripts: NoScripts()
        )
    }

    func run(_ count: Int, atATime: Int) async throws -> Int {
        try await ServiceBenchmark.together(count, atATime: atATime) { [self] in
            // Not a UUID: opening the system's source of chance is no part of a turn.
            let id = "c-\(number.wrappingAdd(1, ordering: .relaxed).newValue)"
            let event = ConversationEvent(id: "1", conversation: id, kind: .message(text: "hi"))
            let turn = try await engine.respond(to: event)
            guard turn.messages.first?.text == "Hello from the mock model." else {
                throw BenchmarkError("the service node did not get its answer: \(turn.messages)")
            }
        }
    }

    func close() async { await transport.close() }

    private static let dialog = """
        {"formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "call", "nodes": [
          {"id": "call", "kind": "service", "request": {"method": "POST", "url": "http://127.0.0.1:PORT/v1/chat/completions",
           "headers": {"Authorization": "Bearer none"},
           "body": {"json": {"model": "mock", "messages": [{"role": "user", "content": "{{context.session.none}}hi"}]}}}, "next": "say"},
          {"id": "say", "kind": "message", "messages": [{"id": "m",
           "text": "{{context.call.response.body.choices[0].message.content}}{{context.call.error.message}}"}], "next": "end"}]}
        """
}

private struct OpenCredentials: CredentialSource {
    let port: Int

    func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant { grant }
    func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant { grant }
    func refused(_ integration: PluginID, profile: ProfileID?) async {}

    private var grant: Grant {
        Grant(
            authorization: .none,
            fields: [:],
            connection: [:],
            baseURL: "",
            reach: Reach(origins: ["http://127.0.0.1:\(port)"], allowedPrivate: ["127.0.0.1:\(port)"]),
            provider: .real
        )
    }
}
