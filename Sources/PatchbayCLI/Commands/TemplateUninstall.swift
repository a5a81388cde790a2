import ArgumentParser
import Patchbay
import PatchbayModel
import PatchbayWorkspace

extension TemplateCommand {
    /// `patchbay template uninstall`: takes away what a template made and nobody changed.
    struct Uninstall: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "uninstall",
            abstract: "Remove what a template made and you did not change; the rest stays and is named.",
            discussion: """
                A dialog with an edited file, or with files of your own, stays whole. A variable goes if it has the value that
                the template gave it and no other template lists it.
                """
        )

        @Argument(help: "The instance.", completion: .instances) var instance: String
        @Flag(help: "Print what would go and stay, and write nothing.") var dryRun = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let found = try session.hub.installedTemplates(instance, in: workspace)
            guard let installed = found.first, found.count == 1 else {
                let names = found.map(\.instance).joined(separator: ", ")
                throw CommandFailure(usage: "'\(instance)' means several installed templates; name one: \(names)")
            }
            let (removal, callers) = try session.hub.removal(of: installed, in: workspace)
            if !dryRun { try workspace.apply(removal) }
            for change in removal.changes { session.console.say("  \(change.action.rawValue)  \(change.path)") }
            let name = "\(installed.plugin)/\(installed.template)"
            session.console.say("\(dryRun ? "Would uninstall" : "Uninstalled") \(name) ('\(installed.instance)').")
            for path in removal.kept { session.console.say("Kept, because you changed it: \(path)") }
            for (caller, called) in callers {
                session.console.note(
                    "Dialog '\(caller)' calls '\(called)', which is gone; 'patchbay dialog lint' shows where."
                )
            }
            return CommandOutcome(
                json: [
                    "applied": .bool(!dryRun), "instance": .string(installed.instance),
                    "changes": .array(removal.changes.map(\.json)),
                    "kept": .array(removal.kept.map(JSONValue.string)),
                ]
            )
        }
    }

    /// `patchbay template diff`: what the user changed, and what an upgrade would.
    struct Diff: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Say in words what you changed in installed templates, and what an upgrade would change."
        )

        @Argument(
            help: ArgumentHelp("An instance, a PLUGIN/TEMPLATE or a plugin; without one all.", valueName: "template")
        )
        var template: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let instances = try session.hub.installedTemplates(template, in: workspace)
            if instances.isEmpty { session.console.say("No templates are installed here.") }
            let rows = try instances.map { installed in
                try row(installed, edits: workspace.edits(of: installed), in: workspace, session)
            }
            return CommandOutcome(json: ["templates": .array(rows)])
        }

        private func row(
            _ installed: LockFile.Instance,
            edits: [Difference],
            in workspace: Workspace,
            _ session: Session
        ) throws -> JSONValue {
            let console = session.console
            console.say(
                "\(installed.plugin)/\(installed.template) as '\(installed.instance)', \(installed.pluginVersion):"
            )
            console.say(edits.isEmpty ? "  You changed nothing." : "  You changed:")
            for found in edits { console.say("    \(found.words)") }
            var row: JSONObject = [
                "instance": .string(installed.instance), "from": .string(installed.pluginVersion.description),
                "yours": .array(edits.map(\.json)),
            ]
            let (part, missing, trouble) = session.hub.upgradePart(of: installed, in: workspace)
            let found = part?.changes.flatMap { FileDifference.all(of: $0.path, from: $0.old, to: $0.new) } ?? []
            let conflicts = session.hub.rows(of: part?.conflicts ?? [], instance: installed.instance, in: workspace)
            if let part {
                row["to"] = .string(part.to.description)
                if !found.isEmpty { console.say("  Upgrading to \(part.to) changes:") }
                for found in found { console.say("    \(found.words)") }
                ConflictText.show(conflicts, in: session)
            }
            if !missing.isEmpty {
                console.say("  An upgrade asks for \(missing.joined(separator: ", ")), with --set NAME=VALUE.")
            }
            if let trouble { console.say("  An upgrade can't be told: \(trouble)") }
            row["template"] = .array(found.map(\.json))
            row["conflicts"] = .array(conflicts.map(\.json))
            row["missing"] = .array(missing.map(JSONValue.string))
            return .object(row)
        }
    }
}
