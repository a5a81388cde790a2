package import PatchbayModel

/// Makes requests: an operation with its inputs, or a request of an author's own.
package struct RequestBuilder: Sendable {
    private let schemas: OperationSchemas
    private let agent: String
    private let redactor: Redactor?

    /// - Parameters:
    ///   - version: Patchbay's own version, for the `User-Agent` header.
    ///   - redactor: Learns the values of secret inputs before they leave.
    package init(version: String, redactor: Redactor? = nil) {
        self.redactor = redactor
        schemas = OperationSchemas()
        agent = "patchbay/" + version
    }

    /// The request of an operation.
    ///
    /// - Parameters:
    ///   - operation: What is called.
    ///   - plugin: Whose operation it is.
    ///   - inputs: Values by input key, checked against the inputs' JSON Schemas; an absent one takes its default.
    ///   - grant: The base URL, the credential and the connection values.
    ///   - key: The call's name, sent where the operation has an idempotency header; empty for none.
    /// - Returns: The request, fully encoded, with the usual time limit.
    /// - Throws: ``Failure`` of kind `invalid` that names the input, or `unbound` when the credential lacks a field.
    package func request(
        _ operation: ServiceOperation,
        of plugin: Plugin,
        inputs: JSONObject,
        grant: Grant,
        key: String = ""
    ) throws(Failure) -> HTTPRequest {
        if operation.startsJob {
            throw Failure(.invalid, "operation '\(operation.id)' starts a job, and jobs are not supported yet")
        }
        let given = try complete(inputs, for: operation, connection: grant.connection)
        for (input, value) in given where input.isSecret { hide(value, as: "\(plugin.id)/\(input.key)") }
        try schemas.check(given, operation: operation, plugin: plugin)
        var draft = RequestDraft(method: operation.method, template: grant.baseURL + operation.path)
        for member in operation.query.members { draft.query[member.key] = resolve(member.value, grant.connection) }
        for member in operation.headers.members {
            guard let value = resolve(member.value, grant.connection) else { continue }
            try draft.setHeader(member.key, try ScalarText.required(value, named: "header '\(member.key)'"))
        }
        startBody(of: operation, given, &draft)
        for (input, value) in given { try lay(value, input, &draft) }
        addUsualHeaders(&draft, accept: operation.response.decoder)
        if let header = operation.retry.idempotencyHeader, !key.isEmpty, draft.headers[header] == nil {
            try draft.setHeader(header, key)
        }
        try Authorizer(grant: grant).authorize(&draft)
        var request = try draft.request(reach: grant.reach, operation: "\(plugin.id)/\(operation.id)")
        if let most = operation.response.maxBytes { request.maxAnswerBytes = most }
        if let shared = grant.sharedBaseURL { request.sharedURL = try draft.url(from: shared + operation.path) }
        return request
    }

    /// A request of an author's own.
    ///
    /// - Throws: ``Failure`` of kind `invalid` that names the part.
    package func request(_ free: ResolvedRequest, grant: Grant) throws(Failure) -> HTTPRequest {
        var draft = RequestDraft(method: free.method, template: free.url)
        for member in free.path.members {
            draft.parts[member.key] = try ScalarText.required(member.value, named: "path part '\(member.key)'")
        }
        draft.query = free.query
        for member in free.headers.members {
            try draft.setHeader(member.key, try ScalarText.required(member.value, named: "header '\(member.key)'"))
        }
        switch free.body {
        case .json(let value): draft.body = .value(value, .json, root: nil)
        case .form(let object): draft.body = .value(.object(object), .form, root: nil)
        case .text(let text): draft.body = .text(text)
        case .xml(let value):
            guard let object = value.object, object.count == 1, let root = object.members.first else {
                throw Failure(.invalid, "an XML body needs one outermost element: an object with exactly one key")
            }
            draft.body = .value(root.value, .xml, root: root.key)
        case nil: break
        }
        addUsualHeaders(&draft, accept: nil)
        try Authorizer(grant: grant).authorize(&draft)
        return try draft.request(reach: grant.reach, operation: "custom")
    }

    /// Makes every text and number in a secret input's value known as a secret.
    private func hide(_ value: JSONValue, as name: String) {
        switch value {
        case .array(let elements): for element in elements { hide(element, as: name) }
        case .object(let object): for member in object.members { hide(member.value, as: name) }
        case .string, .number:
            if let text = ScalarText.text(value) { redactor?.register(Secret(text), as: name) }
        case .null, .bool: break
        }
    }

    private func addUsualHeaders(_ draft: inout RequestDraft, accept decoder: ResponseRule.Decoder?) {
        if draft.headers["User-Agent"] == nil { draft.headers.append("User-Agent", agent) }
        guard draft.headers["Accept"] == nil else { return }
        switch decoder {
        case .json: draft.headers.append("Accept", "application/json")
        case .sse: draft.headers.append("Accept", "text/event-stream")
        default: draft.headers.append("Accept", "*/*")
        }
    }

    /// All inputs that have a value, in the manifest's order.
    private func complete(
        _ inputs: JSONObject,
        for operation: ServiceOperation,
        connection: [String: String]
    ) throws(Failure) -> [(OperationInput, JSONValue)] {
        for key in inputs.keys where !operation.inputs.contains(where: { $0.key == key }) {
            let remedy = NearName.remedy(for: key, among: operation.inputs.map(\.key)) ?? "the operation takes none"
            throw Failure(.invalid, "operation '\(operation.id)' has no input '\(key)'; \(remedy)")
        }
        var result: [(OperationInput, JSONValue)] = []
        for input in operation.inputs {
            if let value = inputs[input.key] ?? input.defaultValue.flatMap({ resolve($0, connection) }) {
                result.append((input, value))
            } else if input.isRequired || (input.place == .path && operation.path.contains("{\(input.wireName)}")) {
                let source = input.defaultValue?["connection"]?.string
                let remedy = source.map { ", or set '\($0)' in the authorization profile" } ?? ""
                throw Failure(
                    .invalid,
                    "input '\(input.key)' is missing; operation '\(operation.id)' needs it\(remedy)"
                )
            }
        }
        return result
    }

    /// A literal, a connection value, or a list of both that makes one text; nil when a connection value is missing or
    /// empty.
    private func resolve(_ value: JSONValue, _ connection: [String: String]) -> JSONValue? {
        if let key = reference(value) {
            guard let found = connection[key], !found.isEmpty else { return nil }
            return .string(found)
        }
        guard let parts = value.array, parts.contains(where: { reference($0) != nil }) else { return value }
        return .string(
            parts.map { part in reference(part).map { connection[$0] ?? "" } ?? ScalarText.text(part) ?? "" }.joined()
        )
    }

    private func reference(_ value: JSONValue) -> String? {
        guard let object = value.object, object.count == 1 else { return nil }
        return object["connection"]?.string
    }

    private func startBody(
        of operation: ServiceOperation,
        _ given: [(OperationInput, JSONValue)],
        _ draft: inout RequestDraft
    ) {
        let rule = operation.body
        draft.mediaType = rule.mediaType
        let hasFields = given.contains { $0.0.place == .body || $0.0.place == .form }
        guard hasFields || rule.fixed != nil else { return }
        let isForm = rule.encoding == .json && given.contains { $0.0.place == .form }
        draft.body = .value(rule.fixed ?? [:], isForm ? .form : rule.encoding, root: rule.root)
    }

    private func lay(_ value: JSONValue, _ input: OperationInput, _ draft: inout RequestDraft) throws(Failure) {
        let name = "input '\(input.key)'"
        switch input.place {
        case .path: draft.parts[input.wireName] = try ScalarText.required(value, named: name)
        case .query:
            if value.isNull { throw Failure(.invalid, "\(name) is null, which a query cannot carry; leave it out") }
            draft.query[input.wireName] = value
            draft.arrayStyles[input.wireName] = input.arrayStyle
        case .header: try draft.setHeader(input.wireName, try ScalarText.required(value, named: name))
        case .body, .form:
            if case .value(_, .text, _) = draft.body {
                draft.body = .text(try ScalarText.required(value, named: name))
            } else {
                draft.setBody(value, at: input.pointer)
                draft.arrayStyles[input.wireName] = input.arrayStyle
            }
        case .raw: draft.body = .text(try ScalarText.required(value, named: name))
        case .multipart: throw Failure(.invalid, "\(name) is a file of a multipart body, which is not supported yet")
        }
    }
}
