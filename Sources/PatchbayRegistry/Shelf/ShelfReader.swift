package import PatchbayFiles
package import PatchbayModel

/// Finds what can be installed, and remembers in the home what it read, by place, size and time of change.
package struct ShelfReader {
    private let home: Root?
    private let pluginHome: PluginHome?
    private let catalogues: [ShareLayout.Catalogue]
    private static let maxBytes = 64 << 20
    private static let language = "en"
    private let file: RelativePath = "index/shelf"

    /// - Parameters:
    ///   - home: The home; nil where there is none, then nothing is remembered.
    ///   - pluginHome: The plugins of the home.
    ///   - catalogues: The folders with what is not installed yet.
    package init(home: Root?, pluginHome: PluginHome?, catalogues: [ShareLayout.Catalogue]) {
        self.home = home
        self.pluginHome = pluginHome
        self.catalogues = catalogues
    }

    /// A plugin on its way to the shelf: the lines that hold, or those that were read anew.
    private struct Found {
        let id: String
        let version: String
        let isInstalled: Bool
        let source: Source

        enum Source {
            case known(ShelfText.Plugin)
            case new(ShelfText.Part)
        }
    }

    /// The shelf as it is now: of each plugin the version that is pinned, else the newest installed, else the newest of
    /// a catalogue.
    ///
    /// What can't be read is left out: other commands say what is wrong with it.
    package func read(pinned: (PluginID) -> Version?) -> PluginShelf {
        let known = home.flatMap { try? $0.read(file, maxBytes: Self.maxBytes) }.flatMap(ShelfText.init)
        // Where nothing is remembered, an empty text is: it is the smallest whole one.
        let before = known ?? ShelfText(ShelfText.joined([]))
        guard let before else { return PluginShelf.empty }
        var memory: [String: ShelfText.Plugin] = [:]
        memory.reserveCapacity(before.plugins.count)
        for plugin in before.plugins {
            memory[String(decoding: before.field(1, of: plugin.line), as: UTF8.self)] = plugin
        }
        var found = installed(before, memory)
        for catalogue in catalogues { found += offered(in: catalogue, before, memory) }
        let isSame =
            found.count == before.plugins.count
            && found.allSatisfy { if case .known = $0.source { true } else { false } } && known != nil
        guard !isSame else { return shelf(before, found, pinned: pinned) }
        let bytes = ShelfText.joined(
            found.map {
                switch $0.source {
                case .known(let plugin): before.part(plugin)
                case .new(let part): part
                }
            }
        )
        if let home, (try? home.makeFolder("index", mode: 0o700)) != nil {
            // A memory that can't be written is done without.
            try? home.write(bytes, to: file, mode: 0o600)
        }
        guard let text = ShelfText(bytes) else { return PluginShelf.empty }
        let renewed = zip(found, text.plugins).map { found, plugin in
            Found(id: found.id, version: found.version, isInstalled: found.isInstalled, source: .known(plugin))
        }
        return shelf(text, renewed, pinned: pinned)
    }

    private func shelf(_ text: ShelfText, _ found: [Found], pinned: (PluginID) -> Version?) -> PluginShelf {
        var items: [PluginShelf.PluginItem] = []
        for (id, versions) in Dictionary(grouping: found, by: \.id).sorted(by: { $0.key < $1.key }) {
            let installed = versions.filter(\.isInstalled)
            func newest(_ versions: [Found]) -> Found? {
                versions.count < 2 ? versions.first : versions.max { Self.isOlder($0.version, $1.version) }
            }
            let pin = installed.isEmpty ? nil : pinned(PluginID(id))?.description
            let offered = newest(versions.filter { !$0.isInstalled })
            guard let chosen = installed.first(where: { $0.version == pin }) ?? newest(installed) ?? offered,
                case .known(let plugin) = chosen.source
            else { continue }
            let fields = text.fields(plugin.line)
            guard fields.count == 7 else { continue }
            let isNewer = offered.map { Self.isOlder(chosen.version, $0.version) } ?? false
            items.append(
                PluginShelf.PluginItem(
                    id: PluginID(id),
                    version: chosen.version,
                    name: fields[4],
                    summary: fields[5],
                    categories: fields[6],
                    isInstalled: chosen.isInstalled,
                    newer: chosen.isInstalled && isNewer ? offered?.version : nil,
                    place: fields[0],
                    templates: plugin.templates
                )
            )
        }
        return PluginShelf(text, plugins: items)
    }

    private static func isOlder(_ one: String, _ other: String) -> Bool {
        guard one != other, let one = Version(one), let other = Version(other) else { return false }
        return one < other
    }

    // MARK: - The home

    private func installed(_ before: ShelfText, _ memory: [String: ShelfText.Plugin]) -> [Found] {
        guard let home, let pluginHome, let folders = try? home.list("plugins", limit: 100_000) else { return [] }
        var byID: [Substring: [(key: String, plugin: ShelfText.Plugin)]] = [:]
        for (key, plugin) in memory where key.hasPrefix("plugins/") {
            byID[key.dropFirst(8).prefix { $0 != "/" }, default: []].append((key, plugin))
        }
        var found: [Found] = []
        for folder in folders where folder.kind == .folder {
            guard let path = try? RelativePath("plugins/\(folder.name)"), let stamp = home.stamp(path) else { continue }
            let known = byID[folder.name[...]] ?? []
            // The folder of a plugin changes with its versions, and these never change.
            let here = known.compactMap { key, plugin -> Found? in
                guard let file = try? RelativePath(key + "/plugin.json"), let own = home.stamp(file),
                    before.field(2, of: plugin.line).elementsEqual("\(stamp) \(own)".utf8)
                else { return nil }
                return Found(
                    id: folder.name,
                    version: String(decoding: before.field(4, of: plugin.line), as: UTF8.self),
                    isInstalled: true,
                    source: .known(plugin)
                )
            }
            if !known.isEmpty, here.count == known.count {
                found += here
            } else {
                found += anew(PluginID(folder.name), stamp: stamp, home, pluginHome)
            }
        }
        return found
    }

    private func anew(_ id: PluginID, stamp: String, _ home: Root, _ plugins: PluginHome) -> [Found] {
        ((try? plugins.versions(of: id)) ?? []).compactMap { installed in
            guard let file = try? RelativePath(installed.folder + "/plugin.json"), let own = home.stamp(file),
                let plugin = try? plugins.plugin(installed, hash: "")
            else { return nil }
            return Found(
                id: id.rawValue,
                version: installed.version.description,
                isInstalled: true,
                source: .new(Self.part(plugin, key: installed.folder, stamp: "\(stamp) \(own)"))
            )
        }
    }

    // MARK: - Catalogues

    private func offered(
        in catalogue: ShareLayout.Catalogue,
        _ before: ShelfText,
        _ memory: [String: ShelfText.Plugin]
    ) -> [Found] {
        guard let root = try? Root(opening: catalogue.plugins), let folders = try? root.list(limit: 100_000) else {
            return []
        }
        let beside = catalogue.templates.flatMap { try? Root(opening: $0) }
        return folders.compactMap { folder in
            guard folder.kind == .folder, let manifest = try? RelativePath("\(folder.name)/plugin.json"),
                let stamp = root.stamp(manifest)
            else { return nil }
            let key = "\(catalogue.plugins)/\(folder.name)"
            if let plugin = memory[key], before.field(2, of: plugin.line).elementsEqual(stamp.utf8),
                isUnchanged(plugin, of: folder.name, before, root, beside)
            {
                return Found(
                    id: folder.name,
                    version: String(decoding: before.field(4, of: plugin.line), as: UTF8.self),
                    isInstalled: false,
                    source: .known(plugin)
                )
            }
            guard let summary = CatalogueListing.read(manifest, in: root, folder: folder.name).0,
                let files = try? PluginCatalogue.files(in: summary.place), let bytes = try? files.read("plugin.json"),
                let value = try? JSONReader().read(bytes), let read = try? PluginManifest(value)
            else { return nil }
            let plugin = Plugin(manifest: read, hash: "", files: files)
            return Found(
                id: folder.name,
                version: summary.version.description,
                isInstalled: false,
                source: .new(Self.part(plugin, key: key, stamp: stamp))
            )
        }
    }

    /// Whether every template's file is as it was read; where it lies is the plugin's folder, else the one beside.
    private func isUnchanged(
        _ plugin: ShelfText.Plugin,
        of folder: String,
        _ before: ShelfText,
        _ root: Root,
        _ beside: Root?
    ) -> Bool {
        plugin.templates.allSatisfy { number in
            let line = before.templates[number]
            let id = String(decoding: before.field(1, of: line), as: UTF8.self)
            let own = try? RelativePath("\(folder)/templates/\(id)/template.json")
            let other = try? RelativePath("\(folder)/\(id)/template.json")
            let stamp = own.flatMap { root.stamp($0) } ?? other.flatMap { beside?.stamp($0) } ?? ""
            return before.field(2, of: line).elementsEqual(stamp.utf8)
        }
    }

    // MARK: - Lines

    private static func part(_ plugin: Plugin, key: String, stamp: String) -> ShelfText.Part {
        let manifest = plugin.manifest
        let name = manifest.name.text(in: language)
        var part = ShelfText.Part(
            plugin: ShelfText.line(
                "P",
                [
                    key, stamp, manifest.id.rawValue, manifest.version.description, name,
                    manifest.summary?.text(in: language) ?? "", manifest.categories.joined(separator: ", "),
                ]
            )
        )
        for id in manifest.templates {
            let path = "templates/\(id)/template.json"
            guard let template = try? Template(try plugin.json(path)) else { continue }
            let place: (folder: Root, file: RelativePath)? = (plugin.files as? FolderPluginFiles)?.place(of: path)
            part.templates.append(
                ShelfText.line(
                    "T",
                    [
                        template.id.rawValue, place.flatMap { $0.folder.stamp($0.file) } ?? "",
                        template.title.text(in: language), template.summary?.text(in: language) ?? "",
                        template.categories.joined(separator: ", "),
                    ]
                )
            )
            let texts = [
                template.title.byLanguage.values.sorted().joined(separator: " "), "\(manifest.id)/\(template.id)",
                template.summary?.byLanguage.values.sorted().joined(separator: " ") ?? "",
                template.categories.joined(separator: " "),
                manifest.name.byLanguage.values.sorted().joined(separator: " "),
            ]
            part.texts.append(Array(ShelfText.line("", texts.map(ShelfText.folded)).dropFirst()))
        }
        return part
    }
}

extension PluginShelf {
    /// A shelf with nothing on it.
    package static let empty: PluginShelf = {
        guard let text = ShelfText(ShelfText.joined([])) else {
            preconditionFailure("a text without parts is whole")
        }
        return PluginShelf(text, plugins: [])
    }()
}
