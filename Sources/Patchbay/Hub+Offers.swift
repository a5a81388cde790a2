import Foundation
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry

/// A version of a plugin that an index offers.
struct IndexOffer: Sendable {
    let source: IndexSource
    let entry: PluginIndex.Entry
    /// The hashes of all versions of the plugin that the index offers.
    let siblings: Set<String>
    let shelf: IndexShelf

    /// Refuses a plugin that is not the one that the index means.
    func check(_ plugin: Plugin, signedBy standing: SignatureStanding) throws {
        try shelf.check(plugin, signedBy: standing, as: entry, in: source)
    }
}

extension Hub {
    /// What all indexes offer that have not expired; what keeps one from being asked is said.
    func offers() throws -> (offers: [IndexOffer], diagnostics: [Diagnostic]) {
        guard let home = try existingHome() else { return ([], []) }
        let shelf = shelf(home)
        var offers: [IndexOffer] = []
        var diagnostics: [Diagnostic] = []
        for row in try indexRows() {
            if let index = row.index, !row.isExpired {
                let hashes = Dictionary(grouping: index.entries, by: \.id).mapValues { Set($0.map(\.hash)) }
                offers += index.entries.map {
                    IndexOffer(source: row.source, entry: $0, siblings: hashes[$0.id] ?? [], shelf: shelf)
                }
            } else {
                let words = row.problem ?? Self.expired(row).map { "\($0)" } ?? ""
                diagnostics.append(Diagnostic(.warning, words))
            }
        }
        return (offers, diagnostics)
    }

    private static func expired(_ row: IndexRow) -> IndexError? {
        row.index.map { .expired(row.source.name, at: $0.expires.formatted(.iso8601)) }
    }

    /// The files of a plugin by its id: of the catalogue, else of an index, else of the home.
    ///
    /// - Returns: The files, and the offer that they come from, if it was an index.
    func offeredFiles(
        _ id: PluginID,
        _ version: Version?,
        from index: String?
    ) async throws -> (files: any PluginFiles, offer: IndexOffer?) {
        try settings().policy.check(id)
        if let index {
            let offer = try offer(of: id, version, by: index)
            return (try await files(of: offer), offer)
        }
        do {
            return (try Self.still(catalogue().files(of: id, version: version)), nil)
        } catch let error as RegistryError {
            // An id of the catalogue belongs to the catalogue, whatever an index offers under it.
            if case .unknownPlugin = error, let offer = try bestOffer(of: id, version) {
                return (try await files(of: offer), offer)
            }
            // A version that is only in the home can be pinned from there.
            guard let home = try existingPluginHome(),
                let found = try home.list().first(where: { $0.id == id && (version == nil || $0.version == version) })
            else {
                guard FileManager.default.fileExists(atPath: "\(id)/plugin.json") else { throw error }
                throw HubError("not-found", "\(error); for the folder here write './\(id)'")
            }
            return (try home.wholePlugin(found).files, nil)
        }
    }

    /// The newest version, or a certain one, that a named index offers.
    private func offer(of id: PluginID, _ version: Version?, by name: String) throws -> IndexOffer {
        guard let home = try existingHome() else { throw IndexError.unknown(name, near: nil) }
        let shelf = shelf(home)
        let source = try shelf.source(name)
        let index = try shelf.kept(source)
        guard !index.isExpired(at: configuration.clock.now()) else {
            throw IndexError.expired(name, at: index.expires.formatted(.iso8601))
        }
        let entries = index.entries.filter { $0.id == id && (version == nil || $0.version == version) }
        guard let entry = entries.max(by: { $0.version < $1.version }) else {
            throw IndexError.notOffered(id, version: version, by: name)
        }
        let siblings = Set(index.entries.filter { $0.id == id }.map(\.hash))
        return IndexOffer(source: source, entry: entry, siblings: siblings, shelf: shelf)
    }

    /// The newest version, or a certain one, that the indexes offer; nil where none does.
    ///
    /// - Throws: ``IndexError/ambiguous(_:_:)`` when several offer the plugin; ``IndexError/expired(_:at:)`` when only
    ///   one does that has expired and nothing of it is in the home.
    private func bestOffer(of id: PluginID, _ version: Version?) throws -> IndexOffer? {
        let all = try offers().offers.filter { $0.entry.id == id }
        let names = Set(all.map(\.source.name)).sorted()
        guard names.count < 2 else { throw IndexError.ambiguous(id, names) }
        let fitting = all.filter { version == nil || $0.entry.version == version }
        if let best = fitting.max(by: { $0.entry.version < $1.entry.version }) { return best }
        guard try existingPluginHome()?.newest(of: id) == nil else { return nil }
        if let only = all.first { throw IndexError.notOffered(id, version: version, by: only.source.name) }
        let expired = try indexRows().first { row in
            row.isExpired && row.index?.entries.contains { $0.id == id } == true
        }
        if let error = expired.flatMap(Self.expired) { throw error }
        return nil
    }

    /// The files of what an index offers: those in the home where they are the same, else out of its archive.
    private func files(of offer: IndexOffer) async throws -> any PluginFiles {
        let entry = offer.entry
        let short = PluginHome.short(entry.hash)
        if let home = try existingPluginHome(),
            let installed = try home.list().first(where: {
                $0.id == entry.id && $0.version == entry.version && $0.shortHash == short
            }),
            case let plugin = try home.wholePlugin(installed), plugin.hash == entry.hash
        {
            return plugin.files
        }
        guard entry.archiveBytes <= PluginIndex.maxArchiveBytes else {
            throw IndexError.mixed(
                entry.id,
                entry.version,
                index: offer.source.name,
                reason: "it shall have \(entry.archiveBytes) bytes; at most \(PluginIndex.maxArchiveBytes) are read"
            )
        }
        let bytes = try await archive(of: offer)
        try offer.shelf.check(bytes, of: entry, in: offer.source)
        return try Self.archiveFiles(of: bytes, place: entry.archive)
    }

    private func archive(of offer: IndexOffer) async throws -> [UInt8] {
        let (source, entry) = (offer.source, offer.entry)
        if source.isRemote || entry.archive.utf8.starts(with: "https://".utf8) {
            return try await fetch(source.address(of: entry.archive), for: source, maxBytes: entry.archiveBytes)
        }
        do throws(FileError) {
            // Beneath the index's own folder, no link followed.
            return try NamedFile(source.place).root.read(RelativePath(entry.archive), maxBytes: entry.archiveBytes)
        } catch {
            guard case .tooLarge = error else { throw error }
            throw IndexError.mixed(
                entry.id,
                entry.version,
                index: source.name,
                reason: "it has more than \(entry.archiveBytes) bytes"
            )
        }
    }
}
