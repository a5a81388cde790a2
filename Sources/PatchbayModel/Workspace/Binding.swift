/// What makes an integration configured for a workspace on this machine; kept in the home.
package struct Binding: Sendable, Equatable {
    /// Who answers its calls.
    package enum Provider: String, Sendable, CaseIterable {
        case real, sandbox
    }

    /// How the last check of the credential went.
    package enum CheckResult: String, Sendable, CaseIterable {
        case good, bad, expired, unchecked
    }

    package let integration: PluginID
    package let profile: ProfileID
    package var isEnabled: Bool
    /// The authorization type that the credential was given for; nil in the sandbox and without a plugin.
    package var authorization: String?
    package var mode: AuthorizationType.Mode
    package var provider: Provider
    /// The one origin that the credential goes to, `scheme://host:port`.
    package var origin: String
    /// The base URL that was given on this machine, without a final slash; empty where manifest and profile say it.
    package var baseURL: String
    /// Private addresses that the operator allowed, `host:port`.
    package var allow: [String]
    package var check: CheckResult
    /// When the check was made, RFC 3339.
    package var checkedAt: String?
    /// The account's name, where the check tells it.
    package var account: String?

    package init(
        integration: PluginID,
        profile: ProfileID,
        isEnabled: Bool = true,
        authorization: String? = nil,
        mode: AuthorizationType.Mode = .preAuthorized,
        provider: Provider,
        origin: String,
        baseURL: String,
        allow: [String] = [],
        check: CheckResult,
        checkedAt: String? = nil,
        account: String? = nil
    ) {
        self.integration = integration
        self.profile = profile
        self.isEnabled = isEnabled
        self.authorization = authorization
        self.mode = mode
        self.provider = provider
        self.origin = origin
        self.baseURL = baseURL
        self.allow = allow
        self.check = check
        self.checkedAt = checkedAt
        self.account = account
    }

    /// Whether its credential stopped working.
    package var isFailing: Bool { check == .bad || check == .expired }

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        let check = try fields.nested("check") { fields throws(DiagnosticError) in
            (try fields.choice("result") as CheckResult, fields.optionalString("at"), fields.optionalString("account"))
        }
        self.init(
            integration: try fields.id("integration"),
            profile: try fields.id("profile"),
            isEnabled: fields.bool("enabled", default: true),
            authorization: fields.optionalString("authorization"),
            mode: try fields.choice("mode", default: .preAuthorized),
            provider: try fields.choice("provider", default: .real),
            origin: try fields.string("origin"),
            baseURL: fields.optionalString("baseURL") ?? "",
            allow: fields.strings("allow"),
            check: check?.0 ?? .unchecked,
            checkedAt: check?.1,
            account: check?.2
        )
    }

    /// The file's value.
    package var json: JSONValue {
        var checked: JSONObject = ["result": .string(check.rawValue)]
        checked["at"] = checkedAt.map(JSONValue.string)
        checked["account"] = account.map(JSONValue.string)
        var object: JSONObject = [
            "formatVersion": 1, "integration": .string(integration.rawValue), "profile": .string(profile.rawValue),
            "enabled": .bool(isEnabled), "mode": .string(mode.rawValue), "provider": .string(provider.rawValue),
            "origin": .string(origin),
        ]
        object["authorization"] = authorization.map(JSONValue.string)
        if !baseURL.isEmpty { object["baseURL"] = .string(baseURL) }
        if !allow.isEmpty { object["allow"] = .array(allow.map(JSONValue.string)) }
        object["check"] = .object(checked)
        return .object(object)
    }
}
