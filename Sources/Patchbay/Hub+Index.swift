import Foundation
import PatchbayAccess
import PatchbayConnector
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry

/// An index as this machine knows it.
package struct IndexRow: Sendable {
    package let source: IndexSource
    /// What was read last; nil where that is not at hand any longer.
    package let index: PluginIndex?
    package let isExpired: Bool
    /// What is wrong with what was kept; nil where nothing is.
    package let problem: String?
}

/// A version of a plugin that an index offers.
struct IndexOffer: Sendable {
    let source: IndexSource
    let entry: PluginIndex.Entry
    let shelf: IndexShelf

    /// Refuses a plugin that is not the one that the index means.
    func check(_ plugin: Plugin, signedBy standing: SignatureStanding) throws {
        try shelf.check(plugin, signedBy: standing, as: entry, in: source)
    }
}

extension Hub {
    private func shelf(_ home: HomeLayout) -> IndexShelf {
        IndexShelf(home, verifier: Ed25519Verifier(), hasher: hasher)
    }

    // MARK: - Indexes

    /// The indexes that are asked, each as it was read last.
    package func indexRows() throws -> [IndexRow] {
        guard let home = try existingHome() else { return [] }
        let shelf = shelf(home)
        return try shelf.sources().map { source in
            do {
                let index = try shelf.kept(source)
                let isExpired = index.isExpired(at: configuration.clock.now())
                return IndexRow(source: source, index: index, isExpired: isExpired, problem: nil)
            } catch {
                return IndexRow(source: source, index: nil, isExpired: false, problem: String(describing: error))
            }
        }
    }

    /// Reads an index and asks it from now on.
    ///
    /// - Parameters:
    ///   - name: What it shall be called.
    ///   - place: A file, or an https address.
    ///   - keys: The keys that may sign it.
    ///   - allowed: Private addresses that may be called for it, `host:port`.
    /// - Returns: The index as it is known now.
    /// - Throws: Why it is not believed; nothing is remembered then.
    package func addIndex(
        _ name: String,
        at place: String,
        keys: [PublicKey],
        allowed: [String]
    ) async throws -> IndexRow {
        guard TextKind.id.matches(name) else { throw IndexError.badName(name) }
        let source = IndexSource(name: name, place: try Self.indexPlace(place), keys: keys, allowed: allowed)
        let bytes = try await bytes(of: source)
        let shelf = shelf(try home())
        let index = try shelf.keep(bytes, of: source, at: configuration.clock.now(), isNew: true)
        return IndexRow(source: try shelf.source(name), index: index, isExpired: false, problem: nil)
    }

    private static func indexPlace(_ text: String) throws -> String {
        if text.contains("://") {
            guard text.utf8.starts(with: "https://".utf8), (try? BaseURLs.origin(of: text)) != nil else {
                throw IndexError.badPlace(text)
            }
            return text
        }
        let file = try NamedFile(text)
        return Root.realPath(file.root.path) + "/" + file.name.text
    }

    /// Reads an index anew, and keeps what it says if it may be believed.
    ///
    /// - Returns: What it says, and whether that is new.
    /// - Throws: ``IndexError/notReached(_:reason:)``, or why it is not believed; what was kept stays then.
    package func updateIndex(_ source: IndexSource) async throws -> (index: PluginIndex, isNew: Bool) {
        let bytes = try await bytes(of: source)
        let index = try shelf(try home()).keep(bytes, of: source, at: configuration.clock.now())
        return (index, index.version > source.seen)
    }

    /// The sources of all indexes, or of the named one.
    package func indexSources(_ name: String?) throws -> [IndexSource] {
        guard let home = try existingHome() else {
            if let name { throw IndexError.unknown(name, near: nil) }
            return []
        }
        return try name.map { [try shelf(home).source($0)] } ?? shelf(home).sources()
    }

    /// Reads all indexes anew; what keeps one from being read or believed is said, and it goes on with what was kept.
    package func refreshIndexes() async throws -> [String] {
        var notes: [String] = []
        for source in try indexSources(nil) {
            do {
                _ = try await updateIndex(source)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                notes.append("\(error); going on with what was read before")
            }
        }
        return notes
    }

    /// Asks an index no longer.
    package func removeIndex(_ name: String) throws {
        guard let home = try existingHome() else { throw IndexError.unknown(name, near: nil) }
        try shelf(home).remove(name)
    }

    private func bytes(of source: IndexSource) async throws -> [UInt8] {
        if source.isRemote {
            return try await fetch(source.place, for: source, maxBytes: PluginIndex.maxBytes)
        }
        do throws(FileError) {
            return try NamedFile(source.place).read(maxBytes: PluginIndex.maxBytes)
        } catch {
            if case .tooLarge = error { throw IndexError.tooLarge(source.name, limit: PluginIndex.maxBytes) }
            throw IndexError.notReached(source.name, reason: error.description)
        }
    }

    /// Gets bytes from an https address through the outbound gate, at most so many, within a minute.
    private func fetch(_ url: String, for source: IndexSource, maxBytes: Int) async throws -> [UInt8] {
        let transport = LazyTransport(try settings())
        do {
            let origin = try BaseURLs.origin(of: url)
            guard origin.utf8.starts(with: "https://".utf8) else { throw IndexError.badPlace(url) }
            let response = try await transport.send(
                HTTPRequest(
                    method: "GET",
                    url: url,
                    headers: ["accept": "application/json, application/zip, application/gzip, */*"],
                    reach: Reach(origins: [origin], allowedPrivate: Set(source.allowed)),
                    timeout: .seconds(60),
                    maxAnswerBytes: maxBytes
                )
            )
            guard response.status == 200 else {
                throw IndexError.notReached(source.name, reason: "\(origin) answered \(response.status)")
            }
            let bytes = try await response.body.collect()
            await transport.close()
            return bytes
        } catch let failure as Failure {
            await transport.close()
            let words = failure.message.replacing("integration allow ", with: "plugin index add NAME PLACE --allow ")
            throw IndexError.notReached(source.name, reason: words)
        } catch {
            await transport.close()
            throw error
        }
    }

    // MARK: - What they offer

    /// What all indexes offer that have not expired; what keeps one from being asked is said.
    func offers() throws -> (offers: [IndexOffer], diagnostics: [Diagnostic]) {
        guard let home = try existingHome() else { return ([], []) }
        let shelf = shelf(home)
        var offers: [IndexOffer] = []
        var diagnostics: [Diagnostic] = []
        for row in try indexRows() {
            if let index = row.index, !row.isExpired {
                offers += index.entries.map { IndexOffer(source: row.source, entry: $0, shelf: shelf) }
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
            else { throw error }
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
        return IndexOffer(source: source, entry: entry, shelf: shelf)
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
