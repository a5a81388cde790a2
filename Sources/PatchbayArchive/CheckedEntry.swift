import PatchbayFiles

/// An entry as our own check of the container found it.
struct CheckedEntry: Equatable {
    /// The name as it stands in the archive, without a leading `./` and a trailing `/`.
    let path: RelativePath
    let isFolder: Bool
    let size: Int
    /// The sum that a zip's directory states; nil for a tar.
    let crc: UInt32?
    /// Whether its Unix mode lets anybody execute it.
    var isExecutable = false
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
        let path: RelativePath
        do {
            path = try RelativePath(bytes: Array(bytes))
        } catch {
            let shown = Self.shown(bytes)
            guard case .badName(_, let reason) = error else { throw ArchiveError(entry: shown, "\(error)") }
            throw ArchiveError(entry: shown, reason)
        }
        do throws(Fault) {
            try add(path, isFolder: isFolder)
        } catch {
            throw ArchiveError(entry: Self.shown(bytes), error.reason)
        }
        return path
    }

    /// What is wrong with a name among the others.
    private struct Fault: Error {
        let reason: String
    }

    private mutating func add(_ path: RelativePath, isFolder: Bool) throws(Fault) {
        if path.text.utf8.contains(UInt8(ascii: "\\")) { throw Fault(reason: "the name has a backslash") }
        if let first = path.parts.first?.utf8, first.count >= 2, first.dropFirst().first == UInt8(ascii: ":") {
            throw Fault(reason: "the name begins with a drive")
        }
        var folder = path.folder
        while let next = folder, try addFolder(next) { folder = next.folder }
        let key = Self.key(path)
        if isFolder {
            _ = try addFolder(path)
            if !listed.insert(key).inserted { throw Fault(reason: "the name stands twice in the archive") }
        } else {
            if folders[key] != nil { throw Fault(reason: "the name is a file and a folder at once") }
            if !files.insert(key).inserted {
                throw Fault(
                    reason: "the name stands twice in the archive, counting letter case and Unicode forms as equal"
                )
            }
        }
    }

    /// Checks a folder; false when it, and so those around it, have been checked before.
    private mutating func addFolder(_ path: RelativePath) throws(Fault) -> Bool {
        let key = Self.key(path)
        if files.contains(key) { throw Fault(reason: "the name is a file and a folder at once") }
        if let known = folders[key] {
            guard known == path else {
                throw Fault(reason: "the folder is spelled in two ways: '\(known)' and '\(path)'")
            }
            return false
        }
        folders[key] = path
        return true
    }

    /// Equal for names that a file system without letter case or with another Unicode form takes for one: Swift compares
    /// strings by canonical equivalence, and upper case before lower case folds letters like ß.
    private static func key(_ path: RelativePath) -> String {
        let bytes = path.text.utf8
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return path.text.uppercased().lowercased() }
        return String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// A name for a message.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        RelativePath.shown(String(decoding: bytes.prefix(300), as: UTF8.self))
    }
}
