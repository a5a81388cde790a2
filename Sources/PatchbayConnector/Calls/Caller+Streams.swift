import PatchbayModel

extension Caller {
    /// Reads a streamed answer of a model, handing out its text as it arrives.
    func stream(
        _ response: HTTPResponse,
        _ model: ModelPurpose,
        _ operation: ServiceOperation,
        _ reader: AnswerReader,
        _ request: HTTPRequest,
        limit: Duration,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Refusal) -> OperationAnswer {
        var parser = ServerSentEventParser()
        var stream = ModelStream(operation)
        var isStarted = false
        var count = 0
        do {
            for try await chunk in response.body {
                count += chunk.count
                guard count <= request.maxAnswerBytes else { throw Self.tooLarge(request) }
                for event in try parser.events(in: chunk) {
                    guard let part = try stream.take(event), !part.isEmpty else { continue }
                    isStarted = true
                    await onEvent(.part(part))
                }
            }
            // Some servers leave out the blank line after the last event; a half event is no event, and its loss is
            // meant.
            if let last = try? parser.finish() { _ = try? stream.take(last) }
        } catch {
            throw Refusal(Self.failure(error, request: request, limit: limit), isStarted: isStarted)
        }
        guard stream.isComplete else {
            let words = "the stream from \(reader.errors.host) was cut off; what had arrived is not the whole answer"
            throw Refusal(Failure(.cutOff, status: response.status, words), isStarted: isStarted)
        }
        if let said = Self.error(in: stream.body, of: operation) {
            let verdict = reader.errors.verdict(
                status: response.status,
                headers: response.headers,
                body: stream.body,
                now: clock.now()
            )
            let words = said.isEmpty ? "" : ": " + reader.errors.redact(ErrorReader.clean(reader.errors.redact(said)))
            let failure = Failure(
                .server,
                status: response.status,
                "\(reader.errors.host) stopped the stream\(words)"
            )
            var refusal = verdict.map { Refusal($0) } ?? Refusal(failure)
            refusal.isStarted = isStarted
            throw refusal
        }
        let body = JSONWriter().bytes(stream.body)
        let result = reader.read(
            status: response.status,
            headers: response.headers,
            bytes: body,
            method: request.method,
            now: clock.now()
        )
        do throws(Refusal) {
            switch result {
            case .failure(let refusal): throw Refusal(refusal.verdict)
            case .success(let answer):
                return try complete(answer, model, operation, reader.errors)
            }
        } catch {
            var refusal = error
            refusal.isStarted = isStarted
            throw refusal
        }
    }

    /// What an event says that stopped the stream; nil when none did.
    ///
    /// Responses say in themselves that they failed.
    private static func error(in body: JSONValue, of operation: ServiceOperation) -> String? {
        guard operation.model?.form != .responses, let error = body["error"], !error.isNull else { return nil }
        return error["message"]?.string ?? error.string ?? ""
    }
}
