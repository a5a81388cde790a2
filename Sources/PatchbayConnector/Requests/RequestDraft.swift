import PatchbayModel

/// A request that is being put together: everything is still a value, nothing is encoded.
struct RequestDraft {
    /// What the body is made from.
    enum Body {
        case none
        /// A value with its encoding.
        case value(JSONValue, BodyRule.Encoding, root: String?)
        case text(String)
    }

    let method: String
    /// The whole URL with its `{name}` parts.
    let template: String
    /// Values of the `{name}` parts by name.
    var parts: [String: String] = [:]
    var query = JSONObject()
    /// How arrays are spelled, by the name in the query or form.
    var arrayStyles: [String: String] = [:]
    var headers = HTTPHeaders()
    var cookies = JSONObject()
    var body = Body.none
    /// The content type, where it is not the encoding's usual one.
    var mediaType: String?

    init(method: String, template: String) {
        self.method = method
        self.template = template
    }

    /// Sets a header after checking that it stays one.
    mutating func setHeader(_ name: String, _ value: String) throws(Failure) {
        guard HeaderText.isToken(name) else {
            throw Failure(.invalid, "'\(name.prefix(80).filter { !$0.isNewline })' cannot be the name of a header")
        }
        try HeaderText.check(value, named: name)
        headers[name] = value
    }

    /// Lays a value into the body at a pointer, or at a form's key.
    mutating func setBody(_ value: JSONValue, at pointer: JSONPointer) {
        switch body {
        case .none: body = .value(JSONValue.object([:]).setting(value, at: pointer), .json, root: nil)
        case .value(let whole, let encoding, let root):
            body = .value(whole.setting(value, at: pointer), encoding, root: root)
        case .text: break
        }
    }

    /// Encodes everything.
    ///
    /// - Throws: ``Failure`` of kind `invalid` when a value cannot stand in its place.
    func request(reach: Reach, operation: String) throws(Failure) -> HTTPRequest {
        guard HeaderText.isToken(method), method == method.uppercased() else {
            throw Failure(.invalid, "the method is no method; use one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        }
        var headers = headers
        if !cookies.isEmpty {
            var pairs: [String] = []
            for cookie in cookies.members {
                guard HeaderText.isToken(cookie.key) else {
                    throw Failure(.invalid, "'\(cookie.key)' cannot be the name of a cookie")
                }
                let value = try ScalarText.required(cookie.value, named: "cookie '\(cookie.key)'")
                pairs.append("\(cookie.key)=\(PercentEncoding.encode(value))")
            }
            headers["Cookie"] = pairs.joined(separator: "; ")
        }
        let encoded = try encodedBody()
        if let encoded, headers["Content-Type"] == nil {
            headers.append("Content-Type", mediaType ?? encoded.mediaType)
        }
        return HTTPRequest(
            method: method,
            url: try url(from: template),
            headers: headers,
            body: encoded?.bytes,
            reach: reach,
            operation: operation
        )
    }

    /// The URL that a template gives, with the draft's parts and query.
    func url(from template: String) throws(Failure) -> String {
        var text = try BaseURLs.fill(template) { name throws(Failure) in
            guard let value = parts[name] else {
                throw Failure(.invalid, "the path's part '{\(name)}' has no value; give input '\(name)'")
            }
            return try BaseURLs.segment(value, named: "path part '\(name)'")
        }
        var form = FormEncoder()
        for member in query.members {
            try form.add(member.key, member.value, style: arrayStyles[member.key] ?? "repeat")
        }
        if !form.bytes.isEmpty { text += (text.contains("?") ? "&" : "?") + form.text }
        do throws(ServiceURLError) {
            return try ServiceURL(text).text
        } catch {
            throw Failure(.invalid, "the request's URL cannot be used: \(error)")
        }
    }

    private func encodedBody() throws(Failure) -> (bytes: [UInt8], mediaType: String)? {
        switch body {
        case .none: return nil
        case .text(let text): return (Array(text.utf8), "text/plain; charset=utf-8")
        case .value(let value, .json, _): return (JSONWriter().bytes(value), "application/json")
        case .value(let value, .form, _):
            guard let object = value.object else { throw Failure(.invalid, "a form body must be an object of fields") }
            var form = FormEncoder()
            for member in object.members {
                try form.add(member.key, member.value, style: arrayStyles[member.key] ?? "repeat")
            }
            return (form.bytes, "application/x-www-form-urlencoded")
        case .value(let value, .xml, let root):
            return (try XMLEncoder.encode(value, root: root ?? "request"), "application/xml; charset=utf-8")
        case .value(let value, .text, _):
            return (Array(try ScalarText.required(value, named: "the body").utf8), "text/plain; charset=utf-8")
        case .value(_, .multipart, _): throw Failure(.invalid, "multipart bodies are not supported yet")
        }
    }
}
