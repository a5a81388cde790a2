/// A call that a node makes; every value is already resolved.
package struct OperationCall: Sendable, Equatable {
    /// What is called.
    package enum Target: Sendable, Equatable {
        case operation(PluginID, OperationID, input: JSONObject)
        case request(ResolvedRequest)
        case model(PluginID, OperationID?, ModelRequest)
    }

    /// `<dialog>/<node>`, for tapes, traces and messages.
    package let node: String
    package let target: Target
    /// Nil means the integration's default profile, or none for a request.
    package let profile: ProfileID?
    /// The node's own limit; nil means the operation's, else 20 s.
    package let timeout: Duration?
    /// Names this call for the service where its retry rule has an idempotency header; the same after a crash.
    package let key: String

    package init(
        node: String = "",
        target: Target,
        profile: ProfileID? = nil,
        timeout: Duration? = nil,
        key: String = ""
    ) {
        self.node = node
        self.target = target
        self.profile = profile
        self.timeout = timeout
        self.key = key
    }
}

/// A custom request with its values filled in; encoding is the connector's.
package struct ResolvedRequest: Sendable, Equatable {
    package let method: String
    /// Scheme, host and port resolved; `{name}` parts still there, each to become one encoded segment.
    package let url: String
    package let path: JSONObject
    package let query: JSONObject
    package let headers: JSONObject
    package let body: CustomRequest.Body?

    package init(
        method: String,
        url: String,
        path: JSONObject = JSONObject(),
        query: JSONObject = JSONObject(),
        headers: JSONObject = JSONObject(),
        body: CustomRequest.Body? = nil
    ) {
        self.method = method
        self.url = url
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// One model call as a prompt node means it, whatever the service's wire form is.
package struct ModelRequest: Sendable, Equatable {
    /// Who said something.
    package enum Role: String, Sendable {
        case user, assistant
    }

    /// One message of the history or the prompt.
    package struct Message: Sendable, Equatable {
        package let role: Role
        package let text: String

        package init(role: Role, text: String) {
            self.role = role
            self.text = text
        }
    }

    /// Nil means the manifest's first model that can chat.
    package let model: String?
    package let system: String?
    /// Oldest first; the prompt is the last one.
    package let messages: [Message]
    /// The JSON Schema that the answer must satisfy.
    package let schema: JSONValue?
    /// `temperature`, `maxTokens`, `topP` and what the manifest maps.
    package let options: JSONObject
    package let streams: Bool

    package init(
        model: String? = nil,
        system: String? = nil,
        messages: [Message],
        schema: JSONValue? = nil,
        options: JSONObject = JSONObject(),
        streams: Bool = false
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.schema = schema
        self.options = options
        self.streams = streams
    }
}

/// What a call answered.
package struct OperationAnswer: Sendable, Equatable {
    package let statusCode: Int
    package let headers: JSONObject
    /// JSON where the answer is JSON, else a string.
    package let body: JSONValue
    /// What the manifest extracts.
    package var values: JSONObject
    /// A model's text.
    package var text: String?
    /// `{inputTokens, outputTokens, cachedInputTokens?, cost?: {amount, currency}}` of a model call.
    package var usage: JSONObject?
    package var attempts: Int
    /// Where it came from, for the trace: `real`, `sandbox`, `tape`, `schema`.
    package let source: String

    package init(
        statusCode: Int,
        headers: JSONObject = JSONObject(),
        body: JSONValue,
        values: JSONObject = JSONObject(),
        text: String? = nil,
        usage: JSONObject? = nil,
        attempts: Int = 1,
        source: String = "real"
    ) {
        self.statusCode = statusCode
        self.headers = headers
        self.body = body
        self.values = values
        self.text = text
        self.usage = usage
        self.attempts = attempts
        self.source = source
    }
}

/// What a call brings, in order: a head, parts of a stream, then one value.
package enum OperationEvent: Sendable, Equatable {
    case head(statusCode: Int)
    /// Text of a model as it arrives; provisional.
    case part(String)
    case value(OperationAnswer)
}
