import Foundation
package import PatchbayModel

/// How a credential did when it was tried.
package struct CheckOutcome: Sendable, Equatable {
    /// `good`, `bad`, `expired`; `unchecked` where the authorization type has no check.
    package let result: Binding.CheckResult
    /// The account's name, where the answer tells it.
    package let account: String?
    /// Why it is not good; already redacted.
    package let message: String?

    package init(result: Binding.CheckResult, account: String? = nil, message: String? = nil) {
        self.result = result
        self.account = account
        self.message = message
    }
}

/// Runs the call that tells whether a credential is good, before anything is stored.
package struct AuthorizationChecker: Sendable {
    private let builder: RequestBuilder
    private let caller: Caller

    package init(
        real: any HTTPTransport,
        sandbox: any HTTPTransport,
        clock: any HubClock = SystemHubClock(),
        random: any RandomSource = SystemRandomSource(),
        redactor: Redactor,
        version: String
    ) {
        builder = RequestBuilder(version: version, redactor: redactor)
        caller = Caller(real: real, sandbox: sandbox, clock: clock, random: random, redactor: redactor)
    }

    /// Tries a credential.
    ///
    /// - Parameters:
    ///   - check: The check to run; nil means the one of the grant's authorization type.
    ///   - plugin: The plugin whose operation is called; nil for a profile without one, whose check is a request.
    ///   - grant: The credential, opened.
    /// - Returns: What the answer means, by the check's own tests; without any, 2xx is good, 401 and 403 are bad.
    /// - Throws: ``Failure`` when the check could not be made or says nothing about the credential: `unreachable`,
    ///   `timedOut`, `server`, …
    package func check(
        _ check: AuthorizationCheck? = nil,
        plugin: Plugin?,
        grant: Grant
    ) async throws(Failure) -> CheckOutcome {
        guard let check = check ?? grant.authorization.check else { return CheckOutcome(result: .unchecked) }
        let (request, operation) = try prepare(check, plugin: plugin, grant: grant)
        let order = Caller.Order(
            request: request,
            operation: operation,
            plugin: plugin,
            grant: grant,
            tries: TryPolicy(operation?.retry),
            isSafe: operation?.isSafe ?? Caller.isSafe(request.method),
            timeout: CallLimits.standard.time(operation?.timeout, isModel: false),
            model: nil
        )
        let reply = try await caller.reply(to: order)
        func holds(_ tests: [AnswerTest]) -> Bool {
            tests.contains { $0.holds(status: reply.status, header: { reply.headers[$0] }, body: reply.body) }
        }
        let account = check.account.flatMap { reply.body[$0] }.flatMap(ScalarText.text).map(ErrorReader.clean)
        if holds(check.expired) { return CheckOutcome(result: .expired, message: reply.failure?.message) }
        if holds(check.bad) { return CheckOutcome(result: .bad, message: reply.failure?.message) }
        if holds(check.good) { return CheckOutcome(result: .good, account: account) }
        guard let failure = reply.failure else {
            if check.good.isEmpty { return CheckOutcome(result: .good, account: account) }
            throw Failure(
                .invalid,
                status: reply.status,
                "the check's answer \(reply.status) means neither good nor bad"
            )
        }
        guard failure.kind == .authorization || failure.kind == .forbidden else { throw failure }
        return CheckOutcome(result: .bad, message: failure.message)
    }

    private func prepare(
        _ check: AuthorizationCheck,
        plugin: Plugin?,
        grant: Grant
    ) throws(Failure) -> (HTTPRequest, ServiceOperation?) {
        if let id = check.operation, let plugin {
            guard let operation = plugin.manifest.operation(id) else {
                throw Failure(.invalid, "the check names operation '\(id)', which plugin '\(plugin.id)' does not have")
            }
            return (try builder.request(operation, of: plugin, inputs: check.input, grant: grant), operation)
        }
        guard let request = check.request ?? check.url.map({ ["url": .string($0)] }) else {
            throw Failure(.invalid, "the authorization type's check names no operation, no request and no URL")
        }
        let free = ResolvedRequest(
            method: request["method"]?.string ?? "GET",
            url: request["url"]?.string ?? grant.baseURL + (request["path"]?.string ?? ""),
            path: JSONObject(grant.connection.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            query: request["query"]?.object ?? JSONObject(),
            headers: request["headers"]?.object ?? JSONObject(),
            body: request["body"].map(CustomRequest.Body.json)
        )
        let made = try builder.request(free, grant: grant)
        let origin = try BaseURLs.origin(of: made.url)
        guard grant.provider == .sandbox || grant.reach.origins.contains(origin) else {
            let agreed = grant.reach.origins.sorted().joined(separator: ", ")
            throw Failure(.blocked, "the check would send the credential to \(origin), but it goes to \(agreed) only")
        }
        return (made, nil)
    }
}
