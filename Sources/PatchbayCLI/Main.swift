import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayScript
import PatchbayTerminal

/// The program's entrance: arguments to command, outcome or error to output and exit code.
@main
struct Main {
    static func main() async {
        // The worker confines its own thread, so it starts before anything else does.
        if CommandLine.arguments.dropFirst().first == "script-worker" { exit(ScriptWorker.run()) }
        Terminal.fillClosedStreams()
        Terminal.survivesFailedWrites()
        leavesNoCore()
        // Asked for by scripts at every turn, and a third of a start goes into describing all commands.
        if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
            Console(wantsJSON: false).write(HubVersion.current.description + "\n", to: .output)
            return
        }
        let arguments = Array(CommandLine.arguments.dropFirst())
        let wantsJSON = arguments.prefix { $0 != "--" }.contains("--json")
        let console = Console(wantsJSON: wantsJSON)
        do {
            let command = try PatchbayCommand.parseAsRoot(CommandLineWords.arranged(arguments))
            if var hubCommand = command as? any HubCommand {
                try await run(&hubCommand)
            } else if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                var plainCommand = command
                try plainCommand.run()
            }
        } catch {
            let failure = CommandFailure(error)
            if failure.isAnswer {
                if wantsJSON {
                    console.emit(["text": .string(failure.message)])
                } else {
                    console.write(failure.message + (failure.message.hasSuffix("\n") ? "" : "\n"), to: .output)
                }
            } else {
                console.show(failure)
            }
            exit(failure.exitCode)
        }
    }

    /// A crash writes no memory to a file: credentials would lie open in it.
    private static func leavesNoCore() {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }

    private static func run(_ command: inout any HubCommand) async throws {
        let session = try Session(options: command.global)
        defer { session.tellRecoveries() }
        let outcome = try await command.run(in: session)
        session.tellRecoveries()
        if session.console.wantsJSON, let json = outcome.json { session.console.emit(json) }
        exit(outcome.exitCode)
    }
}
