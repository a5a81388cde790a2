import PatchbayFiles
package import PatchbayModel

/// Why an index file, or an archive that it names, is not used.
package enum IndexError: Error, Equatable {
    case damaged(String, reason: String)
    case tooLarge(String, limit: Int)
    case wrongKey(String, fingerprint: String)
    case rolledBack(String, version: Int, seen: Int)
    case forked(String, version: Int)
    case expired(String, at: String)
    case notReached(String, reason: String)
    case unknown(String, near: String?)
    case taken(String)
    case badPlace(String)
    case badName(String)
    case neverRead(String)
    /// A plugin that more than one index offers.
    case ambiguous(PluginID, [String])
    case notOffered(PluginID, version: Version?, by: String)
    /// What an index says of an archive, and the archive, don't go together.
    case mixed(PluginID, Version, index: String, reason: String)
}

extension IndexError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let name, let reason): "index '\(name)' is damaged: \(reason)"
        case .tooLarge(let name, let limit): "index '\(name)' is larger than \(limit) bytes"
        case .wrongKey(let name, let fingerprint):
            "index '\(name)' is signed with key \(fingerprint), not with one that was given for it"
        case .rolledBack(let name, let version, let seen):
            "index '\(name)' has version \(version), but version \(seen) was seen before; older ones are refused"
        case .forked(let name, let version):
            "index '\(name)' says something else than before under the same version \(version); its maker has to raise it"
        case .expired(let name, let time):
            "index '\(name)' expired on \(time); 'patchbay plugin index update \(name)' looks for a newer one"
        case .notReached(let name, let reason): "index '\(name)' was not reached: \(reason)"
        case .unknown(let name, let near):
            "no index is called '\(RelativePath.shown(name))'; "
                + (near.map { "did you mean '\($0)'?" } ?? "'patchbay plugin index list' shows them")
        case .taken(let name):
            "an index is called '\(name)' already, and lies elsewhere; choose another name, or remove that one first"
        case .badPlace(let place):
            "'\(RelativePath.shown(place))' is no place of an index; name a file, or an address that starts with https://"
        case .badName(let name): "'\(RelativePath.shown(name))' can't be an index's name; \(TextKind.id.hint)"
        case .neverRead(let name):
            "index '\(name)' is not at hand any longer; 'patchbay plugin index update \(name)' reads it again"
        case .ambiguous(let id, let names):
            "plugin '\(id)' is offered by the indexes \(names.joined(separator: ", ")); say which with --index NAME"
        case .notOffered(let id, let version, let name):
            "index '\(name)' offers no plugin '\(id)'" + (version.map { " in version \($0)" } ?? "")
        case .mixed(let id, let version, let index, let reason):
            "the archive of \(id) \(version) is not what index '\(index)' says: \(reason); nothing was installed"
        }
    }
}
