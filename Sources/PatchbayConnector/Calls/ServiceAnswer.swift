package import PatchbayModel

/// What a call answered.
package struct ServiceAnswer: Sendable, Equatable {
    package let statusCode: Int
    /// Names in lower case; lines of one name are joined with ", " (RFC 9110 §5.2).
    package let headers: JSONObject
    /// JSON where the answer is JSON, else a string; null when there is none.
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

/// What a call brings while it runs; the value itself is what the call returns.
package enum ServiceEvent: Sendable, Equatable {
    case head(statusCode: Int)
    /// Text of a model as it arrives; provisional until the call has returned.
    case part(String)
}
