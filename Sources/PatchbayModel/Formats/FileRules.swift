/// What the parts of the smaller files say about each other.
enum FileRules {
    static func template(_ value: JSONValue) -> [Diagnostic] {
        var notes = RuleNotes()
        notes.sameButCase(value["parameters"]?.object, ["parameters"])
        checkVariables(value["variables"], &notes)
        return notes.diagnostics
    }

    static func workspace(_ value: JSONValue) -> [Diagnostic] {
        var notes = RuleNotes()
        if let language = value["language"]?.string, let languages = value["languages"]?.array,
            !languages.contains(.string(language))
        {
            notes.error(["languages"], "the default language '\(language)' is missing", "add it to 'languages'")
        }
        return notes.diagnostics
    }

    static func variables(_ value: JSONValue) -> [Diagnostic] {
        var notes = RuleNotes()
        checkVariables(value["variables"], &notes)
        return notes.diagnostics
    }

    static func profile(_ value: JSONValue) -> [Diagnostic] {
        var notes = RuleNotes()
        let connection = value["connection"]?.object?.keys ?? []
        if value["integration"] == nil {
            let fields = AuthorizationRules.fieldKeys(of: value)
            AuthorizationRules.check(value, at: [], fields: fields, connection: connection, &notes)
            for name in NamedParts.names(in: value["baseURL"]?.string ?? "") where !connection.contains(name) {
                notes.unknown(["baseURL"], "connection value", name, among: connection)
            }
            for key in ["check", "session"] where value[key]?["operation"] != nil {
                notes.error(
                    [key, "operation"],
                    "a profile without a plugin has no operations",
                    "write a request or a URL"
                )
            }
        } else if value["integration"]?.string == "custom" {
            notes.error(
                ["integration"],
                "the plugin id 'custom' is reserved",
                "leave 'integration' out and name a 'type'"
            )
        }
        return notes.diagnostics
    }

    private static func checkVariables(_ list: JSONValue?, _ notes: inout RuleNotes) {
        for (index, record) in (list?.array ?? []).enumerated() {
            if let key = record["key"]?.string, ReservedName.contains(key) {
                notes.error(
                    ["variables", "\(index)", "key"],
                    "the variable name '\(key)' is reserved",
                    "choose another name"
                )
            }
            if record["kind"]?.string == "content", let value = record["value"], value.object == nil {
                notes.error(
                    ["variables", "\(index)", "value"],
                    "a content variable's value is a map by language",
                    "write {\"en\": …}"
                )
            }
        }
    }
}
