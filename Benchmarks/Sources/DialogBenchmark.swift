import Foundation
import PatchbayDialog
import PatchbayModel

/// Turns of a dialog of two entities and a message.
enum DialogBenchmark {
    static let lines = ["hi", "Ann", "swift"]

    static func rows(_ material: Material) async throws -> [Row] {
        // First of all: later it would live in memory that other conversations have left.
        let parked = try await parked()
        let one = try engine()
        let many = try engine()
        var number = 0
        // Each conversation has the dialog a hundred times: what is stored of one stays small.
        func talk(_ engine: DialogEngine, conversations: Int, rounds: Int) async throws -> Int {
            number += 1
            for round in 0..<rounds {
                for line in lines {
                    for place in 0..<conversations {
                        try await say(line, "c\(number)-\(place)", "\(round)\(line)", engine)
                    }
                }
            }
            return conversations * rounds * lines.count
        }
        let turns = try await Comparison {
            try await talk(one, conversations: 1, rounds: 2_000)
        } other: {
            try await talk(many, conversations: 10_000, rounds: 1)
        }
        return [
            Row(
                job: "Dialog turns, memory store, 1 conversation",
                ours: "\((1 / turns.ours.processor).short) per CPU-s",
                beside: "10,000 conversations \((1 / turns.other.processor).short) per CPU-s",
                ratio: turns.ratios(\.processor).spread + " (10,000 to 1)",
                goal: "≥ 30,000; ≥ 0.8"
            ),
            parked,
        ]
    }

    /// What a conversation that waits in its second question takes.
    private static func parked() async throws -> Row {
        let store = MemoryConversationStore()
        let engine = try engine(store)
        let count = 10_000
        for line in lines.prefix(2) { try await say(line, "first", line, engine) }
        let before = residentBytes()
        for place in 0..<count {
            for line in lines.prefix(2) { try await say(line, "parked-\(place)", line, engine) }
        }
        let held = Double(residentBytes() - before) / Double(count)
        let head = try await store.load("parked-0")?.head.count ?? 0
        let turns = try await store.turns(of: "parked-0", from: 1).reduce(0) { $0 + $1.record.count }
        return Row(
            job: "A parked conversation, its two turns kept",
            ours: "\((held / 1_024).short) KiB resident",
            beside: "head \(head) bytes, turns \(turns) bytes as JSON",
            ratio: "–",
            goal: "≤ 2 KiB"
        )
    }

    /// Turns per second of CPU, for a driver.
    static func rate() async throws -> Double {
        let engine = try engine()
        for line in lines { try await say(line, "warm", line, engine) }
        let cost = try await Cost.of {
            for round in 0..<10_000 { for line in lines { try await say(line, "c", "\(round)\(line)", engine) } }
            return 30_000
        }
        return 1 / cost.processor
    }

    static func engine(_ store: any ConversationStore = MemoryConversationStore()) throws -> DialogEngine {
        let dialog = try Dialog(JSONReader().read(Self.dialog))
        let source = DialogSource(dialog: dialog, hash: "sha256:" + String(repeating: "0", count: 64))
        let definition = AssistantDefinition(defaultDialog: "welcome", dialogs: [source])
        return DialogEngine(assistant: try definition.compile(), store: store, caller: NoCalls(), scripts: NoScripts())
    }

    static func say(_ text: String, _ conversation: String, _ id: String, _ engine: DialogEngine) async throws {
        let event = ConversationEvent(id: id, conversation: conversation, kind: .message(text: text))
        let turn = try await engine.respond(to: event)
        guard turn.messages.count == 1, !turn.isRepeated else {
            throw BenchmarkError("'\(text)' got \(turn.messages.count) answers")
        }
    }

    private static let dialog = """
        {"formatVersion": 1, "language": "en", "id": "welcome", "name": "Welcome", "start": "name", "nodes": [
          {"id": "name", "kind": "entity", "type": "string", "ask": "always", "prompts": [{"id": "ask", "text": "What is your name?"}], "next": "skill"},
          {"id": "skill", "kind": "entity", "type": "string", "ask": "always", "prompts": [{"id": "ask", "text": "Which skill?"}], "next": "hello"},
          {"id": "hello", "kind": "message", "messages": [{"id": "m",
            "text": "Hello {{context.entities.name}}, you know {{context.entities.skill}}."}], "next": "end"}]}
        """
}

struct NoCalls: OperationCaller {
    func mayHaveEffect(_ call: OperationCall) -> Bool { false }
    func call(_ call: OperationCall, onEvent: @Sendable (OperationEvent) async -> Void) async throws -> OperationAnswer
    {
        throw Failure(.unbound, "nothing is called here")
    }
}

struct NoScripts: ScriptEngine {
    func run(_ call: ScriptCall) async throws -> ScriptResult { throw Failure(.script, "no script runs here") }
}
