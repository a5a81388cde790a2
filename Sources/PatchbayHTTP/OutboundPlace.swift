package import PatchbayModel

/// A host, perhaps with a port, that an operator wants calls to reach: a name or an address, spelled as the gate spells it.
///
/// Without a port the scheme's own one is meant. What the gate never lets through is refused here already, and an
/// address of this machine or its neighbourhood needs its port.
package struct OutboundPlace: Sendable, Equatable, CustomStringConvertible {
    /// `host`, `host:port`, `[address]` or `[address]:port`, in lower case.
    package let description: String
    package let hasPort: Bool

    /// Reads a place; a final dot is dropped, an address of version 6 may stand without brackets where it has no port.
    ///
    /// - Throws: ``Failure`` of kind `blocked` that names the place.
    package init(_ text: String) throws(Failure) {
        guard !text.contains("/") else {
            throw Failure(.blocked, "'\(text)' is no HOST or HOST:PORT; leave out scheme and path")
        }
        var text = text
        if let address = IPAddress(text), address.isVersion6 { text = "[\(text)]" }
        let end = text.last == "]" ? text.endIndex : text.lastIndex(of: ":") ?? text.endIndex
        if text[..<end].last == ".", let dot = text[..<end].indices.last { text.remove(at: dot) }
        let host: String
        let address: IPAddress?
        let port: Int?
        do throws(OutboundURL.Malformed) {
            (host, address, port) = try OutboundURL.authority(Array(text.utf8)[...])
        } catch {
            throw Failure(.blocked, "'\(text)' is no HOST or HOST:PORT, it \(error)")
        }
        if let words = OutboundGate.refusal(ofHost: host, address) { throw Failure(.blocked, words) }
        if port == nil, let word = Self.neighbourhood(host, address) {
            throw Failure(
                .blocked,
                "\(host) is a \(word) address, which is allowed with its port only; write \(host):PORT"
            )
        }
        description = port.map { "\(host):\($0)" } ?? host
        hasPort = port != nil
    }

    /// Checks what can be seen of a base URL without looking up its name.
    ///
    /// - Throws: ``Failure`` of kind `blocked`: it can't be read, or its host is never called.
    package static func check(baseURL: String) throws(Failure) {
        let url: OutboundURL
        do throws(OutboundURL.Malformed) {
            url = try OutboundURL(baseURL)
        } catch {
            throw Failure(.blocked, "the base URL \(error)")
        }
        if let words = OutboundGate.refusal(ofHost: url.host, url.address) { throw Failure(.blocked, words) }
    }

    private static func neighbourhood(_ host: String, _ address: IPAddress?) -> String? {
        if host == "localhost" || host.hasSuffix(".localhost") { return "loopback" }
        guard case .near(let word) = address?.kind else { return nil }
        return word
    }
}
