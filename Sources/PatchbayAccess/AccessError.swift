package import PatchbayModel

/// Why an integration is not enabled.
package enum AccessError: Error, Equatable {
    /// A type, or a mode of it, whose time comes later.
    case notSupported(type: String)
    case unknownType(String, remedy: String?)
    case unknownField(String, remedy: String?)
    case missingFields([String])
    /// A value that can't be used; the reason never holds it.
    case wrongField(String, reason: String)
    case unknownConnection(String, remedy: String?)
    case missingConnection([String])
    case wrongConnection(String, reason: String)
    case wrongBaseURL(String, regions: [String])
    case wrongCheckURL(String)
    case wrongProfile(String)
    case wrongAddress(String)
    case fixedBaseURL(PluginID)
    case missingBaseURL(PluginID)
    case missingRegion(PluginID, among: [String])
    case undeclaredHost(String, PluginID)
    case refused(PluginID, reason: String?)
    case expired(PluginID)
    /// A file that can't be signed with.
    case badSigningKey(String, reason: String)
}

extension AccessError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSupported(let type): "authorization type '\(type)' is read, but does not work yet in this version"
        case .unknownType(let id, let remedy):
            "unknown authorization type '\(id)'" + (remedy.map { "; \($0)" } ?? "")
        case .unknownField(let key, let remedy): "unknown field '\(key)'" + (remedy.map { "; \($0)" } ?? "")
        case .missingFields(let keys): "no value for \(keys.map { "'\($0)'" }.joined(separator: ", "))"
        case .wrongField(let key, let reason): "field '\(key)': \(reason)"
        case .unknownConnection(let key, let remedy):
            "unknown connection value '\(key)'" + (remedy.map { "; \($0)" } ?? "; this plugin takes none")
        case .missingConnection(let keys):
            "no value for \(keys.map { "'\($0)'" }.joined(separator: ", ")); give each with --set NAME=VALUE"
        case .wrongConnection(let key, let reason): "connection value '\(key)': \(reason)"
        case .wrongBaseURL(let text, let regions):
            "'\(text)' is no base URL"
                + (NearName.remedy(for: text, among: regions).map { " and no region of the plugin; \($0)" }
                    ?? "; write it as https://HOST/PATH")
        case .wrongCheckURL(let text): "'\(text)' is no URL; write it as https://HOST/PATH"
        case .wrongProfile(let id):
            "'\(id)' can't name a profile; use a letter and up to 63 letters, digits and hyphens, in lower case"
        case .wrongAddress(let text):
            "'\(text)' is no HOST:PORT; write an address that may be called, such as 127.0.0.1:8080"
        case .fixedBaseURL(let id):
            "plugin '\(id)' has one fixed base URL; leave --base-url out and 'baseURL' out of the profile"
        case .missingBaseURL(.custom): "the profile names no base URL; say with --base-url where its credential goes"
        case .missingBaseURL(let id): "plugin '\(id)' needs the base URL of your own server; give it with --base-url"
        case .missingRegion(let id, let regions):
            "plugin '\(id)' has several regions; choose one with --profile-base-url \(regions.joined(separator: "|"))"
        case .undeclaredHost(let url, let id):
            "plugin '\(id)' does not name the host of '\(url)' among its hosts; nothing was changed"
        case .refused(let id, let reason):
            "the service of '\(id)' refused the credential, nothing was changed"
                + (reason.map { ": \($0)" } ?? "; check it and try again")
        case .badSigningKey(let file, let reason): "can't sign with '\(file)': \(reason)"
        case .expired(let id): "the credential of '\(id)' has expired; give a new one; nothing was changed"
        }
    }
}
