import ArgumentParser
import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayWorkspace

/// `patchbay init`: makes a directory a workspace.
struct InitCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a directory a workspace: the files of one assistant."
    )

    @Argument(help: ArgumentHelp("The directory; made where there is none.", valueName: "dir"))
    var directory: String?

    @Option(help: "The assistant's name; by default the directory's.")
    var name: String?

    @Option(help: ArgumentHelp("The assistant's language, such as en or de-AT.", valueName: "tag"))
    var language = "en"

    @Option(help: ArgumentHelp("The assistant's time zone, such as Europe/Vienna.", valueName: "zone"))
    var timeZone = "UTC"

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        guard TimeZone(identifier: timeZone) != nil else {
            throw ValidationError("'\(timeZone)' is no time zone; write it as Europe/Vienna")
        }
        guard TextKind.language.matches(language) else {
            throw ValidationError("'\(language)' is no language; \(TextKind.language.hint)")
        }
        if let name, !name.contains(where: { !$0.isWhitespace }) {
            throw ValidationError("the assistant's name is empty")
        }
        guard directory == nil || global.workspace == nil else {
            throw ValidationError("the directory is named twice; leave it or --workspace out")
        }
        guard directory != "", global.workspace != "" else { throw ValidationError("the directory's name is empty") }
    }

    func run(in session: Session) async throws -> CommandOutcome {
        let place = global.workspace ?? directory ?? "."
        let folder = URL(fileURLWithPath: place).standardizedFileURL.lastPathComponent
        let root = try Root(creating: place, mode: 0o755)
        let written = try WorkspaceStart(name: name ?? folder, language: language, timeZone: timeZone)
            .make(in: root, by: session.hub.author)
        session.console.say("Made the workspace '\(name ?? folder)' \(place == "." ? "here" : "in \(place)").")
        session.console.note("Next: patchbay plugin install openai")
        return CommandOutcome(
            json: ["applied": true, "workspace": .string(place), "files": .array(written.map(JSONValue.string))]
        )
    }
}
