import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
package import PatchbayWorkspace

/// A template as a list shows it.
package struct TemplateRow: Sendable {
    package let plugin: PluginID
    package let template: TemplateSummary
    package let version: Version
    /// The instances of it in the workspace.
    package let instances: [String]
}

/// A template that somebody wants to install, and what they give for its parameters.
package struct TemplateChoice: Sendable {
    package let plugin: Plugin
    package let template: PluginTemplate
    package var parameters = JSONObject()
}

extension Hub {
    /// The templates of the plugins at hand: in a workspace those it pins, then those of the home that it doesn't.
    package func templateRows() throws -> [TemplateRow] {
        let workspace = try workspace()
        let plugins = try pluginsAtHand(workspace)
        let index = try existingHome().map { ListIndex(home: $0.root, name: "templates") }
        let installed = Dictionary(grouping: workspace?.lock.templates ?? []) { "\($0.plugin)/\($0.template)" }
        return try ListIndex.using(index) { index in
            try plugins.flatMap { plugin in
                try plugin.templateSummaries(&index).map { template in
                    TemplateRow(
                        plugin: plugin.id,
                        template: template,
                        version: plugin.manifest.version,
                        instances: installed["\(plugin.id)/\(template.id)"]?.map(\.instance) ?? []
                    )
                }
            }
        }
    }

    /// The templates in which every word occurs, without regard to case.
    package func searchTemplates(_ words: [String]) throws -> [TemplateRow] {
        try templateRows().filter { row in
            let texts =
                ["\(row.plugin)/\(row.template.id)"] + row.template.title.byLanguage.values.map(\.self)
                + (row.template.summary?.byLanguage.values.map(\.self) ?? []) + row.template.categories
            let text = texts.joined(separator: "\n").lowercased()
            return words.allSatisfy { text.contains($0.lowercased()) }
        }
    }

    /// A template of a plugin at hand.
    package func template(_ reference: TemplateReference) throws -> (plugin: Plugin, template: PluginTemplate) {
        let (home, installed, _) = try installedPlugin(reference.plugin, in: try workspace())
        let plugin = try home.plugin(installed)
        return (plugin, try Self.template(reference.template, of: plugin))
    }

    /// The templates of a plugin at hand, or of every plugin that the workspace pins.
    ///
    /// - Throws: ``HubError`` `not-found` when there are none.
    package func templateReferences(of id: PluginID?, in workspace: Workspace) throws -> [TemplateReference] {
        let references = try (id.map { [$0] } ?? workspace.lock.plugins.map(\.id))
            .flatMap { id in
                let (home, installed, _) = try installedPlugin(id, in: workspace)
                return try home.plugin(installed, hash: "").manifest.templates.map {
                    try TemplateReference("\(id)/\($0)")
                }
            }
        guard !references.isEmpty else {
            throw HubError(
                "not-found",
                id.map { "plugin '\($0)' has no templates" }
                    ?? "no plugin of this workspace has templates; 'patchbay plugin install ID' installs one"
            )
        }
        return references
    }

    /// Templates to install; each of their plugins is read once, and compared with the hash that the workspace pins.
    package func choose(_ references: [TemplateReference], in workspace: Workspace) throws -> [TemplateChoice] {
        var plugins: [PluginID: Plugin] = [:]
        return try references.map { reference in
            let plugin = try plugins[reference.plugin] ?? verifiedPlugin(reference.plugin, in: workspace)
            plugins[reference.plugin] = plugin
            return TemplateChoice(plugin: plugin, template: try Self.template(reference.template, of: plugin))
        }
    }

    /// The plan of installing templates; nothing is written.
    package func plan(
        _ choices: [TemplateChoice],
        as instance: String?,
        in workspace: Workspace
    ) throws -> InstallPlan {
        let requests = choices.map { choice in
            TemplateInstaller.Request(
                plugin: choice.plugin,
                template: choice.template.template,
                folder: choice.template.folder,
                dialogs: choice.template.dialogs,
                parameters: choice.parameters,
                instance: instance
            )
        }
        return try TemplateInstaller(hasher: hasher).plan(requests, in: workspace)
    }

    private static func template(_ id: TemplateID, of plugin: Plugin) throws -> PluginTemplate {
        let known = plugin.manifest.templates.map(\.rawValue)
        guard known.contains(id.rawValue) else {
            let remedy = NearName.remedy(for: id.rawValue, among: known).map { "; \($0)" } ?? ""
            throw HubError("not-found", "plugin '\(plugin.id)' has no template '\(id)'\(remedy)")
        }
        return try plugin.template(id)
    }

    /// The version of a plugin that a workspace pins, else the newest at hand.
    private func installedPlugin(
        _ id: PluginID,
        in workspace: Workspace?
    ) throws -> (home: PluginHome, installed: PluginHome.Installed, pin: LockFile.PinnedPlugin?) {
        guard let home = try existingPluginHome() else { throw notInstalled(id) }
        if let pin = workspace?.lock.pin(of: id) { return (home, try home.installed(pin), pin) }
        guard let newest = try home.newest(of: id) else { throw notInstalled(id) }
        return (home, newest, nil)
    }

    func verifiedPlugin(_ id: PluginID, in workspace: Workspace) throws -> Plugin {
        let (home, installed, pin) = try installedPlugin(id, in: workspace)
        let plugin = try home.wholePlugin(installed)
        try admit(plugin)
        guard pin == nil || plugin.hash == pin?.hash else {
            throw HubError(
                "changed",
                "plugin '\(id)' is not what was installed; 'patchbay plugin verify \(id)' shows it, "
                    + "'patchbay plugin remove' and 'install' mend it"
            )
        }
        return plugin
    }

    /// How the installed templates stand.
    package func templateStatus(of workspace: Workspace) throws -> [TemplateStatus] {
        let plugins = try plugins(of: workspace).plugins
        return try TemplateStatus.all(in: workspace, hasher: hasher) { plugins[$0]?.manifest.version }
    }

    /// The plugins a command may take templates from, by id.
    ///
    /// The hash of one that the workspace does not pin is left empty: computing it reads all of its files.
    func pluginsAtHand(_ workspace: Workspace?) throws -> [Plugin] {
        var plugins = try workspace.map { try self.plugins(of: $0).plugins } ?? [:]
        if let home = try existingPluginHome() {
            for installed in try home.list()
            where plugins[installed.id] == nil && workspace?.lock.pin(of: installed.id) == nil {
                plugins[installed.id] = try home.plugin(installed, hash: "")
            }
        }
        return plugins.values.sorted { $0.id < $1.id }
    }
}
