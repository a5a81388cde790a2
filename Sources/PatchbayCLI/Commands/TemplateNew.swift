import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayScript
import PatchbayWorkspace

extension TemplateCommand {
    /// `patchbay template new`: a template in a plugin's folder, new or made of a dialog.
    struct New: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Add a template to a plugin that you write: a small one, or one made of a workspace's dialog.",
            discussion: """
                With --from, the dialog and all it needs become a template: the dialogs it calls, scripts, tapes, the variables it reads. \
                Each --parameter names a value of it that is asked for at installation, with the value as default. Example:

                  patchbay template new reserve-book --from my-dialog --plugin ../bookmobile --parameter /nodes/isbn/retries=retries
                """
        )

        @Argument(help: "The template's id.") var id: String
        @Option(help: ArgumentHelp("The workspace's dialog to make it of.", valueName: "dialog")) var from: String?
        @Option(
            name: .customLong("parameter"),
            help: ArgumentHelp(
                "A value of the dialog that becomes a parameter; elements of lists are named by id or by index.",
                valueName: "pointer=name"
            )
        )
        var parameters: [String] = []
        @Option(help: "What the template is called; by default made from the id, or the dialog's name.") var title:
            String?
        @Option(help: ArgumentHelp("The plugin's folder; by default the nearest one upwards.", valueName: "path"))
        var plugin: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if from == nil && !parameters.isEmpty {
                throw ValidationError("--parameter names a value of the dialog that --from says")
            }
            if title?.contains(where: { !$0.isWhitespace }) == false { throw ValidationError("the title is empty") }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let folder = try plugin ?? Self.nearest()
            let made: MadeTemplate
            if let from {
                let workspace = try session.workspace()
                defer { workspace.release() }
                let scripts = try session.hub.scriptEngine()
                made = try await session.hub.makeTemplate(
                    TemplateID(id),
                    title: title,
                    from: DialogID(from),
                    parameters: try parameters.map(Self.choice),
                    of: workspace,
                    in: folder,
                    scripts: scripts
                )
                await scripts.close()
            } else {
                made = try session.hub.makeTemplate(TemplateID(id), title: title, in: folder)
            }
            session.console.say("Made the template '\(made.plugin)/\(id)': \(made.files.count - 1) files.")
            for file in made.files { session.console.say("  \(Console.line(file))") }
            for note in made.notes { session.console.say("Note: \(note).") }
            session.console.note("Next: patchbay plugin test \(folder)")
            return CommandOutcome(
                json: [
                    "applied": true, "plugin": .string(made.plugin.rawValue), "id": .string(id),
                    "files": .array(made.files.map(JSONValue.string)),
                    "notes": .array(made.notes.map(JSONValue.string)),
                ]
            )
        }

        /// The nearest folder upwards that is a plugin's.
        private static func nearest() throws -> String {
            var folder = URL(fileURLWithPath: ".").standardizedFileURL
            var path = "."
            while true {
                if FileManager.default.fileExists(atPath: folder.appendingPathComponent("plugin.json").path) {
                    return path
                }
                let parent = folder.deletingLastPathComponent()
                guard parent.path != folder.path else { break }
                (folder, path) = (parent, parent.path)
            }
            throw CommandFailure(
                "there is no plugin.json here or further up; name the plugin's folder with --plugin PATH, "
                    + "or make one with 'patchbay plugin new ID'",
                code: "not-found"
            )
        }

        /// `/nodes/ask/retries=retries`: the pointer may hold a sign, the name never does.
        private static func choice(_ text: String) throws -> TemplateDraft.Choice {
            guard let sign = text.lastIndex(of: "="), sign != text.startIndex, text.index(after: sign) != text.endIndex
            else {
                throw CommandFailure(usage: "'--parameter \(text)' names no parameter; write --parameter POINTER=NAME")
            }
            return TemplateDraft.Choice(pointer: String(text[..<sign]), name: String(text[text.index(after: sign)...]))
        }
    }
}
