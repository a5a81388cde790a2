import PatchbayFiles
package import PatchbayModel

/// Reads a plugin's files into values and all their diagnostics.
package struct PluginLoader: Sendable {
    private let hasher: any ContentHasher
    /// The dialogs' own checks, which live in another room: the dialog with its file's value, its template and plugin.
    private let checkDialog: DialogCheck?

    /// A check of one dialog of a template.
    package typealias DialogCheck =
        @Sendable (_ dialog: Dialog, _ file: JSONValue, _ template: Template, _ plugin: Plugin) -> [Diagnostic]

    package init(hasher: any ContentHasher, checkDialog: DialogCheck? = nil) {
        self.hasher = hasher
        self.checkDialog = checkDialog
    }

    /// Loads the manifest only: enough for a plugin that was checked when it was installed.
    package func manifest(of files: any PluginFiles, hash: String) throws -> Plugin {
        let bytes = try files.read("plugin.json")
        return Plugin(manifest: try PluginManifest(try JSONReader().read(bytes)), hash: hash, files: files)
    }

    /// Loads and checks everything.
    ///
    /// - Parameters:
    ///   - files: The plugin's files.
    ///   - name: What diagnostics call the plugin's folder.
    /// - Returns: The plugin, if its manifest can be read, and everything there is to say.
    /// - Throws: ``RegistryError/notAPlugin(_:)``, ``RegistryError/refusedFile(_:reason:)`` for a link or device,
    ///   ``RegistryError/tooLarge(_:)``, or why a file can't be read.
    package func load(_ files: any PluginFiles, name: String) throws -> LoadedPlugin {
        let bytes: [UInt8]
        do {
            bytes = try files.read("plugin.json")
        } catch FileError.missing, RegistryError.missingFile {
            throw RegistryError.notAPlugin(name)
        }
        let (value, found) = FileCheck.read(bytes, as: .plugin, file: "\(name)/plugin.json")
        // What the manifest says about the other files can't be known then; what each says by itself is told, too.
        func unreadable(_ found: [Diagnostic]) -> LoadedPlugin {
            let others = (try? PluginFileCheck(files: files, name: name).diagnostics(beside: value, bytes: bytes)) ?? []
            return LoadedPlugin(plugin: nil, templates: [], diagnostics: found + others)
        }
        guard let value, !found.hasErrors else { return unreadable(found) }
        let plugin: Plugin
        do {
            plugin = Plugin(
                manifest: try PluginManifest(value),
                hash: try TreeHash.hash(of: files, with: hasher),
                files: files
            )
        } catch let error as DiagnosticError {
            return unreadable(found + error.diagnostics.map { $0.located(in: bytes, file: "\(name)/plugin.json") })
        }
        var validator = PluginValidator(plugin: plugin, name: name, checkDialog: checkDialog)
        try validator.run(manifest: value, bytes: bytes)
        return LoadedPlugin(
            plugin: plugin,
            templates: validator.templates,
            diagnostics: found + validator.diagnostics
        )
    }
}
