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
        for (index, rule) in (root["sandbox"]?["model"]?.array ?? []).enumerated() {
            guard rule["do"]?.string == "extract", rule["terms"] == nil else { continue }
            notes.error(
                ["sandbox", "model", "\(index)"],
                "'extract' finds nothing without 'terms'",
                "name a file of terms, one a line"
            )
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
        if root["baseURL"] == nil, !operations.isEmpty {
            notes.error([], "'baseURL' is missing", "operations start from it")
        }
    }

    private mutating func checkURL(_ url: String, _ place: [String]) {
        checkNames(in: url, place)
        guard let host = NamedParts.host(of: url) else { return }
        if NamedParts.hasUser(url) {
            notes.error(place, "the URL holds user info ('…@')", "remove it; credentials are fields of 'authorization'")
        }
        let allowed = (root["hosts"]?.array ?? []).filter { rule in
            guard let name = rule["host"]?.string else { return false }
            return name == host || name.hasPrefix("*.") && host.hasSuffix(name.dropFirst())
        }
        guard !allowed.isEmpty else {
            notes.error(place, "the host '\(host)' is not among 'hosts'", "add {\"host\": \"\(host)\"} to 'hosts'")
            return
        }
        let scheme = url.hasPrefix("http:") ? "http" : "https"
        guard let port = NamedParts.port(of: url) else {
            notes.error(place, "the URL's port is none", "write a number from 1 to 65535, or leave it out")
            return
        }
        let fits = allowed.contains { rule in
            let own = rule["scheme"]?.string ?? "https"
            return own == scheme && rule["port"]?.int ?? (own == "https" ? 443 : 80) == port
        }
        if !fits {
            notes.error(
                place,
                "'hosts' names '\(host)' with another scheme or port",
                "add {\"scheme\": \"\(scheme)\", \"host\": \"\(host)\", \"port\": \(port)} to 'hosts'"
            )
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
        checkSends(type, place)
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

    /// What is sent has a place in some path, and a token to be made of.
    private mutating func checkSends(_ type: JSONValue, _ place: [String]) {
        let parts = Set(operations.members.flatMap { NamedParts.names(in: $0.value["path"]?.string ?? "") })
        for (index, send) in (type["send"]?.array ?? []).enumerated() {
            let place = place + ["send", "\(index)"]
            guard let name = send["name"]?.string else { continue }
            if send["in"]?.string == "path", !parts.contains(name) {
                notes.unknown(place + ["name"], "part of a path called", name, among: parts.sorted())
            }
            if send["in"]?.string == "header" { checkHeader(name, place + ["name"]) }
            let tokens = (send["value"]?.array ?? []).enumerated().compactMap { part in
                part.element["token"]?.string.map { (part.offset, $0) }
            }
            for (part, token) in tokens where type["oauth"] == nil && type["session"] == nil && type["assertion"] == nil
            {
                notes.error(
                    place + ["value", "\(part)", "token"],
                    "nothing gives the token '\(token)'",
                    "add 'oauth', 'session' or 'assertion', or send a field"
                )
            }
        }
    }

    /// Whether a plugin may write a header: the hub writes what frames a message.
    mutating func checkHeader(_ name: String, _ place: @autoclosure () -> [String]) {
        if !TextKind.header.matches(name) {
            notes.error(place(), "'\(name)' is not a header's name", "use letters, digits and hyphens")
        } else if OwnHeaders.contains(name) {
            notes.error(place(), "the hub alone sets the header '\(name)'", "leave it out")
        }
    }

    private mutating func checkCheck(_ check: JSONValue, _ place: [String]) {
        checkOperation(check["operation"], at: place + ["operation"])
        if let url = check["url"]?.string { checkURL(url, place + ["url"]) }
        if let url = check["request"]?["url"]?.string { checkURL(url, place + ["request", "url"]) }
        guard let id = check["operation"]?.string, let operation = operations[id] else { return }
        let inputs = operation["inputs"]?.object ?? JSONObject()
        for key in check["input"]?.object?.keys ?? [] where inputs[key] == nil {
            notes.unknown(place + ["input", key], "input", key, among: inputs.keys)
        }
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
