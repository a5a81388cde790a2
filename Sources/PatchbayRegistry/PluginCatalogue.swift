import Foundation
package import PatchbayFiles
package import PatchbayModel

/// The plugins that are at hand to install: folders with one folder for each plugin.
package struct PluginCatalogue: Sendable {
    private let folders: [ShareLayout.Catalogue]
    private let index: CatalogueIndex?

    /// A catalogue of some folders.
    ///
    /// - Parameters:
    ///   - folders: The catalogue's folders; of two plugins with one id and version the first folder's counts.
    ///   - index: What was read before, or nil to read everything.
    package init(folders: [ShareLayout.Catalogue], index: CatalogueIndex? = nil) {
        self.folders = folders
        self.index = index
    }

    /// All plugins whose manifest can be read, by id, the newest version first, and what is wrong with the others.
    ///
    /// A folder's name is its plugin's id; one that differs is left out and said.
    package func list() throws -> (plugins: [PluginSummary], diagnostics: [Diagnostic]) {
        var roots: [Root] = []
        var diagnostics: [Diagnostic] = []
        for folder in folders {
            do {
                roots.append(try Root(opening: folder.plugins))
            } catch {
                diagnostics.append(Diagnostic(.warning, file: folder.plugins, String(describing: error)))
            }
        }
        let listings = index?.list(roots) ?? roots.map { CatalogueListing(reading: $0) }
        diagnostics += listings.flatMap(\.diagnostics)
        var seen: Set<String> = []
        let plugins = listings.flatMap(\.plugins).filter { seen.insert("\($0.id)@\($0.version)").inserted }
        return (plugins.sorted { ($0.id, $1.version) < ($1.id, $0.version) }, diagnostics)
    }

    /// The files of a plugin of the catalogue; without a version the newest.
    ///
    /// - Throws: ``RegistryError/unknownPlugin(_:near:)`` or ``RegistryError/unknownVersion(_:wanted:found:)``; for a
    ///   plugin that can't be listed, a `DiagnosticError` with what is wrong with it.
    package func files(of id: PluginID, version: Version? = nil) throws -> FolderPluginFiles {
        let (all, diagnostics) = try list()
        let versions = all.filter { $0.id == id }
        guard !versions.isEmpty else {
            let own = diagnostics.filter { ("/" + ($0.file ?? "")).hasSuffix("/\(id)/plugin.json") }
            if own.hasErrors { throw DiagnosticError(own) }
            let near = NearName.suggestion(for: id.rawValue, among: all.map(\.id.rawValue))
            throw RegistryError.unknownPlugin(id.rawValue, near: near)
        }
        guard let chosen = versions.first(where: { version == nil || $0.version == version }) else {
            throw RegistryError.unknownVersion(
                id,
                wanted: version?.description ?? "",
                found: versions.map(\.version)
            )
        }
        return try Self.files(in: chosen.place)
    }

    /// The assembled files of a plugin's folder: its templates are its own, or lie in `../Templates/<id>` beside the
    /// catalogue.
    ///
    /// - Throws: ``RegistryError/templatesTwice(_:)`` when they lie in both.
    package static func files(in folder: String) throws -> FolderPluginFiles {
        let root = try Root(opening: folder)
        guard let templates = templatesBeside(folder) else { return FolderPluginFiles(root, isSource: true) }
        guard try !root.exists("templates") else {
            throw RegistryError.templatesTwice(PluginID(place(of: folder).name))
        }
        return FolderPluginFiles(root, templates: templates, isSource: true)
    }

    /// The folder beside the catalogue that holds a plugin's templates; nil where there is none.
    static func templatesBeside(_ folder: String) -> Root? {
        let (around, name) = place(of: folder)
        guard let beside = ShareLayout.Catalogue(plugins: around).templates, beside != around else { return nil }
        return try? Root(opening: beside + "/" + name)  // none beside: its own
    }

    /// The folder around a folder, and its name; `.` and `..` are resolved, other paths are taken as they are written.
    private static func place(of folder: String) -> (around: String, name: String) {
        var path = folder
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        if isDots(path) { path = Root.realPath(path) }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let around = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        return (isDots(around) ? Root.realPath(around) : around.isEmpty ? "/" : around, name)
    }

    private static func isDots(_ path: String) -> Bool { [".", ".."].contains(path.split(separator: "/").last) }

    /// The plugins in which every word occurs, in id, name, summary, categories or templates, without regard to case.
    package static func search(_ words: [String], in plugins: [PluginSummary]) -> [PluginSummary] {
        plugins.filter { plugin in
            let texts =
                [plugin.id.rawValue] + plugin.name.byLanguage.values
                + (plugin.summary?.byLanguage.values.map(\.self) ?? [])
                + plugin.categories + plugin.templates.map(\.rawValue)
            let text = texts.joined(separator: "\n").lowercased()
            return words.allSatisfy { text.contains($0.lowercased()) }
        }
    }
}
