import PatchbayConnector
package import PatchbayModel

/// What somebody gives to enable an integration.
package struct EnableRequest: Sendable {
    package let plugin: Plugin
    package let profile: ProfileID
    /// The id of the authorization type; nil means the manifest's first.
    package let authorization: String?
    /// The credential's fields.
    package let fields: [String: Secret]
    package let connection: [String: String]
    /// The base URL that a profile proposes; a region's id gives the region's.
    package let proposedBaseURL: String?
    /// The base URL given on this machine; it wins.
    package let baseURL: String?
    /// Private addresses to allow, `host:port`.
    package let allow: [String]
    package let provider: Binding.Provider
    /// Whether the credential is stored without being tried.
    package let skipsCheck: Bool
    /// A URL to check with, instead of the manifest's check.
    package let checkURL: String?

    package init(
        plugin: Plugin,
        profile: ProfileID,
        authorization: String? = nil,
        fields: [String: Secret],
        connection: [String: String],
        proposedBaseURL: String? = nil,
        baseURL: String? = nil,
        allow: [String] = [],
        provider: Binding.Provider,
        skipsCheck: Bool = false,
        checkURL: String? = nil
    ) {
        self.plugin = plugin
        self.profile = profile
        self.authorization = authorization
        self.fields = fields
        self.connection = connection
        let values = ConnectionValues.complete(connection, for: plugin.manifest)
        let region = proposedBaseURL.flatMap { plugin.manifest.baseURL?.regions[$0]?.string }
        self.proposedBaseURL =
            region.map { url in (try? BaseURLs.resolve(url, connection: values)) ?? url } ?? proposedBaseURL
        self.baseURL = baseURL
        self.allow = allow
        self.provider = provider
        self.skipsCheck = skipsCheck
        self.checkURL = checkURL
    }
}
