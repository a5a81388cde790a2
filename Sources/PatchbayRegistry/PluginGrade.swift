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
        if let next = missingForSilver(plugin, templates) { return PluginGrade(name: "bronze", next: next) }
        if let next = missingForGold(manifest) { return PluginGrade(name: "silver", next: next) }
        return PluginGrade(name: "gold", next: "a signature, which comes with a later version")
    }

    private static func missingForSilver(_ plugin: Plugin, _ templates: [PluginTemplate]) -> String? {
        let manifest = plugin.manifest
        if let type = manifest.authorization.first(where: { $0.kind != .none && $0.check == nil }) {
            return "authorization type '\(type.id)' needs a check"
        }
        if manifest.errors.isEmpty || manifest.errorMessage.isEmpty {
            return "'errors' and 'errorMessage' need entries"
        }
        if let bare = templates.first(where: { $0.samples.isEmpty }) {
            return "template '\(bare.template.id)' needs a sample conversation"
        }
        return templates.first { !isOnTape($0, of: plugin) }.map {
            "template '\($0.template.id)' needs a sample conversation with its calls, or tapes of its operations"
        }
    }

    /// Whether nothing has to be made up for a template's samples: one has its calls in it, or the operations have tapes.
    private static func isOnTape(_ template: PluginTemplate, of plugin: Plugin) -> Bool {
        let hasCalls = template.samples.contains { path in
            guard let bytes = try? plugin.files.read(path), let sample = try? JSONReader().read(bytes) else {
                return false
            }
            return sample["turns"]?.array?.contains { $0["calls"] != nil } == true
        }
        return hasCalls
            || template.template.operations.allSatisfy { name in
                let operation = name.split(separator: "/").last ?? ""
                return (try? plugin.files.names(in: "tapes/\(operation)").isEmpty) == false
            }
    }

    private static func missingForGold(_ manifest: PluginManifest) -> String? {
        if manifest.icon == nil { return "an icon" }
        let fields = manifest.authorization.flatMap(\.fields).map { ($0.key, $0.help) }
        if let (key, _) = (fields + manifest.connection.map { ($0.key, $0.help) }).first(where: { $0.1 == nil }) {
            return "field '\(key)' needs a help text"
        }
        // What only reads is tried again as usual.
        if let bare = manifest.operations.first(where: { !$0.onlyReads && !$0.hasRetryRule }) {
            return "operation '\(bare.id)' needs a 'retry' that says whether repeating it does harm"
        }
        let languages = max(manifest.name.byLanguage.count, manifest.summary?.byLanguage.count ?? 0)
        if languages < 2 { return "texts in two languages" }
        return nil
    }
}
