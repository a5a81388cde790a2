import PatchbayModel

/// What a model answered: its text and what it used, taken out of the service's wire form.
struct ModelAnswer {
    let text: String
    let usage: JSONObject?

    /// Reads a whole answer.
    ///
    /// - Throws: ``Failure`` of kind `refused` when the model declined, `tooLong` when a schema was asked for and the
    ///   answer stopped at its token limit, `malformed` that names the field which is missing or of a wrong type.
    init(
        _ body: JSONValue,
        operation: ServiceOperation,
        manifest: PluginManifest,
        call: ModelRequest,
        model: String?
    ) throws(Failure) {
        let mapping = operation.model
        let found: Found
        switch mapping?.form {
        case .chatCompletions: found = try Self.chatCompletions(body)
        case .responses: found = try Self.responses(body)
        case .completions: found = try Self.completions(body)
        case .custom, nil: found = try Self.custom(body, operation: operation)
        }
        if found.isCut, call.schema != nil || found.text.isEmpty {
            throw Failure(
                .tooLong,
                "the model stopped at its limit of tokens before it had finished; raise 'maxTokens'"
            )
        }
        text = found.text
        let used = body["model"]?.string ?? model
        usage = TokenUsage(body, pointers: mapping?.pointers["usage"])?.json(
            price: (model.flatMap { manifest.model(named: $0) } ?? used.flatMap { manifest.model(named: $0) })?.price
        )
    }

    /// The text of a response's message items, wherever they stand among its items (reasoning comes first); nil while
    /// there is none.
    ///
    /// - Throws: ``Failure`` as for a prompt's answer.
    static func text(ofResponse body: JSONValue) throws(Failure) -> String? {
        if let items = body["output"]?.array, !items.contains(where: { $0["type"] == "message" }) { return nil }
        return try responses(body).text
    }

    private struct Found {
        var text: String
        var isCut = false
    }

    private static func chatCompletions(_ body: JSONValue) throws(Failure) -> Found {
        let message = body["choices"]?[0]?["message"]
        let finish = body["choices"]?[0]?["finish_reason"]?.string
        try checkRefusal(message?["refusal"]?.string, finish: finish)
        // A call of tools has no text, and is none of a prompt's business.
        if message?["tool_calls"]?.array?.isEmpty == false, message?["content"]?.string == nil {
            return Found(text: "")
        }
        let text = try text(message?["content"], at: "/choices/0/message/content")
        return Found(text: text, isCut: finish == "length")
    }

    private static func completions(_ body: JSONValue) throws(Failure) -> Found {
        let finish = body["choices"]?[0]?["finish_reason"]?.string
        try checkRefusal(nil, finish: finish)
        return Found(text: try text(body["choices"]?[0]?["text"], at: "/choices/0/text"), isCut: finish == "length")
    }

    private static func responses(_ body: JSONValue) throws(Failure) -> Found {
        guard let output = body["output"]?.array else { throw missing("/output", body["output"], expected: "an array") }
        if body["status"] == "failed" {
            let words = body["error"]?["message"]?.string.map { ": " + ErrorReader.clean($0) } ?? ""
            throw Failure(.server, "the model's answer failed\(words)")
        }
        let reason = body["incomplete_details"]?["reason"]?.string
        var texts: [String] = []
        var sawMessage = false
        for (index, item) in output.enumerated() where item["type"] == "message" {
            sawMessage = true
            for (place, part) in (item["content"]?.array ?? []).enumerated() {
                try checkRefusal(part["refusal"]?.string, finish: nil)
                guard part["type"] == "output_text" else { continue }
                texts.append(try text(part["text"], at: "/output/\(index)/content/\(place)/text"))
            }
        }
        try checkRefusal(nil, finish: reason)
        let callsTool = output.contains { $0["type"]?.string?.hasSuffix("_call") == true }
        guard sawMessage || callsTool || reason != nil else {
            throw missing("/output/0/content/0/text", nil, expected: "a string")
        }
        return Found(text: texts.joined(), isCut: reason == "max_output_tokens")
    }

    private static func custom(_ body: JSONValue, operation: ServiceOperation) throws(Failure) -> Found {
        let named = operation.model?.pointers["text"]?.string.flatMap(JSONPointer.init)
        guard let pointer = named ?? operation.response.values.first(where: { $0.name == "text" })?.pointer else {
            throw Failure(
                .malformed,
                "the operation's model mapping does not say where the text stands; add its 'text'"
            )
        }
        return Found(text: try text(body[pointer], at: pointer.description))
    }

    private static func checkRefusal(_ refusal: String?, finish: String?) throws(Failure) {
        if let refusal, !refusal.isEmpty {
            throw Failure(.refused, "the model declined: \(ErrorReader.clean(refusal))")
        }
        if finish == "content_filter" { throw Failure(.refused, "the service's content filter stopped the answer") }
    }

    /// A text, or the texts of an array of parts, as some compatible servers send it.
    private static func text(_ value: JSONValue?, at place: String) throws(Failure) -> String {
        if let text = value?.string { return text }
        if let parts = value?.array, !parts.isEmpty {
            let texts = parts.compactMap { $0["text"]?.string }
            if texts.count == parts.count { return texts.joined() }
        }
        throw missing(place, value, expected: "a string")
    }

    private static func missing(_ place: String, _ value: JSONValue?, expected: String) -> Failure {
        let found = value.map { "is \($0.isNull ? "null" : "of type \($0.kindName)")" } ?? "is missing"
        return Failure(.malformed, "the answer's '\(place)' \(found); expected \(expected)")
    }
}
