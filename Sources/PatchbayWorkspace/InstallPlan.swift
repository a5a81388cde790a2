package import PatchbayFiles
package import PatchbayModel

/// What installing templates will do to a workspace: a value, printed before it is applied as a whole.
package struct InstallPlan: Sendable {
    /// What one of the templates does.
    package struct Part: Sendable {
        package let instance: String
        package let template: TemplateID
        package let changes: [Change]
        /// The dialogs that the template brings, by their ids here.
        package let dialogs: [DialogID]
        /// Whether it is installed already.
        package let isNoOp: Bool
    }

    /// One line of the plan.
    package struct Change: Sendable, Equatable {
        /// What happens to a file.
        package enum Action: String, Sendable {
            /// A file that is not there yet.
            case create
            /// Something that is there and stays.
            case keep
            /// A value laid into a file that others share.
            case set
            /// A file that is there and belongs to somebody else: nothing is applied.
            case conflict
        }

        package let action: Action
        package let path: String
        /// Where in the file, for `set` and for a record that is kept.
        package let pointer: JSONPointer?
        package let old: JSONValue?
        package let new: JSONValue?
        /// The text of a file that is created.
        package let text: String?

        package init(
            _ action: Action,
            path: String,
            pointer: JSONPointer? = nil,
            old: JSONValue? = nil,
            new: JSONValue? = nil,
            text: String? = nil
        ) {
            self.action = action
            self.path = path
            self.pointer = pointer
            self.old = old
            self.new = new
            self.text = text
        }

        /// `{action, path, pointer?, old?, new?, text?}`.
        package var json: JSONValue {
            var object: JSONObject = ["action": .string(action.rawValue), "path": .string(path)]
            object["pointer"] = pointer.map { .string($0.description) }
            object["old"] = old
            object["new"] = new
            object["text"] = text.map(JSONValue.string)
            return .object(object)
        }
    }

    /// One for each template, in the order in which they were asked for.
    package let parts: [Part]
    /// All files to write, base copies and lock included; empty for a no-op.
    package let writes: [FileChange]
    /// The shared files that were planned on, as they were then; nil for one that was not there.
    let basis: [String: [UInt8]?]

    package var changes: [Change] { parts.flatMap(\.changes) }
    /// The dialogs that the templates bring, by their ids here.
    package var dialogs: [DialogID] { parts.flatMap(\.dialogs) }
    /// The paths that stand in the way.
    package var conflicts: [String] { changes.filter { $0.action == .conflict }.map(\.path) }
    /// Whether there is nothing to do.
    package var isNoOp: Bool { writes.isEmpty }
}
