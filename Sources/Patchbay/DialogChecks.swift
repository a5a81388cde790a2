import PatchbayDialog
import PatchbayModel

/// Sets the dialog room's lint up with what plugins offer.
enum DialogChecks {
    /// What a dialog may refer to.
    static func environment(
        plugins: [PluginID: Plugin],
        dialogs: [DialogID],
        env: [String],
        content: [String]
    ) -> LintEnvironment {
        LintEnvironment(
            operations: plugins.mapValues(\.manifest.operations),
            // A missing file is the plugin's own finding.
            schemaFile: { plugin, path in try? plugins[plugin]?.json(path) },
            dialogs: dialogs,
            env: env,
            content: content
        )
    }

    /// The findings about a template's dialog with parameters filled in.
    static func ofTemplate(_ dialog: Dialog, file: JSONValue, template: Template, plugin: Plugin) -> [Diagnostic] {
        let folder = "templates/\(template.id)/dialogs"
        let ids = ((try? plugin.files.names(in: folder)) ?? []).map { DialogID($0) }
        var scripts: [String: String] = [:]
        for name in (try? plugin.files.names(in: "\(folder)/\(dialog.id)")) ?? [] where name.hasSuffix(".js") {
            let bytes = (try? plugin.files.read("\(folder)/\(dialog.id)/\(name)")) ?? []
            scripts[name] = String(decoding: bytes, as: UTF8.self)
        }
        var environment = environment(
            plugins: [plugin.id: plugin],
            dialogs: ids,
            env: template.variables.filter { $0.kind == .env }.map(\.key),
            content: template.variables.filter { $0.kind == .content }.map(\.key)
        )
        // A template may call plugins that it requires; what they offer is looked up where it is installed.
        if !template.requires.isEmpty { environment.operations = nil }
        let others = ids.compactMap { id in try? Dialog(plugin.json("\(folder)/\(id)/dialog.json")) }
        environment.given = LintEnvironment.given(by: others)[dialog.id] ?? []
        environment.started = LintEnvironment.started(by: others)
        return DialogLint.diagnostics(for: dialog, file: file, scripts: scripts, known: environment)
    }
}
