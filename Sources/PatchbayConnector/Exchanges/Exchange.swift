package import PatchbayModel

/// One request with its answer, as plugin tapes, node tapes and the calls of a test hold it (FORMATS.md, "Exchanges").
package struct Exchange: Sendable, Equatable {
    /// What a request must be like.
    package struct Match: Sendable, Equatable {
        /// Which part of the request is looked at.
        package enum Place: Sendable, Equatable {
            case body(JSONPointer)
            case query(String)
            case header(String)
            /// A `{name}` of the operation's path.
            case path(String)
        }

        /// What the part must be like; `contains` looks into strings and into lists.
        package enum Test: Sendable, Equatable {
            case equals(JSONValue)
            case oneOf([JSONValue])
            case contains(String)
            case exists(Bool)
        }

        package let place: Place
        package let test: Test

        package init(_ place: Place, _ test: Test) {
            self.place = place
            self.test = test
        }
    }

    /// A body as it is written down.
    package enum Body: Sendable, Equatable {
        case json(JSONValue)
        case text(String)
        /// Bytes in base64.
        case base64(String)
        case parts([Part])
    }

    /// A piece of a body, and how long it takes to come.
    package struct Part: Sendable, Equatable {
        package let after: Duration?
        package let bytes: [UInt8]

        package init(after: Duration?, bytes: [UInt8]) {
            self.after = after
            self.bytes = bytes
        }
    }

    /// A request: a sample in a tape, compared in a recording.
    package struct Request: Sendable, Equatable {
        package let method: String
        package let url: String
        /// Values are strings, lists of strings, or `{"secret": "openai/apiKey"}`.
        package let headers: JSONObject
        package let body: Body?

        package init(method: String, url: String, headers: JSONObject = JSONObject(), body: Body? = nil) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
        }
    }

    /// An answer.
    package struct Answer: Sendable, Equatable {
        /// How long its head takes.
        package let after: Duration?
        package let status: Int
        /// Values are strings or lists of strings.
        package let headers: JSONObject
        package let body: Body?

        package init(after: Duration? = nil, status: Int = 200, headers: JSONObject = JSONObject(), body: Body? = nil) {
            self.after = after
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    /// What comes of the request.
    package enum Outcome: Sendable, Equatable {
        case answer(Answer)
        case failure(FailureKind, message: String?, after: Duration?)
    }

    /// `<plugin>/<operation>`; nil where the file's place says it.
    package let operation: String?
    /// Empty always fits.
    package let match: [Match]
    package let request: Request?
    package let outcome: Outcome

    package init(operation: String? = nil, match: [Match] = [], request: Request? = nil, outcome: Outcome) {
        self.operation = operation
        self.match = match
        self.request = request
        self.outcome = outcome
    }
}
