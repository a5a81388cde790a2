import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayServer

/// `patchbay sandbox`: the offline provider behind a socket on this machine.
struct SandboxCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve the built-in sandbox on this machine, for any client of the services that plugins describe.",
        discussion: "It simulates services from their manifests and tapes; it is no language model. Control-C ends it."
    )

    @Option(help: "The port on 127.0.0.1; 0 takes a free one.") var port: UInt16 = 8787
    @Option(help: ArgumentHelp("Replies and faults that come first.", valueName: "file")) var script: String?
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws -> CommandOutcome {
        let plugins = try session.hub.sandboxPlugins()
        guard !plugins.isEmpty else {
            throw CommandFailure(
                "no plugin is at hand to simulate; 'patchbay plugin install openai' installs one",
                code: "not-installed"
            )
        }
        let transport = session.hub.sandbox(plugins, script: try script.map { try SandboxScriptFile.read($0) })
        let console = session.console
        let names = plugins.map(\.id.rawValue).joined(separator: ", ")
        try await SandboxServer(transport: transport, port: Int(port)).run { port in
            if console.wantsJSON {
                console.emit(["url": .string("http://127.0.0.1:\(port)"), "port": .number(JSONNumber(port))])
            } else {
                console.say(
                    "Sandbox of \(names) on http://127.0.0.1:\(port) (it is no language model). Control-C ends it."
                )
            }
        }
        return CommandOutcome()
    }
}
