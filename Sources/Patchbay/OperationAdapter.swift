package import PatchbayConnector
import PatchbayDialog
package import PatchbayModel

/// Lets the dialog engine's nodes call services through the connector.
package struct OperationAdapter: OperationCaller {
    private let client: ServiceClient

    /// An adapter over a client.
    package init(_ client: ServiceClient) {
        self.client = client
    }

    package func mayHaveEffect(_ call: OperationCall) -> Bool { client.mayHaveEffect(call) }

    package func call(
        _ call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws -> OperationAnswer {
        let answer = try await client.call(call, onEvent: onEvent)
        await onEvent(.value(answer))
        return answer
    }
}
