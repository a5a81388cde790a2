import Foundation
import PatchbayDialog
import PatchbayModel
import PatchbayTesting
import Synchronization

/// A conversation with an assistant made of JSON texts, with everything outside under the test's hand.
final class Talk: Sendable {
    let engine: DialogEngine
    let store: any ConversationStore
    let caller: StubCaller
    let scripts: StubScripts
    let clock: HandClock
    let conversation: String
    private let count = Mutex(0)

    init(
        _ dialogs: String...,
        scripts: StubScripts = StubScripts(),
        files: [String: String] = [:],
        caller: StubCaller = StubCaller(),
        store: any ConversationStore = MemoryConversationStore(),
        defaultDialog: DialogID? = nil,
        language: String = "en",
        timeZone: String = "UTC",
        sessionTimeout: Duration? = nil,
        env: JSONObject = JSONObject(),
        content: JSONObject = JSONObject(),
        clock: HandClock = HandClock(saturday),
        limits: DialogLimits = .standard,
        conversation: String = "c1",
        responses: [String: LocalizedText] = [:]
    ) throws {
        let sources = try dialogs.map {
            DialogSource(dialog: try Dialog(parse($0)), hash: "sha256:0123456789abcdef", scripts: files)
        }
        let assistant = try AssistantDefinition(
            language: language,
            timeZone: timeZone,
            defaultDialog: defaultDialog,
            standardResponses: responses,
            sessionTimeout: sessionTimeout,
            dialogs: sources,
            env: env,
            content: content
        ).compile()
        engine = DialogEngine(
            assistant: assistant,
            store: store,
            caller: caller,
            scripts: scripts,
            clock: clock,
            random: SeededRandomSource(seed: 7),
            limits: limits
        )
        self.store = store
        self.caller = caller
        self.scripts = scripts
        self.clock = clock
        self.conversation = conversation
    }

    func event(_ kind: ConversationEvent.Kind, id: String? = nil, channel: String = "terminal", seed: UInt64? = 1)
        -> ConversationEvent
    {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return ConversationEvent(
            id: id ?? "e\(number)",
            conversation: conversation,
            channel: channel,
            kind: kind,
            seed: seed
        )
    }

    @discardableResult
    func say(_ text: String, id: String? = nil) async throws -> Turn {
        try await engine.respond(to: event(.message(text: text), id: id))
    }

    @discardableResult
    func start(_ dialog: DialogID? = nil) async throws -> Turn {
        try await engine.respond(to: event(.start(dialog: dialog)))
    }

    func head() async throws -> ConversationHead? {
        try await store.load(conversation).map { try ConversationHead(encoded: $0.head) }
    }
}

extension Turn {
    var texts: [String] { messages.map(\.text) }
    var actions: [String] { trace.map(\.action) }
}

/// 2026-11-21 at 10, a Saturday.
let saturday = 1_795_255_200.0

/// Reads JSON of a test.
func parse(_ text: String) throws -> JSONValue { try JSONReader().read(text) }

/// A dialog file of the given nodes.
func dialog(_ id: String, start: String = "begin", _ nodes: String) -> String {
    """
    {"formatVersion": 1, "language": "en", "id": "\(id)", "name": "Dialog \(id)", "start": "\(start)", "nodes": [\(nodes)]}
    """
}

/// A dialog `d` of the given nodes.
func dialog(_ nodes: String) -> String { dialog("d", nodes) }

/// Answers calls as the test says, and keeps them.
final class StubCaller: OperationCaller {
    typealias Answer = @Sendable (OperationCall, Int) async throws -> OperationAnswer

    private let made = Mutex<[OperationCall]>([])
    private let hasEffect: Bool
    private let parts: [String]
    private let answer: Answer

    init(
        hasEffect: Bool = false,
        parts: [String] = [],
        _ answer: @escaping Answer = { _, _ in OperationAnswer(statusCode: 200, body: "ok") }
    ) {
        self.hasEffect = hasEffect
        self.parts = parts
        self.answer = answer
    }

    var calls: [OperationCall] { made.withLock { $0 } }

    func mayHaveEffect(_ call: OperationCall) -> Bool { hasEffect }

    func call(_ call: OperationCall, onEvent: @Sendable (OperationEvent) async -> Void) async throws -> OperationAnswer
    {
        let number = made.withLock { made in
            made.append(call)
            return made.count
        }
        for part in parts { await onEvent(.part(part)) }
        return try await answer(call, number)
    }
}

/// Runs functions of the test in the place of scripts: the source names the function.
final class StubScripts: ScriptEngine {
    typealias Script = @Sendable (ScriptCall) throws -> ScriptResult

    private let named: [String: Script]
    private let made = Mutex<[ScriptCall]>([])

    init(_ named: [String: Script] = [:]) {
        self.named = named
    }

    var calls: [ScriptCall] { made.withLock { $0 } }

    func run(_ call: ScriptCall) async throws -> ScriptResult {
        made.withLock { $0.append(call) }
        guard let script = named[call.source] else { return ScriptResult(context: call.context, session: call.session) }
        return try script(call)
    }
}
