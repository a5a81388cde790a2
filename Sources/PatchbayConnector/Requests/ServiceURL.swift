import Foundation

/// An absolute `http` or `https` URL, read more strictly than RFC 3986: no user info, no fragment, no backslash, no
/// control or non-ASCII character, no dot segment; so that no two readers can disagree about its host.
package struct ServiceURL: Sendable, Equatable {
    /// `http` or `https`.
    package let scheme: String
    /// A name or address in lower case; IPv6 in brackets.
    package let host: String
    package let port: Int
    /// From the first slash on, without query; empty for none.
    package let path: String
    /// Without the question mark; nil for none.
    package let query: String?

    /// `scheme://host:port`, the port always written.
    package var origin: String { "\(scheme)://\(host):\(port)" }

    /// The URL; a port that is the scheme's own is left out.
    package var text: String {
        let usual = scheme == "https" ? 443 : 80
        return "\(scheme)://\(host)" + (port == usual ? "" : ":\(port)") + path + (query.map { "?" + $0 } ?? "")
    }

    init(scheme: String, host: String, port: Int, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// Reads a URL.
    ///
    /// - Throws: ``ServiceURLError`` that says what is wrong with it.
    package init(_ text: String) throws(ServiceURLError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 1 << 20 else { throw ServiceURLError("the URL is longer than 1 MiB") }
        for byte in bytes {
            switch byte {
            case 0x00...0x20, 0x7F, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x80...:
                throw ServiceURLError("the URL holds a character that must be encoded or is not allowed")
            case 0x23: throw ServiceURLError("the URL has a fragment ('#…'); remove it")
            default: break
            }
        }
        guard let colon = bytes.firstIndex(of: 0x3A), bytes[colon...].starts(with: "://".utf8) else {
            throw ServiceURLError("the URL has no scheme; it must start with https:// or http://")
        }
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard scheme == "https" || scheme == "http" else {
            throw ServiceURLError("the URL's scheme '\(scheme.prefix(20))' is not known; use https or http")
        }
        let rest = bytes[(colon + 3)...]
        let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        let authority = try Self.authority(rest[..<end], scheme: scheme)
        let question = rest[end...].firstIndex(of: 0x3F)
        let path = rest[end..<(question ?? rest.endIndex)]
        guard !Self.hasDotSegment(path) else { throw ServiceURLError("the URL's path holds a '.' or '..' segment") }
        self.init(
            scheme: scheme,
            host: authority.host,
            port: authority.port,
            path: String(decoding: path, as: UTF8.self),
            query: question.map { String(decoding: rest[($0 + 1)...], as: UTF8.self) }
        )
    }

    /// The host that a URL names, for messages.
    static func host(of url: String) -> String { (try? ServiceURL(url))?.host ?? "the service" }

    /// A URL up to where its path or query begins.
    static func start(of text: String) -> Substring {
        var slashes = 0
        return text[
            ..<(text.utf8.firstIndex { byte in
                if byte == 0x2F { slashes += 1 }
                return slashes == 3 || byte == 0x3F
            } ?? text.endIndex)
        ]
    }

    private static func authority(
        _ text: ArraySlice<UInt8>,
        scheme: String
    ) throws(ServiceURLError) -> (host: String, port: Int) {
        guard !text.contains(0x40) else {
            throw ServiceURLError("the URL holds user info ('…@'); credentials belong into the vault")
        }
        var host = text
        var port = scheme == "https" ? 443 : 80
        let afterBracket = text.lastIndex(of: 0x5D) ?? text.startIndex
        if let colon = text[afterBracket...].lastIndex(of: 0x3A) {
            host = text[..<colon]
            let digits = text[(colon + 1)...]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(number)
            else { throw ServiceURLError("the URL's port is no number from 1 to 65535") }
            port = number
        }
        let name = String(decoding: host, as: UTF8.self).lowercased()
        guard isHost(name) else { throw ServiceURLError("'\(name.prefix(80))' is no host name or address") }
        return (name, port)
    }

    /// Whether a text in lower case can be a host: labels of letters, digits and hyphens, or an IPv6 address in
    /// brackets.
    static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inside = text.utf8.dropFirst().dropLast()
            return inside.contains(0x3A)
                && inside.allSatisfy { (0x30...0x3A).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2E }
        }
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy {
            isLabel($0, allowsUnderscore: true)
        }
    }

    /// Whether a text is one label of a host: 1 to 63 letters, digits and hyphens, no hyphen at an end (RFC 1123 §2.1).
    static func isLabel(_ text: some BidirectionalCollection<UInt8>, allowsUnderscore: Bool = false) -> Bool {
        guard (1...63).contains(text.count), text.first != 0x2D, text.last != 0x2D else { return false }
        return text.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7A, 0x2D: true
            case 0x5F: allowsUnderscore
            default: false
            }
        }
    }

    /// Whether a segment is `.` or `..`, the dots percent-encoded or not.
    private static func hasDotSegment(_ path: ArraySlice<UInt8>) -> Bool {
        path.split(separator: 0x2F).contains { segment in
            guard segment.count <= 6, segment.first == 0x2E || segment.first == 0x25 else { return false }
            let text = String(decoding: segment, as: UTF8.self).lowercased()
            return [".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"].contains(text)
        }
    }
}

/// Why a text is no URL that may be called.
package struct ServiceURLError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
