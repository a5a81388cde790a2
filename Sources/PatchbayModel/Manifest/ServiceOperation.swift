/// One call that a manifest describes.
package struct ServiceOperation: Sendable, Equatable {
    package let id: OperationID
    package let title: LocalizedText?
    package let description: LocalizedText?
    /// The page that describes the call.
    package let source: String?
    package let method: String
    /// Relative to the base URL; `{name}` is an input that goes into the path.
    package let path: String
    /// In the author's order.
    package let inputs: [OperationInput]
    /// Laid down first; inputs win.
    package let query: JSONObject
    package let headers: JSONObject
    package let body: BodyRule
    package let timeout: Duration?
    package let retry: RetryRule
    /// Whether the manifest gives it a retry rule of its own.
    package let hasRetryRule: Bool
    package let response: ResponseRule
    /// Rules of its own, tried before the manifest's.
    package let errors: [ErrorRule]
    package let model: ModelMapping?
    /// Whether its answer is only the beginning of a job.
    package let startsJob: Bool

    init(_ id: String, _ fields: Fields) throws(DiagnosticError) {
        self.id = OperationID(id)
        title = fields.optionalText("title")
        description = fields.optionalText("description")
        source = fields.optionalString("source")
        method = try fields.string("method")
        path = try fields.string("path")
        inputs = try fields.map("inputs", OperationInput.init)
        query = fields.optionalObject("query")
        headers = fields.optionalObject("headers")
        body = try fields.nested("body", BodyRule.init) ?? BodyRule()
        timeout = try fields.duration("timeout")
        retry = try fields.nested("retry", RetryRule.init) ?? RetryRule()
        hasRetryRule = fields["retry"] != nil
        response = try fields.nested("response", ResponseRule.init) ?? ResponseRule()
        errors = try fields.list("errors", ErrorRule.init)
        model = try fields.nested("model", ModelMapping.init)
        startsJob = fields["job"] != nil
    }

    /// Whether it may be repeated without asking: GET and HEAD (RFC 9110 §9.2.1), or what its retry rule calls safe.
    package var isSafe: Bool { onlyReads || retry.isSafe }

    /// Whether its method changes nothing.
    package var onlyReads: Bool { method == "GET" || method == "HEAD" }
}

/// A value that an operation takes.
package struct OperationInput: Sendable, Equatable {
    /// Where it travels.
    package enum Place: String, Sendable, CaseIterable {
        case path, query, header, body, form, multipart, raw
    }

    package let key: String
    package let place: Place
    package let title: LocalizedText?
    package let help: LocalizedText?
    /// Its JSON Schema; may refer to a file of the plugin.
    package let schema: JSONValue
    package let isRequired: Bool
    /// A literal, or `{"connection": key}`.
    package let defaultValue: JSONValue?
    /// Its name on the wire, where that differs from the key.
    package let wireName: String
    /// Where it lies in a JSON body.
    package let pointer: JSONPointer
    /// How an array is spelled in a query: `repeat`, `comma`, `brackets`.
    package let arrayStyle: String
    /// What a form offers: a fixed list, or `{"models": {"ability": …}}`.
    package let options: JSONValue?
    package let isSecret: Bool

    init(_ key: String, _ fields: Fields) throws(DiagnosticError) {
        self.key = key
        place = try fields.choice("in", default: .body)
        title = fields.optionalText("title")
        help = fields.optionalText("help")
        schema = fields["schema"] ?? .bool(true)
        isRequired = fields.bool("required")
        defaultValue = fields["default"]
        wireName = fields.optionalString("name") ?? key
        pointer = fields.optionalString("at").flatMap(JSONPointer.init) ?? JSONPointer(tokens: [wireName])
        arrayStyle = fields.optionalString("style") ?? "repeat"
        options = fields["options"]
        isSecret = fields.bool("secret")
    }
}

/// How a request's body is made.
package struct BodyRule: Sendable, Equatable {
    /// The forms of a body.
    package enum Encoding: String, Sendable, CaseIterable {
        case json, form, xml, text, multipart
    }

    package let encoding: Encoding
    /// The content type, where it is not the encoding's usual one.
    package let mediaType: String?
    /// Laid down first; inputs win.
    package let fixed: JSONValue?
    /// The name of an XML body's outermost element.
    package let root: String?

    init() {
        encoding = .json
        mediaType = nil
        fixed = nil
        root = nil
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        encoding = try fields.choice("encoding", default: .json)
        mediaType = fields.optionalString("contentType")
        fixed = fields["fixed"]
        root = fields.optionalString("root")
    }
}

/// When and how a call is tried again.
package struct RetryRule: Sendable, Equatable {
    /// Whether repeating it does no harm.
    package let isSafe: Bool
    /// The most tries, the first included.
    package let attempts: Int
    package let isExponential: Bool
    /// The first wait.
    package let wait: Duration
    /// The longest wait.
    package let cap: Duration
    /// The header that makes repeats harmless.
    package let idempotencyHeader: String?

    init() {
        isSafe = false
        attempts = 3
        isExponential = true
        wait = .milliseconds(500)
        cap = .seconds(8)
        idempotencyHeader = nil
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        let usual = RetryRule()
        isSafe = fields.bool("safe")
        attempts = min(max(fields.int("attempts") ?? usual.attempts, 1), 10)
        let backoff = try fields.nested("backoff") { fields throws(DiagnosticError) in
            (
                fields.optionalString("kind") != "constant",
                try fields.duration("wait"),
                try fields.duration("cap")
            )
        }
        isExponential = backoff?.0 ?? (fields.optionalString("backoff") != "constant")
        wait = backoff?.1 ?? usual.wait
        cap = backoff?.2 ?? usual.cap
        idempotencyHeader = fields.optionalString("idempotencyHeader") ?? fields["idempotencyKey"]?["header"]?.string
    }
}

/// What comes back.
package struct ResponseRule: Sendable, Equatable {
    /// How an answer is read.
    package enum Decoder: String, Sendable, CaseIterable {
        case json, sse, text, jsonl, csv, xml, binary
    }

    package let decoder: Decoder
    package let schema: JSONValue?
    /// What to extract: name to pointer.
    package let values: [(name: String, pointer: JSONPointer)]
    /// The end mark of a stream of server-sent events; nil when the answer is none.
    package let streamEnd: String?
    package let streams: Bool
    package let maxBytes: Int?

    init() {
        decoder = .json
        schema = nil
        values = []
        streamEnd = nil
        streams = false
        maxBytes = nil
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        decoder = try fields.choice("decoder", default: .json)
        schema = fields["schema"]
        values = fields.optionalObject("values").members.compactMap { member in
            member.value.string.flatMap(JSONPointer.init).map { (member.key, $0) }
        }
        streams = fields["stream"] != nil
        streamEnd = fields["stream"]?["done"]?.string
        maxBytes = try fields.size("maxSize")
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.decoder == right.decoder && left.schema == right.schema && left.streamEnd == right.streamEnd
            && left.streams == right.streams && left.maxBytes == right.maxBytes
            && left.values.elementsEqual(right.values) { $0.name == $1.name && $0.pointer == $1.pointer }
    }
}

/// How a prompt node becomes this operation's inputs.
package struct ModelMapping: Sendable, Equatable {
    /// The wire forms that are known, and `custom`, which goes by pointers.
    package enum Form: String, Sendable, CaseIterable {
        case chatCompletions = "chat-completions"
        case responses
        case completions
        case custom
    }

    package let form: Form
    package let isDefault: Bool
    /// The input that takes the model's name, where it is not `model`.
    package let nameInput: String
    /// The pointers of a custom form: `system, messages, text, delta, usage, output`.
    package let pointers: JSONObject

    init(_ fields: Fields) throws(DiagnosticError) {
        form = try fields.choice("request")
        isDefault = fields.bool("default")
        nameInput = fields["name"]?["input"]?.string ?? "model"
        pointers = fields.object
    }
}
