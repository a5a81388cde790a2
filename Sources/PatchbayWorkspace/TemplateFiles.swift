package import PatchbayModel

/// A template's files as they will stand in a workspace: parameters filled, ids as the instance has them, text
/// canonical.
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
    /// - Parameters:
    ///   - plugin: Where the template comes from.
    ///   - folder: The template's folder in the plugin, such as `templates/extract-skills`.
    ///   - ids: The template's dialogs.
    ///   - parameters: The values of all parameters.
    ///   - instance: The name given with `--as`, or nil to keep the template's own dialog ids.
    ///   - known: Dialogs that have their ids here already: the template's id and that one.
    /// - Throws: ``WorkspaceError/badInstance(_:)`` when the name is too long for a dialog's id; `DiagnosticError`
    ///   when a dialog would be none with these parameters.
    package init(
        of plugin: Plugin,
        folder: String,
        dialogs ids: [DialogID],
        parameters: JSONObject,
        instance: String?,
        keeping known: [(template: DialogID, here: DialogID)] = []
    ) throws {
        dialogs = ids.map { id in
            if let here = known.first(where: { $0.template == id })?.here { return (id, here) }
            guard let instance else { return (id, id) }
            return (id, DialogID(ids.count == 1 ? instance : "\(instance)-\(id)"))
        }
        var files: [File] = []
        for (source, here) in dialogs {
            guard TextKind.id.matches(here.rawValue) else { throw WorkspaceError.badInstance(here.rawValue) }
            let from = "\(folder)/dialogs/\(source)"
            for path in try plugin.files.paths(beneath: from) {
                let target = "dialogs/\(here)\(path.dropFirst(from.count))"
                // The check of a plugin has named whatever else lies there.
                guard WorkspaceLayout.belongs(target) else { continue }
                let bytes = try plugin.files.read(path)
                let isDialog = WorkspaceLayout.kind(of: target) == .dialog
                files.append(
                    File(
                        path: target,
                        bytes: isDialog
                            ? try Self.dialog(bytes, parameters, here: here, dialogs: dialogs, file: target)
                            : WorkspaceLayout.canonical(bytes, of: target)
                    )
                )
            }
        }
        self.files = files
    }

    private static func dialog(
        _ bytes: [UInt8],
        _ parameters: JSONObject,
        here: DialogID,
        dialogs: [(template: DialogID, here: DialogID)],
        file: String
    ) throws -> [UInt8] {
        let filled = TemplateParameters.fill(try JSONReader().read(bytes), with: parameters)
        let value = renamed(filled, here: here, dialogs: dialogs)
        let text = Array(CanonicalText.text(value, of: .dialog).utf8)
        let found = FileCheck.read(text, as: .dialog, file: file).diagnostics
        guard !found.hasErrors else { throw DiagnosticError(found) }
        return text
    }

    /// The dialog under its new id, its references to the template's other dialogs following.
    private static func renamed(
        _ value: JSONValue,
        here: DialogID,
        dialogs: [(template: DialogID, here: DialogID)]
    ) -> JSONValue {
        var value = value.setting(.string(here.rawValue), at: "/id")
        func follow(_ pointer: JSONPointer) {
            guard let reference = value[pointer.appending("dialog")]?.string,
                let renamed = dialogs.first(where: { $0.template.rawValue == reference })?.here
            else { return }
            value = value.setting(.string(renamed.rawValue), at: pointer.appending("dialog"))
        }
        for (index, node) in (value["nodes"]?.array ?? []).enumerated() {
            let place = JSONPointer(tokens: ["nodes", String(index)])
            follow(place)
            for tool in (node["tools"]?.array ?? []).indices { follow(place.appending("tools").appending(tool)) }
        }
        return value
    }
}
