import ArgumentParser
import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal
import PatchbayWorkspace

extension TemplateCommand {
    /// `patchbay template install`: plans, shows the plan, applies it whole or not at all.
    struct Install: HubCommand {
        static let configuration = CommandConfiguration(
            commandName: "install",
            abstract: "Install a template: its dialogs become files of the workspace."
        )

        @Argument(
            help: ArgumentHelp(
                "The template as PLUGIN/TEMPLATE; with --all the plugin, or nothing for every plugin.",
                valueName: "plugin/template"
            ),
            completion: .templates
        )
        var template: String?
        @Flag(help: "Install all templates of the plugin, or of every plugin that is installed here.") var all = false
        @OptionGroup var options: TemplateOptions
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if all && options.instance != nil {
                throw ValidationError("--as names one instance; leave it out with --all")
            }
            if !all && template == nil {
                throw ValidationError(
                    "name a template as PLUGIN/TEMPLATE, or say --all; 'patchbay template list' shows them"
                )
            }
            if all && template?.contains("/") == true {
                throw ValidationError(
                    "--all takes a plugin, not one template; write the plugin's id, or leave --all out"
                )
            }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            let workspace = try options.workspace(in: session, at: global.workspace)
            return try options.install(references(in: workspace, of: session.hub), into: workspace, in: session)
        }

        private func references(in workspace: Workspace, of hub: Hub) throws -> [TemplateReference] {
            if let template, !all { return [try TemplateReference(template)] }
            return try hub.templateReferences(of: template.map { PluginID($0) }, in: workspace)
        }
    }
}

/// The options of the two commands that install templates, and the work they share.
struct TemplateOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("The instance's name, which is also its dialog's id.", valueName: "id")
    )
    var instance: String?
    @Option(name: .customLong("set"), help: ArgumentHelp("A parameter's value.", valueName: "name=value"))
    var settings: [String] = []
    @Option(help: ArgumentHelp("A JSON file of parameter values.", valueName: "file")) var values: String?
    @Flag(help: "Print the plan and write nothing.") var dryRun = false

    /// The workspace to install in; outside of one, one is offered in the current folder.
    func workspace(in session: Session, at path: String?) throws -> Workspace {
        do {
            return try session.workspace()
        } catch let error as WorkspaceError {
            guard case .noWorkspace = error, session.canAsk, path == nil,
                try session.confirm("This is no workspace. Make one here?")
            else { throw error }
        }
        let folder = URL(fileURLWithPath: ".").standardizedFileURL.lastPathComponent
        _ = try WorkspaceStart(name: folder).make(in: try Root(opening: "."), by: session.hub.author)
        return try session.workspace()
    }

    /// Installs templates, whole or not at all.
    func install(
        _ references: [TemplateReference],
        into workspace: Workspace,
        in session: Session
    ) throws -> CommandOutcome {
        // Nobody waits for a person; what changes meanwhile is noticed when the plan is applied.
        if session.canAsk { workspace.release() }
        var choices = try session.hub.choose(references, in: workspace)
        for place in choices.indices {
            choices[place].parameters =
                try installed(references[place], in: workspace) ?? parameters(of: choices[place], in: session)
        }
        var plan = try session.hub.plan(choices, as: instance, in: workspace)
        if dryRun {
            for (part, reference) in zip(plan.parts, references) { show(part, of: reference, in: session) }
        } else {
            plan = try apply(plan, of: references, choices, in: workspace, session)
            for id in Set(references.map(\.plugin)).sorted() where workspace.lock.pin(of: id) == nil {
                guard let plugin = choices.first(where: { $0.plugin.id == id })?.plugin else { continue }
                session.console.note("Pinned \(id) \(plugin.manifest.version) in this workspace.")
            }
            for (part, reference) in zip(plan.parts, references) { tell(part, of: reference, in: session) }
        }
        return CommandOutcome(
            json: [
                "applied": .bool(!dryRun && !plan.isNoOp), "changes": .array(plan.changes.map(\.json)),
                "dialogs": .array(plan.dialogs.map { .string($0.rawValue) }),
            ]
        )
    }

    /// Applies a plan; what another command changed in between is planned on anew.
    ///
    /// - Returns: The plan that was applied.
    private func apply(
        _ plan: InstallPlan,
        of references: [TemplateReference],
        _ choices: [TemplateChoice],
        in workspace: Workspace,
        _ session: Session
    ) throws -> InstallPlan {
        var (plan, workspace) = (plan, workspace)
        for attempt in 1...5 {
            do {
                try workspace.apply(plan)
                break
            } catch let error as WorkspaceError {
                guard plan.conflicts.isEmpty, attempt < 5 else { throw error }
                workspace = try session.workspace()
                var anew = try session.hub.choose(references, in: workspace)
                for place in anew.indices { anew[place].parameters = choices[place].parameters }
                plan = try session.hub.plan(anew, as: instance, in: workspace)
            }
        }
        return plan
    }

    /// The parameters of an instance that is there, when none are given: then it is meant as it is, and nothing is asked.
    private func installed(_ reference: TemplateReference, in workspace: Workspace) -> JSONObject? {
        guard settings.isEmpty, values == nil else { return nil }
        let name = instance ?? reference.template.rawValue
        return workspace.lock.templates.first {
            $0.instance == name && $0.plugin == reference.plugin && $0.template == reference.template
        }?.parameters
    }

    private func parameters(of choice: TemplateChoice, in session: Session) throws -> JSONObject {
        let template = choice.template.template
        let checker = ParameterValues(of: template, manifest: choice.plugin.manifest)
        var given = JSONObject()
        if let values {
            guard let object = try NamedFile(values).json().value.object else {
                throw CommandFailure("'\(values)' is no JSON object of parameters", code: "invalid")
            }
            given = object
        }
        for (name, text) in try Assignments.parse(settings, flag: "--set") {
            given[name] = checker.value(typed: text, for: name)
        }
        guard session.canAsk else { return given }
        for parameter in template.parameters where given[parameter.key] == nil {
            let title = parameter.title?.text(in: "en") ?? parameter.key
            let usual = parameter.defaultValue.map { " [\($0.string ?? JSONWriter().text($0))]" } ?? ""
            let answer = Terminal.ask(Console.line("\(title)\(usual): ")) ?? ""
            if !answer.isEmpty { given[parameter.key] = checker.value(typed: answer, for: parameter.key) }
        }
        return given
    }

    private func show(_ plan: InstallPlan.Part, of reference: TemplateReference, in session: Session) {
        session.console.say("\(reference.plugin)/\(reference.template) as '\(plan.instance)':")
        session.console.say(
            Table.text(
                plan.changes.map { change in
                    let what = change.new.map { Table.short(JSONWriter().text($0), to: 60) } ?? ""
                    return [change.action.rawValue, change.path + (change.pointer.map { " \($0)" } ?? ""), what]
                }
            )
        )
    }

    private static func words(_ value: JSONValue) -> String { Table.short(JSONWriter().text(value), to: 60) }

    private func tell(_ plan: InstallPlan.Part, of reference: TemplateReference, in session: Session) {
        if plan.isNoOp {
            session.console.say("\(reference.plugin)/\(reference.template) is installed already; nothing changed.")
        } else {
            let files = plan.changes.count { $0.action == .create }
            session.console.say(
                "Installed \(reference.plugin)/\(reference.template): \(files) file\(files == 1 ? "" : "s")."
            )
        }
        for change in plan.changes where change.action == .keep && change.old != change.new {
            let (old, new) = (change.old.map(Self.words) ?? "without a value", change.new.map(Self.words) ?? "nothing")
            let place = change.path + (change.pointer.map { " \($0)" } ?? "")
            session.console.say("Kept:         \(place) is \(old), not \(new); edit the file to change it.")
        }
        for dialog in plan.dialogs {
            session.console.say("Go to dialog: dialogs/\(dialog)/dialog.json")
            session.console.say("Run it:       patchbay chat --dialog \(dialog)")
        }
    }
}
