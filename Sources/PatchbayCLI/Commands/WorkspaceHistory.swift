import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayWorkspace

extension WorkspaceCommand {
    /// `patchbay workspace history`: what commands changed here.
    struct History: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "history",
            abstract: "List what commands changed in this workspace, the newest first.",
            discussion: """
                Each command that changed files of the workspace is one entry, kept in .patchbay/local on this machine only. Edits by \
                hand and by git are none. 'patchbay workspace undo' takes entries back.
                """
        )

        @Flag(help: "Name the files of each entry, too.") var files = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let entries = try session.workspace().history()
            let undone = Set(
                entries.filter { !$0.undone.isEmpty }.reversed().reduce(into: Set<Int>()) { found, entry in
                    if !found.contains(entry.id) { found.formUnion(entry.undone) }
                }
            )
            if entries.isEmpty { session.console.say("No command changed this workspace yet.") }
            if files {
                for entry in entries.reversed() {
                    session.console.table([Self.row(entry, undone)])
                    for file in entry.files { session.console.say("  \(Self.word(for: file)) \(file.path)") }
                }
            } else {
                session.console.table(entries.reversed().map { Self.row($0, undone) })
            }
            return CommandOutcome(json: ["entries": .array(entries.reversed().map(\.row))])
        }

        private static func row(_ entry: HistoryEntry, _ undone: Set<Int>) -> [String] {
            let count = "\(entry.files.count) file\(entry.files.count == 1 ? "" : "s")"
            return [
                String(entry.id), entry.at, count, undone.contains(entry.id) ? "undone" : "",
                Table.short(Console.line(entry.command)),
            ]
        }

        private static func word(for file: HistoryEntry.File) -> String {
            file.before == nil ? "created " : file.after == nil ? "removed " : "replaced"
        }
    }

    /// `patchbay workspace undo`: takes back what commands changed.
    struct Undo: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo",
            abstract: "Take back the last command that changed this workspace.",
            discussion: """
                The files of the workspace become what they were before that command; what it did in the home (plugins, credentials) \
                stays. Said again, it takes back the command before. With --to N everything after entry N of 'patchbay workspace \
                history' is taken back, so that the workspace is as entry N left it. Undoing is an entry itself: '--to' the entry that \
                was undone brings it back. Where a file was changed since, by hand or by git, nothing is undone and the file is named.

                Examples:
                  patchbay workspace undo --dry-run
                  patchbay workspace undo --to 3
                """
        )

        @Option(
            help: ArgumentHelp(
                "Go back to how the workspace was after this entry; 0 is before the first.",
                valueName: "n"
            )
        )
        var to: Int?
        @Flag(help: "Print what would change and write nothing.") var dryRun = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let author = session.hub.author
            let plan =
                dryRun
                ? try workspace.undoPlan(to: to, hasher: author.hasher) : try workspace.undo(to: to, by: author)
            if plan.entries.isEmpty { session.console.say("The workspace is as that entry left it; nothing changed.") }
            for entry in plan.entries {
                let what = dryRun ? "Would undo" : "Undid"
                session.console.say("\(what) \(entry.id): \(Table.short(Console.line(entry.command)))")
            }
            session.console.table(plan.changes.map { [$0.action.rawValue, $0.path] }, indent: "  ")
            if !dryRun, let newest = plan.entries.first {
                session.console.note("'patchbay workspace undo --to \(newest.id)' brings it back.")
            }
            return CommandOutcome(
                json: [
                    "undone": plan.entries.last.map { .number(JSONNumber($0.id)) } ?? .null,
                    "applied": .bool(!dryRun && !plan.entries.isEmpty),
                    "entries": .array(plan.entries.map(\.row)), "changes": .array(plan.changes.map(\.json)),
                ]
            )
        }
    }
}
