/// A service as data: what `plugin.json` says.
package struct PluginManifest: Sendable, Equatable {
    package let id: PluginID
    package let name: LocalizedText
    package let version: Version
    /// The versions of Patchbay it works with; nil means any.
    package let patchbay: VersionRange?
    package let language: String
    package let summary: LocalizedText?
    package let description: LocalizedText?
    package let publisher: String?
    package let license: String?
    package let homepage: String?
    package let icon: String?
    package let categories: [String]
    /// The hosts it may call.
    package let hosts: [HostRule]
    package let baseURL: BaseURLRule?
    /// Values that are no secret, shared by all authorization types.
    package let connection: [ConnectionField]
    /// The ways to authorize it offers; at least `none`.
    package let authorization: [AuthorizationType]
    /// Where an error answer's words stand, the first that exists wins.
    package let errorMessage: [MessagePlace]
    package let errors: [ErrorRule]
    /// In the author's order.
    package let operations: [ServiceOperation]
    package let models: [LanguageModel]
    /// Whether model names are the user's own.
    package let acceptsAnyModel: Bool
    package let sandbox: SandboxRules
    package let templates: [TemplateID]

    /// Decodes a checked `plugin.json`.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        id = try fields.id("id")
        name = try fields.text("name")
        guard let version = Version(try fields.string("version")) else {
            throw fields.wrong("version", "expected a version such as 1.2.3")
        }
        self.version = version
        patchbay = fields.optionalString("patchbay").flatMap(VersionRange.init)
        language = fields.language
        summary = fields.optionalText("summary")
        description = fields.optionalText("description")
        publisher = fields["publisher"]?["name"]?.string
        license = fields.optionalString("license")
        homepage = fields.optionalString("homepage")
        icon = fields.optionalString("icon")
        categories = fields.strings("categories")
        hosts = try fields.list("hosts", HostRule.init)
        baseURL = try fields.nested("baseURL", BaseURLRule.init)
        connection = try fields.list("connection", ConnectionField.init)
        let offered = try fields.list("authorization", AuthorizationType.init)
        authorization = offered.isEmpty ? [.none] : offered
        errorMessage = fields["errorMessage"]?.array?.compactMap(MessagePlace.init) ?? []
        errors = try fields.list("errors", ErrorRule.init)
        operations = try fields.map("operations", ServiceOperation.init)
        if fields["models"]?.array != nil {
            models = try fields.list("models", LanguageModel.init)
        } else {
            models = []
        }
        acceptsAnyModel = fields["models"]?["accepts"]?.string == "any"
        sandbox = try fields.nested("sandbox", SandboxRules.init) ?? SandboxRules()
        templates = fields.strings("templates").map { TemplateID($0) }
    }

    /// The operation of an id, or nil.
    package func operation(_ id: OperationID) -> ServiceOperation? { operations.first { $0.id == id } }

    /// The operation that prompt nodes call unless they name another; nil when no operation maps to a model.
    package var modelOperation: ServiceOperation? {
        operations.first { $0.model?.isDefault == true } ?? operations.first { $0.model != nil }
    }

    /// The authorization type of an id; nil for an unknown one.
    package func authorization(_ id: String) -> AuthorizationType? { authorization.first { $0.id == id } }
}

/// A host that a plugin may call.
package struct HostRule: Sendable, Equatable {
    package let scheme: String
    /// A name, or `*.name` for every label before it; may hold `{connection}` labels.
    package let host: String
    package let port: Int?
    /// `api` by default, else `token` and `authorization`.
    package let purposes: [String]

    init(_ fields: Fields) throws(DiagnosticError) {
        scheme = fields.optionalString("scheme") ?? "https"
        host = try fields.string("host")
        port = fields.int("port")
        purposes = fields.strings("for")
    }
}

/// Where a plugin's operations start from.
package struct BaseURLRule: Sendable, Equatable {
    /// Whether a profile may say another one.
    package enum Change: String, Sendable, CaseIterable {
        case fixed, allowed, required
    }

    /// May hold `{connection}` parts.
    package let url: String
    package let change: Change
    package let title: LocalizedText?
    /// Regions to choose from: id to URL.
    package let regions: JSONObject

    init(_ fields: Fields) throws(DiagnosticError) {
        url = fields.optionalString("url") ?? ""
        change = try fields.choice("change", default: .fixed)
        title = fields.optionalText("title")
        regions = fields.optionalObject("regions")
    }
}

/// A language model as data.
package struct LanguageModel: Sendable, Equatable {
    package let id: String
    package let title: LocalizedText?
    /// Some of `chat tools structured-output images audio embeddings reasoning`, and what the manifest adds.
    package let abilities: [String]
    package let contextTokens: Int?
    package let outputTokens: Int?
    /// The length of an embedding.
    package let dimensions: Int?
    package let price: ModelPrice?

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        title = fields.optionalText("title")
        abilities = fields.strings("abilities")
        contextTokens = fields.int("contextTokens")
        outputTokens = fields.int("outputTokens")
        dimensions = fields.int("dimensions")
        price = try fields.nested("price", ModelPrice.init)
    }
}

/// What a model costs, as read on a day; decimal strings per million tokens.
package struct ModelPrice: Sendable, Equatable {
    package let currency: String
    package let perMillionInput: String
    package let perMillionCachedInput: String?
    package let perMillionOutput: String?
    package let asOf: String
    package let source: String

    init(_ fields: Fields) throws(DiagnosticError) {
        currency = try fields.string("currency")
        perMillionInput = try fields.string("perMillionInput")
        perMillionCachedInput = fields.optionalString("perMillionCachedInput")
        perMillionOutput = fields.optionalString("perMillionOutput")
        asOf = try fields.string("asOf")
        source = try fields.string("source")
    }
}
