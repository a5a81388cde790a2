package import PatchbayModel

/// What a workspace uses of a plugin.
package struct PluginUse: Sendable {
    /// A node, or a tool of one, that calls an operation.
    package struct Call: Sendable {
        /// Where, in words: the file and the node.
        package let place: String
        package let operation: OperationID
        /// What it gives.
        package let input: JSONObject
        /// The model that a prompt names; nil for a call that is none.
        package let model: JSONValue?
        /// Whether it is a prompt, whose inputs the manifest's mapping gives.
        package let isPrompt: Bool
        /// What is read of its result, from `values`, `response` or `error` on.
        package let reads: Set<[String]>

        package init(
            place: String,
            operation: OperationID,
            input: JSONObject,
            model: JSONValue? = .none,
            isPrompt: Bool = false,
            reads: Set<[String]> = []
        ) {
            self.place = place
            self.operation = operation
            self.input = input
            self.model = model
            self.isPrompt = isPrompt
            self.reads = reads
        }
    }

    package var calls: [Call]
    /// The installed templates and their instances.
    package var templates: [(template: TemplateID, instance: String)]
    /// The profiles of the integration.
    package var profiles: [AuthorizationProfile]
    /// Whether the integration is enabled, or has a profile, here.
    package var isConfigured: Bool
    /// The dialogs that can't be read.
    package var unread: [String] = []

    package init(
        calls: [Call] = [],
        templates: [(template: TemplateID, instance: String)] = [],
        profiles: [AuthorizationProfile] = [],
        isConfigured: Bool = false
    ) {
        self.calls = calls
        self.templates = templates
        self.profiles = profiles
        self.isConfigured = isConfigured
    }
}
