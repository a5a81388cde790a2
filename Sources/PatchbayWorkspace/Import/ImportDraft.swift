import PatchbayFiles
import PatchbayModel

/// An import's plan while it is being made.
struct ImportDraft {
    private let archive: ImportArchive
    private let root: Root?
    private(set) var changes: [ImportPlan.Change] = []
    private var writes: [String: [UInt8]?] = [:]
    private(set) var basis: [String: [UInt8]?] = [:]

    /// A plan of importing into a folder; nil is one that is not there yet.
    init(_ archive: ImportArchive, into root: Root?) {
        self.archive = archive
        self.root = root
    }

    /// A file as it stands now.
    private func now(_ path: String) throws -> [UInt8]? {
        try root?.readIfPresent(RelativePath(path), maxBytes: WorkspaceHistory.mostBytes)
    }

    /// A file becomes what the export has.
    mutating func put(_ file: ImportArchive.File) throws {
        let old = try now(file.path)
        basis[file.path] = .some(old)
        guard old != file.bytes else { return }
        changes.append(.init(action: old == nil ? .create : .replace, path: file.path))
        writes[file.path] = .some(file.bytes)
    }

    /// A file stays where there is one.
    mutating func putIfMissing(_ file: ImportArchive.File) throws {
        if try now(file.path) == nil { try put(file) }
    }

    /// A file goes.
    mutating func remove(_ path: String) throws {
        basis[path] = .some(try now(path))
        changes.append(.init(action: .remove, path: path))
        writes[path] = .some(nil)
    }

    /// A shared file gets another value; the rows say what is merged into it.
    mutating func merge(_ path: String, _ value: JSONValue, from old: JSONValue?, as kind: FileKind, rows: [Row]) throws
    {
        basis[path] = .some(try now(path))
        for row in rows {
            let action: ImportPlan.Change.Action = row.isKept ? .keep : .merge
            changes.append(.init(action: action, path: path, pointer: row.pointer, old: row.old, new: row.new))
        }
        guard value != old else { return }
        let text = CanonicalText.bytes(value, of: kind)
        writes[path] = .some(text)
    }

    /// A value of a shared file that the export has otherwise.
    struct Row {
        let pointer: JSONPointer
        let old: JSONValue?
        let new: JSONValue?
        let isKept: Bool
    }

    /// Adds a file that is no part of the export.
    mutating func add(_ path: String, _ bytes: [UInt8]) throws {
        guard try now(path) == nil else { return }
        basis[path] = .some(nil)
        writes[path] = .some(bytes)
    }

    func finish(isNew: Bool) throws -> ImportPlan {
        let all = try writes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            path,
            bytes -> FileChange in
            guard let bytes else { return .remove(try RelativePath(path)) }
            return .write(try RelativePath(path), bytes)
        }
        return ImportPlan(changes: changes, writes: all, basis: basis, isNew: isNew)
    }
}
