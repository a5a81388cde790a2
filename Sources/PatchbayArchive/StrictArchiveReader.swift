package import PatchbayFiles

/// Reads `.zip` and `.tar.gz` of plain files and folders, and refuses everything else with the entry and the reason.
///
/// First the container is checked by ``ZipCheck`` or ``TarCheck``, then libarchive unpacks it, then the two are compared.
package struct StrictArchiveReader: ArchiveReader {
    private let limits: ArchiveLimits

    package init(limits: ArchiveLimits = ArchiveLimits()) {
        self.limits = limits
    }

    /// Why no archive can be read on this machine; nil where all is there.
    package static var missingLibrary: String? {
        do {
            _ = try ArchiveLibrary.shared()
            return nil
        } catch {
            return error.description
        }
    }

    package func entries(of archive: [UInt8]) throws -> [ArchiveEntry] {
        guard archive.count <= limits.maxArchiveBytes else {
            throw ArchiveError("the archive has \(archive.count) bytes; at most \(limits.maxArchiveBytes) are read")
        }
        if archive.starts(with: "PK".utf8) {
            let checked = try ZipCheck.entries(of: archive, limits: limits)
            return try LibraryReader.files(of: archive, .zip, expecting: checked)
        }
        guard archive.starts(with: [0x1F, 0x8B]) else {
            throw ArchiveError("this is neither a zip nor a tar.gz: it doesn't begin like one")
        }
        // Headers and padding beside the contents: at most three blocks an entry, and the end.
        let tar = try Inflater.gunzip(archive, most: limits.maxContentBytes + limits.maxEntries * 1_536 + 20_480)
        if tar.count > 1 << 20, tar.count / limits.maxRatio > archive.count {
            throw ArchiveError("the archive unpacks to more than \(limits.maxRatio) times its size")
        }
        let checked = try TarCheck.entries(of: tar, limits: limits)
        return try LibraryReader.files(of: tar, .tar, expecting: checked)
    }
}
