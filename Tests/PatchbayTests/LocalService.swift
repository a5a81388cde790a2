import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import PatchbayModel
import Synchronization

/// A request as it came over the wire.
struct WireRequest: Sendable {
    let method: String
    /// Path and query; through a proxy the whole URL, or host and port.
    let target: String
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    /// The body as JSON; nil where it is none.
    var json: JSONValue? { try? JSONReader(maxBytes: 64 << 20).read(Array(body.utf8)) }

    /// Reads one request; nil as long as it is not complete.
    fileprivate init?(_ bytes: [UInt8]) {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            return nil
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let start = (lines.first ?? "").split(separator: " ").map(String.init)
        guard start.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        method = start[0]
        target = start[1]
        self.headers = headers
        body = String(decoding: bytes[(end + 4)..<(end + 4 + length)], as: UTF8.self)
    }
}

/// An answer to a ``WireRequest``.
struct WireAnswer: Sendable {
    var status = 200
    var contentType = "application/json"
    var body: String = ""
    /// The body where it is no text.
    var bytes: [UInt8]?
    /// Whether it never comes.
    var isHeld = false
    /// How much of the body that is promised never comes.
    var missing = 0

    /// Pieces of a model's answer in the form of chat completions, each an event of its own; the last may end it.
    static func stream(_ pieces: [String], isComplete: Bool) -> WireAnswer {
        let events = pieces.enumerated().map { index, piece in
            let isLast = isComplete && index == pieces.count - 1
            let choice: JSONValue = [
                "index": 0, "delta": ["content": .string(piece)], "finish_reason": isLast ? "stop" : .null,
            ]
            let value: JSONValue = [
                "id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice],
            ]
            return "data: \(JSONWriter(.compact).text(value))\n\n"
        }
        let body = events.joined() + (isComplete ? "data: [DONE]\n\n" : "")
        return WireAnswer(contentType: "text/event-stream", body: body, missing: isComplete ? 0 : 1_000)
    }

    /// A model's answer in the form of chat completions, in pieces where the request wants them.
    static func completion(_ text: String, to request: WireRequest) -> WireAnswer {
        let isStream = request.json?["stream"]?.bool == true
        let message: JSONValue = ["role": "assistant", "content": .string(text)]
        let choice: JSONValue =
            isStream
            ? ["index": 0, "delta": message, "finish_reason": "stop"]
            : ["index": 0, "message": message, "finish_reason": "stop"]
        let value: JSONValue = [
            "id": "c-1", "object": .string(isStream ? "chat.completion.chunk" : "chat.completion"), "created": 1,
            "model": "m", "choices": [choice],
        ]
        let json = JSONWriter(.compact).text(value)
        guard isStream else { return WireAnswer(body: json) }
        return WireAnswer(contentType: "text/event-stream", body: "data: \(json)\n\ndata: [DONE]\n\n")
    }
}

/// A service on 127.0.0.1 that keeps what it is asked and answers as it is told.
final class LocalService: Sendable {
    let port: Int
    /// All requests so far, in order.
    var requests: [WireRequest] { log.requests }
    /// `127.0.0.1:PORT`.
    var address: String { "127.0.0.1:\(port)" }

    private let channel: any Channel
    private let log: Logbook

    fileprivate final class Logbook: Sendable {
        private let all = Mutex<[WireRequest]>([])

        var requests: [WireRequest] { all.withLock { $0 } }
        func add(_ request: WireRequest) { all.withLock { $0.append(request) } }
    }

    /// A PEM file with key and certificate of `localhost`, signed by itself; nothing outside the tests trusts it.
    static let certificate = packageRoot.appendingPathComponent("Tests/PatchbayTests/Fixtures/localhost.pem").path

    /// The server's side of TLS with that certificate.
    static func tls() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: certificate, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        )
    }

    init(tls: NIOSSLContext? = nil, answer: @escaping @Sendable (WireRequest) -> WireAnswer) async throws {
        let log = Logbook()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: Logbook
        private let answer: @Sendable (WireRequest) -> WireAnswer
        private var received: [UInt8] = []

        init(log: Logbook, answer: @escaping @Sendable (WireRequest) -> WireAnswer) {
            self.log = log
            self.answer = answer
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Array(buffer: unwrapInboundIn(data))
            guard let request = WireRequest(received) else { return }
            received = []
            log.add(request)
            let answer = answer(request)
            if answer.isHeld { return }
            let body = answer.bytes ?? Array(answer.body.utf8)
            let text =
                "HTTP/1.1 \(answer.status) Status\r\ncontent-type: \(answer.contentType)\r\n"
                + "content-length: \(body.count + answer.missing)\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: Array(text.utf8) + body)), promise: nil)
        }
    }
}

/// Talks to a port of this machine without any rules.
enum Wire {
    /// Sends bytes and takes all that comes back, until the other side closes.
    static func exchange(_ text: String, with port: Int) async throws -> String {
        let received = Received()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector { received.add($0) })
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        try await channel.writeAndFlush(ByteBuffer(string: text))
        try await channel.closeFuture.get()
        return received.text
    }

    private final class Received: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
        func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let take: @Sendable ([UInt8]) -> Void

        init(_ take: @escaping @Sendable ([UInt8]) -> Void) { self.take = take }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { take(Array(buffer: unwrapInboundIn(data))) }

        // A reset is an end, too.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
