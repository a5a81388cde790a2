import PatchbayDialog
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
package import PatchbayWorkspace

/// An installed template that is to move to what its plugin offers.
package struct UpgradeChoice: Sendable {
    package let installed: LockFile.Instance
    package let plugin: Plugin
    package let template: PluginTemplate
    /// What was chosen before, under the names that the parameters have now; more may be added.
    package var parameters: JSONObject

    /// The parameters that were not asked for before.
    package var newParameters: [TemplateParameter] {
        template.template.parameters.filter { parameters[$0.key] == nil }
    }

    /// What checks the values of its parameters.
    package var values: ParameterValues { ParameterValues(of: template.template, manifest: plugin.manifest) }

    /// Whether the plugin is older than what was installed.
    package var isStepBack: Bool { plugin.manifest.version < installed.pluginVersion }
}

/// A conflict as it is told: what each side has.
package struct ConflictRow: Sendable {
    package let instance: String
    package let conflict: FileConflict
    package let mine: JSONValue?
    package let theirs: JSONValue?

    /// `{instance, dialog, file, path, base, mine, theirs}`; what a side does not have is null.
    package var json: JSONValue {
        [
            "instance": .string(instance), "dialog": conflict.dialog.map { .string($0.rawValue) } ?? .null,
            "file": .string(conflict.file), "path": .string(conflict.path), "base": conflict.base ?? .null,
            "mine": mine ?? .null, "theirs": theirs ?? .null, "with": .array(conflict.heldPlaces.map(JSONValue.string)),
        ]
    }
}

extension Hub {
    /// The installed templates that a name means: an instance, or all of a `PLUGIN/TEMPLATE` or of a plugin; without one all.
    ///
    /// - Throws: ``HubError`` `not-found` where it means none.
    package func installedTemplates(_ name: String?, in workspace: Workspace) throws -> [LockFile.Instance] {
        let all = workspace.lock.templates
        guard let name else { return all }
        if let instance = all.first(where: { $0.instance == name }) { return [instance] }
        let found = all.filter { "\($0.plugin)/\($0.template)" == name || $0.plugin.rawValue == name }
        guard found.isEmpty else { return found }
        let known = all.flatMap { [$0.instance, "\($0.plugin)/\($0.template)"] }
        let remedy =
            NearName.remedy(for: name, among: known) ?? "'patchbay template status' shows what is installed here"
        throw HubError("not-found", "no template '\(RelativePath.shown(name))' is installed here; \(remedy)")
    }

    /// Installed templates with what their plugins offer; each plugin is read once.
    package func chooseUpgrades(
        _ instances: [LockFile.Instance],
        in workspace: Workspace
    ) throws -> [UpgradeChoice] {
        var plugins: [PluginID: Plugin] = [:]
        return try instances.map { installed in
            let plugin = try plugins[installed.plugin] ?? verifiedPlugin(installed.plugin, in: workspace)
            plugins[installed.plugin] = plugin
            guard plugin.manifest.templates.contains(installed.template) else {
                throw HubError(
                    "not-found",
                    "plugin '\(plugin.id)' \(plugin.manifest.version) has no template '\(installed.template)' any more; "
                        + "keep '\(installed.instance)' as it is, or 'patchbay template uninstall \(installed.instance)'"
                )
            }
            let template = try plugin.template(installed.template)
            let known = template.template.parameters.map(\.key)
            let recorded = installed.parameters(renamedBy: template.template, to: plugin.manifest.version)
            return UpgradeChoice(
                installed: installed,
                plugin: plugin,
                template: template,
                parameters: JSONObject(recorded.members.filter { known.contains($0.key) }.map { ($0.key, $0.value) })
            )
        }
    }

    /// The plan of upgrading templates; nothing is written.
    package func plan(_ choices: [UpgradeChoice], in workspace: Workspace) throws -> UpgradePlan {
        let requests = try choices.map { choice in
            TemplateUpgrade.Request(
                installed: choice.installed,
                plugin: choice.plugin,
                template: choice.template.template,
                folder: choice.template.folder,
                dialogs: choice.template.dialogs,
                parameters: try choice.values.complete(choice.parameters)
            )
        }
        var environment: LintEnvironment?
        return try TemplateUpgrade(hasher: hasher) { [self] request in
            let known = environment ?? lintEnvironment(of: workspace)
            environment = known
            return Self.errors(in: request, known: known)
        }.plan(requests, in: workspace)
    }

    /// What upgrading one template would do; without a part, why that can't be said: a plugin that is not at hand or older, or
    /// parameters that have to be given first.
    package func upgradePart(
        of installed: LockFile.Instance,
        in workspace: Workspace
    ) -> (part: UpgradePlan.Part?, missing: [String], trouble: String?) {
        do {
            guard let choice = try chooseUpgrades([installed], in: workspace).first else { return (nil, [], nil) }
            guard !choice.isStepBack else {
                return (
                    nil, [], "the pinned plugin is \(choice.plugin.manifest.version), older than what was installed"
                )
            }
            let missing = choice.values.missing(in: choice.parameters).map(\.key)
            guard missing.isEmpty else { return (nil, missing, nil) }
            return (try plan([choice], in: workspace).parts.first, [], nil)
        } catch {
            return (nil, [], "\(error)")
        }
    }

    /// The plan of taking an installed template away, and who calls dialogs that go.
    package func removal(
        of installed: LockFile.Instance,
        in workspace: Workspace
    ) throws -> (removal: TemplateRemoval, callers: [(caller: DialogID, called: DialogID)]) {
        let removal = try TemplateRemoval(of: installed, in: workspace, hasher: hasher)
        var callers: [(caller: DialogID, called: DialogID)] = []
        for id in try workspace.dialogIDs() where !removal.dialogs.isEmpty && !removal.dialogs.contains(id) {
            // A dialog that can't be read is lint's to tell of.
            guard let value = try? JSONReader().read(workspace.bytes(of: "dialogs/\(id)/dialog.json")) else { continue }
            callers += DialogCalls.of(value).filter(removal.dialogs.contains).map { (id, $0) }
        }
        return (removal, callers)
    }

    /// What dialogs may refer to beside each other.
    private func lintEnvironment(of workspace: Workspace) -> LintEnvironment {
        // A plugin or profile that can't be read is no reason to hold anything back: lint says so itself.
        let plugins = (try? plugins(of: workspace).plugins) ?? [:]
        var environment = DialogChecks.environment(plugins: plugins, dialogs: [], env: [], content: [])
        environment.profiles = try? workspace.profiles().map(\.id)
        return environment
    }

    private static func errors(in request: DialogToCheck, known: LintEnvironment) -> [Diagnostic] {
        guard let dialog = try? Dialog(request.dialog) else { return [] }
        var known = known
        known.dialogs = request.dialogs
        known.env = request.env
        known.content = request.content
        return DialogLint.diagnostics(for: dialog, file: request.dialog, scripts: request.scripts, known: known)
            .filter { $0.severity == .error }
    }

    // MARK: - Conflicts

    /// What is open of an installed template.
    package func openConflicts(of instance: String, in workspace: Workspace) throws -> [ConflictRow] {
        rows(of: try workspace.openConflicts(of: instance)?.conflicts ?? [], instance: instance, in: workspace)
    }

    /// What lint says of open conflicts; with an id only of that dialog's.
    func conflictFindings(in workspace: Workspace, dialog id: DialogID?) throws -> [Diagnostic] {
        try workspace.openConflicts().flatMap { open in
            try open.conflicts.filter { id == nil || $0.dialog == id }.map { conflict in
                let bytes = workspace.exists(conflict.file) ? try workspace.bytes(of: conflict.file) : []
                let finding = Diagnostic(
                    .warning,
                    at: conflict.at.flatMap { _ in conflict.pointer(in: bytes) },
                    "you and the template of '\(open.instance)' changed this differently; yours stays",
                    remedy: "decide with 'patchbay template resolve \(open.instance) \(conflict.path)'"
                )
                return finding.located(in: bytes, file: conflict.file)
            }
        }
    }

    /// Conflicts as they are told, in a workspace or as a plan will leave it.
    package func rows(of conflicts: [FileConflict], instance: String, in workspace: Workspace) -> [ConflictRow] {
        func value(_ path: String, as file: String) -> JSONValue? {
            // What can't be read is told as missing.
            (try? workspace.bytes(of: path)).flatMap { FileConflict.value(of: $0, file: file) }
        }
        return conflicts.map { conflict in
            ConflictRow(
                instance: instance,
                conflict: conflict,
                mine: conflict.at == nil ? value(conflict.file, as: conflict.file) : conflict.mine,
                theirs: conflict.at == nil
                    ? conflict.theirsFile.flatMap { value($0, as: conflict.file) } : conflict.theirs
            )
        }
    }
}
