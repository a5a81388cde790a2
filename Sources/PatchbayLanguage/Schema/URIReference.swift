/// Resolving of references (RFC 3986, section 5.2), as far as schemas need it.
struct URIReference {
    private var scheme: Substring?
    private var authority: Substring?
    private var path: String
    private var query: Substring?
    /// What stands behind `#`, still percent-encoded; nil without `#`.
    let fragment: String?

    init(_ text: String) {
        var rest = Substring(text)
        if let mark = rest.firstIndex(of: "#") {
            fragment = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        } else {
            fragment = nil
        }
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        if let colon = rest.firstIndex(of: ":"), rest.first?.isLetter == true,
            rest[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
        {
            scheme = rest[..<colon]
            rest = rest[rest.index(after: colon)...]
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            authority = rest[..<end]
            rest = rest[end...]
        }
        path = String(rest)
    }

    /// The address without its fragment, seen from a base.
    func resolved(against base: String) -> String {
        var result = self
        if scheme == nil, !base.isEmpty {
            let base = URIReference(base)
            result.scheme = base.scheme
            if authority == nil {
                result.authority = base.authority
                if path.isEmpty {
                    result.path = base.path
                    if query == nil { result.query = base.query }
                } else if !path.hasPrefix("/") {
                    let folder =
                        base.path.lastIndex(of: "/").map { base.path[...$0] } ?? (base.authority == nil ? "" : "/")
                    result.path = folder + path
                }
            }
        }
        if result.scheme == nil || result.authority != nil || result.path.hasPrefix("/") {
            result.path = Self.withoutDots(result.path)
        }
        return result.text
    }

    private var text: String {
        (scheme.map { $0 + ":" } ?? "") + (authority.map { "//" + $0 } ?? "") + path + (query.map { "?" + $0 } ?? "")
    }

    private static func withoutDots(_ path: String) -> String {
        var result: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            switch part {
            case ".": if isLast { result.append("") }
            case "..":
                if result.count > (path.hasPrefix("/") ? 1 : 0) { result.removeLast() }
                if isLast { result.append("") }
            default: result.append(part)
            }
        }
        return result.joined(separator: "/")
    }

    /// A fragment with its percent escapes decoded; nil when they are no UTF-8.
    static func decoded(_ fragment: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(fragment.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
