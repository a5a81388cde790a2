import ArgumentParser
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayWorkspace

extension WorkspaceCommand {
    /// `patchbay workspace status`: how the workspace stands as a whole.
    struct Status: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show what came from which template, what was edited, what is in conflict and what is unbound."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let status = try session.hub.status(of: workspace)
            let name = Console.line(workspace.settings.name.text(in: workspace.settings.language))
            session.console.say("\(name) (\(workspace.settings.id)) in \(workspace.root.path)")
            for installed in status.templates { show(installed, in: session.console) }
            if !status.ownDialogs.isEmpty {
                session.console.say("Your own dialogs: " + status.ownDialogs.map(\.rawValue).joined(separator: ", "))
            }
            for (instance, conflict) in status.conflicts {
                let place = [conflict["file"]?.string, conflict["at"]?.string].compactMap { $0 }.joined(separator: " ")
                session.console.say("Conflict in \(instance): \(Console.line(place)); yours is kept")
            }
            for unbound in status.unbound {
                let words = "\(unbound.integration) with profile \(unbound.profile), \(unbound.reason)"
                session.console.say("Unbound: \(words); '\(unbound.remedy)'")
            }
            for missing in status.missingPlugins { session.console.say("Missing: \(missing)") }
            if status.conflicts.isEmpty, status.unbound.isEmpty, status.missingPlugins.isEmpty {
                session.console.say("Nothing is in conflict, unbound or missing.")
            }
            return CommandOutcome(json: Self.json(workspace, status))
        }

        private func show(_ installed: WorkspaceStatus.Installed, in console: Console) {
            let (row, instance) = (installed.template, installed.template.instance)
            var words = "\(instance.instance): \(instance.plugin)/\(instance.template) \(instance.pluginVersion), "
            words += row.state.rawValue
            if row.state == .outdated, let version = row.available { words += " (\(version) is here)" }
            console.say(words)
            for path in row.edited {
                console.say("  \(installed.missing.contains(path) ? "missing" : "edited ") \(path)")
                for change in installed.nodes where path == "dialogs/\(change.dialog)/dialog.json" {
                    console.say("    node \(change.node) \(change.what.rawValue)")
                }
            }
        }

        private static func json(_ workspace: Workspace, _ status: WorkspaceStatus) -> JSONValue {
            let conflicts = status.conflicts.map { instance, conflict -> JSONValue in
                var row = conflict.object ?? JSONObject()
                row["instance"] = .string(instance)
                return .object(row)
            }
            let unbound = status.unbound.map { row -> JSONValue in
                [
                    "integration": .string(row.integration.rawValue), "profile": .string(row.profile.rawValue),
                    "reason": .string(row.reason), "remedy": .string(row.remedy),
                ]
            }
            return [
                "assistant": .string(workspace.settings.id), "folder": .string(workspace.root.path),
                "templates": .array(status.templates.map(Self.json)),
                "dialogs": .array(status.ownDialogs.map { .string($0.rawValue) }),
                "conflicts": .array(conflicts), "unbound": .array(unbound),
                "missing": .array(status.missingPlugins.map(JSONValue.string)),
            ]
        }

        private static func json(_ installed: WorkspaceStatus.Installed) -> JSONValue {
            let (row, instance) = (installed.template, installed.template.instance)
            return [
                "instance": .string(instance.instance), "plugin": .string(instance.plugin.rawValue),
                "id": .string(instance.template.rawValue), "version": .string(instance.pluginVersion.description),
                "available": row.available.map { .string($0.description) } ?? .null,
                "state": .string(row.state.rawValue), "files": .array(instance.files.map { .string($0.path) }),
                "edited": .array(row.edited.filter { !installed.missing.contains($0) }.map(JSONValue.string)),
                "missing": .array(installed.missing.map(JSONValue.string)),
                "nodes": .array(
                    installed.nodes.map {
                        [
                            "dialog": .string($0.dialog.rawValue), "node": .string($0.node.rawValue),
                            "change": .string($0.what.rawValue),
                        ]
                    }
                ),
                "conflicts": .number(JSONNumber(installed.conflicts)),
            ]
        }
    }

    /// `patchbay workspace lint`: every file of the workspace.
    struct Lint: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Check every file of the workspace: settings, lock, profiles, variables, dialogs, tests, tapes."
        )

        @Flag(help: "Write files without errors in canonical text, which is how Patchbay writes them itself.")
        var fix = false
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let found = try session.hub.lintWorkspace(fix: fix)
            session.tellRecoveries()
            for diagnostic in found.diagnostics { session.console.say("\(diagnostic)") }
            if found.diagnostics.isEmpty { session.console.say("No findings in \(found.files) files.") }
            if found.isFixed {
                for path in found.uncanonical { session.console.say("Wrote \(path) in canonical text.") }
            } else if !found.uncanonical.isEmpty {
                let count = found.uncanonical.count
                let words = count == 1 ? "1 file is" : "\(count) files are"
                session.console.note("\(words) not in canonical text; 'patchbay workspace lint --fix' writes it.")
            }
            return CommandOutcome(
                json: [
                    "diagnostics": .array(found.diagnostics.map(\.json)),
                    "files": .number(JSONNumber(found.files)),
                    "fixed": .array(found.isFixed ? found.uncanonical.map(JSONValue.string) : []),
                ],
                exitCode: found.diagnostics.hasErrors ? 1 : 0
            )
        }
    }
}
