import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Patchbay
package import PatchbayConnector
import PatchbayModel

/// A request's connection, so that it can be closed without an answer.
private struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// The sandbox behind a socket on this machine: any client of a service can talk to it.
package struct SandboxServer: Sendable {
    private let transport: any HTTPTransport
    private let port: Int
    /// The longest request that is taken.
    private static let maxBodyBytes = 32 << 20

    /// - Parameters:
    ///   - transport: What answers.
    ///   - port: The port on 127.0.0.1; 0 takes a free one.
    package init(transport: any HTTPTransport, port: Int) {
        self.transport = transport
        self.port = port
    }

    /// Serves until the process is asked to end.
    ///
    /// - Parameter onStart: Called with the port once requests are taken.
    /// - Throws: What keeps it from listening, such as a port in use.
    package func run(onStart: @escaping @Sendable (Int) -> Void) async throws {
        let transport = transport
        let responder = CallbackResponder { (request: Request, context: SandboxContext) in
            try await Self.answer(request, transport: transport, channel: context.channel)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: "patchbay-sandbox"),
            onServerRunning: { channel in onStart(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "patchbay.sandbox", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        do {
            try await application.runService()
        } catch let error as IOError {
            throw Self.failure(error, port: port)
        }
    }

    private static func failure(_ error: IOError, port: Int) -> HubError {
        let remedy = "name another with --port, 0 takes a free one"
        return switch error.errnoCode {
        case EADDRINUSE: HubError("in-use", "port \(port) of 127.0.0.1 is in use; \(remedy)")
        case EACCES: HubError("forbidden", "port \(port) is not for every user; \(remedy)")
        default:
            HubError(
                "failed",
                "can't listen on port \(port) of 127.0.0.1: \(unsafe String(cString: strerror(error.errnoCode)))"
            )
        }
    }

    private static func answer(
        _ request: Request,
        transport: any HTTPTransport,
        channel: any Channel
    ) async throws -> Response {
        // A page in the operator's browser must not reach the sandbox through a name that resolves here (DNS rebinding).
        let host = request.head.authority?.split(separator: ":").first.map(String.init) ?? ""
        guard ["127.0.0.1", "localhost", "[", ""].contains(host) else {
            return Response(status: .misdirectedRequest)
        }
        let buffer: ByteBuffer
        do {
            buffer = try await request.body.collect(upTo: maxBodyBytes)
        } catch is NIOTooManyBytesError {
            return Response(status: .contentTooLarge)
        }
        var headers = PatchbayConnector.HTTPHeaders()
        for field in request.headers { headers.append(field.name.rawName, field.value) }
        let path = request.uri.string
        let outgoing = PatchbayConnector.HTTPRequest(
            method: request.method.rawValue,
            url: "http://127.0.0.1" + (path.hasPrefix("/") ? path : "/" + path),
            headers: headers,
            body: buffer.readableBytes > 0 ? Array(buffer.readableBytesView) : nil,
            reach: Reach(origins: []),
            operation: ""
        )
        do {
            return response(try await transport.send(outgoing))
        } catch let failure as Failure {
            switch failure.kind {
            case .cutOff: return cutOff(failure)
            case .malformed: return malformed(failure)
            case .unreachable, .timedOut:
                try await channel.close()
                throw failure
            default: return refusal(failure)
            }
        }
    }

    /// An answer whose connection closes in the middle of its body.
    private static func cutOff(_ failure: Failure) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "{"))
                throw failure
            }
        )
    }

    /// An answer that says it is JSON and is none; the words are for whoever looks at it.
    private static func malformed(_ failure: Failure) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "{" + failure.message))
        )
    }

    private static func response(_ answer: PatchbayConnector.HTTPResponse) -> Response {
        var fields = HTTPFields()
        for field in answer.headers.fields {
            guard let name = HTTPField.Name(field.name), field.name.lowercased() != "content-length" else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        let body = answer.body
        return Response(
            status: .init(code: answer.status),
            headers: fields,
            body: ResponseBody { writer in
                for try await chunk in body { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            }
        )
    }

    /// A failure that a real service would not answer at all becomes a gateway's error, in words.
    private static func refusal(_ failure: Failure) -> Response {
        let status: HTTPTypes.HTTPResponse.Status = failure.kind == .notFound ? .notFound : .badGateway
        let value: JSONValue = ["error": ["message": .string(failure.message), "type": .string(failure.kind.rawValue)]]
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: JSONWriter().text(value)))
        )
    }
}
