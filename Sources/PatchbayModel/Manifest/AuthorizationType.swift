/// A way to authorize that a plugin offers.
package struct AuthorizationType: Sendable, Equatable {
    /// How it works.
    package enum Kind: String, Sendable, CaseIterable {
        case none, basic, apiKey, bearer, oauth2AuthorizationCode, oauth2ClientCredentials, oauth2Password, custom

        /// Whether it can be used; the others are read and linted.
        package var runs: Bool {
            switch self {
            case .none, .basic, .apiKey, .bearer, .custom: true
            case .oauth2AuthorizationCode, .oauth2ClientCredentials, .oauth2Password: false
            }
        }
    }

    /// Whose credential is used.
    package enum Mode: String, Sendable, CaseIterable {
        case preAuthorized, userAuthorized
    }

    package let id: String
    package let kind: Kind
    package let title: LocalizedText?
    package let modes: [Mode]
    /// What is asked for and kept in the vault.
    package let fields: [CredentialField]
    /// How it is sent.
    package let send: [SendRule]
    package let check: AuthorizationCheck?

    /// The type of services that need no credential.
    package static let none = AuthorizationType(
        id: "none",
        kind: .none,
        title: nil,
        modes: [.preAuthorized],
        fields: [],
        send: [],
        check: nil
    )

    private init(
        id: String,
        kind: Kind,
        title: LocalizedText?,
        modes: [Mode],
        fields: [CredentialField],
        send: [SendRule],
        check: AuthorizationCheck?
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.modes = modes
        self.fields = fields
        self.send = send
        self.check = check
    }

    /// Decodes one offered type, or the same keys of a profile without a plugin.
    package init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        let kind: Kind = try fields.choice("type")
        self.kind = kind
        title = fields.optionalText("title")
        let modes = fields.strings("modes").compactMap(Mode.init)
        self.modes = modes.isEmpty ? [.preAuthorized] : modes
        let own = try fields.list("fields", CredentialField.init)
        self.fields = own.isEmpty ? CredentialField.standard(for: kind, language: fields.language) : own
        let sends = try fields.list("send", SendRule.init)
        send = sends.isEmpty ? SendRule.standard(for: kind, fields: self.fields) : sends
        check = try fields.nested("check", AuthorizationCheck.init)
    }
}

/// A secret or other value that an authorization type asks for.
package struct CredentialField: Sendable, Equatable {
    /// How it is asked.
    package enum Kind: String, Sendable, CaseIterable {
        case text, password, select, url, boolean, file
    }

    package let key: String
    package let title: LocalizedText?
    package let kind: Kind
    package let isRequired: Bool
    package let help: LocalizedText?
    package let helpURL: String?
    package let placeholder: LocalizedText?
    package let defaultValue: String?
    package let pattern: String?
    /// The words of a `select`: value and title.
    package let choices: [String]
    /// The environment variable that `--from-env` reads.
    package let environment: String?
    /// Another field and the value it must have for this one to be asked.
    package let visibleWhen: JSONValue?

    /// Whether it is asked for, given the values of other fields.
    package func isVisible(with fields: [String: Secret]) -> Bool {
        guard let key = visibleWhen?["field"]?.string, let wanted = visibleWhen?["equals"]?.string else { return true }
        return fields[key]?.open { $0 == wanted } ?? false
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        key = try fields.string("key")
        title = fields.optionalText("title")
        kind = try fields.choice("kind", default: .text)
        isRequired = fields.bool("required", default: true)
        if let help = fields["help"], help["text"] != nil {
            self.help = help["text"].flatMap { LocalizedText($0, language: fields.language) }
            helpURL = help["url"]?.string
        } else {
            help = fields.optionalText("help")
            helpURL = nil
        }
        placeholder = fields.optionalText("placeholder")
        defaultValue = fields["default"]?.string ?? fields["default"]?.bool.map(String.init)
        pattern = fields.optionalString("pattern")
        choices = fields["choices"]?.array?.compactMap { $0.string ?? $0["value"]?.string } ?? []
        environment = fields.optionalString("environment")
        visibleWhen = fields["visibleWhen"]
    }

    private init(standard key: String, title: String, kind: Kind, language: String) {
        self.key = key
        self.title = LocalizedText(title, language: language)
        self.kind = kind
        isRequired = true
        help = nil
        helpURL = nil
        placeholder = nil
        defaultValue = nil
        pattern = nil
        choices = []
        environment = nil
        visibleWhen = nil
    }

    /// What a type asks for when its manifest names no fields.
    static func standard(for kind: AuthorizationType.Kind, language: String) -> [CredentialField] {
        switch kind {
        case .basic:
            [
                CredentialField(standard: "username", title: "User name", kind: .text, language: language),
                CredentialField(standard: "password", title: "Password", kind: .password, language: language),
            ]
        case .apiKey: [CredentialField(standard: "apiKey", title: "API key", kind: .password, language: language)]
        case .bearer: [CredentialField(standard: "token", title: "Token", kind: .password, language: language)]
        default: []
        }
    }
}

/// A value that is no secret: tenant, region, deployment; kept in the profile.
package struct ConnectionField: Sendable, Equatable {
    package let key: String
    package let title: LocalizedText?
    package let help: LocalizedText?
    package let kind: CredentialField.Kind
    package let isRequired: Bool
    package let defaultValue: String?
    package let pattern: String?
    package let choices: [String]
    package let environment: String?
    /// Whether it stands in a host, and is checked as one label of it.
    package let isHostLabel: Bool

    init(_ fields: Fields) throws(DiagnosticError) {
        let field = try CredentialField(fields)
        key = field.key
        title = field.title
        help = field.help
        kind = field.kind
        isRequired = field.isRequired
        defaultValue = field.defaultValue
        pattern = field.pattern
        choices = field.choices
        environment = field.environment
        isHostLabel = fields.optionalString("use") == "hostLabel"
    }
}

/// A part of a value that is sent: never text with holes.
package enum SendPart: Sendable, Equatable {
    case literal(String)
    /// A field of the credential.
    case field(String)
    /// A connection value.
    case connection(String)
    /// A token of an OAuth type: `access`.
    case token(String)

    init?(_ value: JSONValue) {
        if let text = value.string {
            self = .literal(text)
        } else if let key = value["field"]?.string {
            self = .field(key)
        } else if let key = value["connection"]?.string {
            self = .connection(key)
        } else if let key = value["token"]?.string {
            self = .token(key)
        } else {
            return nil
        }
    }

    static func parts(_ value: JSONValue?) -> [SendPart] {
        if case .array(let parts) = value { return parts.compactMap(SendPart.init) }
        return value.flatMap(SendPart.init).map { [$0] } ?? []
    }
}

/// One thing that authorizes a request.
package enum SendRule: Sendable, Equatable {
    /// Where a value is put.
    package enum Place: String, Sendable, CaseIterable {
        case header, query, path, cookie, body
    }

    /// A named value; in a body the name is a JSON pointer or a form key.
    case value(Place, name: String, parts: [SendPart], omitsEmpty: Bool)
    /// A `user:password` pair in the Authorization header (RFC 7617).
    case basic(user: [SendPart], password: [SendPart])

    init(_ fields: Fields) throws(DiagnosticError) {
        if fields.optionalString("in") == "basic" {
            self = .basic(user: SendPart.parts(fields["user"]), password: SendPart.parts(fields["password"]))
        } else {
            let name = fields.optionalString("name") ?? fields.optionalString("at") ?? ""
            self = .value(
                try fields.choice("in"),
                name: name,
                parts: SendPart.parts(fields["value"]),
                omitsEmpty: fields.bool("omitEmpty")
            )
        }
    }

    /// How a type's fields are sent when its manifest does not say.
    static func standard(for kind: AuthorizationType.Kind, fields: [CredentialField]) -> [SendRule] {
        let keys = fields.map(\.key)
        switch kind {
        case .basic where keys.count >= 2: return [.basic(user: [.field(keys[0])], password: [.field(keys[1])])]
        case .bearer where !keys.isEmpty:
            return [
                .value(
                    .header,
                    name: "Authorization",
                    parts: [.literal("Bearer "), .field(keys[0])],
                    omitsEmpty: false
                )
            ]
        case .apiKey where !keys.isEmpty:
            return [.value(.header, name: "X-API-Key", parts: [.field(keys[0])], omitsEmpty: false)]
        default: return []
        }
    }
}

/// The call that tells whether a credential is good.
package struct AuthorizationCheck: Sendable, Equatable {
    /// An operation of the plugin.
    package let operation: OperationID?
    /// The operation's inputs.
    package let input: JSONObject
    /// Or a request of its own: `{method, path}` on the base URL, or a whole URL.
    package let request: JSONValue?
    /// Or a URL that is read.
    package let url: String?
    package let good: [AnswerTest]
    package let bad: [AnswerTest]
    package let expired: [AnswerTest]
    /// Where the account's name stands in the answer.
    package let account: JSONPointer?

    /// Decodes a manifest's check.
    package init(_ fields: Fields) throws(DiagnosticError) {
        operation = fields.optionalID("operation")
        input = fields.optionalObject("input")
        request = fields["request"]
        url = fields.optionalString("url")
        good = try fields.list("good", AnswerTest.init)
        bad = try fields.list("bad", AnswerTest.init)
        expired = try fields.list("expired", AnswerTest.init)
        account =
            fields["account"]?.string.flatMap(JSONPointer.init)
            ?? fields["account"]?["pointer"]?.string.flatMap(JSONPointer.init)
    }
}
