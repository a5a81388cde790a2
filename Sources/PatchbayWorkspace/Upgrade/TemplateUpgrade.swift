package import PatchbayModel

/// Plans how installed templates move to another version of their plugin, or to other parameters, with the user's edits kept.
package struct TemplateUpgrade {
    /// Finds what is wrong with a dialog beside its shape; the linter lives in another room.
    package typealias Check = (DialogToCheck) -> [Diagnostic]

    /// An installed template with what its plugin offers now.
    package struct Request: Sendable {
        package let installed: LockFile.Instance
        package let plugin: Plugin
        package let template: Template
        /// The template's folder in the plugin.
        package let folder: String
        /// The template's dialogs.
        package let dialogs: [DialogID]
        /// The values of all parameters.
        package let parameters: JSONObject

        package init(
            installed: LockFile.Instance,
            plugin: Plugin,
            template: Template,
            folder: String,
            dialogs: [DialogID],
            parameters: JSONObject
        ) {
            self.installed = installed
            self.plugin = plugin
            self.template = template
            self.folder = folder
            self.dialogs = dialogs
            self.parameters = parameters
        }

        /// The name that was given with `--as`; nil where the dialogs have the template's own ids.
        var givenName: String? {
            installed.dialogs.allSatisfy { $0.template == $0.here } ? nil : installed.instance
        }
    }

    private let hasher: any ContentHasher
    private let check: Check

    package init(hasher: any ContentHasher, check: @escaping Check = { _ in [] }) {
        self.hasher = hasher
        self.check = check
    }

    /// The plan, without writing anything; each template is planned on what those before it leave.
    ///
    /// - Throws: `DiagnosticError` where a file that has to be merged is none, or the template's dialog would be none with
    ///   these parameters; ``WorkspaceError`` where what the template wrote is not at hand.
    package func plan(_ requests: [Request], in workspace: Workspace) throws -> UpgradePlan {
        var draft = UpgradeDraft(workspace: workspace, hasher: hasher, check: check)
        for request in requests {
            try TemplateInstaller.checkRequirements(
                of: request.template,
                in: draft.files.lock,
                installing: request.plugin
            )
            try draft.upgrade(request)
        }
        return UpgradePlan(parts: draft.parts, writes: try draft.files.changes(), basis: draft.files.basis)
    }
}

/// A dialog to be looked at, with what it may refer to.
package struct DialogToCheck: Sendable {
    package let path: String
    package let dialog: JSONValue
    /// Its scripts by file name.
    package let scripts: [String: String]
    package let dialogs: [DialogID]
    /// The keys of variables.
    package let env: [String]
    package let content: [String]
}
