/// What an authorization type says about its own fields; for manifests and for profiles without a plugin.
enum AuthorizationRules {
    /// The keys of the fields, given or standing in for none.
    static func fieldKeys(of type: JSONValue) -> [String] {
        if let fields = type["fields"]?.array { return fields.compactMap { $0["key"]?.string } }
        return switch type["type"]?.string {
        case "basic": ["username", "password"]
        case "apiKey": ["apiKey"]
        case "bearer": ["token"]
        default: []
        }
    }

    /// References to fields and connection values that are not there.
    static func check(
        _ type: JSONValue,
        at place: [String],
        fields: [String],
        connection: [String],
        _ notes: inout RuleNotes
    ) {
        func check(_ parts: JSONValue?, _ rest: @autoclosure () -> [String]) {
            for (index, part) in (parts?.array ?? []).enumerated() {
                if let name = part["field"]?.string, !fields.contains(name) {
                    notes.unknown(place + rest() + ["\(index)", "field"], "field", name, among: fields)
                }
                if let name = part["connection"]?.string, !connection.contains(name) {
                    notes.unknown(
                        place + rest() + ["\(index)", "connection"],
                        "connection value",
                        name,
                        among: connection
                    )
                }
            }
        }
        for (index, send) in (type["send"]?.array ?? []).enumerated() {
            for key in ["value", "user", "password"] { check(send[key], ["send", "\(index)", key]) }
        }
        if let oauth = type["oauth"] {
            check(oauth["client"]?["id"], ["oauth", "client", "id"])
            check(oauth["client"]?["secret"], ["oauth", "client", "secret"])
            for key in ["authorizationParameters", "tokenParameters"] {
                for member in oauth[key]?.object?.members ?? [] { check(member.value, ["oauth", key, member.key]) }
            }
            for key in ["authorizationURL", "tokenURL", "refreshURL", "revokeURL"] {
                for name in NamedParts.names(in: oauth[key]?.string ?? "") where !connection.contains(name) {
                    notes.unknown(place + ["oauth", key], "connection value", name, among: connection)
                }
            }
            if type["type"]?.string == "oauth2AuthorizationCode", oauth["authorizationURL"] == nil {
                notes.error(place + ["oauth"], "'authorizationURL' is missing", "the user agrees there")
            }
        }
        for member in type["session"]?["input"]?.object?.members ?? [] {
            check(member.value, ["session", "input", member.key])
        }
        if let assertion = type["assertion"] {
            if let key = assertion["key"]?.string, !fields.contains(key) {
                notes.unknown(place + ["assertion", "key"], "field", key, among: fields)
            }
            check(assertion["keyID"], ["assertion", "keyID"])
            for member in assertion["claims"]?.object?.members ?? [] {
                check(member.value, ["assertion", "claims", member.key])
            }
        }
        for (index, field) in (type["fields"]?.array ?? []).enumerated() {
            if let name = field["visibleWhen"]?["field"]?.string, name == field["key"]?.string {
                notes.error(
                    place + ["fields", "\(index)", "visibleWhen", "field"],
                    "the field '\(name)' depends on itself",
                    "name another field"
                )
            }
        }
    }
}
