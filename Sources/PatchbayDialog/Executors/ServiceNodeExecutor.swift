import PatchbayLanguage
import PatchbayModel

/// Makes the call of a service node: pre-processor, call, result, post-processor.
enum ServiceNodeExecutor {
    static func perform(
        _ service: CompiledService,
        _ node: CompiledNode,
        _ run: inout TurnRun,
        _ engine: DialogEngine,
        _ output: inout TurnOutput
    ) async throws -> NodeOutcome {
        if let before = service.before {
            if case .failure(let failure) = await ScriptNodeExecutor.run(before, node, &run, engine) {
                return .failed(failure)
            }
        }
        guard let scope = run.scope else { return .done }
        let target = target(service.call, in: scope)
        let call = OperationCall(
            node: node.place,
            target: target,
            profile: service.profile,
            timeout: service.timeout,
            key: run.callKey()
        )
        switch try await engine.call(call, node: node, &run, &output) {
        case .failure(let failure): return .failed(failure)
        case .success(let answer):
            let response: JSONObject = [
                "statusCode": .number(JSONNumber(answer.statusCode)), "headers": .object(answer.headers),
                "body": answer.body,
            ]
            run.context[node.id] = .object(["response": .object(response), "values": .object(answer.values)])
            guard let after = service.after else { return .done }
            let globals: JSONObject = ["request": request(of: target), "response": .object(response)]
            if case .failure(let failure) = await ScriptNodeExecutor.run(after, node, &run, engine, globals: globals) {
                return .failed(failure)
            }
            return .done
        }
    }

    private static func target(_ call: CompiledService.Call, in scope: TurnScope) -> OperationCall.Target {
        func object(_ template: ValueTemplate?) -> JSONObject { template?.resolve(in: scope)?.object ?? JSONObject() }
        switch call {
        case .operation(let plugin, let operation, let input):
            return .operation(plugin, operation, input: object(input))
        case .request(let method, let url, let path, let query, let headers, let body):
            let resolved: CustomRequest.Body? =
                switch body {
                case .json(let template): .json(template?.resolve(in: scope) ?? .null)
                case .form(let template): .form(object(template))
                case .text(let template): .text(template?.text(in: scope) ?? "")
                case .xml(let template): .xml(template?.resolve(in: scope) ?? .null)
                case nil: nil
                }
            return .request(
                ResolvedRequest(
                    method: method,
                    url: url?.text(in: scope) ?? "",
                    path: object(path),
                    query: object(query),
                    headers: object(headers),
                    body: resolved
                )
            )
        }
    }

    /// What a post-processor sees of the request: no credential is in it, the connector adds that.
    private static func request(of target: OperationCall.Target) -> JSONValue {
        switch target {
        case .operation(let plugin, let operation, let input):
            return ["operation": .string("\(plugin)/\(operation)"), "input": .object(input)]
        case .request(let request):
            var object: JSONObject = [
                "method": .string(request.method), "url": .string(request.url), "path": .object(request.path),
                "query": .object(request.query), "headers": .object(request.headers),
            ]
            switch request.body {
            case .json(let body), .xml(let body): object["body"] = body
            case .form(let body): object["body"] = .object(body)
            case .text(let body): object["body"] = .string(body)
            case nil: break
            }
            return .object(object)
        case .model: return .null
        }
    }
}
