import Foundation
import PatchbayDialog
import PatchbayModel

/// A conversation of its own in which a test's events happen.
struct TestStage {
    private static let conversation = "test"

    let test: ConversationTest
    let clock: VirtualClock
    let store = MemoryConversationStore()
    let engine: DialogEngine

    init(
        _ test: ConversationTest,
        assistant: Assistant,
        caller: any OperationCaller,
        scripts: any ScriptEngine,
        clock: VirtualClock,
        random: any RandomSource
    ) {
        self.test = test
        self.clock = clock
        engine = DialogEngine(
            assistant: assistant,
            store: store,
            caller: caller,
            scripts: scripts,
            clock: clock,
            random: random
        )
    }

    /// Lets a turn's event happen at its time.
    ///
    /// What the test's `dialog` says when it is entered belongs to the first turn.
    func play(_ index: Int) async throws -> PlayedTurn {
        var opening: [SaidMessage] = []
        if index == 0, let dialog = test.dialog {
            clock.set(to: test.startTime.date)
            let start = ConversationTest.Event(id: "event-0", kind: .start(dialog: dialog))
            opening = try await respond(to: start, number: 0, isFirst: true).messages
        }
        let planned = test.turns[index]
        if let at = planned.at { clock.set(to: at.date) }
        let turn = try await respond(to: planned.event, number: index + 1, isFirst: index == 0 && test.dialog == nil)
        let stored = try await store.load(Self.conversation)
        return PlayedTurn(
            messages: opening + turn.messages,
            hasEnded: turn.state == .ended,
            node: turn.node,
            values: TurnValues(turn, head: try stored.map { try ConversationHead(encoded: $0.head) })
        )
    }

    private func respond(to event: ConversationTest.Event, number: Int, isFirst: Bool) async throws -> Turn {
        try await engine.respond(
            to: ConversationEvent(
                id: event.id ?? "event-\(number)",
                conversation: Self.conversation,
                user: test.user ?? "user",
                channel: test.channel ?? "terminal",
                kind: event.kind,
                language: event.language ?? (isFirst ? test.language : nil),
                timeZone: isFirst ? test.timeZone : nil,
                seed: test.seed
            )
        )
    }
}

/// What came of a test's turn.
struct PlayedTurn {
    let messages: [SaidMessage]
    let hasEnded: Bool
    /// The node that waits.
    let node: String?
    let values: TurnValues
}
