import ArgumentParser
import PatchbayModel

/// A command that works on the hub: parsed, then run in a session.
protocol HubCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }

    /// Does the work and says what came out.
    mutating func run(in session: Session) async throws -> CommandOutcome
}

extension HubCommand {
    mutating func run() async throws {
        let session = try Session(options: global)
        _ = try await run(in: session)
    }
}

/// What a command came to.
struct CommandOutcome {
    /// What `--json` prints; nil when the command has printed JSON lines itself.
    var json: JSONValue?
    var exitCode: Int32 = 0
}
