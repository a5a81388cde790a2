import PatchbayModel

/// What a change will do, as it is written down before it begins.
///
/// The file's name says how far things are: `plan` (nothing has happened), `forward` (decided), `undo` (being taken
/// back). Only a rename leads from one to the next.
struct ChangeRecord: Equatable {
    enum Stage: String, CaseIterable {
        case plan, forward, undo
    }

    struct Item: Equatable {
        let path: RelativePath
        /// Whether the file is written; otherwise it is removed.
        let isWritten: Bool
        /// Whether a file stood there before.
        let hadFile: Bool
    }

    let items: [Item]
    /// Folders that weren't there before, the outermost first.
    let newFolders: [RelativePath]

    var bytes: [UInt8] {
        let items = items.map { item -> JSONValue in
            ["path": .string(item.path.text), "write": .bool(item.isWritten), "had": .bool(item.hadFile)]
        }
        return JSONWriter().bytes([
            "formatVersion": 1, "items": .array(items), "newFolders": .array(newFolders.map { .string($0.text) }),
        ])
    }

    init(items: [Item], newFolders: [RelativePath]) {
        self.items = items
        self.newFolders = newFolders
    }

    /// Reads a record back; `place` is where it stands, for the message.
    init(_ bytes: [UInt8], place: String) throws(FileError) {
        do {
            let json = try JSONReader(maxDepth: 8, maxBytes: Self.maxBytes).read(bytes)
            if let finding = FormatVersion.finding(in: json) {
                throw FileError.damagedJournal(place, reason: finding.message)
            }
            guard json["formatVersion"]?.int == 1, let items = json["items"]?.array,
                let folders = json["newFolders"]?.array
            else { throw FileError.damagedJournal(place, reason: "not of format version 1") }
            self.items = try items.map { item throws -> Item in
                guard let path = item["path"]?.string, let isWritten = item["write"]?.bool, let had = item["had"]?.bool
                else { throw FileError.damagedJournal(place, reason: "an entry is not complete") }
                return Item(path: try RelativePath(path), isWritten: isWritten, hadFile: had)
            }
            newFolders = try folders.map { folder throws -> RelativePath in try RelativePath(folder.string ?? "") }
        } catch let error as FileError {
            throw error
        } catch {
            throw .damagedJournal(place, reason: "\(error)")
        }
    }

    static let maxBytes = 64 << 20
}
