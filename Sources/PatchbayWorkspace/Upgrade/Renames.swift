package import PatchbayModel

extension LockFile.Instance {
    /// The recorded parameters under the names that a newer version of the template gives them.
    package func parameters(renamedBy template: Template, to version: Version) -> JSONObject {
        var parameters = parameters
        for rename in template.renames(of: .parameter, after: pluginVersion, upTo: version) {
            guard let value = parameters[rename.from], parameters[rename.to] == nil else { continue }
            parameters[rename.from] = nil
            parameters[rename.to] = value
        }
        return parameters
    }
}

extension Template {
    /// The renames that stand between two versions, the older ones first.
    func renames(of kind: TemplateRename.Kind, after old: Version, upTo new: Version) -> [TemplateRename] {
        renames.filter { $0.kind == kind && $0.since > old && $0.since <= new }.enumerated()
            .sorted { ($0.element.since, $0.offset) < ($1.element.since, $1.offset) }.map(\.element)
    }
}
