import PatchbayFiles
package import PatchbayModel

/// Why something is not trusted, or not allowed here.
package enum TrustError: Error, Equatable {
    case damagedSignature(PluginID, reason: String)
    case otherSignature(PluginID, Version, of: String)
    case notAsSigned(PluginID, [String])
    case executable(String)
    case badName(String)
    case badKey(String)
    case nameTaken(String)
    case keyKnown(name: String)
    case unknownKey(String, near: String?)
    /// A policy of the home forbids it: what, which setting, and how to mend it.
    case forbidden(String, setting: String, file: String, remedy: String)

    /// Refuses a name that could be taken for something else.
    package static func checkName(_ name: String) throws(TrustError) {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
            default: true
            }
        }
        guard isPlain, !name.allSatisfy(\.isWhitespace), name.utf8.count <= PluginSignature.maxNameBytes else {
            throw .badName(RelativePath.shown(String(name.prefix(80))))
        }
    }
}

extension TrustError: CustomStringConvertible {
    private static let remedy = "get it anew from whoever made it; if you made it, sign it again"

    package var description: String {
        switch self {
        case .damagedSignature(let id, let reason):
            "the signature of plugin '\(id)' is damaged: \(reason); \(Self.remedy)"
        case .otherSignature(let id, let version, let other):
            "the signature in plugin '\(id)' \(version) is that of \(other); \(Self.remedy)"
        case .notAsSigned(let id, let differences):
            "plugin '\(id)' is not what was signed: " + differences.prefix(5).joined(separator: ", ")
                + (differences.count > 5 ? " and \(differences.count - 5) more" : "") + "; \(Self.remedy)"
        case .executable(let path):
            "'\(path)' may be executed, and a plugin is only data; run chmod -x on it, then sign"
        case .badName(let name):
            "'\(name)' can't be a signer's name: write up to \(PluginSignature.maxNameBytes) bytes of plain text"
        case .badKey(let text):
            "'\(text)' is no public key: write ed25519:… or name a file as 'patchbay plugin key new' writes it"
        case .nameTaken(let name):
            "another key is trusted as '\(name)'; choose another name, or remove that one with 'patchbay plugin trust remove'"
        case .keyKnown(let name): "this key is trusted already, as '\(name)'"
        case .unknownKey(let name, let near):
            "no trusted key is called '\(RelativePath.shown(name))'; "
                + (near.map { "did you mean '\($0)'?" } ?? "'patchbay plugin trust list' shows them")
        case .forbidden(let what, let setting, let file, let remedy):
            "\(what), which '\(setting)' in '\(file)' forbids; \(remedy)"
        }
    }
}
