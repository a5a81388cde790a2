package import PatchbayModel

/// A call with every value resolved, on its way to a service.
package struct ServiceCall: Sendable, Equatable {
    /// What is called.
    package enum Target: Sendable, Equatable {
        case operation(PluginID, OperationID, input: JSONObject)
        case request(FreeRequest)
        /// A model's operation; nil means the manifest's default one.
        case model(PluginID, OperationID?, ModelCall)
    }

    /// `<dialog>/<node>`, for tapes and traces; may be empty.
    package let node: String
    package let target: Target
    /// Nil means the integration's default profile, or none for a free request.
    package let profile: ProfileID?
    /// The caller's own limit; nil means the operation's, else 20 s.
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

/// A request that belongs to no plugin.
package struct FreeRequest: Sendable, Equatable {
    package let method: String
    /// Scheme, host and port are literal; each `{name}` of the path becomes one encoded segment.
    package let url: String
    /// The values of the `{name}` parts: strings, numbers or truth values.
    package let path: JSONObject
    /// Values may be scalars, arrays (the name is repeated) or objects (`name[key]`).
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

/// One call of a language model, whatever the service's wire form is.
package struct ModelCall: Sendable, Equatable {
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
    /// `temperature`, `maxTokens`, `topP` and what else the operation has an input for, in camelCase or as the input is
    /// named.
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
