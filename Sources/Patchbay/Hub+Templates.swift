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
        let workspace = try workspace()
        let plugin: Plugin
        if let pin = workspace?.lock.pin(of: reference.plugin) {
            guard let home = try existingPluginHome() else { throw RegistryError.notInstalled(pin.id) }
            plugin = try home.plugin(pinned: pin)
        } else {
            guard let home = try existingPluginHome(), let newest = try home.newest(of: reference.plugin) else {
                throw RegistryError.notInstalled(reference.plugin)
            }
            plugin = try home.plugin(newest)
        }
        let known = plugin.manifest.templates.map(\.rawValue)
        guard known.contains(reference.template.rawValue) else {
            let remedy = NearName.remedy(for: reference.template.rawValue, among: known).map { "; \($0)" } ?? ""
            throw HubError("not-found", "plugin '\(plugin.id)' has no template '\(reference.template)'\(remedy)")
        }
        return (plugin, try plugin.template(reference.template))
    }

    /// The plan of installing a template; nothing is written.
    package func plan(
        _ reference: TemplateReference,
        parameters: JSONObject,
        as instance: String?,
        in workspace: Workspace
    ) throws -> InstallPlan {
        let (plugin, template) = try self.template(reference)
        if workspace.lock.pin(of: plugin.id) != nil, try TreeHash.hash(of: plugin.files, with: hasher) != plugin.hash {
            throw HubError(
                "changed",
                "plugin '\(plugin.id)' is not what was installed; 'patchbay plugin verify \(plugin.id)' shows it, "
                    + "'patchbay plugin remove' and 'install' mend it"
            )
        }
        let request = TemplateInstaller.Request(
            plugin: plugin,
            template: template.template,
            folder: template.folder,
            dialogs: template.dialogs,
            parameters: parameters,
            instance: instance
        )
        return try TemplateInstaller(hasher: hasher).plan(request, in: workspace)
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
