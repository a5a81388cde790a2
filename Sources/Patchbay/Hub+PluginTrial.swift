import Foundation
import PatchbayFiles
package import PatchbayModel
import PatchbayRecording
package import PatchbayRegistry
import PatchbayWorkspace

/// A plugin put to the test: installed where nothing else is.
package struct PluginTrial: Sendable {
    package let plugin: Plugin
    package let templates: [PluginTemplate]
    /// What kept a template from being installed, or was found in what it installed.
    package let diagnostics: [Diagnostic]
    /// The samples of all templates, each with its file's path in the plugin.
    package let cases: [(path: String, test: TestCase)]
}

extension Hub {
    /// Reads and checks a plugin that is named by its folder, its archive or its id.
    ///
    /// A folder of that name with a manifest goes before an id; of an id the version that is pinned counts, then the
    /// newest in the home, then the catalogue's.
    ///
    /// - Returns: What was read, and what to call its folder.
    package func lintNamed(_ source: String) throws -> (loaded: LoadedPlugin, name: String) {
        let isHere = FileManager.default.fileExists(atPath: source + "/plugin.json")
        guard !isHere, case .catalogue(let id, let version) = try PluginReference(source, isFolder: { _ in false })
        else {
            return (try lintPlugin(source), source.hasSuffix("/") ? String(source.dropLast()) : source)
        }
        let home = try existingPluginHome()
        let pin = version == nil ? try workspace()?.lock.pin(of: id) : nil
        let installed =
            try pin.flatMap { pin in try home?.installed(pin) }
            ?? home?.list().first { $0.id == id && (version == nil || $0.version == version) }
        if let installed, let home { return (try loader.load(home.wholePlugin(installed).files, name: source), source) }
        return (try loader.load(try catalogue().files(of: id, version: version), name: source), source)
    }

    /// Installs a plugin and each of its templates in temporary folders and hands the result to a function; nothing of
    /// it is left.
    ///
    /// - Parameters:
    ///   - loaded: The plugin, without errors.
    ///   - name: What diagnostics call its folder.
    ///   - body: What to do with it while the folders stand.
    /// - Returns: What the function returns.
    /// - Throws: What the function throws, or why the plugin can't be installed at all.
    package func trying<Result>(
        _ loaded: LoadedPlugin,
        named name: String,
        _ body: (PluginTrial) async throws -> Result
    ) async throws -> Result {
        let plugin = try loaded.checked()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "patchbay-trial-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a left folder harms nobody
        let hub = trialHub(in: folder.path, workspace: nil)
        _ = try hub.pluginHome().install(plugin)
        var diagnostics: [Diagnostic] = []
        for template in loaded.templates {
            let found = try install(template, of: plugin, in: folder.path)
            diagnostics += found.map { finding in
                var finding = finding
                finding.file = "\(name)/\(template.folder)" + (finding.file.map { "/\($0)" } ?? "")
                return finding
            }
        }
        var cases: [(path: String, test: TestCase)] = []
        for template in loaded.templates {
            let reference = try TemplateReference("\(plugin.id)/\(template.template.id)")
            for path in template.samples {
                let title = "\(plugin.id)/\(template.template.id)/\(path.split(separator: "/").last ?? "")"
                let file = "\(name)/\(path)"
                do {
                    let test = try ConversationTest.read(try plugin.files.read(path), file: file)
                    cases.append((path, try hub.sample(test, named: title, of: reference)))
                } catch let error as DiagnosticError {
                    diagnostics += error.diagnostics
                } catch let error as WorkspaceError {
                    diagnostics.append(Diagnostic(file: file, "it can't be run: \(error)"))
                }
            }
        }
        let trial = PluginTrial(plugin: plugin, templates: loaded.templates, diagnostics: diagnostics, cases: cases)
        return try await body(trial)
    }

    /// Installs a template into a workspace of its own, with the plugins that it needs.
    ///
    /// - Returns: What went wrong.
    private func install(_ template: PluginTemplate, of plugin: Plugin, in folder: String) throws -> [Diagnostic] {
        let place = "\(folder)/\(template.template.id)"
        let root = try Root(creating: place, mode: 0o755)
        _ = try WorkspaceStart(name: "trial").make(in: root)
        let hub = trialHub(in: folder, workspace: place)
        do {
            for need in template.template.requires where need.plugin != plugin.id {
                let other = try companion(need.plugin, within: need.range)
                _ = try hub.pluginHome().install(other)
                try hub.requiredWorkspace().pin(.init(id: other.id, version: other.manifest.version, hash: other.hash))
            }
            let workspace = try hub.requiredWorkspace()
            var choice = TemplateChoice(plugin: plugin, template: template)
            choice.parameters = template.template.usualParameters(of: plugin.manifest)
            try workspace.apply(try hub.plan([choice], as: nil, in: workspace))
            return try hub.lint(try hub.requiredWorkspace(), dialog: nil).filter { $0.severity == .error }
        } catch let error as DiagnosticError {
            return error.diagnostics.filter { $0.severity == .error }
        } catch let error as WorkspaceError {
            return [Diagnostic(file: nil, "it can't be installed: \(error)")]
        } catch let error as HubError {
            return [Diagnostic(file: nil, "it can't be installed: \(error)")]
        }
    }

    /// A plugin that a template needs beside its own: pinned here, in the home or in the catalogue.
    private func companion(_ id: PluginID, within range: VersionRange) throws -> Plugin {
        if let home = try existingPluginHome(),
            let found = try home.list().first(where: { $0.id == id && range.contains($0.version) })
        {
            return try home.wholePlugin(found)
        }
        let loaded = try? loader.load(try catalogue().files(of: id), name: id.rawValue)
        guard let plugin = try loaded?.checked(), range.contains(plugin.manifest.version) else {
            throw HubError(
                "not-installed",
                "it needs plugin '\(id)' \(range), which is not at hand; 'patchbay plugin install \(id)' installs it"
            )
        }
        return plugin
    }

    private func trialHub(in folder: String, workspace: String?) -> Hub {
        var own = configuration
        own.home = "\(folder)/home"
        own.workspace = workspace
        own.currentFolder = folder
        return Hub(own)
    }
}
