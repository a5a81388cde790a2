package import PatchbayModel

extension LockFile.Instance {
    /// The recorded parameters under the names that a newer version of the template gives them.
    package func parameters(renamedBy template: Template, to version: Version) -> JSONObject {
        var parameters = parameters
        for rename in template.renames(after: pluginVersion, upTo: version) where rename.kind == .parameter {
            guard let value = parameters[rename.from], parameters[rename.to] == nil else { continue }
            parameters[rename.from] = nil
            parameters[rename.to] = value
        }
        return parameters
    }

    /// The same with other dialogs, files or records.
    func with(
        dialogs: [(template: DialogID, here: DialogID)]? = nil,
        files: [(path: String, hash: String)]? = nil,
        records: [(path: String, keys: [String])]? = nil
    ) -> Self {
        Self(
            instance: instance,
            plugin: plugin,
            template: template,
            pluginVersion: pluginVersion,
            parameters: parameters,
            dialogs: dialogs ?? self.dialogs,
            files: files ?? self.files,
            records: records ?? self.records
        )
    }
}

extension Template {
    /// The renames that stand between two versions, the older ones first.
    func renames(after old: Version, upTo new: Version) -> [TemplateRename] {
        renames.filter { $0.since > old && $0.since <= new }.enumerated()
            .sorted { ($0.element.since, $0.offset) < ($1.element.since, $1.offset) }.map(\.element)
    }
}
