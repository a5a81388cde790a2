/// A URL that every reader reads alike: RFC 3986 without the parts on which readers disagree.
///
/// There is no user info, backslash, control character, space, fragment, dot segment or percent sign in the host, and a host that ends in
/// a number is exactly four decimal parts. What is left goes to the client as ``text``.
package struct OutboundURL: Sendable, Equatable {
    /// `https` or `http`.
    package let scheme: String
    /// In lower case, a version 6 address with its brackets.
    package let host: String
    package let port: Int
    /// Path and query, starting with `/`.
    package let target: String
    /// The address, when the host is one.
    let address: IPAddress?

    /// `scheme://host:port` with the port written out, as ``Reach`` spells it.
    package var origin: String { "\(scheme)://\(hostAndPort)" }

    /// `host:port`.
    package var hostAndPort: String { "\(host):\(port)" }

    /// The whole URL; the port only where it is not the scheme's.
    var text: String { "\(scheme)://\(isDefaultPort ? host : hostAndPort)\(target)" }

    private var isDefaultPort: Bool { port == (scheme == "https" ? 443 : 80) }

    /// Reads an absolute URL.
    ///
    /// - Throws: ``Malformed`` with what is wrong; the words hold nothing of the path or query.
    package init(_ text: String) throws(Malformed) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 16 << 10 else { throw Malformed("is longer than 16 KiB") }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Malformed("holds a space, control character or character beyond ASCII; encode it")
        }
        guard let colon = bytes.firstIndex(of: 0x3A), bytes[colon...].starts(with: "://".utf8) else {
            throw Malformed("is not absolute; write https://host/path")
        }
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard scheme == "https" || scheme == "http" else {
            throw Malformed("has a scheme that is not https or http")
        }
        let rest = bytes[(colon + 3)...]
        let end =
            rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
            ?? rest.endIndex
        let authority = try Self.authority(rest[..<end])
        self.scheme = scheme
        host = authority.host
        address = authority.address
        port = authority.port ?? (scheme == "https" ? 443 : 80)
        target = try Self.target(rest[end...])
    }

    private init(at url: OutboundURL, target: ArraySlice<UInt8>) throws(Malformed) {
        scheme = url.scheme
        host = url.host
        port = url.port
        address = url.address
        self.target = try Self.target(target)
    }

    /// The URL that a `Location` means (RFC 3986 §5.2); nil when it can't be read strictly.
    func following(_ location: String) -> OutboundURL? {
        let withoutFragment = location.utf8.prefix { $0 != UInt8(ascii: "#") }
        let text = String(decoding: withoutFragment, as: UTF8.self)
        if text.contains("://") && !text.hasPrefix("/") && !text.hasPrefix("?") { return try? OutboundURL(text) }
        if text.hasPrefix("//") { return try? OutboundURL("\(scheme):\(text)") }
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        let base = String(decoding: path, as: UTF8.self)
        let merged: String
        if text.hasPrefix("/") {
            merged = text
        } else if text.isEmpty || text.hasPrefix("?") {
            merged = base + text
        } else {
            guard !text.utf8.prefix(while: { $0 != UInt8(ascii: "/") }).contains(0x3A) else { return nil }
            merged = base[...(base.lastIndex(of: "/") ?? base.startIndex)] + text
        }
        return try? OutboundURL(at: self, target: Array(Self.withoutDotSegments(merged).utf8)[...])
    }

    /// What keeps a text from being a URL that may be called.
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        /// Continues "the URL".
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }
}
