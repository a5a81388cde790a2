import PatchbayFiles
package import PatchbayModel

/// Plans how templates become files of a workspace; applying is the workspace's.
package struct TemplateInstaller: Sendable {
    private let hasher: any ContentHasher

    package init(hasher: any ContentHasher) {
        self.hasher = hasher
    }

    /// What to install.
    package struct Request: Sendable {
        package let plugin: Plugin
        package let template: Template
        /// The template's folder in the plugin.
        package let folder: String
        package let dialogs: [DialogID]
        /// What was given; the defaults are added.
        package let parameters: JSONObject
        /// The name given with `--as`.
        package let instance: String?

        package init(
            plugin: Plugin,
            template: Template,
            folder: String,
            dialogs: [DialogID],
            parameters: JSONObject,
            instance: String?
        ) {
            self.plugin = plugin
            self.template = template
            self.folder = folder
            self.dialogs = dialogs
            self.parameters = parameters
            self.instance = instance
        }
    }

    /// The plan of installing templates into a workspace, without writing anything; each is planned on what those before
    /// it leave.
    ///
    /// - Throws: ``WorkspaceError`` where a template can't be installed at all; `DiagnosticError` where a dialog
    ///   would not be one with these parameters.
    package func plan(_ requests: [Request], in workspace: Workspace) throws -> InstallPlan {
        var draft = PlanDraft(workspace: workspace, hasher: hasher)
        for request in requests { try add(request, to: &draft) }
        return try draft.finish()
    }

    private func add(_ request: Request, to draft: inout PlanDraft) throws {
        let template = request.template
        let name = request.instance ?? template.id.rawValue
        guard TextKind.id.matches(name) else { throw WorkspaceError.badInstance(name) }
        try Self.checkRequirements(of: template, in: draft.lock, installing: request.plugin)
        let values = ParameterValues(of: template, manifest: request.plugin.manifest)
        let parameters = try values.complete(request.parameters)
        draft.pin(request.plugin)
        if let installed = draft.lock.templates.first(where: { $0.instance == name }) {
            try checkInstalled(installed, request, parameters: parameters)
            return draft.keep(installed)
        }
        let made = try TemplateFiles(
            of: request.plugin,
            folder: request.folder,
            dialogs: request.dialogs,
            parameters: parameters,
            instance: request.instance
        )
        draft.begin(name)
        for file in made.files { draft.create(file) }
        for (_, here) in made.dialogs {
            try draft.refuseForeignFiles(in: "dialogs/\(here)", beside: made.files.map(\.path))
        }
        for kind in VariableRecord.Kind.allCases {
            try draft.add(
                template.variables.filter { $0.kind == kind },
                of: kind,
                parameters: parameters,
                language: template.language
            )
        }
        draft.addHosts(template.hosts)
        draft.end(template: template.id, plugin: request.plugin, parameters: parameters, dialogs: made.dialogs)
    }

    /// A template that is there: the same parameters are a no-op, others an error that says the way out.
    private func checkInstalled(
        _ installed: LockFile.Instance,
        _ request: Request,
        parameters: JSONObject
    ) throws {
        guard installed.plugin == request.plugin.id, installed.template == request.template.id else {
            throw WorkspaceError.instanceTaken(installed.instance, by: "\(installed.plugin)/\(installed.template)")
        }
        guard installed.pluginVersion == request.plugin.manifest.version else {
            throw WorkspaceError.installedFromOther(
                instance: installed.instance,
                request.template.id,
                version: installed.pluginVersion,
                available: request.plugin.manifest.version
            )
        }
        guard installed.parameters == parameters else {
            throw WorkspaceError.installedOtherwise(instance: installed.instance, request.template.id)
        }
    }

    static func checkRequirements(of template: Template, in lock: LockFile, installing plugin: Plugin) throws {
        for need in template.requires {
            let found = need.plugin == plugin.id ? plugin.manifest.version : lock.pin(of: need.plugin)?.version
            guard let found, need.range.contains(found) else {
                throw WorkspaceError.needsPlugin(need.plugin, range: need.range.description, found: found)
            }
        }
    }
}
