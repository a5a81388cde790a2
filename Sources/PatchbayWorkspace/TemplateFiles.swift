package import PatchbayModel

/// A template's files as they will stand in a workspace: parameters filled, ids as the instance has them, text canonical.
package struct TemplateFiles: Sendable {
    /// A file by its path in the workspace.
    package struct File: Sendable, Equatable {
        package let path: String
        package let bytes: [UInt8]
    }

    package let files: [File]
    /// The template's dialog ids to those here.
    package let dialogs: [(template: DialogID, here: DialogID)]

    /// Makes the files of an instance.
    ///
    /// - Parameter folder: The template's folder in the plugin, such as `templates/extract-skills`.
    /// - Parameter instance: The name given with `--as`, or nil to keep the template's own dialog ids.
    package init(
        of plugin: Plugin,
        folder: String,
        dialogs ids: [DialogID],
        parameters: JSONObject,
        instance: String?
    ) throws {
        dialogs = ids.map { id in
            guard let instance else { return (id, id) }
            return (id, DialogID(ids.count == 1 ? instance : "\(instance)-\(id)"))
        }
        var files: [File] = []
        for (source, here) in dialogs {
            let from = "\(folder)/dialogs/\(source)"
            for path in try plugin.files.paths() where path.hasPrefix(from + "/") {
                let name = String(path.dropFirst(from.count + 1))
                var bytes = try plugin.files.read(path)
                if name == "dialog.json" {
                    let value = TemplateParameters.fill(try JSONReader().read(bytes), with: parameters)
                    bytes = Array(CanonicalText.text(Self.renamed(value, here: here, dialogs: dialogs), of: .dialog).utf8)
                }
                files.append(File(path: "dialogs/\(here)/\(name)", bytes: bytes))
            }
        }
        self.files = files
    }

    /// The dialog under its new id, its references to the template's other dialogs following.
    private static func renamed(
        _ value: JSONValue,
        here: DialogID,
        dialogs: [(template: DialogID, here: DialogID)]
    ) -> JSONValue {
        var value = value.setting(.string(here.rawValue), at: "/id")
        for (index, node) in (value["nodes"]?.array ?? []).enumerated() {
            guard let reference = node["dialog"]?.string,
                let renamed = dialogs.first(where: { $0.template.rawValue == reference })?.here
            else { continue }
            value = value.setting(.string(renamed.rawValue), at: JSONPointer(tokens: ["nodes", String(index), "dialog"]))
        }
        return value
    }
}
