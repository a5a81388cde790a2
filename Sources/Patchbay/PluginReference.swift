package import PatchbayModel

/// What `plugin install` takes: an id of the catalogue, with a version or not, or a path.
package enum PluginReference: Sendable, Equatable {
    case catalogue(PluginID, Version?)
    case folder(String)
    case archive(String)

    /// Reads `openai`, `openai@1.2.3`, `./folder`, `file.zip`, `file.tar.gz`.
    package init(_ text: String, isFolder: (String) -> Bool) throws(HubError) {
        if text.contains("://") {
            throw HubError(
                "usage",
                "'\(text)' is a URL, and nothing is installed from there; download it and name the file"
            )
        }
        if text.hasSuffix(".zip") || text.hasSuffix(".tar.gz") || text.hasSuffix(".tgz") {
            self = .archive(text)
            return
        }
        if text.contains("/") || text == "." || text == ".." {
            self = .folder(text)
            return
        }
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            guard let version = Version(parts[1]) else {
                throw HubError("usage", "'\(parts[1])' is no version; write it as 1.2.3")
            }
            self = .catalogue(PluginID(parts[0]), version)
        } else {
            self = .catalogue(PluginID(text), nil)
        }
    }
}

/// A template's full name: `plugin/template`.
package struct TemplateReference: Sendable, Equatable {
    package let plugin: PluginID
    package let template: TemplateID

    /// Reads `openai/extract-skills`.
    package init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw .badReference(text) }
        plugin = PluginID(parts[0])
        template = TemplateID(parts[1])
    }
}
