import ArgumentParser
import Foundation
import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal
import PatchbayWorkspace

/// `patchbay template …`: what plugins offer, made files of the workspace.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Explore templates, install and upgrade them as dialogs, and make new ones.",
        subcommands: [
            List.self, Search.self, Show.self, Install.self, Status.self, Diff.self, Upgrade.self, Resolve.self,
            Uninstall.self, New.self,
        ]
    )

    fileprivate static func show(_ rows: [TemplateRow], in session: Session) -> CommandOutcome {
        session.console.table(
            rows.map { row in
                [
                    "\(row.plugin)/\(row.template.id)", row.version.description,
                    row.instances.isEmpty ? "" : "installed",
                    Table.short(row.template.title.text(in: "en")),
                ]
            }
        )
        guard session.console.wantsJSON else { return CommandOutcome() }
        return CommandOutcome(
            json: [
                "templates": .array(
                    rows.map { row in
                        [
                            "plugin": .string(row.plugin.rawValue), "id": .string(row.template.id.rawValue),
                            "title": .string(row.template.title.text(in: "en")),
                            "version": .string(row.version.description),
                            "installed": .bool(!row.instances.isEmpty),
                        ]
                    }
                )
            ]
        )
    }

    struct List: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the templates of installed plugins."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let rows = try session.hub.templateRows()
            if rows.isEmpty {
                session.console.say(
                    "No templates: no plugin is installed. 'patchbay plugin install openai' installs one."
                )
            }
            return TemplateCommand.show(rows, in: session)
        }
    }

    struct Search: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "search",
            abstract: "Find templates in which every word occurs."
        )

        @Argument(help: "Words to look for.") var words: [String]
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if words.contains("") { throw ValidationError("a word to look for is empty") }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let rows = try session.hub.searchTemplates(words)
            if rows.isEmpty {
                session.console.say(
                    "No template has \(words.joined(separator: " ")); 'patchbay template list' shows all."
                )
            }
            return TemplateCommand.show(rows, in: session)
        }
    }

    struct Show: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what a template makes and what it asks for."
        )

        @Argument(
            help: ArgumentHelp("The template as PLUGIN/TEMPLATE.", valueName: "plugin/template"),
            completion: .templates
        )
        var template: String
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let (plugin, found) = try session.hub.template(try TemplateReference(template))
            let template = found.template
            session.console.say(
                "\(Console.line(template.title.text(in: "en"))) (\(plugin.id)/\(template.id)) \(plugin.manifest.version)"
            )
            if let text = template.description ?? template.summary { session.console.say(text.text(in: "en")) }
            session.console.say("Dialogs: " + found.dialogs.map(\.rawValue).joined(separator: ", "))
            if !template.operations.isEmpty {
                session.console.say("Calls: " + template.operations.joined(separator: ", "))
            }
            if !template.parameters.isEmpty {
                session.console.say("Parameters:")
                session.console.say(
                    Table.text(
                        template.parameters.map { parameter in
                            [
                                parameter.key, parameter.title?.text(in: "en") ?? "",
                                parameter.defaultValue.map { "default \(JSONWriter().text($0))" } ?? "required",
                            ]
                        }
                    )
                )
            }
            return CommandOutcome(
                json: [
                    "plugin": .string(plugin.id.rawValue), "id": .string(template.id.rawValue),
                    "title": .string(template.title.text(in: "en")),
                    "version": .string(plugin.manifest.version.description),
                    "dialogs": .array(found.dialogs.map { .string($0.rawValue) }),
                    "operations": .array(template.operations.map(JSONValue.string)),
                    "parameters": .array(
                        template.parameters.map { parameter in
                            var row: JSONObject = ["key": .string(parameter.key), "schema": parameter.schema]
                            row["default"] = parameter.defaultValue
                            row["choices"] = template.choices(of: parameter, models: plugin.manifest).map(
                                JSONValue.array
                            )
                            return .object(row)
                        }
                    ),
                ]
            )
        }
    }

    struct Status: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show how the installed templates stand: current, edited, outdated, conflict."
        )

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let rows = try session.hub.templateStatus(of: try session.workspace())
            if rows.isEmpty {
                session.console.say("No templates are installed here; 'patchbay template list' shows what there is.")
            }
            session.console.table(
                rows.map { row in
                    [
                        row.instance.instance, "\(row.instance.plugin)/\(row.instance.template)",
                        row.instance.pluginVersion.description, row.state.rawValue, row.edited.joined(separator: ", "),
                    ]
                }
            )
            for row in rows where row.conflicts > 0 {
                let name = row.instance.instance
                session.console.say("")
                let open = try session.hub.openConflicts(of: name, in: try session.workspace())
                ConflictText.show(open, in: session)
                session.console.say("Decide: patchbay template resolve \(name) --mine, --theirs or --edit")
            }
            return CommandOutcome(json: ["templates": .array(rows.map(Self.json))])
        }

        private static func json(_ row: TemplateStatus) -> JSONValue {
            [
                "instance": .string(row.instance.instance), "plugin": .string(row.instance.plugin.rawValue),
                "id": .string(row.instance.template.rawValue),
                "dialogs": .array(row.instance.dialogs.map { .string($0.here.rawValue) }),
                "version": .string(row.instance.pluginVersion.description),
                "available": row.available.map { .string($0.description) } ?? .null,
                "state": .string(row.state.rawValue),
                "edited": .array(row.edited.map(JSONValue.string)),
                "conflicts": .number(JSONNumber(row.conflicts)),
            ]
        }
    }
}
