import PatchbayFiles
import PatchbayModel

/// A workspace while a change of it is worked out: what was read is remembered, what is written is what later reads find.
struct WorkspaceDraft {
    let workspace: Workspace
    /// The files that were read, as they were; nil for one that was not there.
    private(set) var basis: [String: [UInt8]?]
    private var after: [String: [UInt8]?] = [:]
    /// Values that were read and checked, with their texts.
    private var values: [String: (bytes: [UInt8], value: JSONValue)] = [:]
    var lock: LockFile

    init(_ workspace: Workspace) {
        self.workspace = workspace
        basis = workspace.basis
        lock = workspace.lock
    }

    /// The paths that were written or taken away, sorted.
    var written: [String] { after.keys.sorted() }

    /// A file's bytes as they will be; nil where there is none.
    mutating func read(_ path: String) throws -> [UInt8]? {
        if let known = after[path] ?? basis[path] { return known }
        let bytes = try workspace.root.readIfPresent(RelativePath(path), maxBytes: Workspace.maxFileBytes)
        basis[path] = .some(bytes)
        return bytes
    }

    /// A checked file's value.
    ///
    /// - Throws: `DiagnosticError` with all that is wrong with it.
    mutating func value(_ path: String, as kind: FileKind) throws -> JSONValue? {
        guard let bytes = try read(path) else { return nil }
        if let known = values[path], known.bytes == bytes { return known.value }
        let (value, found) = FileCheck.read(bytes, as: kind, file: path)
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        values[path] = (bytes, value)
        return value
    }

    /// Lays a file down; nil takes it away.
    mutating func write(_ bytes: [UInt8]?, to path: String) throws {
        if try read(path) != bytes { after[path] = .some(bytes) }
    }

    /// Lays a checked file's value down in canonical text.
    mutating func write(_ value: JSONValue, as kind: FileKind, to path: String) throws {
        let bytes = CanonicalText.bytes(value, of: kind)
        try write(bytes, to: path)
        values[path] = (bytes, value)
    }

    /// The names of the files in a folder as they will be.
    func names(in folder: String) throws -> [String] {
        let gone = after.filter { $0.value == nil }.map(\.key)
        let there = after.keys.filter { path in
            path.hasPrefix(folder + "/") && !path.dropFirst(folder.count + 1).contains("/") && !gone.contains(path)
        }
        let names = try workspace.names(in: folder).filter { !gone.contains("\(folder)/\($0)") }
        return Set(names + there.map { String($0.dropFirst(folder.count + 1)) }).sorted()
    }

    /// Everything that is to be written and removed, the lock included.
    func changes() throws -> [FileChange] {
        var all = after
        if lock != workspace.lock { all[Workspace.lockFile] = CanonicalText.bytes(lock.json, of: .lock) }
        return try all.sorted { $0.key < $1.key }.compactMap { path, bytes in
            guard basis[path] ?? .none != bytes else { return nil }
            return try bytes.map { .write(try RelativePath(path), $0) } ?? .remove(try RelativePath(path))
        }
    }
}
