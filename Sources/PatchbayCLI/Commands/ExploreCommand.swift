import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayTerminal

/// `patchbay explore`: integrations and templates on one screen.
struct ExploreCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "explore",
        abstract: "Explore integrations and templates on one screen, and install them.",
        discussion: """
            In a terminal this is a program of its own: choose with the arrows, search with '/', see every key with '?', quit with 'q'. \
            Without a terminal, or with --json, the same content is printed.
            """
    )

    @Argument(help: "Words to search the templates for at once.") var words: [String] = []
    @Option(
        help: ArgumentHelp("Print everything about one template.", valueName: "plugin/template")
    )
    var template: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws -> CommandOutcome {
        let environment = ProcessInfo.processInfo.environment
        // A terminal that can't place its cursor shows lines.
        let hasScreen =
            Terminal.isInteractive && Terminal.showsOutput && !["", "dumb"].contains(environment["TERM", default: ""])
        if hasScreen, !session.console.wantsJSON, template == nil {
            var explorer = try Explorer(session, global, environment: environment, words: words)
            try explorer.run()
            return CommandOutcome()
        }
        let content = try session.hub.explorerContent()
        if let template {
            let preview = try session.hub.preview(TemplateReference(template), on: content.shelf)
            if !session.console.wantsJSON { ExplorerData.show(preview, in: content, on: session.console) }
            return CommandOutcome(json: ExplorerData.json(preview))
        }
        let data = ExplorerData(content, words: words)
        if !session.console.wantsJSON { data.show(on: session.console) }
        return CommandOutcome(json: session.console.wantsJSON ? data.json : nil)
    }
}
