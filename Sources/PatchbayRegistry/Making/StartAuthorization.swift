import PatchbayModel

/// The authorization type of a new plugin.
struct StartAuthorization {
    let id: PluginID
    let kind: AuthorizationType.Kind
    let place: ServicePlace

    /// The entry of `authorization`; its fields' values are asked for, or taken from the environment.
    var offer: JSONValue {
        var offer: JSONObject = ["id": .string(ident), "type": .string(kind.rawValue), "title": .string(title)]
        if !fields.isEmpty { offer["fields"] = .array(fields) }
        if !send.isEmpty { offer["send"] = .array(send) }
        offer["check"] = [
            "operation": "list-items", "good": [["status": [200]]], "bad": [["status": [401, 403]]],
        ]
        if !oauth.isEmpty { offer["oauth"] = .object(oauth) }
        return .object(offer)
    }

    private var ident: String {
        switch kind {
        case .none: "none"
        case .basic: "login"
        case .apiKey: "key"
        case .bearer: "token"
        case .custom: "account"
        case .oauth2AuthorizationCode, .oauth2ClientCredentials, .oauth2Password: "oauth"
        }
    }

    private var title: String {
        switch kind {
        case .none: "No credential"
        case .basic: "User name and password"
        case .apiKey: "API key"
        case .bearer: "Access token"
        case .custom: "Account and key"
        case .oauth2AuthorizationCode, .oauth2ClientCredentials, .oauth2Password: "Sign in"
        }
    }

    private var fields: [JSONValue] {
        switch kind {
        case .none, .oauth2AuthorizationCode, .oauth2ClientCredentials: []
        case .basic, .oauth2Password:
            [field("username", "User name", "text"), field("password", "Password", "password")]
        case .apiKey: [field("apiKey", "API key", "password")]
        case .bearer: [field("token", "Access token", "password")]
        case .custom: [field("account", "Account", "text"), field("apiKey", "API key", "password")]
        }
    }

    private func field(_ key: String, _ title: String, _ kind: String) -> JSONValue {
        let prefix = id.rawValue.uppercased().replacing("-", with: "_")
        let suffix = Words.title(key).uppercased().replacing(" ", with: "_")
        return [
            "key": .string(key), "title": .string(title), "kind": .string(kind),
            "environment": .string("\(prefix)_\(suffix)"),
        ]
    }

    private var send: [JSONValue] {
        func header(_ name: String, _ value: [JSONValue]) -> JSONValue {
            ["in": "header", "name": .string(name), "value": .array(value)]
        }
        switch kind {
        case .none, .basic, .bearer: return []
        case .apiKey: return [header("X-API-Key", [["field": "apiKey"]])]
        case .custom: return [header("X-Account", [["field": "account"]]), header("X-API-Key", [["field": "apiKey"]])]
        case .oauth2AuthorizationCode, .oauth2ClientCredentials, .oauth2Password:
            return [header("Authorization", ["Bearer ", ["token": "access"]])]
        }
    }

    private var oauth: JSONObject {
        var oauth = JSONObject()
        switch kind {
        case .none, .basic, .apiKey, .bearer, .custom: return oauth
        case .oauth2AuthorizationCode: oauth["authorizationURL"] = .string(place.origin + "/oauth/authorize")
        case .oauth2ClientCredentials, .oauth2Password: break
        }
        oauth["tokenURL"] = .string(place.origin + "/oauth/token")
        return oauth
    }
}
