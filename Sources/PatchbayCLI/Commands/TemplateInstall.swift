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
            help: ArgumentHelp("The template as PLUGIN/TEMPLATE; with --all the plugin.", valueName: "plugin/template")
        )
        var template: String
        @Flag(help: "Install all templates of the plugin.") var all = false
        @OptionGroup var options: TemplateOptions
        @OptionGroup(title: "Global options") var global: GlobalOptions

        func validate() throws {
            if all && options.instance != nil {
                throw ValidationError("--as names one instance; leave it out with --all")
            }
        }

        func run(in session: Session) async throws -> CommandOutcome {
            try options.offerWorkspace(in: session, at: global.workspace)
            let references: [TemplateReference]
            if all {
                let plugin = PluginID(String(template.prefix { $0 != "/" }))
                references = try session.hub.templateRows().filter { $0.plugin == plugin }
                    .map { try TemplateReference("\(plugin)/\($0.template.id)") }
                guard !references.isEmpty else {
                    throw HubError(
                        "not-installed",
                        "plugin '\(plugin)' is not installed; 'patchbay plugin install \(plugin)' installs it"
                    )
                }
            } else {
                references = [try TemplateReference(template)]
            }
            return try options.install(references, in: session)
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

    /// Outside a workspace one is offered in the current folder.
    func offerWorkspace(in session: Session, at path: String?) throws {
        guard try session.hub.workspace() == nil else { return }
        guard session.canAsk, path == nil else { _ = try session.hub.requiredWorkspace(); return }
        guard try session.confirm("This is no workspace. Make one here?") else {
            _ = try session.hub.requiredWorkspace(); return
        }
        let folder = URL(fileURLWithPath: ".").standardizedFileURL.lastPathComponent
        _ = try WorkspaceStart(name: folder).make(in: try Root(opening: "."))
    }

    /// Installs templates one after the other; each is whole or not at all.
    func install(_ references: [TemplateReference], in session: Session) throws -> CommandOutcome {
        var changes: [JSONValue] = []
        var dialogs: [JSONValue] = []
        var applied = false
        for reference in references {
            let workspace = try session.workspace()
            let (plugin, found) = try session.hub.template(reference)
            let given =
                try installed(reference, in: workspace)
                ?? parameters(of: found.template, manifest: plugin.manifest, in: session)
            var plan = try session.hub.plan(reference, parameters: given, as: instance, in: workspace)
            show(plan, of: reference, in: session)
            changes += plan.changes.map(\.json)
            dialogs += plan.dialogs.map { .string($0.rawValue) }
            if dryRun { continue }
            guard plan.conflicts.isEmpty else { throw WorkspaceError.conflicts(plan.conflicts) }
            if workspace.lock.pin(of: reference.plugin) == nil {
                _ = try session.hub.pinnedPlugin(reference.plugin, in: workspace)
                session.console.note("Pinned \(reference.plugin) \(plugin.manifest.version) in this workspace.")
            }
            workspace.release()
            plan = try apply(reference, given, in: session)
            applied = applied || !plan.isNoOp
            tell(plan, of: reference, in: session)
        }
        return CommandOutcome(json: ["applied": .bool(applied), "changes": .array(changes), "dialogs": .array(dialogs)])
    }

    /// Plans and applies; what another command changed in between is planned on anew.
    ///
    /// - Returns: The plan that was applied.
    private func apply(_ reference: TemplateReference, _ given: JSONObject, in session: Session) throws -> InstallPlan {
        var failure = WorkspaceError.changedMeanwhile
        for _ in 0..<5 {
            let workspace = try session.workspace()
            let plan = try session.hub.plan(reference, parameters: given, as: instance, in: workspace)
            guard plan.conflicts.isEmpty else { throw WorkspaceError.conflicts(plan.conflicts) }
            do {
                try workspace.apply(plan)
                return plan
            } catch let error as WorkspaceError {
                failure = error
            }
        }
        throw failure
    }

    /// The parameters of an instance that is there, when none are given: then it is meant as it is, and nothing is asked.
    private func installed(_ reference: TemplateReference, in workspace: Workspace) -> JSONObject? {
        guard settings.isEmpty, values == nil else { return nil }
        let name = instance ?? reference.template.rawValue
        return workspace.lock.templates.first {
            $0.instance == name && $0.plugin == reference.plugin && $0.template == reference.template
        }?.parameters
    }

    private func parameters(of template: Template, manifest: PluginManifest, in session: Session) throws -> JSONObject {
        let checker = ParameterValues(of: template, manifest: manifest)
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
            let answer = Terminal.ask(Console.visible("\(title)\(usual): ")) ?? ""
            if !answer.isEmpty { given[parameter.key] = checker.value(typed: answer, for: parameter.key) }
        }
        return given
    }

    private func show(_ plan: InstallPlan, of reference: TemplateReference, in session: Session) {
        guard dryRun else { return }
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

    private func tell(_ plan: InstallPlan, of reference: TemplateReference, in session: Session) {
        if plan.isNoOp {
            session.console.say("\(reference.plugin)/\(reference.template) is installed already; nothing changed.")
        } else {
            let files = plan.changes.count { $0.action == .create }
            session.console.say(
                "Installed \(reference.plugin)/\(reference.template): \(files) file\(files == 1 ? "" : "s")."
            )
        }
        for dialog in plan.dialogs {
            session.console.say("Go to dialog: dialogs/\(dialog)/dialog.json")
            session.console.say("Run it:       patchbay chat --dialog \(dialog)")
        }
    }
}
