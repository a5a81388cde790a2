package import PatchbayFiles
package import PatchbayModel

/// What moving installed templates to their plugins' versions will do to a workspace: a value, printed before it is applied
/// as a whole.
package struct UpgradePlan: Sendable {
    /// What becomes of one template.
    package struct Part: Sendable {
        package let instance: String
        package let plugin: PluginID
        package let template: TemplateID
        package let from: Version
        package let to: Version
        package let changes: [Change]
        /// All that is open afterwards, of earlier upgrades too.
        package let conflicts: [FileConflict]
        /// Whether nothing is to be done.
        package let isNoOp: Bool
    }

    /// One line of the plan.
    package struct Change: Sendable, Equatable {
        /// What happens to a file.
        package enum Action: String, Sendable {
            /// A file that is not there yet.
            case create
            /// An edited file that stays as it is although the template changed it.
            case keep
            /// A file that takes the template's changes beside the user's.
            case merge
            /// An unedited file that becomes the template's.
            case replace
            /// A file that the template does not have any more.
            case remove
        }

        package let action: Action
        package let path: String
        /// The file before and after; nil where there is none.
        package let old: [UInt8]?
        package let new: [UInt8]?

        package var json: JSONValue { ["action": .string(action.rawValue), "path": .string(path)] }
    }

    package let parts: [Part]
    /// All files to write and remove, base copies, conflicts and lock included; empty where nothing is to be done.
    package let writes: [FileChange]
    /// The files that were planned on, as they were then; nil for one that was not there.
    let basis: [String: [UInt8]?]

    package var changes: [Change] { parts.flatMap(\.changes) }
    package var conflicts: [FileConflict] { parts.flatMap(\.conflicts) }
    /// Whether there is nothing to do.
    package var isNoOp: Bool { writes.isEmpty }
}

extension Workspace {
    /// Applies what was planned, whole or not at all.
    ///
    /// - Throws: ``WorkspaceError/changedMeanwhile`` when a file that was planned on has changed; nothing is written then.
    package func apply(_ plan: UpgradePlan) throws {
        if !plan.isNoOp { try apply(plan.writes, basis: plan.basis) }
    }

    /// Makes changes that were worked out from files as they were.
    func apply(_ changes: [FileChange], basis: [String: [UInt8]?]) throws {
        release()
        try WorkspaceChange.apply(changes, in: root, by: author) { try checkUnchanged(basis) }
    }
}
