/// A regular file in an archive.
package struct ArchiveEntry: Sendable, Equatable {
    /// Relative, with `/`, without `.` and `..`.
    package let path: String
    package let bytes: [UInt8]
    /// Whether the archive says that it may be executed.
    package let isExecutable: Bool

    package init(path: String, bytes: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isExecutable = isExecutable
    }
}

/// Reads archives that nobody trusts, whole or not at all.
package protocol ArchiveReader: Sendable {
    /// The regular files of a `.zip` or `.tar.gz`, in the archive's order; folders are left out.
    ///
    /// - Throws: ``ArchiveError`` naming the entry and what is wrong with it.
    func entries(of archive: [UInt8]) throws -> [ArchiveEntry]
}

/// Writes archives, the same bytes for the same entries on every machine.
package protocol ArchiveWriter: Sendable {
    /// A zip of the entries in their order, without times and without the machine.
    func zip(_ entries: [ArchiveEntry], compressed: Bool) throws -> [UInt8]
}

/// Why an archive is not read or written.
package struct ArchiveError: Error, Equatable, CustomStringConvertible {
    /// The archive's file, where it has one.
    package var file: String?
    /// The entry at fault, escaped for display; nil when it is the archive as a whole.
    package let entry: String?
    package let reason: String

    package init(entry: String? = nil, _ reason: String) {
        self.entry = entry
        self.reason = reason
    }

    package var description: String {
        (file.map { "'\($0)': " } ?? "") + (entry.map { "entry '\($0)': " } ?? "") + reason
    }
}
