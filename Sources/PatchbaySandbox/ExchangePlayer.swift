import Foundation
import PatchbayConnector
import PatchbayModel
import Synchronization

/// Plays an exchange: its waits, its failure, its answer piece by piece.
struct ExchangePlayer {
    let clock: any HubClock

    /// The mark is what the header `x-patchbay-sandbox` says.
    ///
    /// - Throws: The exchange's ``Failure``, or `timedOut` when its answer takes longer than the request allows.
    func play(_ exchange: Exchange, for request: HTTPRequest, mark: String) async throws -> HTTPResponse {
        switch exchange.outcome {
        case .failure(let kind, let message, let after):
            let left = try await wait(after, left: request.timeout)
            if kind == .timedOut { try await clock.sleep(for: left) }
            throw Failure(kind, message ?? "the sandbox plays the failure '\(kind.rawValue)'")
        case .answer(let answer):
            let left = try await wait(answer.after, left: request.timeout)
            var headers = answer.fields
            headers[SandboxTransport.mark] = mark
            if let body = answer.body, headers["Content-Type"] == nil { headers.append("Content-Type", body.mediaType) }
            return HTTPResponse(
                status: answer.status,
                headers: headers,
                body: body(answer.body?.pieces ?? [], left: left)
            )
        }
    }

    private func wait(_ time: Duration?, left: Duration) async throws -> Duration {
        guard let time, time > .zero else { return left }
        guard time < left else {
            try await clock.sleep(for: left)
            throw Failure(.timedOut, "the sandbox plays a service that answers too late")
        }
        try await clock.sleep(for: time)
        return left - time
    }

    private func body(_ pieces: [Exchange.Part], left: Duration) -> HTTPBody {
        if pieces.count == 1, let only = pieces.first, only.after == nil { return HTTPBody(only.bytes) }
        let rest = Rest(pieces: pieces, left: left)
        let player = self
        return HTTPBody {
            while let piece = rest.take() {
                rest.spend(to: try await player.wait(piece.after, left: rest.left))
                if !piece.bytes.isEmpty { return piece.bytes }
            }
            return nil
        }
    }

    private final class Rest: Sendable {
        private let state: Mutex<(pieces: ArraySlice<Exchange.Part>, left: Duration)>

        init(pieces: [Exchange.Part], left: Duration) {
            state = Mutex((pieces[...], left))
        }

        var left: Duration { state.withLock { $0.left } }

        func take() -> Exchange.Part? { state.withLock { $0.pieces.popFirst() } }

        func spend(to left: Duration) { state.withLock { $0.left = left } }
    }
}
