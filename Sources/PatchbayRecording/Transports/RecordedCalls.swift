import Foundation
package import PatchbayConnector
package import PatchbayModel
import Synchronization

/// Collects the exchanges of one conversation in the order in which their requests leave, whichever transport they go through.
package final class RecordedCalls: Sendable {
    private let redaction: Redaction
    private let clock: any HubClock
    private let drafts = Mutex<[ExchangeDraft]>([])

    /// - Parameters:
    ///   - clock: Measures how long answers take.
    ///   - redactor: Knows the secrets that must not be written down.
    package init(clock: any HubClock, redactor: Redactor) {
        self.clock = clock
        redaction = Redaction(redactor: redactor)
    }

    /// What was collected since the last time; of a body, what has been read of it.
    package func take() -> [ConversationTest.Call] {
        let taken = drafts.withLock { drafts in
            defer { drafts = [] }
            return drafts
        }
        return taken.map { $0.call(redaction) }
    }

    func begin(_ request: HTTPRequest) -> ExchangeDraft {
        let draft = ExchangeDraft(request, clock: clock)
        drafts.withLock { $0.append(draft) }
        return draft
    }
}

/// Passes requests on, and keeps each with what came of it.
package final class RecordingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let calls: RecordedCalls

    package init(_ base: any HTTPTransport, into calls: RecordedCalls) {
        self.base = base
        self.calls = calls
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let draft = calls.begin(request)
        let response: HTTPResponse
        do {
            response = try await base.send(request)
        } catch {
            draft.fail(error)
            throw error
        }
        draft.answered(response)
        let body = response.body
        return HTTPResponse(
            status: response.status,
            headers: response.headers,
            body: HTTPBody {
                draft.startsWaiting()
                do {
                    // A body is pulled: a new iterator goes on where the last one stopped.
                    var iterator = body.makeAsyncIterator()
                    let chunk = try await iterator.next()
                    if let chunk { draft.received(chunk) }
                    return chunk
                } catch {
                    draft.breaks(error)
                    throw error
                }
            }
        )
    }
}

/// One exchange while it happens.
final class ExchangeDraft: Sendable {
    private struct State {
        var mark: Date
        var head: (status: Int, headers: HTTPHeaders)?
        var headAfter = Duration.zero
        var pieces: [Exchange.Part] = []
        var failure: Failure?
    }

    private let request: HTTPRequest
    private let clock: any HubClock
    private let state: Mutex<State>

    init(_ request: HTTPRequest, clock: any HubClock) {
        self.request = request
        self.clock = clock
        state = Mutex(State(mark: clock.now()))
    }

    func answered(_ response: HTTPResponse) {
        let now = clock.now()
        state.withLock { state in
            state.head = (response.status, response.headers)
            state.headAfter = Self.time(from: state.mark, to: now)
        }
    }

    /// Sending failed.
    func fail(_ error: any Error) {
        let now = clock.now()
        state.withLock { state in
            state.failure = Self.failure(error)
            state.headAfter = Self.time(from: state.mark, to: now)
        }
    }

    /// Somebody asks for the next chunk; what the reader did before is not the service's time.
    func startsWaiting() {
        let now = clock.now()
        state.withLock { $0.mark = now }
    }

    func received(_ chunk: [UInt8]) {
        let now = clock.now()
        state.withLock { state in
            let time = Self.time(from: state.mark, to: now)
            state.pieces.append(Exchange.Part(after: time > .zero ? time : nil, bytes: chunk))
        }
    }

    /// The body broke off.
    func breaks(_ error: any Error) { state.withLock { $0.failure = Self.failure(error) } }

    private static func time(from start: Date, to end: Date) -> Duration {
        .milliseconds(max(0, end.roundedMilliseconds - start.roundedMilliseconds))
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case is CancellationError: Failure(.interrupted, "the call was cancelled before it had its answer")
        default: Failure(.unreachable, "the call failed: \(error)")
        }
    }

    // MARK: - As it is written down

    func call(_ redaction: Redaction) -> ConversationTest.Call {
        let state = state.withLock { $0 }
        let written = redaction.request(request)
        let operation = request.operation.contains("/") ? request.operation : nil
        guard let head = state.head else {
            let failure = state.failure ?? Failure(.interrupted, "the call was not over when the turn ended")
            let after = state.headAfter > .zero ? state.headAfter : nil
            let outcome = Exchange.Outcome.failure(failure.kind, message: redaction.text(failure.message), after: after)
            return .init(
                node: request.node,
                exchange: Exchange(operation: operation, request: written, outcome: outcome)
            )
        }
        var after = state.headAfter
        let body: Exchange.Body?
        let mediaType = head.headers["content-type"]
        if mediaType?.lowercased().hasPrefix("text/event-stream") == true, !state.pieces.isEmpty {
            body = .parts(redaction.parts(state.pieces))
        } else {
            // A body that counts only as a whole comes as a whole.
            after = state.pieces.reduce(after) { $0 + ($1.after ?? .zero) }
            body = redaction.body(state.pieces.flatMap(\.bytes), mediaType: mediaType)
        }
        let answer = Exchange.Answer(
            after: after > .zero ? after : nil,
            status: head.status,
            headers: redaction.headers(of: head.headers),
            body: body
        )
        return .init(
            node: request.node,
            exchange: Exchange(operation: operation, request: written, outcome: .answer(answer)),
            breaks: state.failure.map { Failure($0.kind, redaction.text($0.message)) }
        )
    }
}
