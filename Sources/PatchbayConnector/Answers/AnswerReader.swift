import Foundation
import PatchbayModel

/// Reads an answer: its bytes into a value, its failure into a kind.
struct AnswerReader {
    let operation: ServiceOperation?
    let plugin: Plugin?
    let schemas: OperationSchemas
    let errors: ErrorReader
    let maxBytes: Int

    private static let maxDepth = 128

    /// The answer, or why it is none.
    func read(
        status: Int,
        headers: HTTPHeaders,
        bytes: [UInt8],
        method: String,
        now: Date
    ) -> Result<OperationAnswer, ErrorReader.Refusal> {
        let isGood = (200..<300).contains(status)
        let body: JSONValue
        do throws(Failure) {
            body = try decode(bytes, status: status, headers: headers, method: method)
        } catch {
            // What is wrong with an error's body must not hide the error.
            guard !isGood else { return .failure(.init(verdict: .init(failure: error))) }
            body = String(validating: bytes, as: UTF8.self).map(JSONValue.string) ?? .null
        }
        if let verdict = errors.verdict(status: status, headers: headers, body: body, now: now) {
            return .failure(.init(verdict: verdict))
        }
        // A model's answer is looked at by its own reader, which knows the fields.
        if let operation, let plugin, operation.model == nil, operation.response.decoder == .json, !bytes.isEmpty,
            let fault = schemas.fault(of: body, operation: operation, plugin: plugin)
        {
            return .failure(
                .init(verdict: .init(failure: Failure(.malformed, status: status, "\(errors.host): \(fault)")))
            )
        }
        if let place = missingPart(of: body) {
            return .failure(
                .init(
                    verdict: .init(
                        failure: Failure(
                            .malformed,
                            status: status,
                            "\(errors.host) answered \(status) without '\(place)'; check the base URL and the service"
                        )
                    )
                )
            )
        }
        return .success(
            OperationAnswer(
                statusCode: status,
                headers: Self.object(headers),
                body: body,
                values: values(in: body),
                source: source(headers)
            )
        )
    }

    /// What the manifest extracts; what is not there is left out.
    func values(in body: JSONValue) -> JSONObject {
        JSONObject(
            (operation?.response.values ?? []).compactMap { value in body[value.pointer].map { (value.name, $0) } }
        )
    }

    /// The first list element that a model's answer must have for its values and has not; nil when all is there.
    ///
    /// Compatible servers leave much of a model's schema out, so only the elements that the manifest's pointers go
    /// through are asked for: without them the answer is of another kind, not an empty one.
    private func missingPart(of body: JSONValue) -> JSONPointer? {
        guard let operation, operation.model != nil, operation.response.decoder == .json else { return nil }
        for value in operation.response.values {
            let tokens = value.pointer.tokens
            guard let index = tokens.firstIndex(where: { Int($0) != nil }) else { continue }
            let element = JSONPointer(tokens: Array(tokens[...index]))
            if body[element]?.object == nil { return element }
        }
        return nil
    }

    /// Only the sandbox is believed when it says where an answer came from.
    private func source(_ headers: HTTPHeaders) -> String {
        guard errors.grant.provider == .sandbox else { return "real" }
        switch headers["x-patchbay-sandbox"] {
        case "tape": return "tape"
        case "schema": return "schema"
        default: return "sandbox"
        }
    }

    static func object(_ headers: HTTPHeaders) -> JSONObject {
        var object = JSONObject()
        for field in headers.fields {
            let name = field.name.lowercased()
            object[name] = .string(object[name]?.string.map { $0 + ", " + field.value } ?? field.value)
        }
        return object
    }

    // MARK: - Bodies

    private func decode(
        _ bytes: [UInt8],
        status: Int,
        headers: HTTPHeaders,
        method: String
    ) throws(Failure) -> JSONValue {
        if bytes.isEmpty {
            let isExpected = method == "HEAD" || status == 204 || status == 205 || !expectsValue
            guard isExpected else {
                throw Failure(
                    .malformed,
                    status: status,
                    "\(errors.host) answered \(status) with an empty body; expected JSON"
                )
            }
            return .null
        }
        let mediaType = headers["content-type"]?.lowercased() ?? ""
        guard let operation else { return try free(bytes, status: status, mediaType: mediaType) }
        switch operation.response.decoder {
        case .json: return try json(bytes, status: status)
        case .text: return .string(try text(bytes, status: status, mediaType: mediaType))
        case .sse: return try events(bytes, status: status)
        case .jsonl, .csv, .xml, .binary:
            throw Failure(.malformed, "the decoder '\(operation.response.decoder.rawValue)' is not supported yet")
        }
    }

    /// Whether an answer without a body leaves something open.
    private var expectsValue: Bool {
        guard let response = operation?.response else { return false }
        return response.decoder == .json && (response.schema != nil || !response.values.isEmpty)
    }

    private func free(_ bytes: [UInt8], status: Int, mediaType: String) throws(Failure) -> JSONValue {
        let type = String(Substring(mediaType.utf8.prefix { $0 != 0x3B }))
        if type.hasSuffix("/json") || type.hasSuffix("+json") { return try json(bytes, status: status) }
        if type.isEmpty || type == "text/plain",
            let value = try? JSONReader(maxDepth: Self.maxDepth, maxBytes: maxBytes).read(bytes),
            value.object != nil || value.array != nil
        {
            return value
        }
        return .string(try text(bytes, status: status, mediaType: mediaType))
    }

    private func json(_ bytes: [UInt8], status: Int) throws(Failure) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONReader(maxDepth: Self.maxDepth, maxBytes: maxBytes).read(bytes)
        } catch {
            let start = String(decoding: bytes.prefix(512), as: UTF8.self)
            let found = ErrorReader.looksLikeMarkup(start) ? "a page instead of JSON" : "no valid JSON: \(error)"
            throw Failure(
                .malformed,
                status: status,
                "\(errors.host) answered \(status) with \(errors.redact(found)); check the base URL and the service"
            )
        }
    }

    /// The data of all events, each as JSON where it is JSON.
    private func events(_ bytes: [UInt8], status: Int) throws(Failure) -> JSONValue {
        guard (200..<300).contains(status) else { return .string(String(decoding: bytes, as: UTF8.self)) }
        var parser = ServerSentEventParser()
        var values: [JSONValue] = []
        let end = operation?.response.streamEnd
        for event in try parser.events(in: bytes) {
            if event.data == end { return .array(values) }
            let value = try? JSONReader(maxDepth: Self.maxDepth, maxBytes: maxBytes).read(event.data)
            values.append(value ?? .string(event.data))
        }
        guard end == nil else {
            throw Failure(.cutOff, status: status, "the event stream of \(errors.host) was cut off")
        }
        return .array(values)
    }

    private func text(_ bytes: [UInt8], status: Int, mediaType: String) throws(Failure) -> String {
        if mediaType.contains("charset=iso-8859-1") {
            var text = ""
            for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
            return text
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.malformed, status: status, "\(errors.host) answered \(status) with text that is not UTF-8")
        }
        return text
    }
}

extension ErrorReader {
    /// A verdict as an error, for results.
    struct Refusal: Error {
        let verdict: Verdict
    }
}
