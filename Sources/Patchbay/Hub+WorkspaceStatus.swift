import PatchbayAccess
import PatchbayFiles
package import PatchbayModel
package import PatchbayWorkspace

/// How a workspace stands as a whole.
package struct WorkspaceStatus: Sendable {
    /// What a template made, and what became of it.
    package struct Installed: Sendable {
        package let template: TemplateStatus
        /// The files of it that are gone.
        package let missing: [String]
        package let nodes: [NodeChange]
        package let conflicts: Int
    }

    /// A credential that calls need and that is not usable here.
    package struct Unbound: Sendable {
        package let integration: PluginID
        package let profile: ProfileID
        /// Why, in words.
        package let reason: String
        package let remedy: String
    }

    package let templates: [Installed]
    /// The dialogs that no template made.
    package let ownDialogs: [DialogID]
    package let conflicts: [(instance: String, conflict: JSONValue)]
    package let unbound: [Unbound]
    /// Pinned plugins that are not at hand, in words.
    package let missingPlugins: [String]
}

extension Hub {
    /// What came from which template, what was edited, what is in conflict and what is unbound.
    package func status(of workspace: Workspace) throws -> WorkspaceStatus {
        let (plugins, missing, _) = try plugins(of: workspace)
        let rows = try TemplateStatus.all(in: workspace, hasher: hasher) { plugins[$0]?.manifest.version }
        let conflicts = try workspace.openConflicts().flatMap { open in
            open.conflicts.map { (instance: open.instance, conflict: $0.json) }
        }
        let made = Set(workspace.lock.templates.flatMap { $0.dialogs.map(\.here) })
        return WorkspaceStatus(
            templates: rows.map { row in
                let gone = row.edited.filter { !workspace.exists($0) }
                return WorkspaceStatus.Installed(
                    template: row,
                    missing: gone,
                    nodes: row.edited.isEmpty ? [] : workspace.nodeChanges(of: row.instance),
                    conflicts: conflicts.count { $0.instance == row.instance.instance }
                )
            },
            ownDialogs: try workspace.dialogIDs().filter { !made.contains($0) },
            conflicts: conflicts,
            unbound: try unbound(in: workspace),
            missingPlugins: missing
        )
    }

    /// The profiles that dialogs use or the workspace has, and that can't be called with on this machine.
    package func unbound(in workspace: Workspace) throws -> [WorkspaceStatus.Unbound] {
        var wanted: Set<DialogNeeds.Use> = []
        for use in try workspace.needs().uses {
            let usual = workspace.settings.integrations[use.integration] ?? ProfileID(use.integration.rawValue)
            wanted.insert(.init(integration: use.integration, profile: use.profile ?? usual))
        }
        for profile in try workspace.profiles() {
            wanted.insert(.init(integration: profile.integration ?? .custom, profile: profile.id))
        }
        let bindings: [Binding]
        do {
            bindings = try self.bindings(of: workspace)?.all() ?? []
        } catch let error as HubError where error.code == "copied" {
            bindings = []  // A copy inherits none.
        }
        return wanted.compactMap { use -> WorkspaceStatus.Unbound? in
            guard let profile = use.profile else { return nil }
            let binding = bindings.first { $0.integration == use.integration && $0.profile == profile }
            let words = Self.commandWords(use.integration, profile)
            let reason: String
            switch binding {
            case nil: reason = "not enabled here"
            case let binding? where !binding.isEnabled: reason = "disabled"
            case let binding? where binding.isFailing: reason = "the service refused its credential"
            default:
                guard !workspace.exists("authorization/\(profile).json") else { return nil }
                reason = "its profile authorization/\(profile).json is gone"
            }
            return WorkspaceStatus.Unbound(
                integration: use.integration,
                profile: profile,
                reason: reason,
                remedy: "patchbay integration enable \(words)"
            )
        }.sorted { ($0.integration, $0.profile.rawValue) < ($1.integration, $1.profile.rawValue) }
    }
}
