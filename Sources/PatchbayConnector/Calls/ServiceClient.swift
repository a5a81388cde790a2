import Foundation
package import PatchbayModel

/// Calls services: makes the request, sends it, tries again where that is safe, reads the answer.
package final class ServiceClient: Sendable {
    private let plugins: [PluginID: Plugin]
    private let credentials: any CredentialSource
    private let builder: RequestBuilder
    private let caller: Caller
    private let limits: CallLimits

    /// - Parameters:
    ///   - plugins: Those that the workspace pins.
    ///   - credentials: Gives each call what authorizes it.
    ///   - real: What calls of real providers go through.
    ///   - sandbox: What calls of integrations bound to the sandbox go through.
    ///   - clock: Measures the time of calls and does the waiting between tries.
    ///   - random: Spreads those waits.
    ///   - redactor: Learns the secret inputs of each call and the credentials that a failing one used, and takes them out of messages.
    ///   - version: Patchbay's own version.
    ///   - limits: How much a call may take.
    package init(
        plugins: [Plugin],
        credentials: any CredentialSource,
        real: any HTTPTransport,
        sandbox: any HTTPTransport,
        clock: any HubClock = SystemHubClock(),
        random: any RandomSource = SystemRandomSource(),
        redactor: Redactor,
        version: String,
        limits: CallLimits = .standard
    ) {
        self.limits = limits
        self.plugins = Dictionary(plugins.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.credentials = credentials
        builder = RequestBuilder(version: version, redactor: redactor)
        caller = Caller(real: real, sandbox: sandbox, clock: clock, random: random, redactor: redactor)
    }

    /// Whether repeating the call could do harm: the turn is saved before such a call leaves.
    package func mayHaveEffect(_ call: OperationCall) -> Bool {
        switch call.target {
        case .request(let request): return !Caller.isSafe(request.method)
        case .operation(let plugin, let id, _): return !(plugins[plugin]?.manifest.operation(id)?.isSafe ?? false)
        case .model(let plugin, let id, _):
            guard let manifest = plugins[plugin]?.manifest else { return true }
            return !((id.flatMap { manifest.operation($0) } ?? manifest.modelOperation)?.isSafe ?? false)
        }
    }

    /// Whether the call goes to a language model: its operation has a model mapping.
    package func usesModel(_ call: OperationCall) -> Bool {
        switch call.target {
        case .request: false
        case .operation(let plugin, let id, _): plugins[plugin]?.manifest.operation(id)?.model != nil
        case .model: true
        }
    }

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - call: What to call, and for whom.
    ///   - onEvent: Gets the head of the answer that counts, and a streaming model's text as it arrives.
    /// - Returns: The answer of the try that succeeded.
    /// - Throws: ``Failure`` with the number of tries; a service's words in it are shortened and redacted.
    package func call(
        _ call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void = { _ in }
    ) async throws(Failure) -> OperationAnswer {
        switch call.target {
        case .request(let request): return try await send(request, for: call, onEvent: onEvent)
        case .operation(let id, let operation, let input):
            let (plugin, operation) = try find(operation, in: id)
            return try await send(operation, of: plugin, inputs: input, model: nil, for: call, onEvent: onEvent)
        case .model(let id, let operation, let model):
            let (plugin, operation) = try find(operation, in: id)
            guard let mapper = ModelMapper(operation, of: plugin.manifest) else {
                throw Failure(
                    .invalid,
                    "operation '\(operation.id)' of plugin '\(id)' maps to no language model; name one that does"
                )
            }
            let inputs = try mapper.inputs(for: model)
            let purpose = ModelPurpose(call: model, name: mapper.modelName(of: model), manifest: plugin.manifest)
            return try await send(operation, of: plugin, inputs: inputs, model: purpose, for: call, onEvent: onEvent)
        }
    }

    private func find(_ operation: OperationID?, in id: PluginID) throws(Failure) -> (Plugin, ServiceOperation) {
        guard let plugin = plugins[id] else {
            throw Failure(.unbound, "plugin '\(id)' is not installed here; run 'patchbay plugin install \(id)'")
        }
        guard let operation else {
            if let found = plugin.manifest.modelOperation { return (plugin, found) }
            throw Failure(.invalid, "plugin '\(id)' has no operation of a language model; name another integration")
        }
        guard let found = plugin.manifest.operation(operation) else {
            let names = plugin.manifest.operations.map(\.id.rawValue)
            let remedy = NearName.remedy(for: operation.rawValue, among: names).map { "; " + $0 } ?? ""
            throw Failure(.invalid, "plugin '\(id)' has no operation '\(operation)'\(remedy)")
        }
        return (plugin, found)
    }

    private func send(
        _ operation: ServiceOperation,
        of plugin: Plugin,
        inputs: JSONObject,
        model: ModelPurpose?,
        for call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Failure) -> OperationAnswer {
        let grant = try await failing { try await credentials.grant(for: plugin.id, profile: call.profile) }
        var request = try builder.request(operation, of: plugin, inputs: inputs, grant: grant, key: call.key)
        request.node = call.node
        let order = Caller.Order(
            request: try limits.applied(to: request),
            operation: operation,
            plugin: plugin,
            grant: grant,
            tries: TryPolicy(operation.retry, most: limits.attempts),
            isSafe: operation.isSafe || (operation.retry.idempotencyHeader != nil && !call.key.isEmpty),
            timeout: limits.time(call.timeout ?? operation.timeout, isModel: operation.model != nil),
            model: model
        )
        do throws(Failure) {
            return try await caller.answer(to: order, onEvent: onEvent)
        } catch {
            if error.kind == .authorization { await credentials.refused(plugin.id, profile: call.profile) }
            throw error
        }
    }

    private func send(
        _ request: ResolvedRequest,
        for call: OperationCall,
        onEvent: @Sendable (OperationEvent) async -> Void
    ) async throws(Failure) -> OperationAnswer {
        // Only scheme, host and port count here; the parts of the path are filled in later.
        let origin = try BaseURLs.origin(of: String(ServiceURL.start(of: request.url)))
        let grant = try await failing { try await credentials.grant(forRequestTo: origin, profile: call.profile) }
        var made = try builder.request(request, grant: grant)
        made.node = call.node
        let order = Caller.Order(
            request: try limits.applied(to: made),
            operation: nil,
            plugin: nil,
            grant: grant,
            tries: TryPolicy(nil, most: limits.attempts),
            isSafe: Caller.isSafe(request.method),
            timeout: limits.time(call.timeout, isModel: false),
            model: nil
        )
        do throws(Failure) {
            return try await caller.answer(to: order, onEvent: onEvent)
        } catch {
            if error.kind == .authorization, let profile = call.profile {
                await credentials.refused(.custom, profile: profile)
            }
            throw error
        }
    }

    private func failing<Value>(_ work: () async throws -> Value) async throws(Failure) -> Value {
        do {
            return try await work()
        } catch {
            throw Failure(orCancelled: error)
        }
    }
}

/// What a model call wants of an answer.
struct ModelPurpose {
    let call: ModelRequest
    /// The model that was asked for; nil where the service decides.
    let name: String?
    let manifest: PluginManifest
}

extension Failure {
    /// An error of a port as a failure.
    init(orCancelled error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case is CancellationError: self.init(.interrupted, "the call was cancelled before it had its answer")
        default: self.init(.unreachable, "the call failed: \(error)")
        }
    }
}
