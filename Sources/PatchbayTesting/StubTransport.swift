package import PatchbayConnector
package import PatchbayModel
import Synchronization

/// Answers with what a test gives, in order, the last one again and again, and keeps what was sent.
package final class StubTransport: HTTPTransport {
    package typealias Answer = @Sendable (HTTPRequest) throws -> HTTPResponse

    private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

    package init(answers: [Answer]) {
        state = Mutex((answers, []))
    }

    package convenience init(_ answers: Answer...) { self.init(answers: answers) }

    package var requests: [HTTPRequest] { state.withLock { $0.requests } }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first
        }
        guard let answer else { throw Failure(.unreachable, "nobody answers") }
        return try answer(request)
    }

    package static func json(_ value: JSONValue, status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        let bytes = JSONWriter().bytes(value)
        return { _ in
            HTTPResponse(
                status: status,
                headers: HTTPHeaders(headers.fields + [.init("Content-Type", "application/json")]),
                body: HTTPBody(bytes)
            )
        }
    }

    package static func bytes(_ bytes: [UInt8], status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        { _ in HTTPResponse(status: status, headers: headers, body: HTTPBody(bytes)) }
    }

    package static func text(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Answer {
        bytes(Array(text.utf8), status: status, headers: headers)
    }

    package static func failure(_ kind: FailureKind) -> Answer {
        { _ in throw Failure(kind, "it failed") }
    }
}

/// Gives everybody one grant and remembers refusals.
package final class StubCredentials: CredentialSource {
    private let grant: Grant
    private let count = Mutex(0)

    package init(_ grant: Grant) {
        self.grant = grant
    }

    package var refusals: Int { count.withLock { $0 } }

    package func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant { grant }

    package func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant {
        guard grant.reach.origins.contains(origin) else { throw Failure(.blocked, "\(origin) was not allowed") }
        return grant
    }

    package func refused(_ integration: PluginID, profile: ProfileID?) async { count.withLock { $0 += 1 } }
}
