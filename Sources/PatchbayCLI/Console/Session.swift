import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayTerminal
import PatchbayWorkspace

/// One run of one command: its hub, its terminal, and what it may ask.
final class Session: Sendable {
    let hub: Hub
    let console: Console
    let options: SessionOptions

    init(options: GlobalOptions) throws {
        let environment = ProcessInfo.processInfo.environment
        let wantsColor = !options.noColor && environment["NO_COLOR", default: ""].isEmpty && Terminal.showsOutput
        console = Console(wantsJSON: options.json, isQuiet: options.quiet, usesColor: wantsColor && !options.json)
        self.options = SessionOptions(saysYes: options.yes)
        var configuration = HubConfiguration(
            home: options.home,
            workspace: options.workspace,
            catalogues: options.plugins.map { [$0] },
            environment: environment
        )
        configuration.command = TypedCommand.text(Array(CommandLine.arguments.dropFirst()))
        hub = Hub(configuration)
    }

    /// What was found of a change that a killed command left behind is mentioned once.
    func workspace() throws -> Workspace {
        let workspace = try hub.requiredWorkspace()
        tellRecoveries()
        return workspace
    }

    /// Mentions what was cleaned up meanwhile.
    func tellRecoveries() {
        for recovery in hub.takeRecoveries() { console.note(recovery) }
    }

    // MARK: - Questions

    /// Asks a question that is answered with yes or no.
    ///
    /// - Parameters:
    ///   - question: The question, without the hint at the answers.
    ///   - flag: What to write where nobody can be asked.
    ///   - takesYes: Whether `--yes` answers it.
    /// - Returns: Whether the answer is yes.
    /// - Throws: A usage failure without a terminal and without `--yes`.
    func confirm(_ question: String, flag: String = "--yes", takesYes: Bool = true) throws -> Bool {
        if options.saysYes && takesYes { return true }
        guard Terminal.isInteractive else {
            throw CommandFailure(usage: "nobody can be asked here; say \(flag) to go on without the question")
        }
        let answer = Terminal.ask(Console.visible(question) + " [y/N] ") ?? ""
        return ["y", "yes", "j", "ja"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
    }

    /// Whether somebody can be asked.
    var canAsk: Bool { Terminal.isInteractive && !options.saysYes }
}

/// The options that questions go by.
struct SessionOptions: Sendable {
    let saysYes: Bool
}
