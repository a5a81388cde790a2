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
        abstract: "See, check, undo and export the workspace as a whole.",
        subcommands: [Status.self, History.self, Undo.self, Lint.self, Export.self]
    )

    struct Export: HubCommand {
        /// Lets an export replace an earlier one, and no other file.
        private static func checkReplaceable(_ file: NamedFile) throws {
            guard try file.root.exists(file.name) else { return }
            let start: [UInt8]
            do {
                start = Array(try file.read(maxBytes: 1 << 30).prefix(64))
            } catch FileError.tooLarge {
                start = []
            }
            guard !ExportedWorkspace.isExport(start) else { return }
            throw CommandFailure(
                "'\(file.place)' is no export and is not replaced; name another file or remove it",
                code: "exists"
            )
        }

        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write the workspace into one zip: the same bytes on any machine, never a secret."
        )

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file; by default <assistant>.zip here.", valueName: "file")
        )
        var output: String?
        @Flag(help: "Take the pinned plugins along.") var withPlugins = false
        @Flag(help: "Compress the entries.") var compress = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let file = output ?? "\(workspace.settings.id).zip"
            let place = try NamedFile(file)
            try Self.checkReplaceable(place)
            let export = try session.hub.export(workspace, withPlugins: withPlugins, compressed: compress)
            try place.write(export.archive)
            for path in export.leftOut { session.console.note("left out: \(path)") }
            session.console.say("Exported \(export.entries) entries to \(file) (\(export.hash)).")
            return CommandOutcome(
                json: [
                    "file": .string(file), "sha256": .string(export.hash),
                    "entries": .number(JSONNumber(export.entries)),
                ]
            )
        }
    }
}
