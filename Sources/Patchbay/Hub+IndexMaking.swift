package import Foundation
import PatchbayAccess
import PatchbayFiles
package import PatchbayModel
import PatchbayRegistry

extension Hub {
    /// Writes the signed index of a catalogue of one's own.
    ///
    /// - Parameters:
    ///   - path: The index's file; one that is there is replaced by a higher version.
    ///   - archives: The plugins' archives, beside the index or beneath its folder.
    ///   - key: The file of the private key.
    ///   - name: What the catalogue is called.
    ///   - expires: A duration from now, or a time.
    ///   - version: The index's version; nil means one more than that of the file that is there.
    ///   - archivesAt: The https address of the folder that the archives lie in; nil means beside the index.
    /// - Returns: The version that was written, when it expires, and the key that it is signed with.
    /// - Throws: ``HubError`` for wrong words, `DiagnosticError` for a plugin with errors, `TrustError` for one whose
    ///   signature does not hold.
    package func makeIndex(
        _ path: String,
        of archives: [String],
        key: String,
        name: String?,
        expires: String,
        version: Int?,
        archivesAt: String?
    ) throws -> (version: Int, expires: Date, key: PublicKey) {
        let maker = try SigningKey(NamedFile(key))
        let file = try NamedFile(path)
        guard let time = expiry(expires) else {
            throw HubError("usage", "'\(expires)' is no time; write 90d, or a time such as 2027-01-31T12:00:00Z")
        }
        if let archivesAt, !archivesAt.utf8.starts(with: "https://".utf8) {
            throw HubError("usage", "'\(archivesAt)' is no address of archives; start with https://")
        }
        let before = try self.version(in: file)
        let version = version ?? (before ?? 0) + 1
        guard version > before ?? 0 else {
            throw HubError(
                "invalid",
                "'\(path)' has version \(before ?? 0), and who has seen it refuses version \(version); "
                    + "leave --index-version out or give a higher one"
            )
        }
        let folder = Root.realPath(file.root.path)
        let packed = try archives.map { archive in
            let place = try self.place(of: archive, in: folder, at: archivesAt)
            let bytes = try NamedFile(archive).read(maxBytes: PluginIndex.maxArchiveBytes)
            let plugin = try loader.load(Self.archiveFiles(of: bytes, place: archive), name: archive).checked()
            return IndexWriter.Archive(place: place, bytes: bytes, plugin: plugin, standing: try standing(of: plugin))
        }
        let text = try IndexWriter(maker: maker, hasher: hasher).text(
            packed,
            name: name,
            version: version,
            expires: time
        )
        try file.write(Array(text.utf8))
        return (version, time, maker.publicKey)
    }

    private func expiry(_ text: String) -> Date? {
        if let duration = DurationText.duration(text) {
            let seconds = configuration.clock.now().timeIntervalSince1970 + Double(duration.milliseconds) / 1_000
            return Date(timeIntervalSince1970: seconds.rounded(.down))
        }
        return text.hasSuffix("Z") ? PluginIndex.date(text) : nil
    }

    /// The version of an index that is there; nil where there is no file.
    ///
    /// - Throws: For a file that is no index: it may be something else of the user's.
    private func version(in file: NamedFile) throws -> Int? {
        guard let bytes = try file.root.readIfPresent(file.name, maxBytes: PluginIndex.maxBytes) else { return nil }
        guard let value = try? JSONReader(maxBytes: PluginIndex.maxBytes).read(bytes), value["plugins"] != nil,
            let version = value["version"]?.int
        else {
            throw HubError("exists", "'\(RelativePath.shown(file.place))' is there and is no index; name another file")
        }
        return version
    }

    private func place(of archive: String, in folder: String, at address: String?) throws -> String {
        let file = try NamedFile(archive)
        let place: String
        if let address {
            place = (address.hasSuffix("/") ? address : address + "/") + file.name.text
        } else {
            let path = Root.realPath(file.root.path) + "/" + file.name.text
            guard path.utf8.starts(with: (folder + "/").utf8) else {
                throw HubError(
                    "invalid",
                    "'\(archive)' does not lie beneath the index's folder; move it there, or say with --archives-at "
                        + "where it is published"
                )
            }
            place = String(path.dropFirst(folder.count + 1))
        }
        guard TextKind.archivePlace.matches(place) else {
            throw HubError(
                "invalid",
                "'\(RelativePath.shown(place))' can't stand in an index; use letters, digits and '.', '-', '_' in its name"
            )
        }
        return place
    }
}
