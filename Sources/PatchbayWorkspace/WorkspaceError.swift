import PatchbayFiles
package import PatchbayModel

/// Why a workspace did not do what it was asked.
package enum WorkspaceError: Error, Equatable {
    case noWorkspace(from: String)
    case exists(String)
    case unknownDialog(DialogID, near: String?)
    case unknownParameter(String, remedy: String?)
    case missingParameters([String])
    case wrongParameter(String, String)
    case installedOtherwise(instance: String, TemplateID)
    case installedFromOther(instance: String, TemplateID, version: Version, available: Version)
    case instanceTaken(String, by: String)
    case badInstance(String)
    case conflicts([String])
    case changedMeanwhile
    case lockMissing(instance: String)
    case baseLost(instance: String, path: String)
    case secretInFile([Diagnostic])
    case needsPlugin(PluginID, range: String, found: Version?)
}

extension WorkspaceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noWorkspace(let place):
            "no workspace in '\(place)' or above it; 'patchbay init' makes one, '--workspace DIR' names one"
        case .exists(let path): "'\(path)' is a workspace already; 'patchbay init DIR' makes one elsewhere"
        case .unknownDialog(let id, let near):
            "no dialog '\(RelativePath.shown(id.rawValue))' in this workspace; "
                + (near.map { "did you mean '\($0)'?" } ?? "'patchbay dialog list' shows what there is")
        case .unknownParameter(let name, let remedy):
            "unknown parameter '\(RelativePath.shown(name))'" + (remedy.map { "; \($0)" } ?? "")
        case .missingParameters(let names):
            "no value for \(names.map { "'\($0)'" }.joined(separator: ", ")); give each with --set NAME=VALUE"
        case .wrongParameter(let name, let reason): "parameter '\(name)': \(reason)"
        case .installedOtherwise(let instance, let template):
            "template '\(template)' is installed as '\(instance)' with other parameters; 'patchbay template upgrade "
                + "\(instance) --set NAME=VALUE' changes them, '--as ID' installs it once more beside"
        case .installedFromOther(let instance, let template, let version, let available):
            "template '\(template)' is installed as '\(instance)' from version \(version), "
                + "the plugin is at \(available); 'patchbay template upgrade \(instance)' moves it there, "
                + "'--as ID' installs the new one beside"
        case .instanceTaken(let instance, let owner):
            "'\(instance)' is the instance of template '\(owner)'; choose another --as ID"
        case .badInstance(let id):
            "'\(RelativePath.shown(id))' can't name an instance or its dialog; "
                + "use a letter and up to 63 letters, digits and hyphens, in lower case"
        case .conflicts(let paths):
            "these files exist and belong to somebody else: \(paths.joined(separator: ", ")); "
                + "move them away or install with '--as ID'; nothing was written"
        case .changedMeanwhile: "another command changed the workspace meanwhile; run this one again"
        case .lockMissing(let instance):
            "'patchbay.lock' is missing, but '\(instance)' is installed here; restore it from version control "
                + "(or remove .patchbay/base to start without installed templates)"
        case .baseLost(let instance, let path):
            "'\(path)' is not what the template of '\(instance)' wrote, so your edits can't be told from its text; "
                + "restore it from version control, such as with 'git checkout \(path)'"
        case .secretInFile(let found): found.map(\.description).joined(separator: "\n")
        case .needsPlugin(let id, let range, let found):
            "the template needs plugin '\(id)' \(range)" + (found.map { " and \($0) is here" } ?? "")
                + "; 'patchbay plugin install \(id)' installs it"
        }
    }
}
