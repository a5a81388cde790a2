package import PatchbayModel

/// Checks a dialog before anybody talks with it.
package enum DialogLint {
    /// Everything to say about a dialog, by place in the file.
    ///
    /// - Parameters:
    ///   - dialog: The dialog, decoded from `file`.
    ///   - file: The dialog's file as JSON, from which pointers and texts are taken.
    ///   - scripts: Its scripts by file name; nil leaves out what concerns them.
    ///   - known: What it may refer to.
    /// - Returns: As many as ``FileCheck/mostFindings``, with `file` set to `dialogs/<id>/…` and pointers into it.
    package static func diagnostics(
        for dialog: Dialog,
        file: JSONValue,
        scripts: [String: String]?,
        known: LintEnvironment
    ) -> [Diagnostic] {
        var lint = DialogLinter(dialog: dialog, file: file, scripts: scripts, known: known)
        lint.run()
        return FileCheck.told(of: lint.diagnostics, file: lint.name)
    }
}
