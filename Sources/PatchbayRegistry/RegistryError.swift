import PatchbayFiles
package import PatchbayModel

/// Why the registry did not do what it was asked.
package enum RegistryError: Error, Equatable {
    case unknownPlugin(String, near: String?)
    case unknownVersion(PluginID, wanted: String, found: [Version])
    case notInstalled(PluginID)
    case missingFile(String)
    case refusedFile(String, reason: String)
    case notAPlugin(String)
    case templatesTwice(PluginID)
    case changedMeanwhile(PluginID)
    case tooLarge(String)
    case notFor(PluginID, range: String, hub: Version)
    case inUse(PluginID, by: [String])
}

extension RegistryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownPlugin(let name, let near):
            "no plugin '\(RelativePath.shown(name))' in the catalogue or the home; "
                + (near.map { "did you mean '\($0)'?" } ?? "'patchbay plugin list' shows what there is")
        case .unknownVersion(let id, let wanted, let found):
            "plugin '\(id)' has no version \(wanted); there \(found.count == 1 ? "is" : "are") "
                + (found.isEmpty ? "none" : found.map(\.description).joined(separator: ", "))
        case .notInstalled(let id): "plugin '\(id)' is not installed; 'patchbay plugin install \(id)' installs it"
        case .missingFile(let path): "'\(path)' is missing"
        case .refusedFile(let path, let reason): "'\(path)' can't be part of a plugin: \(reason)"
        case .notAPlugin(let place): "'\(RelativePath.shown(place))' is no plugin: it has no plugin.json"
        case .templatesTwice(let id):
            "plugin '\(id)' has templates in its own folder and beside the catalogue; keep one of the two"
        case .changedMeanwhile(let id):
            "the files of plugin '\(id)' changed while it was being installed, nothing was written; "
                + "look at them and try again"
        case .tooLarge(let reason): "the plugin is too large: it has \(reason)"
        case .notFor(let id, let range, let hub):
            "plugin '\(id)' works with Patchbay \(range); this is \(hub)"
        case .inUse(let id, let users):
            "plugin '\(id)' is used by \(users.joined(separator: ", ")); remove it there first"
        }
    }
}
