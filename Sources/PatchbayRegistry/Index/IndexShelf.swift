package import Foundation
package import PatchbayFiles
package import PatchbayModel

/// The indexes that this machine asks, each as it was read last: `indexes/<name>.json` in the home.
package struct IndexShelf: Sendable {
    private let home: HomeLayout
    private let verifier: any SignatureVerifier
    private let hasher: any ContentHasher

    package init(_ home: HomeLayout, verifier: any SignatureVerifier, hasher: any ContentHasher) {
        self.home = home
        self.verifier = verifier
        self.hasher = hasher
    }

    /// The sources, in the order in which they were added.
    package func sources() throws -> [IndexSource] { try TrustFile(home: home.root).indexes }

    /// A source by its name.
    package func source(_ name: String) throws -> IndexSource {
        let all = try sources()
        guard let found = all.first(where: { $0.name == name }) else {
            throw IndexError.unknown(name, near: NearName.suggestion(for: name, among: all.map(\.name)))
        }
        return found
    }

    /// An index as it was read last, checked as if it came from outside; it may have expired since.
    package func kept(_ source: IndexSource) throws -> PluginIndex {
        guard let bytes = try home.root.readIfPresent(Self.path(source.name), maxBytes: PluginIndex.maxBytes) else {
            throw IndexError.neverRead(source.name)
        }
        let index = try read(bytes, of: source)
        // What was put there by somebody else is no better than what comes over the network.
        guard index.version == source.seen, source.hash == nil || index.hash == source.hash else {
            throw IndexError.neverRead(source.name)
        }
        return index
    }

    private func read(_ bytes: [UInt8], of source: IndexSource) throws -> PluginIndex {
        try PluginIndex(bytes, of: source, verifier: verifier, hasher: hasher)
    }

    /// Keeps what was read of an index, and remembers its version; one that is there is replaced.
    ///
    /// - Parameters:
    ///   - bytes: The index as it was read.
    ///   - source: Where it lies.
    ///   - now: The time by which it may have expired.
    ///   - isNew: Whether the source is added; else it must still be there.
    /// - Returns: What it says.
    /// - Throws: What ``PluginIndex`` throws, ``IndexError/expired(_:at:)``, ``IndexError/rolledBack(_:version:seen:)``,
    ///   ``IndexError/forked(_:version:)``; everything stays as it was then.
    @discardableResult
    package func keep(_ bytes: [UInt8], of source: IndexSource, at now: Date, isNew: Bool = false) throws -> PluginIndex
    {
        let index = try read(bytes, of: source)
        guard !index.isExpired(at: now) else {
            throw IndexError.expired(source.name, at: index.expires.formatted(.iso8601))
        }
        return try TrustFile.change(in: home) { trust in
            var source = source
            let place = trust.indexes.firstIndex { $0.name == source.name }
            if let place {
                let known = trust.indexes[place]
                guard known.place == source.place else { throw IndexError.taken(source.name) }
                // By what is known now: another command may have seen a newer one meanwhile.
                try Self.check(index, of: known)
                source.seen = known.seen
                if !isNew { source.keys = known.keys }
            } else if !isNew {
                throw IndexError.unknown(source.name, near: nil)
            }
            source.seen = index.version
            source.hash = index.hash
            source.updated = now.formatted(.iso8601)
            if let place { trust.indexes[place] = source } else { trust.indexes.append(source) }
            return (index, [.write(try Self.path(source.name), bytes, mode: 0o600)])
        }
    }

    private static func check(_ index: PluginIndex, of source: IndexSource) throws(IndexError) {
        guard index.version >= source.seen else {
            throw .rolledBack(source.name, version: index.version, seen: source.seen)
        }
        guard index.version > source.seen || source.hash == nil || source.hash == index.hash else {
            throw .forked(source.name, version: index.version)
        }
    }

    /// Asks an index no longer.
    package func remove(_ name: String) throws {
        _ = try source(name)
        try TrustFile.change(in: home) { trust in
            trust.indexes.removeAll { $0.name == name }
            return ((), [.remove(try Self.path(name))])
        }
    }

    /// Checks an archive against what an index says of it, before anything reads what is in it.
    package func check(_ archive: [UInt8], of entry: PluginIndex.Entry, in source: IndexSource) throws(IndexError) {
        let mixed = { IndexError.mixed(entry.id, entry.version, index: source.name, reason: $0) }
        guard archive.count == entry.archiveBytes else {
            throw mixed("it has \(archive.count) bytes, not \(entry.archiveBytes)")
        }
        guard hasher.contentHash(archive) == entry.archiveHash else { throw mixed("its hash differs") }
    }

    /// Checks what an archive held against what the index says of it.
    package func check(
        _ plugin: Plugin,
        signedBy standing: SignatureStanding,
        as entry: PluginIndex.Entry,
        in source: IndexSource
    ) throws(IndexError) {
        let mixed = { IndexError.mixed(entry.id, entry.version, index: source.name, reason: $0) }
        guard plugin.id == entry.id, plugin.manifest.version == entry.version else {
            throw mixed("it holds \(plugin.id) \(plugin.manifest.version)")
        }
        guard plugin.hash == entry.hash else { throw mixed("the hash of its files differs") }
        if let signer = entry.signer, standing.key != signer {
            throw mixed("it is \(standing.words), not by key \(signer.fingerprint(hasher))")
        }
    }

    private static func path(_ name: String) throws -> RelativePath { try RelativePath("indexes/\(name).json") }
}
