import PatchbayAccess
package import PatchbayDialog
import PatchbayFiles
package import PatchbayModel
package import PatchbayWorkspace

extension Hub {
    /// The assistant of a workspace, compiled.
    ///
    /// - Throws: `DiagnosticError` with everything that keeps its dialogs from running.
    package func assistant(of workspace: Workspace) throws -> Assistant {
        let sources = try workspace.dialogIDs().map { try source(of: $0, in: workspace) }
        return try AssistantDefinition(
            settings: workspace.settings,
            dialogs: sources,
            env: try values(.env, of: workspace),
            content: try values(.content, of: workspace)
        ).compile()
    }

    /// A dialog with its scripts and the hash of both.
    func source(of id: DialogID, in workspace: Workspace) throws -> DialogSource {
        let scripts = try workspace.scripts(of: id)
        let parts =
            [try workspace.bytes(of: "dialogs/\(id)/dialog.json")]
            + scripts.sorted { $0.key < $1.key }.flatMap { [Array($0.key.utf8), Array($0.value.utf8)] }
        return DialogSource(
            dialog: try workspace.dialog(id),
            hash: type(of: hasher).name(hasher.sha256(parts)),
            scripts: scripts
        )
    }

    /// The values of variables by key.
    func values(_ kind: VariableRecord.Kind, of workspace: Workspace) throws -> JSONObject {
        JSONObject(
            try workspace.variables(kind).compactMap { record in record.value.map { (record.key, $0) } }
        )
    }

    /// Everything there is to say about the dialogs of a workspace; with an id only about that one.
    package func lint(_ workspace: Workspace, dialog id: DialogID?) throws -> [Diagnostic] {
        let all = try workspace.dialogIDs()
        if let id, !all.contains(id) { _ = try workspace.dialog(id) }
        let plugins = try plugins(of: workspace)
        var diagnostics = plugins.missing.map { Diagnostic(file: "patchbay.lock", $0) }
        var environment = DialogChecks.environment(
            plugins: plugins.plugins,
            dialogs: all,
            env: try workspace.variables(.env).map(\.key),
            content: try workspace.variables(.content).map(\.key)
        )
        environment.profiles = try workspace.profiles().map(\.id)
        let files = try all.map { try DialogFile($0, in: workspace) }
        let given = LintEnvironment.given(by: files.compactMap(\.dialog))
        environment.started = LintEnvironment.started(by: files.compactMap(\.dialog))
        for file in files where id == nil || file.id == id {
            environment.given = given[file.id] ?? []
            diagnostics += try file.findings(in: workspace, known: environment)
        }
        diagnostics += try conflictFindings(in: workspace, dialog: id)
        if let wanted = workspace.settings.defaultDialog, id == nil, !all.contains(wanted) {
            let bytes = try workspace.bytes(of: "patchbay.json")
            let remedy = NearName.remedy(for: wanted.rawValue, among: all.map(\.rawValue))
            let found = Diagnostic(at: "/defaultDialog", "there is no dialog '\(wanted)'", remedy: remedy)
            diagnostics.append(found.located(in: bytes, file: "patchbay.json"))
        }
        return id == nil ? try diagnostics + unread(in: workspace) : diagnostics
    }

    /// What the workspace's own files say that nothing in this version acts on.
    private func unread(in workspace: Workspace) throws -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        func warn(_ file: String, _ pointer: JSONPointer, _ message: String, _ remedy: String) throws {
            let found = Diagnostic(.warning, at: pointer, message, remedy: remedy)
            diagnostics.append(found.located(in: try workspace.bytes(of: file), file: file))
        }
        for key in ["interruptions", "events"] where workspace.settingsValue["settings"]?[key] != nil {
            let pointer = JSONPointer(tokens: ["settings", key])
            try warn("patchbay.json", pointer, "'\(key)' does nothing yet", "it is kept for a later version")
        }
        for kind in VariableRecord.Kind.allCases {
            for (index, record) in try workspace.variables(kind).enumerated() where record.isSecured {
                try warn(
                    "variables/\(kind.rawValue).json",
                    JSONPointer(tokens: ["variables", "\(index)", "secured"]),
                    "'\(kind.rawValue).\(record.key)' has no value yet: nothing takes the value of a secured variable in this version",
                    "send a secret by an authorization profile"
                )
            }
        }
        return diagnostics
    }
}

/// A dialog's file as lint reads it: as far as it can be understood, whatever is wrong with it.
private struct DialogFile {
    let id: DialogID
    /// Nil when too much is wrong.
    let dialog: Dialog?
    private let path: String
    private let bytes: [UInt8]
    private let value: JSONValue?
    private let problems: [Diagnostic]

    init(_ id: DialogID, in workspace: Workspace) throws {
        self.id = id
        path = "dialogs/\(id)/dialog.json"
        bytes = try workspace.bytes(of: path)
        (value, problems) = FileCheck.read(bytes, as: .dialog, file: path)
        dialog = value.flatMap { try? Dialog($0) }  // its problems say why not
    }

    /// What is wrong with the file, and what lint finds beside that.
    func findings(in workspace: Workspace, known: LintEnvironment) throws -> [Diagnostic] {
        guard let dialog, let value else { return problems }
        let scripts = try workspace.scripts(of: id)
        let found = DialogLint.diagnostics(for: dialog, file: value, scripts: scripts, known: known)
            .map { $0.file == nil || $0.file == path ? $0.located(in: bytes, file: path) : $0 }
        // What follows from a value that the file may not have there would say the same once more.
        let errors = Set(problems.filter { $0.severity == .error }.map(\.pointer))
        let all = problems + found.filter { $0.severity != .error || !errors.contains($0.pointer) }
        return all.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(
            \.element
        )
    }

    /// By line in the dialog's file; what is said of other files comes last.
    private func place(_ diagnostic: Diagnostic) -> Int {
        diagnostic.file == path ? diagnostic.location?.line ?? 0 : Int.max
    }
}
