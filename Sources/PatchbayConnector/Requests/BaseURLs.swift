import Foundation
package import PatchbayModel

/// Base URLs with their `{connection}` parts, and the hosts a manifest declares.
package enum BaseURLs {
    /// Fills in the parts of a base URL: in the host each one label, in the path each one encoded segment.
    ///
    /// - Parameters:
    ///   - template: For example `https://{tenant}.example.com/api/{version}`.
    ///   - connection: Connection values by key.
    /// - Returns: The URL without a final slash.
    /// - Throws: ``Failure`` of kind `invalid` that names the value.
    package static func resolve(_ template: String, connection: [String: String]) throws(Failure) -> String {
        let start = template.range(of: "://")?.upperBound ?? template.startIndex
        let end = template[start...].firstIndex(of: "/") ?? template.endIndex
        guard !template[..<start].contains("{") else {
            throw Failure(.invalid, "the base URL '\(template)' has a named part in its scheme; write the scheme out")
        }
        let host = try fill(template[start..<end]) { name throws(Failure) in try label(name, connection: connection) }
        let path = try fill(template[end...]) { name throws(Failure) in
            try segment(value(name, connection), named: "connection value '\(name)'")
        }
        let url = try parse(template[..<start] + host + path, named: "the base URL")
        guard url.query == nil else {
            throw Failure(.invalid, "the base URL '\(template)' has a query; put it into the operations or the profile")
        }
        var text = url.text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// The origin of a URL, `scheme://host:port` in lower case with the port written.
    ///
    /// - Throws: ``Failure`` of kind `invalid`.
    package static func origin(of url: String) throws(Failure) -> String { try parse(url, named: "the URL").origin }

    /// Whether a manifest's host rules cover a URL, their `{connection}` labels filled in.
    ///
    /// - Throws: ``Failure`` of kind `invalid` when the URL or a value is malformed.
    package static func isDeclared(
        _ url: String,
        by rules: [HostRule],
        connection: [String: String] = [:]
    ) throws(Failure) -> Bool {
        let url = try parse(url, named: "the URL")
        for rule in rules {
            let wildcard = rule.host.hasPrefix("*.")
            let template = wildcard ? rule.host.dropFirst(2) : rule.host[...]
            let names = try fill(template) { name throws(Failure) in
                guard let value = connection[name]?.lowercased(), ServiceURL.isLabel(value.utf8) else { return "" }
                return value
            }
            let host = names.lowercased()
            guard ServiceURL.isHost(host) else { continue }
            let fits = wildcard ? url.host.hasSuffix("." + host) : url.host == host
            let port = rule.port ?? (rule.scheme == "https" ? 443 : 80)
            if fits, url.scheme == rule.scheme, url.port == port { return true }
        }
        return false
    }

    /// Whether a URL is that of one of a manifest's regions.
    package static func isRegion(_ url: String, of rule: BaseURLRule?, connection: [String: String]) -> Bool {
        guard let resolved = try? resolve(url, connection: connection) else { return false }
        return rule?.regions.members.contains { region in
            region.value.string.flatMap { try? resolve($0, connection: connection) } == resolved
        } ?? false
    }

    /// Replaces each `{name}` of a text.
    static func fill(
        _ text: some StringProtocol,
        _ value: (String) throws(Failure) -> String
    ) throws(Failure) -> String {
        guard text.utf8.contains(0x7B) else { return String(text) }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw Failure(.invalid, "'\(text)' has a '{' without its '}'")
            }
            result += try value(String(rest[rest.index(after: open)..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// A value as one path segment: never empty, never `.` or `..`, everything reserved encoded.
    static func segment(_ value: String, named name: String) throws(Failure) -> String {
        switch value {
        case "": throw Failure(.invalid, "\(name) is empty, but it is a part of the path; give it a value")
        case ".", "..":
            throw Failure(.invalid, "\(name) is '\(value)', which would change the path; give another value")
        default: return PercentEncoding.encode(value)
        }
    }

    private static func label(_ name: String, connection: [String: String]) throws(Failure) -> String {
        let value = try value(name, connection).lowercased()
        guard ServiceURL.isLabel(value.utf8) else {
            throw Failure(
                .invalid,
                "connection value '\(name)' is '\(value.prefix(80))', but it is a part of the host; "
                    + "use 1 to 63 letters, digits and hyphens"
            )
        }
        return value
    }

    private static func value(_ name: String, _ connection: [String: String]) throws(Failure) -> String {
        guard let value = connection[name], !value.isEmpty else {
            throw Failure(.invalid, "connection value '\(name)' is missing; set it in the authorization profile")
        }
        return value
    }

    private static func parse(_ text: some StringProtocol, named name: String) throws(Failure) -> ServiceURL {
        do throws(ServiceURLError) {
            return try ServiceURL(String(text))
        } catch {
            throw Failure(.invalid, "\(name) cannot be used: \(error)")
        }
    }
}
