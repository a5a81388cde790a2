import Foundation
package import PatchbayModel

extension Exchange {
    /// Decodes a tape, or one of a test's calls.
    ///
    /// - Throws: ``DiagnosticError`` with the pointer of what is missing or wrong.
    package init(_ fields: Fields) throws(DiagnosticError) {
        operation = fields.optionalString("operation")
        match = try fields.list("match", Match.init)
        request = try fields.nested("request", Request.init)
        if let failure = try fields.nested("failure", Self.failure) {
            outcome = failure
        } else if let answer = try fields.nested("answer", Answer.init) {
            outcome = .answer(answer)
        } else {
            throw fields.wrong("answer", "neither 'answer' nor 'failure' is there", remedy: "give one of them")
        }
    }

    /// Decodes a file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        try self.init(Fields(root: value))
    }

    private static func failure(_ fields: Fields) throws(DiagnosticError) -> Outcome {
        .failure(
            try fields.choice("kind"),
            message: fields.optionalString("message"),
            after: try fields.duration("after")
        )
    }

    /// The exchange as an object of a file, without `formatVersion`.
    package var json: JSONObject {
        var object = JSONObject()
        object["operation"] = operation.map(JSONValue.string)
        if !match.isEmpty { object["match"] = .array(match.map(\.json)) }
        object["request"] = request?.json
        switch outcome {
        case .answer(let answer): object["answer"] = answer.json
        case .failure(let kind, let message, let after):
            var failure: JSONObject = ["kind": .string(kind.rawValue)]
            failure["after"] = after.map { .string(DurationText.text($0)) }
            failure["message"] = message.map(JSONValue.string)
            object["failure"] = .object(failure)
        }
        return object
    }
}

extension Exchange.Match {
    init(_ fields: Fields) throws(DiagnosticError) {
        let name = fields.optionalString("name")
        switch fields.optionalString("in") {
        case "body":
            guard let pointer = JSONPointer(fields.optionalString("pointer") ?? "") else {
                throw fields.wrong("pointer", "expected a JSON pointer such as /model")
            }
            place = .body(pointer)
        case "query": place = .query(try fields.string("name"))
        case "header": place = .header(try fields.string("name"))
        case "path":
            let token = fields.optionalString("pointer").flatMap(JSONPointer.init)?.tokens.first
            guard let part = name ?? token else { throw fields.wrong("name", "'name' is missing") }
            place = .path(part)
        default: throw fields.wrong("in", "unknown word", remedy: "use one of body, query, header, path")
        }
        if let value = fields["equals"] {
            test = .equals(value)
        } else if let list = fields["oneOf"]?.array {
            test = .oneOf(list)
        } else if let text = fields["contains"]?.string {
            test = .contains(text)
        } else {
            test = .exists(fields.bool("exists", default: true))
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        switch place {
        case .body(let pointer):
            object["in"] = "body"
            if pointer != .root { object["pointer"] = .string(pointer.description) }
        case .query(let name): (object["in"], object["name"]) = ("query", .string(name))
        case .header(let name): (object["in"], object["name"]) = ("header", .string(name))
        case .path(let name): (object["in"], object["name"]) = ("path", .string(name))
        }
        switch test {
        case .equals(let value): object["equals"] = value
        case .oneOf(let list): object["oneOf"] = .array(list)
        case .contains(let text): object["contains"] = .string(text)
        case .exists(let flag): object["exists"] = .bool(flag)
        }
        return .object(object)
    }

    /// Whether a value of a request passes; nil means that there is none.
    package func holds(_ value: JSONValue?) -> Bool {
        switch test {
        case .equals(let other): value == other
        case .oneOf(let list): value.map(list.contains) ?? false
        case .contains(let text): value?.string?.contains(text) ?? value?.array?.contains(.string(text)) ?? false
        case .exists(let wanted): (value.map { !$0.isNull } ?? false) == wanted
        }
    }
}

extension Exchange.Request {
    init(_ fields: Fields) throws(DiagnosticError) {
        method = try fields.string("method")
        url = try fields.string("url")
        headers = fields.optionalObject("headers")
        body = try fields.nested("body", Exchange.Body.init)
    }

    /// As it stands in a file.
    package var json: JSONValue {
        var object: JSONObject = ["method": .string(method), "url": .string(url)]
        if !headers.isEmpty { object["headers"] = .object(headers) }
        object["body"] = body?.json
        return .object(object)
    }
}

extension Exchange.Answer {
    init(_ fields: Fields) throws(DiagnosticError) {
        after = try fields.duration("after")
        status = fields.int("status") ?? 200
        guard (100...599).contains(status) else { throw fields.wrong("status", "expected a status from 100 to 599") }
        headers = fields.optionalObject("headers")
        body = try fields.nested("body", Exchange.Body.init)
    }

    /// As it stands in a file.
    package var json: JSONValue {
        var object = JSONObject()
        object["after"] = after.map { .string(DurationText.text($0)) }
        object["status"] = .number(JSONNumber(status))
        if !headers.isEmpty { object["headers"] = .object(headers) }
        object["body"] = body?.json
        return .object(object)
    }

    /// The header lines.
    package var fields: HTTPHeaders {
        var fields: [HTTPHeaders.Field] = []
        for member in headers.members {
            for value in member.value.array ?? [member.value] {
                if let text = value.string { fields.append(.init(member.key, text)) }
            }
        }
        return HTTPHeaders(fields)
    }
}

extension Exchange.Body {
    init(_ fields: Fields) throws(DiagnosticError) {
        if let json = fields["json"] {
            self = .json(json)
        } else if let text = fields["text"]?.string {
            self = .text(text)
        } else if let text = fields["base64"]?.string {
            guard Data(base64Encoded: text) != nil else { throw fields.wrong("base64", "this is no base64") }
            self = .base64(text)
        } else {
            self = .parts(try fields.list("parts", Exchange.Part.init))
        }
    }

    /// As it stands in a file.
    package var json: JSONValue {
        switch self {
        case .json(let value): ["json": value]
        case .text(let text): ["text": .string(text)]
        case .base64(let text): ["base64": .string(text)]
        case .parts(let parts): ["parts": .array(parts.map(\.json))]
        }
    }

    /// The bytes of a body in the most readable form: JSON, text, base64.
    ///
    /// JSON is taken only where writing the value again gives the same bytes.
    package init(_ bytes: [UInt8]) {
        if let value = try? JSONReader(maxDepth: 128, maxBytes: .max).read(bytes), JSONWriter().bytes(value) == bytes {
            self = .json(value)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            self = .text(text)
        } else {
            self = .base64(Data(bytes).base64EncodedString())
        }
    }

    /// The pieces in order, each with the time it takes.
    package var pieces: [Exchange.Part] {
        switch self {
        case .json(let value): [.init(after: nil, bytes: JSONWriter().bytes(value))]
        case .text(let text): [.init(after: nil, bytes: Array(text.utf8))]
        case .base64(let text): [.init(after: nil, bytes: Array(Data(base64Encoded: text) ?? Data()))]
        case .parts(let parts): parts
        }
    }

    /// The usual content type.
    package var mediaType: String {
        switch self {
        case .json: "application/json"
        case .text: "text/plain; charset=utf-8"
        case .base64: "application/octet-stream"
        case .parts: "text/event-stream"
        }
    }
}

extension Exchange.Part {
    init(_ fields: Fields) throws(DiagnosticError) {
        after = try fields.duration("after")
        if let text = fields["base64"]?.string {
            guard let data = Data(base64Encoded: text) else { throw fields.wrong("base64", "this is no base64") }
            bytes = Array(data)
        } else {
            bytes = Array(try fields.string("text").utf8)
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        object["after"] = after.map { .string(DurationText.text($0)) }
        if let text = String(validating: bytes, as: UTF8.self) {
            object["text"] = .string(text)
        } else {
            object["base64"] = .string(Data(bytes).base64EncodedString())
        }
        return .object(object)
    }
}
