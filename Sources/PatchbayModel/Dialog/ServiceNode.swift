/// A call: an operation of a plugin, or a request of the author's own.
package struct ServiceNode: Sendable, Equatable {
    /// What is called.
    package enum Call: Sendable, Equatable {
        case operation(PluginID, OperationID, input: JSONObject)
        case request(CustomRequest)
    }

    package let call: Call
    /// The authorization profile; nil means the integration's default, or none for a request.
    package let profile: ProfileID?
    package let timeout: Duration?

    init(_ fields: Fields) throws(DiagnosticError) {
        if let request = try fields.nested("request", CustomRequest.init) {
            call = .request(request)
        } else {
            call = .operation(
                try fields.id("integration"),
                try fields.id("operation"),
                input: fields.optionalObject("input")
            )
        }
        profile = fields.optionalID("profile")
        timeout = try fields.duration("timeout")
    }
}

/// A request that an author wrote.
package struct CustomRequest: Sendable, Equatable {
    /// How a body is encoded.
    package enum Body: Sendable, Equatable {
        case json(JSONValue)
        case form(JSONObject)
        case text(String)
        case xml(JSONValue)
    }

    package let method: String
    /// Literal with `{name}` parts, each encoded as one segment; scheme, host and port literal or `{{env.x}}`.
    package let url: String
    package let path: JSONObject
    package let query: JSONObject
    package let headers: JSONObject
    package let body: Body?

    init(_ fields: Fields) throws(DiagnosticError) {
        method = fields.optionalString("method") ?? "GET"
        url = try fields.string("url")
        path = fields.optionalObject("path")
        query = fields.optionalObject("query")
        headers = fields.optionalObject("headers")
        let body = fields.optionalObject("body")
        if let json = body["json"] {
            self.body = .json(json)
        } else if let form = body["form"]?.object {
            self.body = .form(form)
        } else if let text = body["text"]?.string {
            self.body = .text(text)
        } else {
            self.body = body["xml"].map(Body.xml)
        }
    }
}

/// One call of a language model.
package struct PromptNode: Sendable, Equatable {
    /// How much of what was said goes along.
    package enum History: String, Sendable, CaseIterable {
        case conversation, session, lastMessage, promptOnly
    }

    package let integration: PluginID
    /// Nil means the manifest's default model operation.
    package let operation: OperationID?
    package let profile: ProfileID?
    /// A literal or template; nil means the manifest's first model that can chat.
    package let model: JSONValue?
    package let system: LocalizedText?
    package let prompt: LocalizedText?
    /// The mode as JSON, since a template's parameter may choose it by `{{settings.x}}`.
    package let history: JSONValue
    /// The most turns of history, newest kept.
    package let turns: Int?
    /// The most bytes of history, newest kept.
    package let historyBytes: Int?
    /// The JSON Schema that the answer must satisfy.
    package let schema: JSONValue?
    /// How often in all the model is asked for an answer that satisfies it, 1 to 5.
    package let attempts: Int?
    package let options: JSONObject
    package let streams: Bool
    package let timeout: Duration?

    init(_ fields: Fields) throws(DiagnosticError) {
        integration = try fields.id("integration")
        operation = fields.optionalID("operation")
        profile = fields.optionalID("profile")
        model = fields["model"]
        system = fields.optionalText("system")
        prompt = fields.optionalText("prompt")
        let history = try fields.nested("history") { $0 }
        self.history = history?["mode"] ?? .string(History.promptOnly.rawValue)
        turns = history?.int("turns")
        historyBytes = try history?.size("maxSize")
        let output = fields.optionalObject("output")
        schema = output["schema"]
        attempts = output["attempts"]?.int
        options = fields.optionalObject("options")
        streams = fields.bool("stream")
        timeout = try fields.duration("timeout")
    }
}
