import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayTerminal
import PatchbayWorkspace

extension TemplateCommand {
    /// `patchbay template resolve`: decides what both sides changed.
    struct Resolve: HubCommand {
        /// What to do about a conflict.
        enum Choice: String, EnumerableFlag {
            case mine, theirs, edit

            static func help(for value: Choice) -> ArgumentHelp? {
                switch value {
                case .mine: "Keep what stands in the workspace."
                case .theirs: "Take what the template writes, with what was held back for it."
                case .edit: "Write something else in the editor that VISUAL or EDITOR names."
                }
            }
        }

        static let configuration = CommandConfiguration(
            commandName: "resolve",
            abstract: "Decide the conflicts that an upgrade left open.",
            discussion: """
                PATH is what 'patchbay template status' shows: a place such as /nodes/sorry/messages/sorry/text, with all
                that lies beneath it, a file, or FILE#PLACE. Without it all conflicts of the template are meant.

                Examples:
                  patchbay template resolve welcome --mine
                  patchbay template resolve welcome /nodes/sorry/messages/sorry/text --theirs
                """
        )

        @Argument(help: "The instance.", completion: .instances) var instance: String
        @Argument(help: "The place, or the file.") var path: String?
        @Flag(exclusivity: .exclusive) var choice: Choice?
        @Flag(help: "Say what would change, and write nothing.") var dryRun = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if choice == nil { throw ValidationError("say --mine, --theirs or --edit") }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let open = try session.hub.openConflicts(of: instance, in: workspace)
            let chosen = try picked(from: open, in: workspace, session)
            // Nobody waits for a person in an editor; what changes meanwhile is noticed when it is written.
            if choice == .edit { workspace.release() }
            let resolution = try ConflictResolution(of: instance, in: workspace) { conflict in
                guard let row = chosen.first(where: { $0.conflict == conflict }) else { return nil }
                switch choice {
                case .theirs: return .theirs
                case .edit: return try ConflictEditor(row, environment: ProcessInfo.processInfo.environment).decision()
                case .mine, nil: return .mine
                }
            }
            let mistakes = try mistakes(of: resolution, in: workspace, session)
            if !dryRun { try workspace.apply(resolution) }
            for conflict in resolution.resolved {
                session.console.say("\(dryRun ? "Would resolve" : "Resolved") \(conflict.fullPath)")
            }
            for change in resolution.changes {
                for found in FileDifference.all(of: change.path, from: change.old, to: change.new) {
                    session.console.say("  \(found.words)")
                }
            }
            for mistake in mistakes { session.console.note("\(mistake)") }
            let left = resolution.open.count
            session.console.say(
                left == 0
                    ? "No conflict of '\(instance)' is open any more."
                    : "\(left) conflict\(left == 1 ? " is" : "s are") left."
            )
            return CommandOutcome(
                json: [
                    "applied": .bool(!dryRun && !resolution.writes.isEmpty),
                    "resolved": .array(resolution.resolved.map { .string($0.path) }),
                    "changes": .array(resolution.changes.map(\.json)),
                    "conflicts": .array(
                        session.hub.rows(of: resolution.open, instance: instance, in: workspace).map(\.json)
                    ),
                ]
            )
        }

        /// What lint finds wrong afterwards and did not before: it is told, and for the user to mend.
        private func mistakes(
            of resolution: ConflictResolution,
            in workspace: Workspace,
            _ session: Session
        ) throws -> [Diagnostic] {
            guard !resolution.changes.isEmpty else { return [] }
            let after = try workspace.imagining(resolution.writes)
            let before = Set(try session.hub.lint(workspace, dialog: nil).map(\.message))
            return try session.hub.lint(after, dialog: nil).filter {
                $0.severity == .error && !before.contains($0.message)
            }
        }

        /// The conflicts that are meant.
        private func picked(
            from open: [ConflictRow],
            in workspace: Workspace,
            _ session: Session
        ) throws -> [ConflictRow] {
            if open.isEmpty {
                // An unknown name is said with the near one.
                let known = try session.hub.installedTemplates(instance, in: workspace).map(\.instance)
                let name =
                    known.contains(instance)
                    ? "'\(instance)'" : "'\(instance)', whose instances are \(known.joined(separator: ", "))"
                throw HubError("not-found", "no conflict is open in \(name); 'patchbay template status' shows what is")
            }
            guard let path else { return open }
            func lies(_ row: ConflictRow, _ outer: String) -> Bool {
                [row.conflict.path, row.conflict.fullPath, row.conflict.file]
                    .contains { $0 == outer || $0.hasPrefix(outer + "/") }
            }
            let exact = open.filter { [$0.conflict.path, $0.conflict.fullPath].contains(path) }
            let found = exact.isEmpty ? open.filter { lies($0, path) } : exact
            guard !found.isEmpty else {
                let paths = open.map(\.conflict.path)
                let remedy = NearName.remedy(for: path, among: paths) ?? "open are \(paths.joined(separator: ", "))"
                throw HubError("not-found", "no conflict is open at '\(path)'; \(remedy)")
            }
            guard !path.hasPrefix("/") || Set(found.map(\.conflict.file)).count == 1 else {
                let all = found.map { "'\($0.conflict.fullPath)'" }.joined(separator: " or ")
                throw CommandFailure(usage: "'\(path)' is in conflict in several files; say \(all)")
            }
            return found
        }
    }
}
