import Foundation
import PatchbayModel

/// Sends a request, once or several times, and reads the answer: everything of a call that comes after its request is
/// made.
struct Caller: Sendable {
    /// A call that is ready to leave.
    struct Order {
        let request: HTTPRequest
        let operation: ServiceOperation?
        /// Nil for a request that belongs to no plugin.
        let plugin: Plugin?
        let grant: Grant
        let tries: TryPolicy
        /// Whether sending it twice does no harm.
        let isSafe: Bool
        let timeout: Duration
        let model: ModelPurpose?
    }

    /// A failed try.
    struct Refusal: Error {
        var failure: Failure
        var retries: Bool?
        var wait: Duration?
        /// What was answered, when anything was.
        var reply: Reply?
        /// Whether a part of the answer was handed out already.
        var isStarted = false

        init(_ failure: Failure, isStarted: Bool = false) {
            self.failure = failure
            self.isStarted = isStarted
        }

        init(_ verdict: ErrorReader.Verdict) {
            failure = verdict.failure
            retries = verdict.retries
            wait = verdict.wait
            reply = verdict.reply
        }
    }

    /// An answer of any status, with the failure that it means.
    struct Reply {
        let status: Int
        let headers: HTTPHeaders
        let body: JSONValue
        let failure: Failure?
    }

    let real: any HTTPTransport
    let sandbox: any HTTPTransport
    let clock: any HubClock
    let random: any RandomSource
    let redactor: Redactor
    private let schemas = OperationSchemas()

    init(
        real: any HTTPTransport,
        sandbox: any HTTPTransport,
        clock: any HubClock,
        random: any RandomSource,
        redactor: Redactor
    ) {
        self.real = real
        self.sandbox = sandbox
        self.clock = clock
        self.random = random
        self.redactor = redactor
    }

    /// Whether a method changes nothing (RFC 9110 §9.2.1).
    static func isSafe(_ method: String) -> Bool { method == "GET" || method == "HEAD" }

    /// Makes the call.
    func answer(
        to order: Order,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Failure) -> OperationAnswer {
        do throws(Refusal) {
            return try await run(order, onEvent: onEvent)
        } catch {
            throw error.failure
        }
    }

    /// Makes a call whose refusals are as welcome as its answers.
    ///
    /// - Throws: ``Failure`` when there was no answer.
    func reply(to order: Order) async throws(Failure) -> Reply {
        do throws(Refusal) {
            let answer = try await run(order) { _ in }
            let headers = HTTPHeaders(answer.headers.members.map { .init($0.key, $0.value.string ?? "") })
            return Reply(status: answer.statusCode, headers: headers, body: answer.body, failure: nil)
        } catch {
            guard let reply = error.reply else { throw error.failure }
            return Reply(status: reply.status, headers: reply.headers, body: reply.body, failure: error.failure)
        }
    }

    private func run(
        _ order: Order,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Refusal) -> OperationAnswer {
        let deadline = Deadline(order.timeout, clock: clock)
        let backoff = Backoff(rule: order.tries, random: random)
        var tries = 0
        while true {
            tries += 1
            do throws(Refusal) {
                var answer = try await tryOnce(order, deadline: deadline, onEvent: onEvent)
                answer.attempts = tries
                return answer
            } catch {
                var refusal = error
                let kind = refusal.failure.kind
                refusal.failure = refusal.failure.after(attempts: kind == .blocked ? tries - 1 : tries)
                guard order.isSafe, tries < order.tries.attempts, !refusal.isStarted,
                    Self.isWorthAnotherTry(kind, refusal.retries)
                else { throw refusal }
                let wait = backoff.wait(after: tries, asked: refusal.wait)
                guard wait < deadline.remaining else {
                    refusal.failure = Self.givesUp(refusal.failure, asked: refusal.wait, limit: order.timeout)
                    throw refusal
                }
                do {
                    try await clock.sleep(for: wait)
                } catch {
                    throw Refusal(Failure(orCancelled: error).after(attempts: tries))
                }
            }
        }
    }

    private static func isWorthAnotherTry(_ kind: FailureKind, _ ruled: Bool?) -> Bool {
        switch kind {
        case .quota, .blocked, .timedOut, .interrupted: false
        case .rateLimited, .server, .unreachable, .cutOff: ruled ?? true
        default: ruled ?? false
        }
    }

    private static func givesUp(_ failure: Failure, asked: Duration?, limit: Duration) -> Failure {
        guard let asked else { return failure }
        let words =
            "; it asks to wait \(DurationText.text(asked)), longer than the \(DurationText.text(limit)) that this call may take"
        return Failure(failure.kind, status: failure.status, failure.message + words, attempts: failure.attempts)
    }

    // MARK: - One try

    private func tryOnce(
        _ order: Order,
        deadline: Deadline,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Refusal) -> OperationAnswer {
        let (response, request) = try await send(order, deadline: deadline)
        let errors = ErrorReader(
            operation: order.operation,
            manifest: order.plugin?.manifest,
            grant: order.grant,
            redactor: redactor,
            url: request.url
        )
        let reader = AnswerReader(
            operation: order.operation,
            plugin: order.plugin,
            schemas: schemas,
            errors: errors,
            maxBytes: request.maxAnswerBytes
        )
        let isGood = (200..<300).contains(response.status)
        if isGood { await onEvent(.head(statusCode: response.status)) }
        if isGood, let model = order.model, model.call.streams, let operation = order.operation,
            response.headers["content-type"]?.lowercased().hasPrefix("text/event-stream") == true
        {
            return try await stream(
                response,
                model,
                operation,
                reader,
                request,
                limit: deadline.limit,
                onEvent: onEvent
            )
        }
        let bytes = try await collect(response.body, request: request, limit: deadline.limit)
        let result = reader.read(
            status: response.status,
            headers: response.headers,
            bytes: bytes,
            method: request.method,
            now: clock.now()
        )
        switch result {
        case .failure(let refusal): throw Refusal(refusal.verdict)
        case .success(var answer):
            if order.model == nil { answer.usage = usage(of: answer.body, order) }
            return try complete(answer, order.model, order.operation, errors)
        }
    }

    private func send(_ order: Order, deadline: Deadline) async throws(Refusal) -> (HTTPResponse, HTTPRequest) {
        var request = order.request
        request.timeout = deadline.remaining
        guard request.timeout > .zero else { throw Refusal(Self.timedOut(request, limit: deadline.limit)) }
        do {
            let transport = order.grant.provider == .sandbox ? sandbox : real
            return (try await transport.send(request), request)
        } catch {
            throw Refusal(Self.failure(error, request: request, limit: deadline.limit))
        }
    }

    private func collect(_ body: HTTPBody, request: HTTPRequest, limit: Duration) async throws(Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                guard bytes.count + chunk.count <= request.maxAnswerBytes else { throw Self.tooLarge(request) }
                bytes += chunk
            }
        } catch {
            throw Refusal(Self.failure(error, request: request, limit: limit))
        }
        return bytes
    }

    /// What a model used whose operation a service node calls directly.
    private func usage(of body: JSONValue, _ order: Order) -> JSONObject? {
        guard let mapping = order.operation?.model, let plugin = order.plugin else { return nil }
        let price = body["model"]?.string.flatMap { plugin.manifest.model(named: $0) }?.price
        return TokenUsage(body, pointers: mapping.pointers["usage"])?.json(price: price)
    }

    /// Adds a model's text and usage; to the values of a service node the text of a response, which no pointer finds.
    func complete(
        _ answer: OperationAnswer,
        _ model: ModelPurpose?,
        _ operation: ServiceOperation?,
        _ errors: ErrorReader
    ) throws(Refusal) -> OperationAnswer {
        guard let operation else { return answer }
        var answer = answer
        guard let model else {
            guard operation.model?.form == .responses else { return answer }
            do throws(Failure) {
                let text = try ModelAnswer.text(ofResponse: answer.body)
                if let text, answer.values["text"] == nil { answer.values["text"] = .string(text) }
            } catch {
                throw Refusal(Failure(error.kind, status: answer.statusCode, errors.redact(error.message)))
            }
            return answer
        }
        do throws(Failure) {
            let read = try ModelAnswer(
                answer.body,
                operation: operation,
                manifest: model.manifest,
                call: model.call,
                model: model.name
            )
            answer.text = read.text
            answer.usage = read.usage
        } catch {
            throw Refusal(Failure(error.kind, status: answer.statusCode, errors.redact(error.message)))
        }
        return answer
    }

    // MARK: - Failures

    static func failure(_ error: any Error, request: HTTPRequest, limit: Duration) -> Failure {
        let failure = Failure(orCancelled: error)
        return failure.kind == .timedOut ? timedOut(request, limit: limit) : failure
    }

    private static func timedOut(_ request: HTTPRequest, limit: Duration) -> Failure {
        Failure(
            .timedOut,
            "no answer from \(ServiceURL.host(of: request.url)) within \(DurationText.text(limit)); raise the 'timeout' or check the service"
        )
    }

    static func tooLarge(_ request: HTTPRequest) -> Failure {
        Failure(
            .tooLarge,
            "the answer is larger than \(request.maxAnswerBytes) bytes; ask for less or raise the operation's 'maxSize'"
        )
    }
}
