package import PatchbayModel

/// One dialog as it was read, with its scripts.
package struct DialogSource: Sendable {
    package let dialog: Dialog
    /// The content hash of the dialog's files; conversations that wait in it keep its end.
    package let hash: String
    /// The scripts by file name, such as `extractSkillsScript.js` or `call.before.js`.
    package let scripts: [String: String]

    package init(dialog: Dialog, hash: String, scripts: [String: String] = [:]) {
        self.dialog = dialog
        self.hash = hash
        self.scripts = scripts
    }

    /// The file as diagnostics name it.
    package var file: String { "dialogs/\(dialog.id)/dialog.json" }
}

/// All that an assistant is made of: what a workspace's files say, before it is compiled.
package struct AssistantDefinition: Sendable {
    package let id: String
    /// The language of a conversation that names none.
    package let language: String
    /// The time zone of a conversation that names none, such as `Europe/Berlin`.
    package let timeZone: String
    /// Where a message goes that starts nothing.
    package let defaultDialog: DialogID?
    /// What the assistant says when nothing else fits: `notUnderstood`, `dialogChanged`, `failed`.
    package let standardResponses: [String: LocalizedText]
    /// After this time without an event a new session begins.
    package let sessionTimeout: Duration?
    package let dialogs: [DialogSource]
    /// Environment variables by key.
    package let env: JSONObject
    /// Content variables by key: a value, or an object of values by language.
    package let content: JSONObject

    /// Takes the settings of a workspace, with its dialogs and variables.
    package init(settings: WorkspaceSettings, dialogs: [DialogSource], env: JSONObject, content: JSONObject) {
        self.init(
            id: settings.id,
            language: settings.language,
            timeZone: settings.timeZone,
            defaultDialog: settings.defaultDialog,
            standardResponses: settings.standardResponses,
            sessionTimeout: settings.sessionTimeout,
            dialogs: dialogs,
            env: env,
            content: content
        )
    }

    package init(
        id: String = "assistant",
        language: String = "en",
        timeZone: String = "UTC",
        defaultDialog: DialogID? = nil,
        standardResponses: [String: LocalizedText] = [:],
        sessionTimeout: Duration? = nil,
        dialogs: [DialogSource],
        env: JSONObject = JSONObject(),
        content: JSONObject = JSONObject()
    ) {
        self.id = id
        self.language = language
        self.timeZone = timeZone
        self.defaultDialog = defaultDialog
        self.standardResponses = standardResponses
        self.sessionTimeout = sessionTimeout
        self.dialogs = dialogs
        self.env = env
        self.content = content
    }

    /// Reads every template, condition and pattern once.
    ///
    /// - Throws: ``DiagnosticError`` with all that could not be read, each with file and pointer.
    package func compile() throws(DiagnosticError) -> Assistant { try Assistant(self) }
}
