package import PatchbayModel

/// All that a call needs to be authorized: the profile, the binding and the opened credential.
package struct Grant: Sendable {
    package let authorization: AuthorizationType
    /// The credential's fields by key; empty for type `none` and in the sandbox.
    package let fields: [String: Secret]
    /// Connection values by key: the profile's, with the manifest's defaults.
    package let connection: [String: String]
    /// What calls start from, resolved, without a final slash; empty for custom requests.
    package let baseURL: String
    /// What calls start from by the workspace's files, where this machine has a base URL of its own: recordings name it, so
    /// that they fit on every machine.
    package let sharedBaseURL: String?
    package let reach: Reach
    package let provider: Binding.Provider

    package init(
        authorization: AuthorizationType,
        fields: [String: Secret],
        connection: [String: String],
        baseURL: String,
        sharedBaseURL: String? = nil,
        reach: Reach,
        provider: Binding.Provider
    ) {
        self.authorization = authorization
        self.fields = fields
        self.connection = connection
        self.baseURL = baseURL
        self.sharedBaseURL = sharedBaseURL
        self.reach = reach
        self.provider = provider
    }
}

/// Gives calls their credentials.
package protocol CredentialSource: Sendable {
    /// The grant of an integration's profile (nil: its default one).
    ///
    /// - Throws: ``Failure`` of kind `unbound` (not enabled; names `integration enable`) or `blocked` (the profile
    ///   proposes an origin that nobody agreed to).
    func grant(for integration: PluginID, profile: ProfileID?) async throws -> Grant
    /// The grant of a custom request to a host; `profile` nil means no credential.
    ///
    /// - Throws: ``Failure`` of kind `blocked` when the host was not confirmed (names `integration allow`), or
    ///   `unbound`.
    func grant(forRequestTo origin: String, profile: ProfileID?) async throws -> Grant
    /// Tells that the service refused a credential, so that the integration becomes *failing*.
    func refused(_ integration: PluginID, profile: ProfileID?) async
}
