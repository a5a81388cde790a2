/// Collects what the parts of one file say wrongly about each other.
///
/// Rules look only at what has the right form; the rest the shape has already said.
struct RuleNotes {
    private(set) var diagnostics: [Diagnostic] = []

    /// Whether the next finding is told: near names are looked for only then, since each takes its time.
    var isTold: Bool { diagnostics.count < FileCheck.mostFindings }

    mutating func error(_ place: [String], _ message: String, _ remedy: String?) {
        diagnostics.append(Diagnostic(at: JSONPointer(tokens: place), message, remedy: remedy))
    }

    mutating func warning(_ place: [String], _ message: String, _ remedy: String?) {
        diagnostics.append(Diagnostic(.warning, at: JSONPointer(tokens: place), message, remedy: remedy))
    }

    /// Notes a name that stands for nothing.
    mutating func unknown(_ place: [String], _ noun: String, _ name: String, among names: some Collection<String>) {
        let near = isTold ? NearName.remedy(for: name, among: names) : nil
        error(place, "no \(noun) '\(name)'", near ?? "add it or remove the reference")
    }

    /// Notes keys of a map that differ only in case.
    mutating func sameButCase(_ object: JSONObject?, _ place: @autoclosure () -> [String]) {
        guard let object, object.count > 1 else { return }
        var seen = NameSet(capacity: object.count)
        for member in object.members where !seen.insert(member.key) {
            error(
                place() + [member.key],
                "the key '\(member.key)' differs from another only in case",
                "choose another name"
            )
        }
    }
}

/// Words that name something in expressions and so are no names of nodes and variables.
package enum ReservedName {
    package static let all: Set<String> = [
        "entities", "session", "settings", "env", "content", "context", "child", "tool", "intent", "history", "traits",
        "response",
        "error", "end", "continue", "next", "default", "lastServiceFailure",
    ]

    /// Whether a name is taken, in whatever case.
    package static func contains(_ name: String) -> Bool {
        all.contains(name) || lowered.contains(name.lowercased())
    }

    private static let lowered = Set(all.map { $0.lowercased() })
}

/// `{name}` parts of URLs and paths.
enum NamedParts {
    /// The names in single braces, in order.
    static func names(in text: String) -> [String] {
        guard text.utf8.contains(0x7B) else { return [] }
        var names: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "{") {
            let inside = rest[rest.index(after: start)...]
            if inside.first == "{" {
                guard let end = inside.firstRange(of: "}}") else { break }
                rest = inside[end.upperBound...]
            } else {
                guard let end = inside.firstIndex(of: "}") else {
                    names.append(String(inside))
                    break
                }
                names.append(String(inside[..<end]))
                rest = inside[inside.index(after: end)...]
            }
        }
        return names
    }

    /// The host of a URL, without scheme, user, port and path.
    static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = authority(url[scheme.upperBound...])
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return host.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init)
    }

    /// Whether a URL names a user before its host.
    static func hasUser(_ url: String) -> Bool {
        guard let scheme = url.firstRange(of: "://") else { return false }
        return authority(url[scheme.upperBound...]).contains("@")
    }

    /// The port of a URL, its scheme's own where it names none; nil for one that is none.
    static func port(of url: String) -> Int? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = authority(url[scheme.upperBound...])
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard let colon = place.lastIndex(of: ":") else { return url.hasPrefix("http:") ? 80 : 443 }
        return Int(place[place.index(after: colon)...]).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    private static func authority(_ rest: Substring) -> Substring {
        rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    }
}

/// Headers that frame a message or a connection: written by anybody but the hub they would smuggle a second request.
package enum OwnHeaders {
    private static let names: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection",
        "proxy-authorization", "te", "trailer", "upgrade", "expect",
    ]

    /// Whether the hub alone sets a header, in whatever case it is written.
    package static func contains(_ name: String) -> Bool { names.contains(name.lowercased()) }
}
