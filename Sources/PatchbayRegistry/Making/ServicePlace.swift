import PatchbayModel

/// Where a service is: its base URL, and what a manifest says of it.
struct ServicePlace: Sendable {
    let url: String
    /// The manifest's host rule.
    let host: JSONObject
    /// The `{name}` parts, as connection values.
    let connection: [JSONValue]
    /// Where a page of its documentation could be, to be replaced.
    let documentation: String
    /// The URL's scheme and host.
    let origin: String

    /// Takes a base URL apart.
    ///
    /// - Throws: ``PluginStartError/wrongPlace(_:reason:)``.
    init(_ text: String) throws(PluginStartError) {
        func wrong(_ reason: String) -> PluginStartError { .wrongPlace(text, reason: reason) }
        guard let scheme = ["https", "http"].first(where: { text.hasPrefix($0 + "://") }) else {
            throw wrong("it begins with neither https:// nor http://")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !"/?#".contains($0) }
        let path = rest.dropFirst(authority.count)
        guard !path.contains(where: { "?#".contains($0) }) else {
            throw wrong("it has a query or fragment; operations say them")
        }
        guard !authority.contains("@") else { throw wrong("it holds a user name; credentials are asked for") }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var rule: JSONObject = ["host": .string(String(parts[0]))]
        if scheme == "http" { rule["scheme"] = "http" }
        if parts.count == 2 {
            guard let port = Int(parts[1]), (1...65535).contains(port) else { throw wrong("its port is no number") }
            rule["port"] = .number(JSONNumber(port))
        }
        // A plugin's hosts are names that it promises to everybody; this machine's own is an operator's to open.
        guard parts[0].contains("."), !parts[0].allSatisfy({ $0.isNumber || $0 == "." }) else {
            throw wrong(
                "a plugin names public hosts only; give the service's own, and a server of this machine at "
                    + "'patchbay integration enable ID --base-url'"
            )
        }
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        url = trimmed
        host = rule
        origin = "\(scheme)://\(authority)"
        let plain = authority.filter { $0 != "{" && $0 != "}" }
        documentation = "\(scheme)://\(plain)/docs"
        connection =
            Self.names(in: String(authority)).map { Self.value($0, use: "hostLabel") }
            + Self.names(in: String(path)).map { Self.value($0, use: "pathSegment") }
    }

    private static func value(_ name: String, use: String) -> JSONValue {
        ["key": .string(name), "title": .string(Words.title(name)), "use": .string(use)]
    }

    /// The names in braces, each once.
    private static func names(in text: String) -> [String] {
        var names: [String] = []
        for piece in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            let name = String(piece.prefix { $0 != "}" })
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// Words made from names.
package enum Words {
    /// `shopName` and `shop-name` are `Shop name`.
    package static func title(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase, let last = words.last, last.isLowercase { words += " " }
            words +=
                character == "_" || character == "-"
                ? " " : words.isEmpty ? character.uppercased() : character.lowercased()
        }
        return words
    }
}

/// Why a plugin can't begin so.
package enum PluginStartError: Error, Equatable, CustomStringConvertible {
    case badID(String, near: String?)
    case reservedID(String)
    case emptyName
    case wrongPlace(String, reason: String)

    package var description: String {
        switch self {
        case .badID(let id, let near):
            "'\(id)' is no plugin's id; \(TextKind.id.hint)" + (near.map { ", such as '\($0)'" } ?? "")
        case .reservedID(let id):
            "no plugin is called '\(id)': that is what profiles without a plugin are; name another id"
        case .emptyName: "the service's name is empty; leave --name out, or say what people call it"
        case .wrongPlace(let url, let reason): "'\(url)' is no base URL of a plugin: \(reason)"
        }
    }
}
