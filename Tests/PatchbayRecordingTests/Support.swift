import Foundation
import PatchbayConnector
import PatchbayDialog
import PatchbayModel
import PatchbayRecording
import PatchbayTesting
import Synchronization

/// The moment at which the tests' conversations begin.
let start = Date(timeIntervalSince1970: 1_772_442_000)

/// A service under the test's hand: answers in order, the last one again and again, each after its time by a clock.
final class StubService: HTTPTransport {
    /// What it answers.
    struct Answer: Sendable {
        var after = Duration.zero
        var status = 200
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Date": "Mon, 02 Mar 2026 09:00:00 GMT", "Set-Cookie": "a=b",
        ]
        var chunks: [[UInt8]] = []
        var gap = Duration.zero
        var failure: Failure?
        /// Comes after the chunks.
        var breaks: Failure?

        static func json(_ value: JSONValue, status: Int = 200, after: Duration = .zero) -> Answer {
            Answer(after: after, status: status, chunks: [JSONWriter().bytes(value)])
        }

        static func stream(_ chunks: [[UInt8]], gap: Duration = .milliseconds(40), breaks: Failure? = nil) -> Answer {
            Answer(headers: ["Content-Type": "text/event-stream"], chunks: chunks, gap: gap, breaks: breaks)
        }
    }

    private let clock: any HubClock
    private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

    init(clock: any HubClock, _ answers: [Answer]) {
        self.clock = clock
        state = Mutex((answers, []))
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        try await clock.sleep(for: answer.after)
        if let failure = answer.failure { throw failure }
        let chunks = Chunks(answer.chunks)
        let clock = clock
        return HTTPResponse(
            status: answer.status,
            headers: answer.headers,
            body: HTTPBody {
                guard let chunk = chunks.next() else {
                    if let failure = answer.breaks { throw failure }
                    return nil
                }
                try await clock.sleep(for: answer.gap)
                return chunk
            }
        )
    }

    private final class Chunks: Sendable {
        private let rest: Mutex<ArraySlice<[UInt8]>>

        init(_ chunks: [[UInt8]]) {
            rest = Mutex(chunks[...])
        }

        func next() -> [UInt8]? { rest.withLock { $0.popFirst() } }
    }
}

/// Nodes call through the connector.
struct ClientCaller: OperationCaller {
    let client: ServiceClient

    func mayHaveEffect(_ call: OperationCall) -> Bool { client.mayHaveEffect(Self.service(call)) }

    func call(_ call: OperationCall, onEvent: @Sendable (OperationEvent) async -> Void) async throws -> OperationAnswer
    {
        let answer = try await client.call(Self.service(call)) { event in
            if case .part(let text) = event { await onEvent(.part(text)) }
        }
        return OperationAnswer(
            statusCode: answer.statusCode,
            headers: answer.headers,
            body: answer.body,
            values: answer.values,
            text: answer.text,
            usage: answer.usage
        )
    }

    private static func service(_ call: OperationCall) -> OperationCall {
        let target: OperationCall.Target =
            switch call.target {
            case .operation(let plugin, let operation, let input): .operation(plugin, operation, input: input)
            case .request(let request):
                .request(ResolvedRequest(method: request.method, url: request.url, query: request.query))
            case .model(let plugin, let operation, let request):
                .model(
                    plugin,
                    operation,
                    ModelRequest(
                        model: request.model,
                        messages: request.messages.map { .init(role: .user, text: $0.text) },
                        streams: request.streams
                    )
                )
            }
        return OperationCall(node: call.node, target: target, timeout: call.timeout, key: call.key)
    }
}

/// Scripts change nothing here.
struct NoScripts: ScriptEngine {
    func run(_ call: ScriptCall) async throws -> ScriptResult {
        ScriptResult(context: call.context, session: call.session)
    }
}

/// A workspace of one plugin and some dialogs.
struct House {
    static let key = "canary-4f7e-secret/key+1"

    let assistant: Assistant
    let plugin: Plugin
    let redactor = Redactor()

    private static let manifest: JSONValue = [
        "id": "greeter", "name": "Greeter", "version": "1.0.0", "baseURL": ["url": "https://greeter.example/v1"],
        "authorization": [
            [
                "id": "key", "type": "custom", "fields": [["key": "apiKey", "title": "Key", "kind": "password"]],
                "send": [
                    ["in": "header", "name": "X-Greeter", "value": [["field": "apiKey"]]],
                    ["in": "query", "name": "key", "value": [["field": "apiKey"]]],
                ],
            ]
        ],
        "models": [["id": "small", "abilities": ["chat"]]],
        "operations": [
            "greet": [
                "method": "POST", "path": "/greet", "retry": ["safe": true, "attempts": 3], "inputs": ["name": [:]],
            ],
            "chat": [
                "method": "POST", "path": "/chat", "retry": ["safe": true],
                "inputs": ["model": [:], "messages": [:], "stream": [:]],
                "response": ["stream": ["format": "sse", "done": "[DONE]"]],
                "model": ["request": "chat-completions", "default": true],
            ],
        ],
    ]

    static let talk = """
        {"formatVersion": 1, "language": "en", "id": "talk", "name": "Talk", "start": "begin", "nodes": [
          {"id": "begin", "kind": "intent", "utterances": {"en": ["start"]}, "next": "name"},
          {"id": "name", "kind": "entity", "type": "description", "prompts": [{"id": "ask", "text": "What is your name?"}], "next": "ask"},
          {"id": "ask", "kind": "service", "integration": "greeter", "operation": "greet", "timeout": "20s",
           "input": {"name": "{{context.entities.name}}"}, "onFailure": "sorry", "next": "say"},
          {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.ask.response.body.greeting}}"}], "next": "end"},
          {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "Sorry: {{context.lastServiceFailure.message}}"}], "next": "end"}
        ]}
        """

    static let chat = """
        {"formatVersion": 1, "language": "en", "id": "chat", "name": "Chat", "start": "begin", "nodes": [
          {"id": "begin", "kind": "intent", "utterances": {"en": ["chat"]}, "next": "think"},
          {"id": "think", "kind": "prompt", "integration": "greeter", "prompt": "Say something.", "stream": true,
           "onFailure": "sorry", "next": "say"},
          {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.think.text}}"}], "next": "end"},
          {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "Sorry: {{context.lastServiceFailure.kind}}"}], "next": "end"}
        ]}
        """

    init(_ dialogs: [String] = [talk, chat]) throws {
        assistant = try AssistantDefinition(
            dialogs: try dialogs.map {
                DialogSource(dialog: try Dialog(try JSONReader().read($0)), hash: "sha256:0123456789abcdef")
            }
        ).compile()
        plugin = Plugin(manifest: try PluginManifest(Self.manifest), hash: "", files: TextFiles())
        redactor.register(Secret(Self.key), as: "greeter/apiKey")
    }

    /// Calls that carry the credential, or not.
    func caller(hasKey: Bool = true) -> ConversationTestRunner.CallerFactory {
        let grant = Grant(
            authorization: plugin.manifest.authorization.first ?? .none,
            fields: hasKey ? ["apiKey": Secret(Self.key)] : [:],
            connection: [:],
            baseURL: "https://greeter.example/v1",
            reach: Reach(origins: ["https://greeter.example:443"]),
            provider: hasKey ? .real : .sandbox
        )
        let plugin = plugin
        let redactor = redactor
        return { transport, clock, random in
            ClientCaller(
                client: ServiceClient(
                    plugins: [plugin],
                    credentials: StubCredentials(grant),
                    real: transport,
                    sandbox: transport,
                    clock: clock,
                    random: random,
                    redactor: redactor,
                    version: "0.1.0"
                )
            )
        }
    }

    func runner(hasKey: Bool = false, sandbox: [StubService.Answer] = [.json(["greeting": "from the sandbox"])])
        -> ConversationTestRunner
    {
        ConversationTestRunner(
            assistant: assistant,
            scripts: NoScripts(),
            redactor: redactor,
            sandbox: { StubService(clock: $0, sandbox) },
            makeCaller: caller(hasKey: hasKey)
        )
    }

    /// Holds a conversation and records it; between two messages lie 1.5 seconds.
    func record(_ lines: [String], _ answers: [StubService.Answer], variables: [String] = []) async throws
        -> ConversationTest
    {
        let clock = VirtualClock(start)
        let recorder = ConversationRecorder(language: "en", timeZone: "UTC", seed: 7, clock: clock, redactor: redactor)
        let service = recorder.recording(StubService(clock: clock, answers))
        let engine = DialogEngine(
            assistant: assistant,
            store: MemoryConversationStore(),
            caller: caller()(service, clock, recorder.random),
            scripts: NoScripts(),
            clock: recorder.clock
        )
        for (index, line) in lines.enumerated() {
            let event = ConversationEvent(
                id: "e\(index + 1)",
                conversation: "c",
                kind: line.hasPrefix("/") ? .start(dialog: DialogID(String(line.dropFirst()))) : .message(text: line),
                language: "en",
                seed: recorder.seed
            )
            recorder.begin(event)
            recorder.end(try await engine.respond(to: event), variables: variables)
            try await clock.sleep(for: .milliseconds(1_500))
        }
        guard let test = recorder.test else { throw Failure(.invalid, "nothing was recorded") }
        return test
    }
}
