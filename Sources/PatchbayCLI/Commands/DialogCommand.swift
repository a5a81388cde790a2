import ArgumentParser
import Patchbay
import PatchbayDialog
import PatchbayModel
import PatchbayTerminal
import PatchbayWorkspace

/// `patchbay dialog …`: the workspace's dialogs.
struct DialogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialog",
        abstract: "List, show, draw and check dialogs.",
        subcommands: [New.self, List.self, Show.self, Graph.self, Lint.self]
    )

    struct New: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make a dialog from a template."
        )

        @Option(
            help: ArgumentHelp("The template as PLUGIN/TEMPLATE.", valueName: "plugin/template"),
            completion: .templates
        )
        var template: String
        @OptionGroup var options: TemplateOptions
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try options.workspace(in: session, at: global.workspace)
            return try options.install([try TemplateReference(template)], into: workspace, in: session)
        }
    }

    struct List: HubCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the workspace's dialogs.")

        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let dialogs = try workspace.dialogIDs().map { try workspace.dialog($0) }
            if dialogs.isEmpty {
                session.console.say("No dialogs yet; 'patchbay template list' shows what can be installed.")
            }
            session.console.table(
                dialogs.map { dialog in
                    [
                        dialog.id.rawValue, "\(dialog.nodes.count) nodes",
                        Table.short(dialog.name.text(in: workspace.settings.language)),
                    ]
                }
            )
            return CommandOutcome(
                json: [
                    "dialogs": .array(
                        dialogs.map { dialog in
                            [
                                "id": .string(dialog.id.rawValue),
                                "name": .string(dialog.name.text(in: workspace.settings.language)),
                                "nodes": .number(JSONNumber(dialog.nodes.count)),
                                "default": .bool(workspace.settings.defaultDialog == dialog.id),
                            ]
                        }
                    )
                ]
            )
        }
    }

    struct Show: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a dialog's nodes and paths."
        )

        @Argument(help: "The dialog's id.", completion: .dialogs) var id: String
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try session.workspace()
            let dialog = try workspace.dialog(DialogID(id))
            session.console.say(
                "\(Console.line(dialog.name.text(in: workspace.settings.language))) (\(dialog.id)), starts at \(dialog.start)"
            )
            session.console.say(Table.text(dialog.nodes.map { [$0.id.rawValue, $0.kind.rawValue, Self.paths($0)] }))
            return CommandOutcome(json: try workspace.value(of: "dialogs/\(id)/dialog.json", as: .dialog))
        }

        private static func paths(_ node: Node) -> String {
            func name(_ target: Target) -> String {
                switch target {
                case .node(let id): id.rawValue
                case .end: "end"
                case .notConnected: "not connected"
                }
            }
            let conditions = node.transitions.map { "\($0.id) → \(name($0.then))" }
            return (conditions + ["→ \(name(node.next))"]).joined(separator: ", ")
        }
    }

    struct Graph: HubCommand {
        /// The drawing languages.
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case mermaid, dot, svg, text
        }

        static let configuration = CommandConfiguration(commandName: "graph", abstract: "Print a dialog as a graph.")

        @Argument(help: "The dialog's id.", completion: .dialogs) var id: String
        @Option(help: "mermaid, dot, svg or text.") var format = Format.mermaid
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let dialog = try session.workspace().dialog(DialogID(id))
            let text =
                switch format {
                case .mermaid: DialogGraph.mermaid(dialog)
                case .dot: DialogGraph.dot(dialog)
                case .svg: try Self.svg(dialog)
                case .text: GraphPicture(dialog).canvas.lines.joined(separator: "\n") + "\n"
                }
            session.console.say(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            return CommandOutcome(json: [
                "dialog": .string(id), "format": .string(format.rawValue), "graph": .string(text),
            ])
        }

        private static func svg(_ dialog: Dialog) throws -> String {
            guard let text = DialogGraph.svg(dialog, columns: { DisplayWidth.columns($0) }) else {
                throw CommandFailure(
                    "dialog '\(dialog.id)' has \(dialog.nodes.count) nodes, too many for a picture; --format dot draws any",
                    code: "invalid"
                )
            }
            return text
        }
    }

    struct Lint: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract: "Check dialogs without running them."
        )

        @Argument(help: "The dialog's id; without one all.", completion: .dialogs) var id: String?
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func run(in session: Session) async throws -> CommandOutcome {
            let diagnostics = try session.hub.lint(try session.workspace(), dialog: id.map { DialogID($0) })
            for diagnostic in diagnostics { session.console.say("\(diagnostic)") }
            if diagnostics.isEmpty { session.console.say("No findings.") }
            return CommandOutcome(
                json: ["diagnostics": .array(diagnostics.map(\.json))],
                exitCode: diagnostics.hasErrors ? 1 : 0
            )
        }
    }
}
