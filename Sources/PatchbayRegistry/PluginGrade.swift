package import PatchbayModel

/// How good a plugin is, computed: bronze, silver, gold (platinum comes with signatures).
package struct PluginGrade: Sendable, Equatable {
    /// `none`, `bronze`, `silver`, `gold`.
    package let name: String
    /// What is missing for the next grade, or nil.
    package let next: String?

    /// The grade of a plugin.
    package static func of(_ plugin: Plugin, templates: [PluginTemplate], diagnostics: [Diagnostic]) -> PluginGrade {
        let manifest = plugin.manifest
        if diagnostics.hasErrors { return PluginGrade(name: "none", next: "mend the errors") }
        let bare = manifest.operations.first { operation in
            operation.source == nil || operation.response.schema == nil
                || operation.inputs.contains { $0.schema == true }
        }
        if let bare { return PluginGrade(name: "none", next: "operation '\(bare.id)' needs schemas and a source") }
        if let next = missingForSilver(manifest, templates) { return PluginGrade(name: "bronze", next: next) }
        if let next = missingForGold(manifest) { return PluginGrade(name: "silver", next: next) }
        return PluginGrade(name: "gold", next: "a signature, which comes with a later version")
    }

    private static func missingForSilver(_ manifest: PluginManifest, _ templates: [PluginTemplate]) -> String? {
        if let type = manifest.authorization.first(where: { $0.kind != .none && $0.check == nil }) {
            return "authorization type '\(type.id)' needs a check"
        }
        if manifest.errors.isEmpty && manifest.errorMessage.isEmpty {
            return "'errors' and 'errorMessage' need entries"
        }
        return templates.first { $0.samples.isEmpty }.map { "template '\($0.template.id)' needs a sample conversation" }
    }

    private static func missingForGold(_ manifest: PluginManifest) -> String? {
        if manifest.icon == nil { return "an icon" }
        let fields = manifest.authorization.flatMap(\.fields)
        if let field = fields.first(where: { $0.help == nil }) { return "field '\(field.key)' needs a help text" }
        let languages = max(manifest.name.byLanguage.count, manifest.summary?.byLanguage.count ?? 0)
        if languages < 2 { return "texts in two languages" }
        return nil
    }
}
