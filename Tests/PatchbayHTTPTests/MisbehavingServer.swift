import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What the server does after it has read a request.
enum Behaviour: Sendable {
    /// Sends bytes and keeps the connection.
    case answer([UInt8])
    /// Sends bytes and closes.
    case answerAndClose([UInt8])
    /// Sends bytes and resets the connection.
    case answerAndReset([UInt8])
    /// Sends the first bytes, then the others one by one every 10 ms, over and over.
    case drip([UInt8], [UInt8])
    /// Sends bytes, then a block over and over, without end.
    case flood([UInt8], [UInt8])

    static func text(_ text: String) -> Behaviour { .answer(Array(text.utf8)) }
    static func closing(_ text: String) -> Behaviour { .answerAndClose(Array(text.utf8)) }
    static func resetting(_ text: String) -> Behaviour { .answerAndReset(Array(text.utf8)) }
    static func dripping(_ head: String, _ rest: String) -> Behaviour { .drip(Array(head.utf8), Array(rest.utf8)) }
    static func flooding(_ head: String, _ block: String) -> Behaviour { .flood(Array(head.utf8), Array(block.utf8)) }

    /// A whole answer.
    static func whole(_ body: String, status: String = "200 OK", headers: String = "") -> Behaviour {
        text("HTTP/1.1 \(status)\r\ncontent-length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }
}

/// A server on 127.0.0.1 that does as it is told, right or wrong.
final class MisbehavingServer: Sendable {
    let port: Int
    /// All that arrived, a request each, in the order they came.
    var requests: [String] { log.withLock { $0.requests } }
    /// How many connections were made, and how many are still open.
    var connections: (made: Int, open: Int) { log.withLock { ($0.made, $0.open) } }

    fileprivate struct Log {
        var requests: [String] = []
        var made = 0
        var open = 0
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let channel: any Channel
    private let log: Logbook

    fileprivate final class Logbook: Sendable {
        private let log = Mutex(Log())

        func withLock<Result>(_ body: (inout sending Log) -> sending Result) -> Result { log.withLock { body(&$0) } }
    }

    /// Starts listening; `greeting` is sent before anything was asked, `behave` says what to do about a request, given its first line and
    /// how many came before.
    init(
        tls: NIOSSLContext? = nil,
        greeting: String = "",
        behave: @escaping @Sendable (_ line: String, _ index: Int) -> Behaviour
    ) async throws {
        let log = Logbook()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(log: log, greeting: greeting, behave: behave)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        port = channel.localAddress?.port ?? 0
    }

    convenience init(tls: NIOSSLContext? = nil, greeting: String = "", always behaviour: Behaviour) async throws {
        try await self.init(tls: tls, greeting: greeting) { _, _ in behaviour }
    }

    /// Returns when every connection has been closed.
    func allClosed() async {
        await withCheckedContinuation { continuation in
            let isDone = log.withLock { log in
                if log.open > 0 { log.closing.append(continuation) }
                return log.open == 0
            }
            if isDone { continuation.resume() }
        }
    }

    deinit { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: Logbook
        private let greeting: String
        private let behave: @Sendable (String, Int) -> Behaviour
        private var received = ""

        init(log: Logbook, greeting: String, behave: @escaping @Sendable (String, Int) -> Behaviour) {
            self.log = log
            self.greeting = greeting
            self.behave = behave
        }

        func channelActive(context: ChannelHandlerContext) {
            log.withLock { log in
                log.made += 1
                log.open += 1
            }
            if !greeting.isEmpty { send(Array(greeting.utf8), context: context) }
            context.fireChannelActive()
        }

        func channelInactive(context: ChannelHandlerContext) {
            let waiting = log.withLock { log in
                log.open -= 1
                guard log.open == 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { log.closing = [] }
                return log.closing
            }
            for continuation in waiting { continuation.resume() }
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard let end = received.range(of: "\r\n\r\n") else { return }
            let length = received[..<end.lowerBound].split(separator: "\r\n").lazy
                .map { $0.lowercased() }
                .first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            guard received[end.upperBound...].utf8.count >= length ?? 0 else { return }
            let request = received
            received = ""
            let index = log.withLock { log in
                log.requests.append(request)
                return log.requests.count - 1
            }
            act(behave(String(request.prefix { $0 != "\r\n" }), index), context: context)
        }

        private func act(_ behaviour: Behaviour, context: ChannelHandlerContext) {
            switch behaviour {
            case .answer(let bytes): send(bytes, context: context)
            case .answerAndClose(let bytes):
                send(bytes, context: context)
                context.close(promise: nil)
            case .answerAndReset(let bytes):
                send(bytes, context: context)
                // Closing with nothing to linger for sends RST instead of FIN.
                let sockets = context.channel as? any SocketOptionProvider
                sockets?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                    context.close(promise: nil)
                }
            case .drip(let head, let rest):
                send(head, context: context)
                drip(rest[...], of: rest, context: context)
            case .flood(let head, let block):
                send(head, context: context)
                flood(block, context: context)
            }
        }

        private func send(_ bytes: [UInt8], context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        private func drip(_ rest: ArraySlice<UInt8>, of all: [UInt8], context: ChannelHandlerContext) {
            guard context.channel.isActive, let next = rest.first else { return }
            send([next], context: context)
            let tail = rest.count > 1 ? rest.dropFirst() : all[...]
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(10)) {
                self.drip(tail, of: all, context: context)
            }
        }

        private func flood(_ block: [UInt8], context: ChannelHandlerContext) {
            guard context.channel.isActive else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: block))).assumeIsolated().whenSuccess {
                // A breath between the blocks, because the event loop also serves other tests.
                context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
                    self.flood(block, context: context)
                }
            }
        }
    }
}
