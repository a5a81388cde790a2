import PatchbayConnector
import PatchbayLanguage
import PatchbayModel
import Synchronization

/// Refuses what the real service would refuse: requests without credential, without required inputs, with inputs of
/// wrong types.
final class RequestCheck: Sendable {
    /// What is wrong with a request.
    struct Problem {
        let status: Int
        let message: String
        let code: String
    }

    private struct Key: Hashable {
        let plugin: PluginID
        let operation: OperationID
        let input: String
    }

    private let schemas = Mutex<[Key: JSONSchema?]>([:])

    /// What is wrong with the request's values; nil when nothing is.
    func problem(with request: SandboxRequest) -> Problem? {
        for input in request.operation.inputs {
            guard let value = request.parts.value(of: input) else {
                guard input.isRequired, input.defaultValue == nil else { continue }
                return Problem(
                    status: 400,
                    message: "'\(input.wireName)' is missing",
                    code: "missing_required_parameter"
                )
            }
            // Values of a path, a query or a form are text there, whatever they are meant to be.
            guard input.place == .body, request.operation.body.encoding == .json, let schema = schema(input, request)
            else { continue }
            guard let problem = schema.problems(of: value).first else { continue }
            let place = problem.pointer == .root ? "" : " at '\(problem.pointer)'"
            return Problem(
                status: 400,
                message: "'\(input.wireName)'\(place): \(problem.message)",
                code: "invalid_value"
            )
        }
        return nil
    }

    private func schema(_ input: OperationInput, _ request: SandboxRequest) -> JSONSchema? {
        let key = Key(plugin: request.plugin.id, operation: request.operation.id, input: input.key)
        if let known = schemas.withLock({ $0[key] }) { return known }
        let schema = try? PluginSchema.compile(input.schema, of: request.plugin)
        schemas.withLock { $0[key] = schema }
        return schema
    }

    /// What is wrong with the request's credential: nothing, if it carries all headers and query values of one of the
    /// plugin's types.
    func problem(withCredentialOf request: SandboxRequest) -> Problem? {
        let types = request.manifest.authorization
        let isAuthorized = types.contains { type in
            type.send.allSatisfy { rule in
                switch rule {
                case .basic: request.parts.headers["Authorization"]?.hasPrefix("Basic ") == true
                case .value(_, _, _, let omitsEmpty) where omitsEmpty: true
                case .value(.header, let name, let parts, _): Self.carries(request.parts.headers[name], parts)
                case .value(.query, let name, let parts, _): Self.carries(request.parts.query[name], parts)
                case .value: true
                }
            }
        }
        guard !isAuthorized else { return nil }
        return Problem(
            status: 401,
            message: "no credential was sent; the sandbox takes any that is not empty",
            code: "missing_credential"
        )
    }

    /// Whether a value is more than the literal before it, such as "Bearer ".
    private static func carries(_ value: String?, _ parts: [SendPart]) -> Bool {
        guard let value else { return false }
        guard case .literal(let prefix) = parts.first, parts.count > 1 else { return !value.isEmpty }
        return value.hasPrefix(prefix) && value.count > prefix.count
    }

    /// The problem as the service's own error object: laid out as the manifest's `sandbox.refusal` says, with its words
    /// where `errorMessage` looks for them.
    static func body(of problem: Problem, manifest: PluginManifest) -> JSONValue {
        var body = manifest.sandbox.refusalBody ?? [:]
        if let place = manifest.sandbox.refusalCode { body = body.setting(.string(problem.code), at: place) }
        let places = manifest.errorMessage.compactMap { place -> JSONPointer? in
            guard case .pointer(let pointer) = place else { return nil }
            return pointer
        }
        let place = places.first ?? "/error/message"
        return body.setting(.string("sandbox: " + problem.message), at: place)
    }
}
