import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayWorkspace

extension PluginCommand {
    /// `patchbay plugin update`: the workspace's pins move to newer versions, each judged first.
    struct Update: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "update",
            abstract: "Move the workspace's pins to the newest versions of the catalogue, each judged first.",
            discussion: """
                Each newer version is breaking, compatible or uncertain for this workspace, with the reasons. One that breaks something \
                is asked about; one whose number does not say that it breaks something is refused.
                """
        )

        @Argument(help: "The plugin's id; without one all that are pinned.", completion: .installedPlugins) var id:
            String?
        @Option(help: ArgumentHelp("The index to take it from.", valueName: "name")) var index: String?
        @OptionGroup var choice: UpdateChoice
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let pins = workspace.lock.plugins.filter { id == nil || $0.id.rawValue == id }
            if let id, pins.isEmpty { throw session.hub.notInstalled(PluginID(id)) }
            workspace.release()
            for note in try await session.hub.refreshIndexes() { session.console.note(note) }
            var rows: [(json: JSONObject, isDeclined: Bool)] = []
            for pin in pins { rows.append(try await update(pin, in: session)) }
            return CommandOutcome(
                json: ["plugins": .array(rows.map { .object($0.json) })],
                exitCode: rows.contains(where: \.isDeclined) ? 1 : 0
            )
        }

        private func update(_ pin: LockFile.PinnedPlugin, in session: Session) async throws -> (
            json: JSONObject, isDeclined: Bool
        ) {
            let candidate = try await session.hub.candidate(pin.id.rawValue, from: index)
            let version = candidate.plugin.manifest.version
            let isNew = version > pin.version || (version == pin.version && candidate.plugin.hash != pin.hash)
            let question = UpdateQuestion(isNew ? try session.hub.update(to: candidate) : nil, of: pin.id)
            var applied = false
            var refusal: String?
            if isNew {
                if let refusal = candidate.refusal { throw refusal }
                if let text = question.text { session.console.say(text) }
                refusal = question.refusal(choice)
                if let refusal {
                    session.console.note("error: " + refusal)
                } else if try isAgreed(candidate, pin, question, in: session) {
                    applied = try session.hub.install(candidate)
                }
            }
            session.console.say(
                applied
                    ? "Updated \(pin.id) from \(pin.version) to \(version)."
                    : isNew ? "\(pin.id) stays at \(pin.version)." : "\(pin.id) is at \(pin.version), the newest."
            )
            var row: JSONObject = [
                "id": .string(pin.id.rawValue), "from": .string(pin.version.description),
                "to": .string((isNew ? version : pin.version).description), "applied": .bool(applied),
                "differences": .array(candidate.differences.map(JSONValue.string)),
            ]
            row = question.adding(to: row)
            if let refusal { row["error"] = CommandFailure(refusal, code: "invalid").json["error"] }
            return (row, isNew && !applied)
        }

        /// What may do more, or breaks something, is taken only when somebody agrees.
        private func isAgreed(
            _ candidate: PluginCandidate,
            _ pin: LockFile.PinnedPlugin,
            _ question: UpdateQuestion,
            in session: Session
        ) throws -> Bool {
            if !candidate.differences.isEmpty {
                session.console.say("\(pin.id) \(candidate.plugin.manifest.version) differs from \(pin.version):")
                session.console.say(candidate.differences.map { "  " + $0 }.joined(separator: "\n"))
            }
            if question.isUnknown {
                session.console.say("\(pin.id) \(pin.version) is not at hand, so nothing can be compared with it.")
                session.console.say(PluginQuestion.text(candidate))
            }
            guard !candidate.differences.isEmpty || question.isBreaking || question.isUnknown else { return true }
            return try session.confirm("Update \(pin.id)?")
        }
    }
}
