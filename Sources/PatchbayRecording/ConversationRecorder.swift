import Foundation
package import PatchbayConnector
package import PatchbayDialog
package import PatchbayModel
import Synchronization

/// Writes a conversation down while it happens, so that it can be replayed: `chat --record FILE`.
///
/// The conversation must be a new one. Its engine takes ``clock`` and its first event ``seed``; what calls services takes
/// ``random`` and transports from ``recording(_:)``. Around each event stand ``begin(_:)`` and ``end(_:variables:)``.
package final class ConversationRecorder: Sendable {
    private struct State {
        var turns: [ConversationTest.Turn] = []
        var begun: (event: ConversationTest.Event, at: Date)?
        var language: String
    }

    /// What the conversation's first event brings as its seed.
    package let seed: UInt64
    /// Chance for what calls services: the same in a replay.
    package let random: any RandomSource

    private let head: ConversationTest
    private let redaction: Redaction
    private let calls: RecordedCalls
    private let turnClock: TurnClock
    private let state: Mutex<State>

    /// Begins a recording.
    ///
    /// - Parameters:
    ///   - name: What the test is called; nil means its file's name.
    ///   - language: The language that the conversation begins in.
    ///   - timeZone: The user's time zone, such as `Europe/Berlin`.
    ///   - user: The user's id; nil means `user`.
    ///   - channel: What the user talks through; nil means `terminal`.
    ///   - template: The template that must be installed for a replay, as `<plugin>/<template>`; nil for a workspace's own dialogs.
    ///   - parameters: The template's parameters.
    ///   - seed: What chance starts from.
    ///   - clock: Measures how long answers take, and says when turns begin.
    ///   - redactor: Knows the secrets that must not be written down; asked when a turn ends, and again when the test is taken.
    package init(
        name: String? = nil,
        language: String,
        timeZone: String,
        user: String? = nil,
        channel: String? = nil,
        template: String? = nil,
        parameters: JSONObject = JSONObject(),
        seed: UInt64,
        clock: any HubClock = SystemHubClock(),
        redactor: Redactor
    ) {
        self.seed = seed
        random = SeededRandomSource(seed: seed)
        redaction = Redaction(redactor: redactor)
        calls = RecordedCalls(clock: clock, redactor: redactor)
        turnClock = TurnClock(clock)
        state = Mutex(State(language: language))
        head = ConversationTest(
            name: name,
            template: template,
            parameters: parameters,
            user: user,
            channel: channel,
            language: language,
            timeZone: timeZone,
            startTime: TestTime(clock.now()),
            seed: seed
        )
    }

    /// The engine's clock: in each turn it shows the time at which the turn began.
    package var clock: any HubClock { turnClock }

    /// A transport whose exchanges are written down; all transports of a conversation share one order.
    package func recording(_ base: any HTTPTransport) -> any HTTPTransport { RecordingTransport(base, into: calls) }

    /// An event is about to be handled.
    package func begin(_ event: ConversationEvent) {
        // What a turn that did not end has called belongs to none.
        _ = calls.take()
        let at = turnClock.begin()
        state.withLock { state in
            let language = event.language == state.language ? nil : event.language
            if let language { state.language = language }
            state.begun = (ConversationTest.Event(id: event.id, kind: event.kind, language: language), at)
        }
    }

    /// The event has been handled.
    ///
    /// - Parameters:
    ///   - turn: What was answered.
    ///   - variables: Context paths whose values the test shall look at.
    package func end(_ turn: Turn, variables: [String] = []) {
        let made = calls.take()
        let values = TurnValues(turn, head: nil)
        state.withLock { state in
            guard let begun = state.begun else { return }
            state.begun = nil
            state.turns.append(
                ConversationTest.Turn(
                    at: TestTime(begun.at),
                    event: begun.event,
                    calls: made,
                    expect: turn.messages.map { ConversationTest.Expectation($0, redaction) },
                    variables: JSONObject(variables.compactMap { path in values[path].map { (path, $0) } }),
                    ended: turn.state == .ended
                )
            )
        }
    }

    /// The conversation so far as a test; nil while no turn has ended.
    package var test: ConversationTest? {
        let turns = state.withLock { $0.turns }
        guard let first = turns.first?.at else { return nil }
        var test = head
        test.startTime = first
        test.parameters = redaction.object(head.parameters)
        test.turns = turns.map { turn in
            var clean = turn
            clean.event = redaction.event(turn.event)
            clean.expect = turn.expect.map(redaction.expectation)
            clean.variables = redaction.object(turn.variables)
            return clean
        }
        return test
    }
}

extension Redaction {
    func event(_ event: ConversationTest.Event) -> ConversationTest.Event {
        let kind: ConversationEvent.Kind
        switch event.kind {
        case .message(let said, let attachments): kind = .message(text: text(said), attachments: attachments.map(value))
        case .agentMessage(let said): kind = .agentMessage(text: text(said))
        case .callback(let body): kind = .callback(body: value(body))
        case .timer, .credential, .start, .close: kind = event.kind
        }
        return ConversationTest.Event(id: event.id, kind: kind, language: event.language, node: event.node)
    }

    func expectation(_ expectation: ConversationTest.Expectation) -> ConversationTest.Expectation {
        switch expectation {
        case .text(let said): .text(text(said))
        case .contains(let said): .contains(text(said))
        case .message(let message): .message(value(message))
        case .node, .any: expectation
        }
    }
}
