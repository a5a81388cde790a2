import ArgumentParser
import Patchbay
import PatchbayModel

/// `patchbay doctor`: what is worth mending.
struct DoctorCommand: HubCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is missing, failing, unbound or out of date, and what mends it.",
        discussion: """
            Looks at the program's own needs, the home, the installed plugins and the workspace. Changes nothing and calls \
            nobody. Ends with 1 where something does not work.
            """
    )

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run(in session: Session) async throws -> CommandOutcome {
        let findings = await session.hub.findings()
        let console = session.console
        for finding in findings {
            let mark =
                switch finding.severity {
                case .error: console.paint("error:", .red)
                case .warning: console.paint("warning:", .bold)
                case .note: "note:"
                }
            console.write("\(mark) \(Console.visible(finding.what))\n", to: console.wantsJSON ? .error : .output)
            console.say("  \(finding.remedy)")
        }
        if findings.allSatisfy({ $0.severity == .note }) { console.say("All is well.") }
        return CommandOutcome(
            json: ["findings": .array(findings.map(\.json))],
            exitCode: findings.contains { $0.severity == .error } ? 1 : 0
        )
    }
}
