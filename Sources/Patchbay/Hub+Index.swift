import Foundation
import PatchbayAccess
import PatchbayConnector
import PatchbayFiles
import PatchbayHTTP
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

extension Hub {
    func shelf(_ home: HomeLayout) -> IndexShelf {
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
        let places = try allowed.map { text in
            let place = try OutboundPlace(text)
            return place.hasPort ? place.description : place.description + ":443"
        }
        let source = IndexSource(name: name, place: try Self.indexPlace(place), keys: keys, allowed: places)
        let bytes = try await bytes(of: source)
        let shelf = shelf(try home())
        let index = try shelf.keep(bytes, of: source, at: configuration.clock.now(), isNew: true)
        return IndexRow(source: try shelf.source(name), index: index, isExpired: false, problem: nil)
    }

    private static func indexPlace(_ text: String) throws -> String {
        if text.contains("://") {
            guard text.utf8.starts(with: "https://".utf8), (try? OutboundURL(text)) != nil else {
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
    func fetch(_ url: String, for source: IndexSource, maxBytes: Int) async throws -> [UInt8] {
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
}
