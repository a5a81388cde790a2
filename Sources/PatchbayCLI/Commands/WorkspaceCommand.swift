import ArgumentParser
import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayWorkspace

/// `patchbay workspace …`: the workspace as a whole.
struct WorkspaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspace",
        abstract: "Export the workspace.",
        subcommands: [Export.self]
    )

    struct Export: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the workspace into one zip: the same bytes on any machine, never a secret."
        )

        @Option(name: .shortAndLong, help: ArgumentHelp("The file; by default <assistant>.zip here.", valueName: "file"))
        var output: String?
        @Flag(help: "Take the pinned plugins along.") var withPlugins = false
        @Flag(help: "Compress the entries.") var compress = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let file = output ?? "\(workspace.settings.id).zip"
            let export = try session.hub.export(workspace, withPlugins: withPlugins, compressed: compress)
            let folder = (file as NSString).deletingLastPathComponent
            let root = try Root(opening: folder.isEmpty ? "." : folder)
            try root.write(export.archive, to: RelativePath((file as NSString).lastPathComponent))
            for path in export.leftOut { session.console.note("left out: \(path)") }
            session.console.say("Exported \(export.entries) entries to \(file) (\(export.hash)).")
            return CommandOutcome(
                json: [
                    "file": .string(file), "sha256": .string(export.hash), "entries": .number(JSONNumber(export.entries)),
                ]
            )
        }
    }
}
