/// What is known about a file without opening it.
package struct FileStatus: Sendable, Equatable {
    /// The size in bytes.
    package let size: Int
    /// When the content last changed, in nanoseconds since 1970.
    package let modified: Int64
    /// Permission bits.
    package let mode: UInt32
    /// The owner's user id.
    package let owner: UInt32
}

extension Root {
    /// Whether anything stands at a path, a link itself included.
    package func exists(_ path: RelativePath) throws(FileError) -> Bool { try facts(path) != nil }

    /// The size and time of change of the file at a path, to compare with earlier ones; nil when there is nothing.
    ///
    /// Quicker than ``status(_:)``, for it follows links on the way there: it says nothing about what is read at the path.
    package func stamp(_ path: RelativePath) -> String? {
        guard let facts = try? factsHere(path) else { return nil }
        return "\(facts.size) \(facts.modified)"
    }

    /// What is known about the file at a path.
    ///
    /// - Throws: ``FileError/missing(_:)`` when there is nothing.
    package func status(_ path: RelativePath) throws(FileError) -> FileStatus {
        guard let facts = try facts(path) else { throw .missing(shown(path)) }
        return FileStatus(size: facts.size, modified: facts.modified, mode: facts.mode, owner: facts.owner)
    }
}
