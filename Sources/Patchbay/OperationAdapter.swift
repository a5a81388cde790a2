import PatchbayConnector
import PatchbayDialog
import PatchbayModel

/// Lets the dialog engine's nodes call services through the connector.
struct OperationAdapter: OperationCaller {
    private let client: ServiceClient

    init(_ client: ServiceClient) {
        self.client = client
    }

    func mayHaveEffect(_ call: OperationCall) -> Bool { client.mayHaveEffect(Self.serviceCall(call)) }

    func call(
        _ call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws -> OperationAnswer {
        let answer = try await client.call(Self.serviceCall(call)) { event in
            switch event {
            case .head(let statusCode): await onEvent(.head(statusCode: statusCode))
            case .part(let text): await onEvent(.part(text))
            }
        }
        let result = OperationAnswer(
            statusCode: answer.statusCode,
            headers: answer.headers,
            body: answer.body,
            values: answer.values,
            text: answer.text,
            usage: answer.usage,
            attempts: answer.attempts,
            source: answer.source
        )
        await onEvent(.value(result))
        return result
    }

    private static func serviceCall(_ call: OperationCall) -> ServiceCall {
        ServiceCall(
            node: call.node,
            target: target(call.target),
            profile: call.profile,
            timeout: call.timeout,
            key: call.key
        )
    }

    private static func target(_ target: OperationCall.Target) -> ServiceCall.Target {
        switch target {
        case .operation(let plugin, let operation, let input): return .operation(plugin, operation, input: input)
        case .request(let request):
            return .request(
                FreeRequest(
                    method: request.method,
                    url: request.url,
                    path: request.path,
                    query: request.query,
                    headers: request.headers,
                    body: request.body
                )
            )
        case .model(let plugin, let operation, let request):
            return .model(
                plugin,
                operation,
                ModelCall(
                    model: request.model,
                    system: request.system,
                    messages: request.messages.map { message in
                        .init(role: message.role == .assistant ? .assistant : .user, text: message.text)
                    },
                    schema: request.schema,
                    options: request.options,
                    streams: request.streams
                )
            )
        }
    }
}
