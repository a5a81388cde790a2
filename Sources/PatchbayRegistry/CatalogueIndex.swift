package import PatchbayFiles
import PatchbayModel

/// Remembers what the manifests of catalogues say, so that listing a thousand plugins reads one file.
///
/// An entry is keyed by its manifest's path, size and time of change; one whose key differs is read anew. A damaged
/// index is no error: it is only a memory.
package struct CatalogueIndex: Sendable {
    /// What was read of a manifest, and of which state of it.
    private struct Entry: Equatable {
        let key: String
        let summary: PluginSummary
    }

    private typealias Entries = [String: Entry]

    private static let maxBytes = 64 << 20

    private let home: Root
    private let name: String

    /// An index in the home's folder `index/`; it holds the catalogues of the last list.
    ///
    /// - Parameters:
    ///   - home: The home.
    ///   - name: Its file's name, without ending.
    package init(home: Root, name: String) {
        self.home = home
        self.name = name
    }

    /// The plugins of each catalogue's folder, and what is wrong with the others.
    func list(_ catalogues: [Root]) -> [CatalogueListing] {
        let known = load()
        var entries: [String: Entries] = [:]
        let listings = catalogues.map { catalogue in
            CatalogueListing(of: catalogue) { folder, manifest in
                // Without size and time there is nothing to go by; reading says what is wrong.
                guard let status = try? catalogue.status(manifest) else { return nil }
                let key = "\(status.size) \(status.modified)"
                if let entry = known[catalogue.path]?[folder], entry.key == key {
                    entries[catalogue.path, default: [:]][folder] = entry
                    return (entry.summary, [])
                }
                let found = CatalogueListing.read(manifest, in: catalogue, folder: folder)
                // One with remarks is read again, so that they are made again.
                if let summary = found.0, found.1.isEmpty {
                    entries[catalogue.path, default: [:]][folder] = Entry(key: key, summary: summary)
                }
                return found
            }
        }
        if entries != known { save(entries) }
        return listings
    }

    // MARK: - The file

    private var path: RelativePath? { try? RelativePath("index/\(name).json") }

    private func load() -> [String: Entries] {
        guard let path, let bytes = try? home.read(path, maxBytes: Self.maxBytes),
            let file = try? JSONReader(maxBytes: Self.maxBytes).read(bytes), file["v"]?.int == 1,
            let catalogues = file["catalogues"]?.object
        else { return [:] }
        var known: [String: Entries] = [:]
        for catalogue in catalogues.members {
            for row in catalogue.value.object?.members ?? [] {
                let place = catalogue.key + "/" + row.key
                guard let key = row.value["key"]?.string, let summary = PluginSummary(row: row.value, place: place)
                else { continue }
                known[catalogue.key, default: [:]][row.key] = Entry(key: key, summary: summary)
            }
        }
        return known
    }

    private func save(_ entries: [String: Entries]) {
        let catalogues = entries.sorted { $0.key < $1.key }.map { place, entries -> (String, JSONValue) in
            let rows = entries.sorted { $0.key < $1.key }.map { folder, entry -> (String, JSONValue) in
                var row = entry.summary.row
                row["key"] = .string(entry.key)
                return (folder, .object(row))
            }
            return (place, .object(JSONObject(rows)))
        }
        let file: JSONValue = ["v": 1, "catalogues": .object(JSONObject(catalogues))]
        guard let path else { return }
        // A memory that can't be written is done without: the list itself is right.
        _ = try? home.makeFolder("index", mode: 0o700)
        try? home.write(JSONWriter().bytes(file), to: path, mode: 0o600)
    }
}
