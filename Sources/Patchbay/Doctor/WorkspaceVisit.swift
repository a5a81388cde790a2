import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

/// What the doctor looks at in a workspace.
struct WorkspaceVisit {
    let hub: Hub
    let workspace: Workspace
    private(set) var findings: [Finding] = []
    /// Whether every pinned plugin is at hand.
    private var isWhole = true

    init(hub: Hub, workspace: Workspace) {
        self.hub = hub
        self.workspace = workspace
    }

    mutating func examine() {
        if let recovery = workspace.recovery {
            find(.note, "\(recovery) of this workspace", remedy: "nothing is left to do")
        }
        attempt("check the pinned plugins") { try $0.examinePins() }
        attempt("check the integrations") { try $0.examineIntegrations() }
        attempt("compare the installed templates") { try $0.examineTemplates() }
        // Without its plugins a dialog is judged wrongly.
        if isWhole { attempt("check the dialogs") { try $0.examineDialogs() } }
        attempt("read .gitignore") { try $0.examineGit() }
    }

    private mutating func find(_ severity: Finding.Severity, _ what: String, remedy: String) {
        findings.append(Finding(severity, what, remedy: remedy))
    }

    private mutating func attempt(_ act: String, _ look: (inout WorkspaceVisit) throws -> Void) {
        do {
            try look(&self)
        } catch {
            find(.error, "can't \(act): \(Doctor.words(error))", remedy: "mend what the message names, then ask again")
        }
    }

    /// A fresh clone pins what this machine may not have.
    private mutating func examinePins() throws {
        let home = try hub.existingPluginHome()
        for pin in workspace.lock.plugins {
            do {
                guard let home else { throw RegistryError.notInstalled(pin.id) }
                _ = try home.installed(pin)
            } catch is RegistryError {
                isWhole = false
                find(
                    .error,
                    "the workspace pins plugin \(pin.id) \(pin.version), which is not installed here",
                    remedy: "'patchbay plugin install \(pin.id)@\(pin.version)'"
                )
            }
        }
    }

    private mutating func examineIntegrations() throws {
        let rows = try hub.integrations()
        for row in rows where row.state == .failing {
            find(
                .error,
                "integration \(row.id) fails: \(row.remark ?? "its credential was refused")",
                remedy:
                    "'patchbay integration check \(row.id)' tries it again, 'patchbay integration enable' takes a new credential"
            )
        }
        let bound = Set(rows.compactMap(\.binding).map { "\($0.integration)/\($0.profile)" })
        for profile in try workspace.profiles() {
            let integration = profile.integration ?? .custom
            guard !bound.contains("\(integration)/\(profile.id)") else { continue }
            let words = Hub.commandWords(integration, profile.id)
            find(
                .warning,
                "profile '\(profile.id)' has no credential on this machine: calls with it fail as 'unbound'",
                remedy: "'patchbay integration enable \(words)', with --sandbox for the offline sandbox"
            )
        }
        let profiles = Set(try workspace.profiles().compactMap(\.integration))
        // What lint finds in a dialog that can't be read is said there.
        let used = Set(try workspace.dialogIDs().flatMap { (try? workspace.dialog($0)).map(Self.integrations) ?? [] })
        for id in used.sorted() where id != .custom && !profiles.contains(id) {
            find(
                .warning,
                "dialogs call integration '\(id)', which is not enabled here",
                remedy: "'patchbay integration enable \(id)', with --sandbox for the offline sandbox"
            )
        }
    }

    private static func integrations(_ dialog: Dialog) -> [PluginID] {
        dialog.nodes.compactMap { node in
            switch node.body {
            case .service(let service):
                if case .operation(let id, _, _) = service.call { id } else { nil }
            case .prompt(let prompt): prompt.integration
            default: nil
            }
        }
    }

    private mutating func examineTemplates() throws {
        for status in try hub.templateStatus(of: workspace) {
            let name = status.instance.instance
            switch status.state {
            case .conflict:
                find(
                    .warning,
                    "template instance '\(name)' has open conflicts",
                    remedy: "'patchbay template status' shows them"
                )
            case .outdated:
                let version = status.available.map { " \($0)" } ?? ""
                find(
                    .note,
                    "template instance '\(name)' is of version \(status.instance.pluginVersion); its plugin is\(version)",
                    remedy: "'patchbay template upgrade \(name) --dry-run' shows what it would change"
                )
            case .current, .edited: break
            }
        }
    }

    private mutating func examineDialogs() throws {
        let errors = try hub.lint(workspace, dialog: nil).filter { $0.severity == .error }
        guard let first = errors.first else { return }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        find(.error, "a dialog can't run: \(first)\(more)", remedy: "'patchbay dialog lint' shows all that is wrong")
    }

    /// What is of this machine only must not be shared.
    private mutating func examineGit() throws {
        guard workspace.exists(".git") else { return }
        let ignored = try [(".gitignore", ".patchbay/local"), (".patchbay/.gitignore", "local")].contains {
            file,
            entry in
            guard workspace.exists(file) else { return false }
            return String(decoding: try workspace.bytes(of: file), as: UTF8.self).split(separator: "\n")
                .contains { $0.hasPrefix(entry) || $0.hasPrefix("/" + entry) }
        }
        guard !ignored else { return }
        find(
            .warning,
            ".gitignore doesn't name .patchbay/local/: what belongs to this machine would be shared",
            remedy: "add the line '.patchbay/local/' to .gitignore"
        )
    }
}
