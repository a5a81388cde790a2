/// The kinds of file that people, templates and the hub write.
package enum FileKind: String, CaseIterable, Sendable {
    case plugin, template, dialog, workspace, lock, variables, content, profile, exchange, test, conflicts, binding,
        settings
    case export, bom
    case signature, trust, index

    /// What such a file may look like.
    package var shape: Shape {
        switch self {
        case .plugin: PluginShape.shape
        case .template: TemplateShape.shape
        case .dialog: DialogShape.shape
        case .workspace: WorkspaceShape.shape
        case .lock: WorkspaceShape.lock
        case .variables: VariablesShape.env
        case .content: VariablesShape.content
        case .profile: ProfileShape.shape
        case .exchange: ExchangeShape.tape
        case .test: TestShape.shape
        case .conflicts: ExportShapes.conflicts
        case .binding: HomeShapes.binding
        case .settings: HomeShapes.settings
        case .export: ExportShapes.export
        case .bom: ExportShapes.bom
        case .signature: SigningShapes.signature
        case .trust: SigningShapes.trust
        case .index: SigningShapes.index
        }
    }

    /// The name of the published schema in `docs/schema/`, such as `plugin.schema.json`.
    package var schemaName: String { "\(rawValue).schema.json" }

    /// The name that such a file usually has, for people.
    package var usualName: String {
        switch self {
        case .plugin: "plugin.json"
        case .template: "template.json"
        case .dialog: "dialog.json"
        case .workspace: "patchbay.json"
        case .lock: "patchbay.lock"
        case .variables: "variables/env.json"
        case .content: "variables/content.json"
        case .profile: "authorization/<profile>.json"
        case .exchange: "tapes/<operation>/<name>.json"
        case .test: "tests/<name>.json"
        case .conflicts: ".patchbay/conflicts/<instance>.json"
        case .binding: "workspaces/<local id>/<integration>/<profile>.json"
        case .settings: "settings.json"
        case .export: "export.json"
        case .bom: "bom.json"
        case .signature: "signature.json"
        case .trust: "trust.json"
        case .index: "index.json"
        }
    }
}
