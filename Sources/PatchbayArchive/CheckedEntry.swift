import PatchbayFiles

/// An entry as our own check of the container found it.
struct CheckedEntry: Equatable {
    /// The name as it stands in the archive, without a leading `./` and a trailing `/`.
    let path: RelativePath
    let isFolder: Bool
    let size: Int
    /// The sum that a zip's directory states; nil for a tar.
    let crc: UInt32?
}

/// Collects names and refuses those that are dangerous or that a file system could take for one another.
struct NameCheck {
    private var files: Set<String> = []
    /// Folders with the spelling they were first seen in.
    private var folders: [String: RelativePath] = [:]
    /// Folders with an entry of their own.
    private var listed: Set<String> = []

    /// Checks the next name.
    mutating func add(_ bytes: some Collection<UInt8>, isFolder: Bool) throws(ArchiveError) -> RelativePath {
        let shown = Self.shown(bytes)
        let path: RelativePath
        do {
            path = try RelativePath(bytes: Array(bytes))
        } catch {
            guard case .badName(_, let reason) = error else { throw ArchiveError(entry: shown, "\(error)") }
            throw ArchiveError(entry: shown, reason)
        }
        if path.text.utf8.contains(UInt8(ascii: "\\")) { throw ArchiveError(entry: shown, "the name has a backslash") }
        if let first = path.parts.first?.utf8, first.count >= 2, first.dropFirst().first == UInt8(ascii: ":") {
            throw ArchiveError(entry: shown, "the name begins with a drive")
        }
        for folder in path.folders { try addFolder(folder, shown: shown) }
        let key = Self.key(path)
        if isFolder {
            try addFolder(path, shown: shown)
            if !listed.insert(key).inserted { throw ArchiveError(entry: shown, "the name stands twice in the archive") }
        } else {
            if folders[key] != nil { throw ArchiveError(entry: shown, "the name is a file and a folder at once") }
            if !files.insert(key).inserted {
                throw ArchiveError(
                    entry: shown,
                    "the name stands twice in the archive, counting letter case and Unicode forms as equal"
                )
            }
        }
        return path
    }

    private mutating func addFolder(_ path: RelativePath, shown: String) throws(ArchiveError) {
        let key = Self.key(path)
        if files.contains(key) { throw ArchiveError(entry: shown, "the name is a file and a folder at once") }
        if let known = folders[key], known != path {
            throw ArchiveError(entry: shown, "the folder is spelled in two ways: '\(known)' and '\(path)'")
        }
        folders[key] = path
    }

    /// Equal for names that a file system without letter case or with another Unicode form takes for one: Swift compares
    /// strings by canonical equivalence, and upper case before lower case folds letters like ß.
    private static func key(_ path: RelativePath) -> String { path.text.uppercased().lowercased() }

    /// A name for a message.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        RelativePath.shown(String(decoding: bytes.prefix(300), as: UTF8.self))
    }
}
