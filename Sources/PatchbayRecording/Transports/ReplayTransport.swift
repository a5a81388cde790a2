package import PatchbayConnector
package import PatchbayModel
import Synchronization

/// A call that is not the recorded one.
package struct CallMismatch: Sendable, Equatable {
    /// What is wrong with it.
    package enum Problem: String, Sendable {
        /// Another call was made in its place.
        case changed
        /// More calls were made than are recorded.
        case surplus
        /// It is recorded, and was not made.
        case missing
    }

    package let problem: Problem
    /// Counts the turn's calls from 1.
    package let number: Int
    /// The node that called, or should have.
    package let node: String
    /// Method, URL and body as recorded; nil for a surplus call.
    package let expected: String?
    /// Method, URL and body as sent, redacted; nil for a missing call.
    package let found: String?

    /// The lines that differ.
    package var difference: String {
        LineDiff.text(from: expected ?? "", to: found ?? "", labels: ("recorded", "sent"))
    }
}

/// Answers calls from a recording, in order: without network, and without waiting.
package final class ReplayTransport: HTTPTransport {
    private struct State {
        var expected: [ConversationTest.Call] = []
        var made = 0
        var mismatches: [CallMismatch] = []
    }

    private let redaction: Redaction
    private let player: ExchangePlayback
    private let state = Mutex(State())

    /// - Parameters:
    ///   - clock: Does the waiting of answers; a ``VirtualClock`` takes no time for it.
    ///   - redactor: Makes what is sent comparable with what was recorded.
    package init(clock: any HubClock, redactor: Redactor) {
        redaction = Redaction(redactor: redactor)
        player = ExchangePlayback(clock: clock)
    }

    /// Begins a turn that makes exactly these calls.
    package func expect(_ calls: [ConversationTest.Call]) { state.withLock { $0 = State(expected: calls) } }

    /// Ends the turn: what was wrong with its calls, in order.
    package func finish() -> [CallMismatch] {
        state.withLock { state in
            let missing = state.expected.enumerated().dropFirst(state.made).map { index, call in
                CallMismatch(
                    problem: .missing,
                    number: index + 1,
                    node: call.node,
                    expected: call.exchange.request.map(RequestAlignment.text) ?? call.exchange.operation ?? "a call",
                    found: nil
                )
            }
            defer { state = State() }
            return state.mismatches + missing
        }
    }

    /// Answers a call as recorded.
    ///
    /// - Throws: The recorded ``Failure``; one of kind `blocked`, which is not tried again, when the call is not the recorded one.
    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let sent = redaction.request(request)
        let result: Result<ConversationTest.Call, Failure> = state.withLock { state in
            state.made += 1
            let number = state.made
            guard number <= state.expected.count else {
                let found = RequestAlignment.text(sent)
                state.mismatches.append(
                    CallMismatch(problem: .surplus, number: number, node: request.node, expected: nil, found: found)
                )
                return .failure(Failure(.blocked, "call \(number) of the turn is not recorded; record the test again"))
            }
            let call = state.expected[number - 1]
            guard let recorded = call.exchange.request else { return .success(call) }
            let expected = RequestAlignment.text(recorded)
            let found = RequestAlignment.text(RequestAlignment(expected: recorded).align(sent))
            guard !expected.utf8.elementsEqual(found.utf8) else { return .success(call) }
            state.mismatches.append(
                CallMismatch(problem: .changed, number: number, node: request.node, expected: expected, found: found)
            )
            return .failure(
                Failure(.blocked, "call \(number) of the turn is not the recorded one; record the test again")
            )
        }
        return try await player.play(try result.get(), for: request)
    }
}
