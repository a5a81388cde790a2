import PatchbayConnector
import PatchbayModel
import Synchronization

/// Plays a recorded answer: its waits by the clock, its body piece by piece, its failure.
struct ExchangePlayback: Sendable {
    let clock: any HubClock

    /// - Throws: The recorded ``Failure``, or `timedOut` when the answer takes longer than the request allows.
    func play(_ call: ConversationTest.Call, for request: HTTPRequest) async throws -> HTTPResponse {
        let rest = Rest(left: request.timeout)
        switch call.exchange.outcome {
        case .failure(let kind, let message, let after):
            try await rest.wait(after, clock)
            throw Failure(kind, message ?? "the recording plays the failure '\(kind.rawValue)'")
        case .answer(let answer):
            try await rest.wait(answer.after, clock)
            var headers = answer.fields
            if let body = answer.body, headers["Content-Type"] == nil { headers.append("Content-Type", body.mediaType) }
            rest.begin(answer.body?.pieces ?? [], breaks: call.breaks)
            let clock = clock
            return HTTPResponse(status: answer.status, headers: headers, body: HTTPBody { try await rest.next(clock) })
        }
    }

    /// What is still to come of an answer, and how long it may take.
    private final class Rest: Sendable {
        private struct State {
            var left: Duration
            var pieces: ArraySlice<Exchange.Part> = []
            var breaks: Failure?
        }

        private let state: Mutex<State>

        init(left: Duration) {
            state = Mutex(State(left: left))
        }

        func begin(_ pieces: [Exchange.Part], breaks: Failure?) {
            state.withLock { ($0.pieces, $0.breaks) = (pieces[...], breaks) }
        }

        func next(_ clock: any HubClock) async throws -> [UInt8]? {
            while let piece = state.withLock({ $0.pieces.popFirst() }) {
                try await wait(piece.after, clock)
                if !piece.bytes.isEmpty { return piece.bytes }
            }
            if let failure = state.withLock({ $0.breaks }) { throw failure }
            return nil
        }

        func wait(_ time: Duration?, _ clock: any HubClock) async throws {
            guard let time, time > .zero else { return }
            let (wait, isTooLong) = state.withLock { state in
                let wait = min(time, state.left)
                state.left -= wait
                return (wait, time > wait)
            }
            try await clock.sleep(for: wait)
            if isTooLong { throw Failure(.timedOut, "the recorded answer takes longer than the call may") }
        }
    }
}

/// The transport of the turn that runs.
final class TurnTransport: HTTPTransport {
    private let current: Mutex<any HTTPTransport>

    init(_ transport: any HTTPTransport) {
        current = Mutex(transport)
    }

    func use(_ transport: any HTTPTransport) { current.withLock { $0 = transport } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transport = current.withLock { $0 }
        return try await transport.send(request)
    }
}
