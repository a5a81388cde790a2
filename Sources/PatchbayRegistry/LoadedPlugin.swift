package import PatchbayModel

/// A plugin read and checked: what it is, and all there is to say about it.
package struct LoadedPlugin: Sendable {
    /// Nil when the manifest has errors that keep it from being read.
    package let plugin: Plugin?
    package let templates: [PluginTemplate]
    package let diagnostics: [Diagnostic]

    /// The plugin, if nothing is wrong with it.
    ///
    /// - Throws: `DiagnosticError` with all that was found.
    package func checked() throws(DiagnosticError) -> Plugin {
        guard let plugin, !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        return plugin
    }
}

/// One of a plugin's templates with its files.
package struct PluginTemplate: Sendable {
    package let template: Template
    /// The folder within the plugin, `templates/<id>`.
    package let folder: String
    /// The dialogs it brings, by id.
    package let dialogs: [DialogID]
    /// The sample conversations, as paths within the plugin.
    package let samples: [String]

    /// Reads a template's folder.
    package init(_ id: TemplateID, in plugin: any PluginFiles) throws {
        folder = "templates/\(id)"
        let bytes = try plugin.read("\(folder)/template.json")
        template = try Template(try JSONReader().read(bytes))
        dialogs = try plugin.names(in: "\(folder)/dialogs").map { DialogID($0) }
        samples = try plugin.names(in: "\(folder)/tests").filter { $0.hasSuffix(".json") }
            .map { "templates/\(id)/tests/\($0)" }
    }
}

extension Plugin {
    /// A template of the plugin.
    ///
    /// - Throws: ``RegistryError/missingFile(_:)`` when there is none of that id.
    package func template(_ id: TemplateID) throws -> PluginTemplate { try PluginTemplate(id, in: files) }
}
