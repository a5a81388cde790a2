import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PatchbayModel
import Synchronization

/// Takes an answer from the client as it arrives and hands it on when it is asked for.
///
/// The client's deadline covers the whole answer only for a delegate; its own sequence of chunks has none. At most
/// ``maxWaitingBytes`` wait for the reader, then the sender is slowed.
final class ResponseStream: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State {
        var head: HTTPResponseHead?
        var headReader: CheckedContinuation<HTTPResponseHead, any Error>?
        var waiting = ByteBuffer()
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
        /// Succeeds when the reader has taken what waits.
        var space: EventLoopPromise<Void>?
        var receivedBytes = 0
        var end: Result<Void, any Error>?
        var task: HTTPClient.Task<Void>?
    }

    private static let maxWaitingBytes = 128 << 10

    private let state = Mutex(State())
    private let maxBytes: Int
    private let host: String
    private let isHead: Bool
    private let ended: @Sendable () -> Void

    /// A stream that is not yet attached to its task.
    ///
    /// - Parameters:
    ///   - maxBytes: The longest body, after decompression.
    ///   - host: For messages.
    ///   - isHead: Whether the request was HEAD, whose answer has no body.
    ///   - ended: Called once, when nothing more will be taken from the client.
    init(maxBytes: Int, host: String, isHead: Bool, ended: @escaping @Sendable () -> Void) {
        self.maxBytes = maxBytes
        self.host = host
        self.isHead = isHead
        self.ended = ended
    }

    // MARK: - The reader's side

    /// Sends the request and waits for the head.
    func head(of request: HTTPClient.Request, through lease: ClientPool.Lease, until deadline: NIODeadline) async throws
        -> HTTPResponseHead
    {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.end == nil { state.headReader = continuation }
                    return state.end != nil
                }
                guard !isOver else { return continuation.resume(throwing: CancellationError()) }
                // On the client's own loop nothing of it has to wake another thread.
                lease.eventLoop.execute { [self] in start(request, with: lease.client, until: deadline) }
            }
        } onCancel: {
            abandon()
        }
    }

    private func start(_ request: HTTPClient.Request, with client: HTTPClient, until deadline: NIODeadline) {
        guard state.withLock({ $0.end == nil }) else { return }
        let task = client.execute(request: request, delegate: self, deadline: deadline)
        let isOver = state.withLock { state in
            if state.end == nil { state.task = task }
            return state.end != nil
        }
        if isOver { task.fail(reason: CancellationError()) }
        // A client that was shut down meanwhile tells its task alone.
        task.futureResult.whenFailure { [self] in finish(.failure($0)) }
    }

    /// All bytes that have arrived since the last time, waiting for some; nil at the end.
    func next() async throws -> ByteBuffer? {
        if let ready = take() { return try ready.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let ready = take(orWait: continuation) { continuation.resume(with: ready) }
            }
        } onCancel: {
            abandon()
        }
    }

    private func take(
        orWait continuation: CheckedContinuation<ByteBuffer?, any Error>? = nil
    ) -> Result<ByteBuffer?, any Error>? {
        let (result, space): (Result<ByteBuffer?, any Error>?, EventLoopPromise<Void>?) = state.withLock { state in
            if case .failure(let error) = state.end { return (.failure(error), nil) }
            if state.waiting.readableBytes > 0 {
                let bytes = state.waiting
                state.waiting = ByteBuffer()
                defer { state.space = nil }
                return (.success(bytes), state.space)
            }
            if state.end != nil { return (.success(nil), nil) }
            state.reader = continuation
            return (nil, nil)
        }
        space?.succeed()
        return result
    }

    /// Ends the call when nobody wants the rest.
    func abandon() {
        let task = state.withLock { $0.end == nil ? $0.task : nil }
        finish(.failure(CancellationError()))
        task?.fail(reason: CancellationError())
    }

    // MARK: - The client's side

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        if let failure = check(head) {
            finish(.failure(failure))
            return task.eventLoop.makeFailedFuture(failure)
        }
        state.withLock { $0.head = head }
        // After what else has arrived: the reader wakes once and finds a short answer complete.
        task.eventLoop.execute { [self] in
            let reader = state.withLock { state in
                defer { state.headReader = nil }
                return state.headReader
            }
            reader?.resume(returning: head)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    private func check(_ head: HTTPResponseHead) -> Failure? {
        let bytes = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        guard bytes <= 16 << 10, head.headers.count <= 100 else {
            return Failure(.tooLarge, "the header of the answer from \(host) is longer than 16 KiB or 100 fields")
        }
        if !isHead, let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > maxBytes {
            return tooLarge
        }
        let coding = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
        guard coding.isEmpty || coding == ["gzip"] || coding == ["deflate"] || coding == ["identity"] else {
            return Failure(.malformed, "the answer from \(host) has a content encoding that was not asked for")
        }
        return nil
    }

    private var tooLarge: Failure {
        Failure(.tooLarge, "the answer from \(host) is longer than \(maxBytes) bytes; ask for less or raise the limit")
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        guard buffer.readableBytes > 0 else { return task.eventLoop.makeSucceededVoidFuture() }
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
        var space: EventLoopFuture<Void>?
        let fits = state.withLock { state in
            state.receivedBytes += buffer.readableBytes
            guard state.receivedBytes <= maxBytes else { return false }
            if let waiter = state.reader {
                reader = waiter
                state.reader = nil
            } else if state.end == nil {
                if state.waiting.readableBytes == 0 {
                    state.waiting = buffer
                } else {
                    state.waiting.writeImmutableBuffer(buffer)
                }
                if state.waiting.readableBytes >= Self.maxWaitingBytes {
                    let promise = task.eventLoop.makePromise(of: Void.self)
                    state.space = promise
                    space = promise.futureResult
                }
            }
            return true
        }
        guard fits else {
            finish(.failure(tooLarge))
            return task.eventLoop.makeFailedFuture(tooLarge)
        }
        reader?.resume(returning: buffer)
        return space ?? task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        // Without a body the answer is complete with its head (RFC 9112 §6.3), though the decompressor misses the announced one.
        let isComplete = state.withLock { state in
            state.head.map { isHead || $0.status == .noContent || $0.status == .notModified } ?? false
        }
        finish(isComplete ? .success(()) : .failure(error))
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) { finish(.success(())) }

    private func finish(_ result: Result<Void, any Error>) {
        var left: State?
        state.withLock { state in
            guard state.end == nil else { return }
            state.end = result
            left = state
            // Who is about to get the head hears of the end when it asks for the body.
            if state.head == nil { state.headReader = nil } else { left?.headReader = nil }
            state.reader = nil
            state.space = nil
            state.task = nil
        }
        guard let left else { return }
        left.space?.succeed()
        switch result {
        case .success: left.reader?.resume(returning: nil)
        case .failure(let error):
            left.headReader?.resume(throwing: error)
            left.reader?.resume(throwing: error)
        }
        ended()
    }
}
