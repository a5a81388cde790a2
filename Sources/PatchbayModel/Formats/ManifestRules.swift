/// What the parts of one `plugin.json` say about each other.
enum ManifestRules {
    static func diagnostics(of manifest: JSONValue) -> [Diagnostic] {
        guard case .object(let root) = manifest else { return [] }
        var rules = ManifestCheck(root)
        rules.run()
        return rules.notes.diagnostics
    }
}

/// One manifest on its way through the rules.
struct ManifestCheck {
    let root: JSONObject
    let connection: [String]
    let operations: JSONObject
    /// The fields of all authorization types.
    var fields: Set<String> = []
    var notes = RuleNotes()

    init(_ root: JSONObject) {
        self.root = root
        connection = root["connection"]?.array?.compactMap { $0["key"]?.string } ?? []
        operations = root["operations"]?.object ?? JSONObject()
    }

    mutating func run() {
        if root["id"]?.string == "custom" {
            notes.error(["id"], "the id 'custom' is reserved", "it names profiles without a plugin; choose another id")
        }
        for (index, type) in (root["authorization"]?.array ?? []).enumerated() { checkAuthorization(type, index) }
        checkFields(root["connection"], ["connection"], own: [])
        checkBaseURL()
        checkOperations()
        for (index, budget) in (root["budgets"]?.array ?? []).enumerated() {
            for (place, id) in (budget["operations"]?.array ?? []).enumerated() {
                checkOperation(id, at: ["budgets", "\(index)", "operations", "\(place)"])
            }
        }
        for (index, webhook) in (root["webhooks"]?.array ?? []).enumerated() {
            checkSchema(webhook["schema"], ["webhooks", "\(index)", "schema"])
            if let field = webhook["verify"]?["field"]?.string, !fields.contains(field) {
                notes.unknown(["webhooks", "\(index)", "verify", "field"], "field", field, among: fields.sorted())
            }
        }
        for member in root["sandbox"]?["operations"]?.object?.members ?? [] where operations[member.key] == nil {
            notes.unknown(["sandbox", "operations", member.key], "operation", member.key, among: operations.keys)
        }
    }

    /// Notes a reference to an operation that is not there; `place` is built only then.
    mutating func checkOperation(_ value: JSONValue?, at place: @autoclosure () -> [String]) {
        guard let id = value?.string, operations[id] == nil else { return }
        notes.unknown(place(), "operation", id, among: operations.keys)
    }

    // MARK: - Hosts

    private mutating func checkBaseURL() {
        for (index, host) in (root["hosts"]?.array ?? []).enumerated() {
            checkNames(in: host["host"]?.string, ["hosts", "\(index)", "host"])
        }
        if let url = root["baseURL"]?["url"]?.string { checkURL(url, ["baseURL", "url"]) }
        for member in root["baseURL"]?["regions"]?.object?.members ?? [] {
            if let url = member.value.string { checkURL(url, ["baseURL", "regions", member.key]) }
        }
        for member in operations.members {
            if let url = member.value["baseURL"]?.string {
                checkURL(url, ["operations", member.key, "baseURL"])
            } else if root["baseURL"] == nil {
                return notes.error([], "'baseURL' is missing", "operations start from it")
            }
        }
    }

    private mutating func checkURL(_ url: String, _ place: [String]) {
        checkNames(in: url, place)
        guard let host = NamedParts.host(of: url) else { return }
        if NamedParts.hasUser(url) {
            notes.error(place, "the URL holds user info ('…@')", "remove it; credentials are fields of 'authorization'")
        }
        let allowed = root["hosts"]?.array?.compactMap { $0["host"]?.string } ?? []
        let isAllowed = allowed.contains { $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) }
        if !isAllowed {
            notes.error(place, "the host '\(host)' is not among 'hosts'", "add {\"host\": \"\(host)\"} to 'hosts'")
        }
    }

    private mutating func checkNames(in text: String?, _ place: @autoclosure () -> [String]) {
        guard let text, text.utf8.contains(0x7B) else { return }
        for name in NamedParts.names(in: text) where !connection.contains(name) {
            notes.unknown(place(), "connection value", name, among: connection)
        }
    }

    // MARK: - Authorization

    private mutating func checkAuthorization(_ type: JSONValue, _ index: Int) {
        let place = ["authorization", "\(index)"]
        let own = AuthorizationRules.fieldKeys(of: type)
        fields.formUnion(own)
        checkFields(type["fields"], place + ["fields"], own: own)
        AuthorizationRules.check(type, at: place, fields: own, connection: connection, &notes)
        if let check = type["check"] { checkCheck(check, place + ["check"]) }
        checkOperation(type["session"]?["operation"], at: place + ["session", "operation"])
    }

    private mutating func checkFields(_ list: JSONValue?, _ place: [String], own: [String]) {
        for (index, field) in (list?.array ?? []).enumerated() {
            guard let when = field["visibleWhen"] else { continue }
            checkVisible(when, place + ["\(index)", "visibleWhen"], fields: own, inputs: [])
        }
    }

    mutating func checkVisible(
        _ when: JSONValue,
        _ place: @autoclosure () -> [String],
        fields: [String],
        inputs: [String]
    ) {
        for (key, noun, known) in [
            ("field", "field", fields), ("connection", "connection value", connection), ("input", "input", inputs),
        ] {
            if let name = when[key]?.string, !known.contains(name) {
                notes.unknown(place() + [key], noun, name, among: known)
            }
        }
    }

    private mutating func checkCheck(_ check: JSONValue, _ place: [String]) {
        checkOperation(check["operation"], at: place + ["operation"])
        guard let id = check["operation"]?.string, let operation = operations[id] else { return }
        for member in operation["inputs"]?.object?.members ?? []
        where member.value["required"]?.bool == true && member.value["default"] == nil
            && check["input"]?[member.key] == nil
        {
            notes.error(
                place + ["operation"],
                "the operation '\(id)' needs the input '\(member.key)'",
                "give it in 'input', or check with an operation that needs none"
            )
        }
    }
}
