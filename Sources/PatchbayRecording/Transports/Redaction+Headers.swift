import Foundation
import PatchbayConnector
import PatchbayModel

extension Redaction {
    /// A request as it is written down and compared.
    func request(_ request: HTTPRequest) -> Exchange.Request {
        Exchange.Request(
            method: request.method,
            url: text(request.sharedURL ?? request.url),
            headers: headers(of: request),
            body: body(request.body ?? [], mediaType: request.headers["content-type"])
        )
    }

    /// The headers of a request that tell a reader something; secrets as `{"secret": "openai/apiKey"}`.
    private func headers(of request: HTTPRequest) -> JSONObject {
        var object = JSONObject()
        for field in request.headers.fields {
            let name = field.name.lowercased()
            if let secret = secret(in: field.value) {
                object[name] = ["secret": .string(secret)]
            } else if Self.isSecret(name) {
                let owner = request.operation.split(separator: "/").first.map(String.init) ?? "custom"
                object[name] = ["secret": .string("\(owner)/\(name)")]
            } else if Self.toldOfRequests.contains(name) {
                object[name] = .string(field.value)
            }
        }
        return object
    }

    /// The headers of an answer that a replay needs: not what differs each time, and nothing that identifies anybody.
    func headers(of answer: HTTPHeaders) -> JSONObject {
        var object = JSONObject()
        for field in answer.fields {
            let name = field.name.lowercased()
            guard !Self.isNoise(name), !Self.isSecret(name) else { continue }
            let value = JSONValue.string(text(field.value))
            switch object[name] {
            case nil: object[name] = value
            case .array(let values)?: object[name] = .array(values + [value])
            case let first?: object[name] = [first, value]
            }
        }
        return object
    }

    /// The name of the known secret that a header's value holds, also inside a basic credential (RFC 7617).
    private func secret(in value: String) -> String? {
        if let name = Marker.names(in: text(value)).last { return name }
        let words = value.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let data = Data(base64Encoded: String(words[1]))
        else { return nil }
        return Marker.names(in: text(String(decoding: data, as: UTF8.self))).last
    }

    private static let toldOfRequests: Set<String> = ["accept", "accept-language", "content-type"]

    /// Whether a header by its name carries a secret, whatever its value is.
    private static func isSecret(_ name: String) -> Bool {
        [
            "authorization", "authentication", "cookie", "secret", "token", "password", "signature", "credential",
            "session", "api-key", "apikey",
        ]
        .contains { name.contains($0) } || name.hasSuffix("-key") && name != "idempotency-key"
    }

    /// Whether an answer's header is about the connection, the moment or the machine that answered.
    private static func isNoise(_ name: String) -> Bool {
        noise.contains(name)
            || ["access-control-", "cf-", "x-envoy-", "x-amzn-", "sec-"].contains { name.hasPrefix($0) }
            || ["request-id", "-organization", "-project", "-processing-ms", "trace-id"].contains { name.hasSuffix($0) }
    }

    private static let noise: Set<String> = [
        "accept-ranges", "age", "alt-svc", "cache-control",
        "connection", "content-encoding", "content-length", "content-security-policy", "date", "expires", "keep-alive",
        "nel",
        "permissions-policy", "pragma", "referrer-policy", "report-to", "server", "server-timing",
        "strict-transport-security", "traceparent", "transfer-encoding", "vary", "via", "x-cache",
        "x-content-type-options",
        "x-frame-options", "x-powered-by", "x-served-by", "x-xss-protection",
    ]
}

/// What stands for a secret in a text: `[secret NAME]`.
enum Marker {
    static let start = "[secret "

    /// The names of the secrets in a redacted text, in order.
    static func names(in text: String) -> [String] { split(text).names }

    /// The texts around the markers, one more than there are markers.
    static func split(_ text: String) -> (pieces: [Substring], names: [String]) {
        var pieces: [Substring] = []
        var names: [String] = []
        var rest = text[...]
        while let begin = rest.range(of: start), let end = rest[begin.upperBound...].firstIndex(of: "]") {
            pieces.append(rest[..<begin.lowerBound])
            names.append(String(rest[begin.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return (pieces + [rest], names)
    }
}
