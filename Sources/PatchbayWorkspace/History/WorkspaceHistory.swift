import Foundation
import PatchbayFiles
import PatchbayModel

/// The folder in which a workspace keeps what commands changed: `<id>.json` for each change, and in `<id>.old` the bytes
/// of the files that it replaced or removed, one after the other.
struct WorkspaceHistory {
    let root: Root

    static let folder: RelativePath = ".patchbay/local/history"
    /// The most entries that are kept.
    static let mostEntries = 100
    /// The most bytes that all entries together keep; the newest stays, whatever it has.
    static let mostBytes = 50 << 20
    /// The longest list of files.
    private static let mostListBytes = 32 << 20

    init(_ root: Root) {
        self.root = root
    }

    // MARK: - Writing

    /// What goes along with changes so that they can be taken back: a new entry, and those that are too old go; nothing
    /// where nothing changes.
    ///
    /// Call it under the lock.
    func recording(_ changes: [FileChange], by author: ChangeAuthor, undoing undone: [Int] = []) throws -> [FileChange]
    {
        var files: [HistoryEntry.File] = []
        var old: [UInt8] = []
        var isKept = true
        for change in changes {
            let path = change.path
            let status = try root.exists(path) ? root.status(path) : nil
            var before: HistoryEntry.State?
            var bytes: [UInt8] = []
            if let status, status.size <= author.mostBytes {
                bytes = try root.read(path, maxBytes: author.mostBytes)
                let hash = author.hasher.contentHash(bytes)
                before = .init(hash: hash, size: bytes.count, mode: status.mode & 0o777)
            } else if let status {
                before = .init(hash: "", size: status.size, mode: status.mode & 0o777)
                isKept = false
            }
            var after: HistoryEntry.State?
            if case .write(_, let new, let mode) = change {
                after = .init(hash: author.hasher.contentHash(new), size: new.count, mode: mode)
            }
            guard before?.hash != after?.hash else { continue }
            isKept = isKept && old.count + bytes.count <= author.mostBytes
            if isKept { old += bytes }
            files.append(.init(path: path.text, before: before, after: after))
        }
        guard !files.isEmpty || !undone.isEmpty else { return [] }
        let kept = try sizes()
        let id = (kept.keys.max() ?? 0) + 1
        let entry = HistoryEntry(
            id: id,
            command: author.command,
            at: author.clock.now().formatted(.iso8601),
            files: files,
            undone: undone,
            isKept: isKept
        )
        var made = [FileChange.write(try Self.list(id), JSONWriter(.compact).bytes(entry.json), mode: 0o600)]
        if isKept, !old.isEmpty { made.append(.write(try Self.old(id), old, mode: 0o600)) }
        let size = isKept ? old.count : 0
        return try made + removals(of: kept, room: author.mostBytes - size)
    }

    /// The oldest entries, as many as there is no room for.
    private func removals(of kept: [Int: Int], room: Int) throws -> [FileChange] {
        var (room, count) = (room, 1)
        var removed: [FileChange] = []
        for (id, size) in kept.sorted(by: { $0.key > $1.key }) {
            room -= size
            count += 1
            guard room < 0 || count > Self.mostEntries else { continue }
            removed += [.remove(try Self.list(id)), .remove(try Self.old(id))]
        }
        return removed
    }

    /// The bytes of each entry that is kept.
    private func sizes() throws -> [Int: Int] {
        guard try root.exists(Self.folder) else { return [:] }
        var sizes: [Int: Int] = [:]
        for entry in try root.list(Self.folder) {
            guard let id = Self.id(of: entry.name) else { continue }
            sizes[id, default: 0] += entry.size
        }
        return sizes
    }

    private static func id(of name: String) -> Int? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, ["json", "old"].contains(parts[1]), let id = Int(parts[0]), id > 0,
            name == "\(id).\(parts[1])"
        else { return nil }
        return id
    }

    private static func list(_ id: Int) throws -> RelativePath { try folder.appending("\(id).json") }

    private static func old(_ id: Int) throws -> RelativePath { try folder.appending("\(id).old") }

    // MARK: - Reading

    /// All entries, the oldest first.
    ///
    /// - Throws: ``HistoryError/damaged(_:reason:)``.
    func entries() throws -> [HistoryEntry] {
        guard try root.exists(Self.folder) else { return [] }
        return try root.list(Self.folder).filter { $0.name.hasSuffix(".json") }.compactMap { Self.id(of: $0.name) }
            .sorted().map(entry)
    }

    private func entry(_ id: Int) throws -> HistoryEntry {
        let path = try Self.list(id)
        let shown = root.shown(path)
        do {
            let bytes = try root.read(path, maxBytes: Self.mostListBytes)
            let entry = try HistoryEntry(JSONReader(maxBytes: Self.mostListBytes).read(bytes))
            guard entry.id == id else { throw HistoryFault.incomplete }
            return entry
        } catch HistoryFault.version(let version) {
            let known = HistoryEntry.formatVersion
            throw HistoryError.damaged(shown, reason: "format version \(version); this Patchbay reads up to \(known)")
        } catch HistoryFault.incomplete {
            throw HistoryError.damaged(shown, reason: "something is missing in it")
        } catch let error as JSONSyntaxError {
            throw HistoryError.damaged(shown, reason: "\(error)")
        }
    }

    /// What a file held before an entry; nil where there was none.
    func oldBytes(of path: String, in entry: HistoryEntry, hasher: any ContentHasher) throws -> [UInt8]? {
        guard entry.isKept else { throw HistoryError.notKept(entry.id) }
        var start = 0
        for file in entry.files {
            let size = file.before?.size ?? 0
            guard file.path == path else {
                start += size
                continue
            }
            guard let before = file.before else { return nil }
            let place = try Self.old(entry.id)
            let all = size == 0 ? [] : try root.read(place, maxBytes: Self.mostBytes)
            guard start + size <= all.count || size == 0 else {
                throw HistoryError.damaged(root.shown(place), reason: "it is too short")
            }
            let bytes = size == 0 ? [] : Array(all[start..<start + size])
            guard hasher.contentHash(bytes) == before.hash else {
                throw HistoryError.damaged(root.shown(place), reason: "it is not what was kept")
            }
            return bytes
        }
        return nil
    }
}
