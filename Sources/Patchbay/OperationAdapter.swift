package import PatchbayConnector
import PatchbayDialog
package import PatchbayModel
import Synchronization

/// Lets the dialog engine's nodes call services through the connector.
package struct OperationAdapter: OperationCaller {
    private let client: ServiceClient
    private let redactor: Redactor?

    /// An adapter over a client.
    ///
    /// The redactor takes known secrets out of answers before a dialog, and so a transcript, sees them: a service may
    /// repeat the credential that it was sent.
    package init(_ client: ServiceClient, redactor: Redactor? = nil) {
        self.client = client
        self.redactor = redactor
    }

    package func mayHaveEffect(_ call: OperationCall) -> Bool { client.mayHaveEffect(call) }

    package func usesModel(_ call: OperationCall) -> Bool { client.usesModel(call) }

    package func call(
        _ call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws -> OperationAnswer {
        let parts = PartRedactor(redactor)
        let result = await Result(catching: {
            try await client.call(call) { event in
                guard case .part(let text) = event else { return await onEvent(event) }
                if let shown = parts.take(text) { await onEvent(.part(shown)) }
            }
        })
        if let rest = parts.rest() { await onEvent(.part(rest)) }
        let answer = redacted(try result.get())
        await onEvent(.value(answer))
        return answer
    }

    private func redacted(_ answer: OperationAnswer) -> OperationAnswer {
        guard let redactor else { return answer }
        return OperationAnswer(
            statusCode: answer.statusCode,
            headers: redactor.redact(.object(answer.headers)).object ?? [:],
            body: redactor.redact(answer.body),
            values: redactor.redact(.object(answer.values)).object ?? [:],
            text: answer.text.map(redactor.redact),
            usage: answer.usage,
            attempts: answer.attempts,
            source: answer.source
        )
    }
}

/// Takes secrets out of a text that arrives in parts, also where they lie across several.
private final class PartRedactor: Sendable {
    private let redactor: Redactor?
    /// The end of what arrived, which may be the beginning of a secret.
    private let held = Mutex("")

    init(_ redactor: Redactor?) {
        self.redactor = redactor
    }

    /// What a part lets be shown; nil when that is nothing.
    func take(_ part: String) -> String? {
        guard let redactor else { return part }
        return held.withLock { held in
            let waiting = Array((held + part).utf8)
            let settled = redactor.settledBytes(of: waiting)
            held = String(decoding: waiting[settled...], as: UTF8.self)
            return settled == 0 ? nil : redactor.redact(String(decoding: waiting[..<settled], as: UTF8.self))
        }
    }

    /// What is left when no more parts come; nil when that is nothing.
    func rest() -> String? {
        held.withLock { held in
            defer { held = "" }
            return held.isEmpty ? nil : redactor?.redact(held)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
