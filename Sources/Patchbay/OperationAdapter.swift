package import PatchbayConnector
import PatchbayDialog
package import PatchbayModel

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
        let answer = redacted(try await client.call(call, onEvent: onEvent))
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
