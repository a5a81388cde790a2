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
        abstract: "See, check, undo, export and import the workspace as a whole.",
        subcommands: [Status.self, History.self, Undo.self, Lint.self, Export.self, Import.self]
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
            abstract: "Write the workspace into one zip: the same bytes on any machine, never a secret.",
            discussion: """
                With --dialog, only that dialog goes along and what it depends on: the dialogs that it calls, their scripts and tapes, \
                the profiles, variables and plugins that they use, and the installed templates that are in it whole. 'patchbay \
                workspace import' takes either in.

                Examples:
                  patchbay workspace export -o desk.zip --with-plugins
                  patchbay workspace export --dialog greeting
                """
        )

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file; by default <assistant>.zip here, or <dialog>.zip.", valueName: "file")
        )
        var output: String?
        @Option(
            help: ArgumentHelp(
                "Only this dialog and what it depends on; may be said several times.",
                valueName: "id"
            )
        )
        var dialog: [String] = []
        @Flag(help: "Take the pinned plugins along.") var withPlugins = false
        @Flag(help: "Compress the entries.") var compress = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let file = output ?? "\(dialog.first ?? workspace.settings.id).zip"
            let place = try NamedFile(file)
            try Self.checkReplaceable(place)
            let export = try session.hub.export(
                workspace,
                dialogs: dialog.map { DialogID($0) },
                withPlugins: withPlugins,
                compressed: compress
            )
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
