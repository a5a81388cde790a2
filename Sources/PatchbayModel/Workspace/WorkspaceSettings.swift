/// The assistant that a workspace defines: `patchbay.json`.
package struct WorkspaceSettings: Sendable, Equatable {
    package let id: String
    package let name: LocalizedText
    package let language: String
    package let languages: [String]
    package let timeZone: String
    package let defaultDialog: DialogID?
    /// The default profile of each integration.
    package let integrations: [PluginID: ProfileID]
    /// What the assistant says when nothing else fits: `notUnderstood`, `dialogChanged`, `failed`.
    package let standardResponses: [String: LocalizedText]
    package let sessionTimeout: Duration?
    /// Hosts of custom requests, `host` or `host:port`.
    package let hosts: [String]

    /// Whether a language, such as `de-AT`, is one of ``languages`` or a kind of one.
    package func speaks(_ language: String) -> Bool {
        languages.contains { language == $0 || language.hasPrefix($0 + "-") }
    }

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        id = try fields.string("id")
        name = try fields.text("name")
        language = fields.language
        let languages = fields.strings("languages")
        self.languages = languages.isEmpty ? [fields.language] : languages
        timeZone = fields.optionalString("timeZone") ?? "UTC"
        defaultDialog = fields.optionalID("defaultDialog")
        var integrations: [PluginID: ProfileID] = [:]
        for member in fields.optionalObject("integrations").members {
            integrations[PluginID(member.key)] = member.value["profile"]?.string.map { ProfileID($0) }
        }
        self.integrations = integrations
        let settings = try fields.nested("settings") { fields throws(DiagnosticError) in fields }
        sessionTimeout = try settings?.duration("sessionTimeout")
        var responses: [String: LocalizedText] = [:]
        for member in settings?.optionalObject("standardResponses").members ?? [] {
            responses[member.key] = LocalizedText(member.value, language: fields.language)
        }
        standardResponses = responses
        hosts = fields.strings("hosts")
    }
}

/// A named, reusable set-up of an authorization, in `authorization/<id>.json`.
///
/// Holds no secret.
package struct AuthorizationProfile: Sendable, Equatable {
    package let id: ProfileID
    package let title: LocalizedText?
    package let description: LocalizedText?
    /// The plugin whose type it takes; nil for a profile of custom requests.
    package let integration: PluginID?
    /// The id of the manifest's authorization type.
    package let authorization: String?
    package let mode: AuthorizationType.Mode
    /// Connection values such as tenant or deployment.
    package let connection: [String: String]
    /// A proposal: a credential goes only to the origin in the binding.
    package let baseURL: String?
    /// Another URL to check the credential with.
    package let checkURL: String?
    /// The type of a profile without a plugin.
    package let ownType: AuthorizationType?

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        id = try fields.id("id")
        title = fields.optionalText("title")
        description = fields.optionalText("description")
        integration = fields.optionalID("integration")
        authorization = fields.optionalString("authorization")
        mode = try fields.choice("mode", default: .preAuthorized)
        var connection: [String: String] = [:]
        for member in fields.optionalObject("connection").members { connection[member.key] = member.value.string }
        self.connection = connection
        baseURL = fields.optionalString("baseURL")
        checkURL = fields["check"]?["url"]?.string ?? fields.optionalString("checkURL")
        ownType = fields["type"] == nil ? nil : try AuthorizationType(fields)
    }
}
