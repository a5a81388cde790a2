package import PatchbayFiles
package import PatchbayModel

/// A plugin as a list shows it.
package struct PluginSummary: Sendable, Equatable {
    package let id: PluginID
    package let version: Version
    package let name: LocalizedText
    package let summary: LocalizedText?
    package let categories: [String]
    /// The templates it brings.
    package let templates: [TemplateID]
    /// Where its folder is.
    package let place: String

    package init(
        id: PluginID,
        version: Version,
        name: LocalizedText,
        summary: LocalizedText?,
        categories: [String],
        templates: [TemplateID],
        place: String
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.summary = summary
        self.categories = categories
        self.templates = templates
        self.place = place
    }

    package init(_ manifest: PluginManifest, place: String) {
        self.init(
            id: manifest.id,
            version: manifest.version,
            name: manifest.name,
            summary: manifest.summary,
            categories: manifest.categories,
            templates: manifest.templates,
            place: place
        )
    }
}

/// The plugins that are at hand to install: folders with one folder for each plugin.
package struct PluginCatalogue: Sendable {
    private let folders: [ShareLayout.Catalogue]
    private let index: CatalogueIndex?

    /// - Parameters:
    ///   - folders: The catalogue's folders; of two plugins with one id and version the first folder's counts.
    ///   - index: What was read before, or nil to read everything.
    package init(folders: [ShareLayout.Catalogue], index: CatalogueIndex? = nil) {
        self.folders = folders
        self.index = index
    }

    /// All plugins whose manifest can be read, by id, the newest version first, and what is wrong with the others.
    package func list() throws -> (plugins: [PluginSummary], diagnostics: [Diagnostic]) {
        var plugins: [PluginSummary] = []
        var diagnostics: [Diagnostic] = []
        for folder in folders {
            let root: Root
            do {
                root = try Root(opening: folder.plugins)
            } catch {
                diagnostics.append(Diagnostic(.warning, file: folder.plugins, String(describing: error)))
                continue
            }
            let (found, problems) = try index?.summaries(in: root) ?? CatalogueIndex.read(root)
            plugins += found
            diagnostics += problems
        }
        var seen: Set<String> = []
        plugins = plugins.filter { seen.insert("\($0.id)@\($0.version)").inserted }
        plugins.sort { ($0.id, $1.version) < ($1.id, $0.version) }
        return (plugins, diagnostics)
    }

    /// The files of a plugin of the catalogue.
    ///
    /// - Throws: ``RegistryError/unknownPlugin(_:near:)`` or ``RegistryError/unknownVersion(_:wanted:found:)``.
    package func files(of id: PluginID, version: Version? = nil) throws -> FolderPluginFiles {
        let all = try list().plugins
        let versions = all.filter { $0.id == id }
        guard !versions.isEmpty else {
            throw RegistryError.unknownPlugin(id.rawValue, near: NearName.suggestion(for: id.rawValue, among: all.map(\.id.rawValue)))
        }
        guard let chosen = versions.first(where: { version == nil || $0.version == version }) else {
            throw RegistryError.unknownVersion(id, wanted: version?.description ?? "", found: versions.map(\.version))
        }
        return try Self.files(in: chosen.place)
    }

    /// The assembled files of a plugin's folder: its templates are its own, or lie in `../Templates/<id>` beside the catalogue.
    ///
    /// - Throws: ``RegistryError/templatesTwice(_:)`` when they lie in both.
    package static func files(in folder: String) throws -> FolderPluginFiles {
        let root = try Root(opening: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? ""
        let catalogue = ShareLayout.Catalogue(plugins: folder.contains("/") ? String(folder.dropLast(name.count + 1)) : ".")
        guard let beside = catalogue.templates, let templates = try? Root(opening: beside + "/" + name) else {
            return FolderPluginFiles(root)  // none beside: its own
        }
        guard try !root.exists("templates") else { throw RegistryError.templatesTwice(PluginID(name)) }
        return FolderPluginFiles(root, templates: templates)
    }

    /// The plugins in which every word occurs, in id, name, summary or categories, without regard to case.
    package static func search(_ words: [String], in plugins: [PluginSummary]) -> [PluginSummary] {
        plugins.filter { plugin in
            let texts =
                [plugin.id.rawValue] + plugin.name.byLanguage.values + (plugin.summary?.byLanguage.values.map(\.self) ?? [])
                + plugin.categories + plugin.templates.map(\.rawValue)
            let text = texts.joined(separator: "\n").lowercased()
            return words.allSatisfy { text.contains($0.lowercased()) }
        }
    }
}
