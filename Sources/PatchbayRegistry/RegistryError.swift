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
    case differentContent(PluginID, Version)
    case notFor(PluginID, range: String, hub: Version)
    case damaged(PluginID, Version, changed: [String])
    case inUse(PluginID, by: [String])
}

extension RegistryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownPlugin(let name, let near):
            "no plugin '\(name)' in the catalogue or the home; "
                + (near.map { "did you mean '\($0)'?" } ?? "'patchbay plugin search' shows what there is")
        case .unknownVersion(let id, let wanted, let found):
            "plugin '\(id)' has no version \(wanted); there \(found.count == 1 ? "is" : "are") "
                + (found.isEmpty ? "none" : found.map(\.description).joined(separator: ", "))
        case .notInstalled(let id): "plugin '\(id)' is not installed; 'patchbay plugin install \(id)' installs it"
        case .missingFile(let path): "'\(path)' is missing"
        case .refusedFile(let path, let reason): "'\(path)' can't be part of a plugin: \(reason)"
        case .notAPlugin(let place): "'\(place)' is no plugin: it has no plugin.json"
        case .templatesTwice(let id):
            "plugin '\(id)' has templates in its own folder and beside the catalogue; keep one of the two"
        case .differentContent(let id, let version):
            "version \(version) of plugin '\(id)' is installed with other content; give the changed plugin a new version"
        case .notFor(let id, let range, let hub):
            "plugin '\(id)' works with Patchbay \(range); this is \(hub)"
        case .damaged(let id, let version, let changed):
            "plugin '\(id)' \(version) is not what was installed (\(changed.joined(separator: ", "))); "
                + "remove it and install it again"
        case .inUse(let id, let users):
            "plugin '\(id)' is used by \(users.joined(separator: ", ")); remove it there first"
        }
    }
}
