import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal
import PatchbayWorkspace

extension TemplateCommand {
    /// `patchbay template upgrade`: joins what the user edited with what the plugin offers now.
    struct Upgrade: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "upgrade",
            abstract: "Move installed templates to their plugin's version; your edits stay.",
            discussion: """
                'patchbay plugin update' moves the plugin first. Where you and the template changed the same value, yours
                stays and 'patchbay template resolve' asks which it shall be.

                Examples:
                  patchbay template upgrade welcome --dry-run
                  patchbay template upgrade --all
                  patchbay template upgrade welcome --set tone=formal
                """
        )

        @Argument(
            help: ArgumentHelp("An instance, a PLUGIN/TEMPLATE or a plugin; or say --all.", valueName: "template"),
            completion: .instances
        )
        var template: String?
        @Flag(help: "Upgrade all installed templates.") var all = false
        @Option(
            name: .customLong("set"),
            help: ArgumentHelp("Another value for a parameter, or that of a new one.", valueName: "name=value")
        )
        var settings: [String] = []
        @Flag(help: "Print the plan and what would differ, and write nothing.") var dryRun = false
        @Flag(help: "Replay the recorded conversations first, and show which turns differ.") var rehearse = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if all == (template != nil) {
                throw ValidationError(
                    "name an installed template or say --all; 'patchbay template status' shows what is installed"
                )
            }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            // Nobody waits for a person; what changes meanwhile is noticed when the plan is applied.
            if session.canAsk { workspace.release() }
            let choices = try chosen(in: workspace, session)
            let plan = try session.hub.plan(choices, in: workspace)
            let after = try workspace.imagining(plan.writes)
            var rehearsal: UpgradeRehearsal?
            if rehearse {
                workspace.release()
                let found = try await UpgradeRehearsal(of: workspace, after: after, in: session)
                found.tell(in: session)
                rehearsal = found
                if !dryRun, found.differs {
                    guard try session.confirm("Upgrade all the same?") else {
                        return outcome(of: plan, [], isApplied: false, found, exitCode: 1)
                    }
                }
            }
            if !dryRun { try workspace.apply(plan) }
            let rows = plan.parts.flatMap { part in
                session.hub.rows(of: part.conflicts, instance: part.instance, in: after)
            }
            for part in plan.parts { tell(part, rows.filter { $0.instance == part.instance }, in: session) }
            if choices.isEmpty { session.console.say("No templates are to be upgraded.") }
            return outcome(of: plan, rows, isApplied: !dryRun && !plan.isNoOp, rehearsal)
        }

        private func outcome(
            of plan: UpgradePlan,
            _ rows: [ConflictRow],
            isApplied: Bool,
            _ rehearsal: UpgradeRehearsal?,
            exitCode: Int32 = 0
        ) -> CommandOutcome {
            var json: JSONObject = [
                "applied": .bool(isApplied), "changes": .array(plan.changes.map(\.json)),
                "conflicts": .array(rows.map(\.json)),
                "templates": .array(plan.parts.map { Self.json($0, withDifferences: dryRun) }),
            ]
            json["rehearsal"] = rehearsal?.json
            return CommandOutcome(json: .object(json), exitCode: exitCode)
        }

        // MARK: - What is to be upgraded

        private func chosen(in workspace: Workspace, _ session: Session) throws -> [UpgradeChoice] {
            let instances = try session.hub.installedTemplates(template, in: workspace)
            var choices = try session.hub.chooseUpgrades(instances, in: workspace)
            for choice in choices where choice.isStepBack {
                let words =
                    "'\(choice.installed.instance)' is from \(choice.installed.pluginVersion), the pinned plugin "
                    + "'\(choice.plugin.id)' is \(choice.plugin.manifest.version); 'patchbay plugin update "
                    + "\(choice.plugin.id)' moves it forward"
                guard all else { throw CommandFailure(words, code: "conflict") }
                session.console.note(words)
            }
            choices.removeAll(where: \.isStepBack)
            let given = try Assignments.parse(settings, flag: "--set")
            let known = Set(choices.flatMap { $0.template.template.parameters.map(\.key) })
            for (name, _) in given where !known.contains(name) {
                throw WorkspaceError.unknownParameter(name, remedy: NearName.remedy(for: name, among: known.sorted()))
            }
            for place in choices.indices {
                for (name, text) in given
                where choices[place].template.template.parameters.contains(where: { $0.key == name }) {
                    choices[place].parameters[name] = choices[place].values.value(typed: text, for: name)
                }
                try fill(&choices[place], in: session)
            }
            return choices
        }

        /// Asks for what is new, or names it where nobody can be asked.
        private func fill(_ choice: inout UpgradeChoice, in session: Session) throws {
            if session.canAsk, !dryRun {
                for parameter in choice.newParameters {
                    let title = parameter.title?.text(in: "en") ?? parameter.key
                    let usual = parameter.defaultValue.map { " [\($0.string ?? JSONWriter().text($0))]" } ?? ""
                    let question = "New in '\(choice.installed.instance)': \(title)\(usual): "
                    let answer = Terminal.ask(Console.line(question)) ?? ""
                    if !answer.isEmpty {
                        choice.parameters[parameter.key] = choice.values.value(typed: answer, for: parameter.key)
                    }
                }
            }
            let missing = choice.values.missing(in: choice.parameters)
            guard missing.isEmpty else {
                let names = missing.map { "'\($0.key)'" }.joined(separator: ", ")
                let values = missing.map { "--set \($0.key)=VALUE" }.joined(separator: " ")
                throw CommandFailure(
                    usage: "template '\(choice.template.template.id)' \(choice.plugin.manifest.version) asks for "
                        + "\(names), which '\(choice.installed.instance)' has no value for; add \(values)"
                )
            }
        }

        // MARK: - What is told

        private func tell(_ part: UpgradePlan.Part, _ rows: [ConflictRow], in session: Session) {
            let console = session.console
            let name = "\(part.plugin)/\(part.template) as '\(part.instance)'"
            let versions = part.from == part.to ? "at \(part.to)" : "\(part.from) → \(part.to)"
            if part.isNoOp {
                console.say("\(name) is \(part.from == part.to ? "at \(part.to)" : versions); nothing to change.")
            } else {
                console.say("\(name): \(versions)")
            }
            for change in part.changes {
                console.say("  \(change.action.rawValue)  \(change.path)")
                guard dryRun else { continue }
                for found in FileDifference.all(of: change.path, from: change.old, to: change.new) {
                    console.say("    \(found.words)")
                }
            }
            ConflictText.show(rows, in: session)
            guard !rows.isEmpty, !dryRun else { return }
            console.say(
                "Yours stays in \(rows.count) place\(rows.count == 1 ? "" : "s"). Decide with "
                    + "'patchbay template resolve \(part.instance) --mine', '--theirs' or '--edit'."
            )
        }

        private static func json(_ part: UpgradePlan.Part, withDifferences: Bool) -> JSONValue {
            var object: JSONObject = [
                "instance": .string(part.instance), "plugin": .string(part.plugin.rawValue),
                "id": .string(part.template.rawValue), "from": .string(part.from.description),
                "to": .string(part.to.description), "changed": .bool(!part.isNoOp),
                "conflicts": .number(JSONNumber(part.conflicts.count)),
            ]
            guard withDifferences else { return .object(object) }
            let found = part.changes.flatMap { FileDifference.all(of: $0.path, from: $0.old, to: $0.new) }
            object["differences"] = .array(found.map(\.json))
            return .object(object)
        }
    }
}

/// Conflicts in words.
enum ConflictText {
    static func show(_ rows: [ConflictRow], in session: Session) {
        for row in rows {
            session.console.say("  conflict  \(row.conflict.fullPath)")
            session.console.say(
                Table.text(
                    [
                        ["was", short(row.conflict.base)], ["yours", short(row.mine)], ["theirs", short(row.theirs)],
                    ] + row.conflict.heldPlaces.map { ["with it", $0] },
                    indent: "    "
                )
            )
        }
    }

    private static func short(_ value: JSONValue?) -> String {
        value.map { Table.short(JSONWriter().text($0), to: 100) } ?? "nothing"
    }
}
