package import PatchbayModel

/// What a dialog may refer to; what is nil is not checked.
package struct LintEnvironment: Sendable {
    /// The operations of an integration by its id; nil for an unknown integration.
    package var operations: [PluginID: [ServiceOperation]]?
    /// A plugin's file that a schema refers to, such as `schemas/messages.json`.
    package var schemaFile: @Sendable (PluginID, String) -> JSONValue?
    package var dialogs: [DialogID]?
    package var profiles: [ProfileID]?
    /// The keys of environment variables.
    package var env: [String]?
    /// The keys of content variables.
    package var content: [String]?
    /// The variables that other dialogs set before they call this one.
    package var given: Set<String>
    /// The dialog that each text starts, the text folded.
    package var started: [String: DialogID] = [:]

    package init(
        operations: [PluginID: [ServiceOperation]]? = nil,
        schemaFile: @escaping @Sendable (PluginID, String) -> JSONValue? = { _, _ in nil },
        dialogs: [DialogID]? = nil,
        profiles: [ProfileID]? = nil,
        env: [String]? = nil,
        content: [String]? = nil,
        given: Set<String> = []
    ) {
        self.operations = operations
        self.schemaFile = schemaFile
        self.dialogs = dialogs
        self.profiles = profiles
        self.env = env
        self.content = content
        self.given = given
    }

    /// The variables that dialogs set before they call others, by the called one: `given` of each.
    package static func given(by dialogs: [Dialog]) -> [DialogID: Set<String>] {
        var given: [DialogID: Set<String>] = [:]
        for dialog in dialogs {
            for case .dialog(let call) in dialog.nodes.map(\.body) {
                given[call.dialog, default: []].formUnion(call.before.map { Variable.name(ContextPath($0.to)) })
            }
        }
        return given
    }

    /// The dialog that each text starts: of two dialogs with one text the first.
    package static func started(by dialogs: [Dialog]) -> [String: DialogID] {
        var started: [String: DialogID] = [:]
        for dialog in dialogs {
            for text in dialog.phrases.flatMap(\.texts) {
                let folded = PlainText.fold(text)
                if started[folded] == nil { started[folded] = dialog.id }
            }
        }
        return started
    }
}
