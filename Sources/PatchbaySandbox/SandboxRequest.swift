import Foundation
import PatchbayConnector
import PatchbayModel

/// A request taken apart, so that exchanges can be matched with it.
struct RequestParts {
    /// The `{name}` parts of the path, decoded.
    let path: [String: String]
    /// The query, decoded; a name that stands twice keeps its first value.
    let query: [String: String]
    let headers: HTTPHeaders
    /// The body as a value: JSON as it is, a form as an object of strings, else a string; null for none.
    let body: JSONValue
    /// What the body was before it was read.
    let bytes: [UInt8]

    /// Where a match of an exchange looks.
    func value(at place: Exchange.Match.Place) -> JSONValue? {
        switch place {
        case .body(let pointer): body[pointer]
        case .query(let name): query[name].map(JSONValue.string)
        case .header(let name): headers[name].map(JSONValue.string)
        case .path(let name): path[name].map(JSONValue.string)
        }
    }

    /// Whether an exchange's `match` fits.
    func fits(_ exchange: Exchange) -> Bool { exchange.match.allSatisfy { $0.holds(value(at: $0.place)) } }

    /// Of exchanges in the order of their files the one that fits with most `match` entries; nil where none fits.
    func best(of exchanges: [Exchange]) -> Exchange? {
        let fitting = exchanges.filter(fits)
        let most = fitting.map(\.match.count).max()
        return fitting.first { $0.match.count == most }
    }

    /// The value of an operation's input; nil when the request does not carry it.
    func value(of input: OperationInput) -> JSONValue? {
        switch input.place {
        case .path: path[input.wireName].map(JSONValue.string)
        case .query: query[input.wireName].map(JSONValue.string)
        case .header: headers[input.wireName].map(JSONValue.string)
        case .body, .form, .multipart: body[input.pointer]
        case .raw: body.isNull ? nil : body
        }
    }

    /// The body of a request as a value; nil when it says it is JSON and is not.
    static func body(_ bytes: [UInt8], mediaType: String) -> JSONValue? {
        guard !bytes.isEmpty else { return .null }
        if mediaType.hasPrefix("application/x-www-form-urlencoded") {
            let pairs = pairs(String(decoding: bytes, as: UTF8.self))
            return .object(JSONObject(pairs.map { ($0.0, JSONValue.string($0.1)) }))
        }
        if let value = try? JSONReader(maxDepth: 128, maxBytes: 32 << 20).read(bytes) { return value }
        return mediaType.contains("json") ? nil : .string(String(decoding: bytes, as: UTF8.self))
    }

    /// The pairs of a query or form, decoded; broken ones are left out.
    static func pairs(_ text: String) -> [(String, String)] {
        text.split(separator: "&").compactMap { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(halves[0], plusIsSpace: true) else { return nil }
            return (name, halves.count > 1 ? PercentEncoding.decode(halves[1], plusIsSpace: true) ?? "" : "")
        }
    }
}

/// A request whose operation is known.
struct SandboxRequest {
    let plugin: Plugin
    let operation: ServiceOperation
    let parts: RequestParts

    var manifest: PluginManifest { plugin.manifest }

    var body: JSONValue { parts.body }

    /// The value of an input by its key.
    func input(_ key: String) -> JSONValue? {
        operation.inputs.first { $0.key == key }.flatMap(parts.value) ?? body[key]
    }
}
