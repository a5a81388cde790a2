package import PatchbayModel

/// One change of a workspace, as its history keeps it.
package struct HistoryEntry: Sendable, Equatable {
    /// A file before the change or after it.
    package struct State: Sendable, Equatable {
        /// The hash of its bytes.
        package let hash: String
        /// How many bytes it has.
        let size: Int
        /// The permissions; nil for what a change wrote.
        let mode: UInt32?

        var json: JSONValue {
            var object: JSONObject = ["hash": .string(hash), "size": .number(JSONNumber(size))]
            object["mode"] = mode.map { .number(JSONNumber(Int($0))) }
            return .object(object)
        }

        init(hash: String, size: Int, mode: UInt32?) {
            self.hash = hash
            self.size = size
            self.mode = mode
        }

        fileprivate init?(_ value: JSONValue?) throws {
            guard let value else { return nil }
            guard let hash = value["hash"]?.string, let size = value["size"]?.int, size >= 0 else {
                throw HistoryFault.incomplete
            }
            self.init(hash: hash, size: size, mode: value["mode"]?.int.flatMap { UInt32(exactly: $0) })
        }
    }

    /// A file that the change wrote or removed; nil is no file.
    package struct File: Sendable, Equatable {
        package let path: String
        package let before: State?
        package let after: State?
    }

    package let id: Int
    /// The command as it was typed, without secrets.
    package let command: String
    /// When, as in `2026-01-31T12:00:00Z`.
    package let at: String
    package let files: [File]
    /// The entries that it took back; empty for every command but `workspace undo`.
    package let undone: [Int]
    /// Whether the old bytes are kept; they are not where there were too many.
    package let isKept: Bool

    /// `{id, command, at, …}` as lists show it.
    package var row: JSONValue {
        [
            "id": .number(JSONNumber(id)), "command": .string(command), "at": .string(at),
            "files": .array(files.map { .string($0.path) }),
            "undone": .array(undone.map { .number(JSONNumber($0)) }),
        ]
    }
}

/// What is wrong with an entry's file.
enum HistoryFault: Error {
    case version(Int), incomplete
}

extension HistoryEntry {
    /// The version of the format of entries.
    static let formatVersion = 1

    var json: JSONValue {
        let files = files.map { file -> JSONValue in
            var row: JSONObject = ["path": .string(file.path)]
            row["before"] = file.before?.json
            row["after"] = file.after?.json
            return .object(row)
        }
        return [
            "formatVersion": .number(JSONNumber(Self.formatVersion)), "id": .number(JSONNumber(id)),
            "command": .string(command), "at": .string(at), "kept": .bool(isKept), "files": .array(files),
            "undone": .array(undone.map { .number(JSONNumber($0)) }),
        ]
    }

    init(_ value: JSONValue) throws {
        guard let version = value["formatVersion"]?.int else { throw HistoryFault.incomplete }
        guard version == Self.formatVersion else { throw HistoryFault.version(version) }
        guard let id = value["id"]?.int, let command = value["command"]?.string, let at = value["at"]?.string,
            let files = value["files"]?.array
        else { throw HistoryFault.incomplete }
        self.id = id
        self.command = command
        self.at = at
        self.files = try files.map { file in
            guard let path = file["path"]?.string else { throw HistoryFault.incomplete }
            return File(path: path, before: try State(file["before"]), after: try State(file["after"]))
        }
        undone = value["undone"]?.array?.compactMap(\.int) ?? []
        isKept = value["kept"]?.bool ?? true
    }
}
