import PatchbayFiles
package import PatchbayModel
import PatchbayWorkspace

/// Everything there is to say about a workspace's files.
package struct WorkspaceFindings: Sendable {
    package let diagnostics: [Diagnostic]
    package let files: Int
    /// The files that were, or with a fix would be, written in canonical text.
    package let uncanonical: [String]
    /// Whether they were.
    package let isFixed: Bool
}

extension Hub {
    /// Checks every file of the workspace: settings, lock, profiles, variables, dialogs, tests, tapes, conflicts.
    ///
    /// - Parameter fix: Whether files without errors are written in canonical text, as one change.
    /// - Returns: The findings.
    /// - Throws: Where there is no workspace, and why a file can't be listed or written.
    package func lintWorkspace(fix: Bool) throws -> WorkspaceFindings {
        guard let root = try workspaceRoot() else {
            throw WorkspaceError.noWorkspace(from: configuration.workspace ?? configuration.currentFolder)
        }
        var workspace: Workspace?
        var diagnostics: [Diagnostic] = []
        do {
            workspace = try self.workspace()
        } catch let error as DiagnosticError {
            diagnostics = error.diagnostics
        }
        let lint = try WorkspaceLint(of: root, hasher: hasher)
        diagnostics += lint.diagnostics
        if let workspace {
            do {
                diagnostics += try self.lint(workspace, dialog: nil)
            } catch let error as DiagnosticError {
                diagnostics += error.diagnostics
            }
        }
        let isFixed = fix && !lint.uncanonical.isEmpty && workspace != nil
        if isFixed, let workspace { try workspace.fix(lint.uncanonical) }
        var seen: Set<Diagnostic> = []
        return WorkspaceFindings(
            diagnostics: diagnostics.filter { seen.insert($0).inserted },
            files: lint.files,
            uncanonical: lint.uncanonical.map(\.path),
            isFixed: isFixed
        )
    }
}
