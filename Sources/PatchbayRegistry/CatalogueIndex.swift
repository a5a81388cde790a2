package import PatchbayFiles
package import PatchbayModel

/// Remembers what a catalogue's manifests say, so that listing a thousand plugins reads one file.
///
/// Keyed by the manifest's path, size and time of change; an entry whose key differs is read anew. A damaged index is no
/// error: it is only a memory.
package struct CatalogueIndex: Sendable {
    private let home: Root
    private let name: String

    /// - Parameter name: The index's file name in the home's `index/`, one for each catalogue.
    package init(home: Root, name: String) {
        self.home = home
        self.name = name
    }

    /// The plugins of a catalogue's folder, and what is wrong with the others.
    package func summaries(in catalogue: Root) throws -> (plugins: [PluginSummary], diagnostics: [Diagnostic]) {
        let known = load(for: catalogue)
        var entries: [String: Entry] = [:]
        var plugins: [PluginSummary] = []
        var diagnostics: [Diagnostic] = []
        for folder in try catalogue.list() where folder.kind == .folder {
            guard let path = try? RelativePath("\(folder.name)/plugin.json"), let status = try? catalogue.status(path) else { continue }
            let key = "\(status.size) \(status.modified)"
            if let entry = known[folder.name], entry.key == key {
                entries[folder.name] = entry
                plugins.append(entry.summary)
                continue
            }
            let (summary, problems) = Self.read(path, in: catalogue, folder: folder.name)
            diagnostics += problems
            guard let summary else { continue }
            entries[folder.name] = Entry(key: key, summary: summary)
            plugins.append(summary)
        }
        if entries != known { save(entries, for: catalogue) }
        return (plugins, diagnostics)
    }

    /// The same without a memory.
    package static func read(_ catalogue: Root) throws -> (plugins: [PluginSummary], diagnostics: [Diagnostic]) {
        var plugins: [PluginSummary] = []
        var diagnostics: [Diagnostic] = []
        for folder in try catalogue.list() where folder.kind == .folder {
            guard let path = try? RelativePath("\(folder.name)/plugin.json"), try catalogue.exists(path) else { continue }
            let (summary, problems) = read(path, in: catalogue, folder: folder.name)
            diagnostics += problems
            summary.map { plugins.append($0) }
        }
        return (plugins, diagnostics)
    }

    private static func read(_ path: RelativePath, in catalogue: Root, folder: String) -> (PluginSummary?, [Diagnostic]) {
        let file = "\(catalogue.path)/\(path.text)"
        do {
            let (value, diagnostics) = FileCheck.read(try catalogue.read(path, maxBytes: 1 << 20), as: .plugin, file: file)
            guard let value, !diagnostics.hasErrors else { return (nil, diagnostics) }
            return (PluginSummary(try PluginManifest(value), place: "\(catalogue.path)/\(folder)"), diagnostics)
        } catch let error as DiagnosticError {
            return (nil, error.diagnostics.map { Diagnostic($0.severity, file: file, at: $0.pointer, $0.message, remedy: $0.remedy) })
        } catch {
            return (nil, [Diagnostic(file: file, String(describing: error))])
        }
    }

    // MARK: - The file

    private struct Entry: Equatable {
        let key: String
        let summary: PluginSummary
    }

    private var path: RelativePath? { try? RelativePath("index/\(name).json") }

    private func load(for catalogue: Root) -> [String: Entry] {
        guard let path, let bytes = try? home.read(path, maxBytes: 64 << 20),
            let file = try? JSONReader(maxBytes: 64 << 20).read(bytes), file["v"]?.int == 1,
            file["catalogue"]?.string == catalogue.path, let rows = file["plugins"]?.object
        else { return [:] }
        var entries: [String: Entry] = [:]
        for row in rows.members {
            guard let key = row.value["key"]?.string, let id = row.value["id"]?.string,
                let version = row.value["version"]?.string.flatMap(Version.init), let language = row.value["language"]?.string,
                let name = row.value["name"].flatMap({ LocalizedText($0, language: language) })
            else { continue }
            entries[row.key] = Entry(
                key: key,
                summary: PluginSummary(
                    id: PluginID(id),
                    version: version,
                    name: name,
                    summary: row.value["summary"].flatMap { LocalizedText($0, language: language) },
                    categories: row.value["categories"]?.array?.compactMap(\.string) ?? [],
                    templates: row.value["templates"]?.array?.compactMap { $0.string.map { TemplateID($0) } } ?? [],
                    place: "\(catalogue.path)/\(row.key)"
                )
            )
        }
        return entries
    }

    private func save(_ entries: [String: Entry], for catalogue: Root) {
        let rows = entries.sorted { $0.key < $1.key }.map { folder, entry -> (String, JSONValue) in
            let summary = entry.summary
            var row: JSONObject = [
                "key": .string(entry.key), "id": .string(summary.id.rawValue), "version": .string(summary.version.description),
                "language": .string(summary.name.base), "name": Self.json(summary.name),
            ]
            row["summary"] = summary.summary.map(Self.json)
            row["categories"] = .array(summary.categories.map(JSONValue.string))
            row["templates"] = .array(summary.templates.map { .string($0.rawValue) })
            return (folder, .object(row))
        }
        let file: JSONValue = ["v": 1, "catalogue": .string(catalogue.path), "plugins": .object(JSONObject(rows))]
        guard let path else { return }
        // A memory that can't be written is done without: the list itself is right.
        _ = try? home.makeFolder("index", mode: 0o700)
        try? home.write(JSONWriter().bytes(file), to: path, mode: 0o600)
    }

    private static func json(_ text: LocalizedText) -> JSONValue {
        .object(JSONObject(text.byLanguage.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
