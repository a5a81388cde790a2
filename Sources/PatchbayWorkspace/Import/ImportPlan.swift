package import PatchbayFiles
package import PatchbayModel

/// What an import does to a workspace, or makes one of: a value, printed before it is applied as a whole.
package struct ImportPlan: Sendable {
    /// How an export and a workspace come together.
    package enum Mode: String, Sendable {
        /// What the export has is added and replaces what has the same id; the rest stays.
        case incremental
        /// The workspace becomes the export.
        case full
    }

    /// One line of the plan.
    package struct Change: Sendable, Equatable {
        /// What happens to a file or a value in it.
        package enum Action: String, Sendable {
            case create, replace, remove
            /// A value laid into a file that others share.
            case merge
            /// A value that stays although the export has another.
            case keep
        }

        package let action: Action
        package let path: String
        /// Where in the file; elements of lists by id are named by their ids.
        package var pointer: JSONPointer?
        package var old: JSONValue?
        package var new: JSONValue?

        /// `{action, path, pointer?, old?, new?}`.
        package var json: JSONValue {
            var object: JSONObject = ["action": .string(action.rawValue), "path": .string(path)]
            object["pointer"] = pointer.map { .string($0.description) }
            object["old"] = old
            object["new"] = new
            return .object(object)
        }
    }

    package let changes: [Change]
    let writes: [FileChange]
    /// The files that were planned on, as they were then; nil for one that was not there.
    let basis: [String: [UInt8]?]
    /// Whether the folder becomes a workspace by this.
    package let isNew: Bool

    package var isNoOp: Bool { writes.isEmpty }
    /// Whether something of the user's is replaced or removed.
    package var takesAway: Bool { changes.contains { $0.action == .replace || $0.action == .remove } }
}

extension ImportPlan {
    /// Applies the plan to a folder, whole or not at all.
    ///
    /// - Throws: `WorkspaceError.changedMeanwhile` when what was planned on is no more; nothing is written then.
    package func apply(in root: Root, by author: ChangeAuthor) throws {
        guard !isNoOp else { return }
        try WorkspaceChange.apply(writes, in: root, by: author) {
            for (path, bytes) in basis {
                let place = try RelativePath(path)
                guard try root.readIfPresent(place, maxBytes: 1 << 30) == bytes else {
                    throw WorkspaceError.changedMeanwhile
                }
            }
        }
    }
}
