import Foundation
import Patchbay
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal
import PatchbayWorkspace

/// Runs the explorer in a terminal: shows the state, waits for a key, does what it asks for.
struct Explorer {
    private let session: Session
    private let global: GlobalOptions
    private let environment: [String: String]
    private var state: ExplorerState
    /// What was found out about templates since the content was read.
    private var previews: [String: ExplorerState.Preview] = [:]
    /// The plan that is shown.
    private var planned: (plan: InstallPlan, workspace: Workspace)?

    init(_ session: Session, _ global: GlobalOptions, environment: [String: String], words: [String]) throws {
        self.session = session
        self.global = global
        self.environment = environment
        state = ExplorerState(try session.hub.explorerContent())
        state.userFolder = environment["HOME"].map { Root.realPath($0) } ?? ""
        guard !words.isEmpty else { return }
        state.startSearch()
        state.edit(with: .text(words.joined(separator: " ")))
        state.endSearch(keeping: true)
    }

    /// Shows the explorer until somebody quits it.
    mutating func run() throws {
        var screen = try makeScreen()
        defer { screen.end() }
        draw(on: screen)
        while true {
            switch screen.next() {
            case .ended: return
            case .changed: break
            case .key(let key):
                for key in Self.pressed(key) {
                    // A letter acts on what is chosen, also where nobody has seen it yet.
                    if case .text = key { loadPreview() }
                    let action = state.handle(key)
                    switch action {
                    case .none: break
                    case .quit: return
                    case .run, .edit:
                        if case .edit(let path) = action, editor == nil {
                            state.notice = .init(text: "No $EDITOR is set; the dialog is \(path)", isError: false)
                            break
                        }
                        screen.end()
                        leave(for: action)
                        screen = try makeScreen()
                    case .openForm: openForm()
                    case .plan: plan()
                    case .apply: apply()
                    }
                }
            }
            // What nobody would see is not drawn.
            if !screen.isBehind { draw(on: screen) }
        }
    }

    /// What arrived at once, key by key.
    private static func pressed(_ key: Key) -> [Key] {
        guard case .text(let text) = key else { return [key] }
        return text.map { .text(String($0)) }
    }

    private func makeScreen() throws -> TerminalScreen { try TerminalScreen(usesColor: session.console.usesColor) }

    private mutating func draw(on screen: TerminalScreen) {
        (state.rows, state.columns) = screen.size
        loadPreview()
        let view = ExplorerView(state)
        state.bound(previewTop: view.mostPreviewTop)
        screen.show(view.canvas)
    }

    private mutating func loadPreview() {
        guard let name = state.wantedPreview, state.preview?.name != name else { return }
        if let known = previews[name] {
            state.preview = known
            return
        }
        let preview: ExplorerState.Preview
        do {
            preview = .known(try session.hub.preview(TemplateReference(name), on: state.content.shelf))
        } catch {
            preview = .failed(name: name, CommandFailure(error).words)
        }
        // Enough to go back and forth; each may hold large dialogs.
        if previews.count > 100 { previews = [:] }
        previews[name] = preview
        state.preview = preview
    }

    private mutating func renew() {
        previews = [:]
        do {
            state.renew(try session.hub.explorerContent())
        } catch {
            state.notice = .init(text: CommandFailure(error).words, isError: true)
        }
    }

    // MARK: - Leaving the screen

    private var editor: String? {
        ["VISUAL", "EDITOR"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private mutating func leave(for action: ExplorerAction) {
        switch action {
        case .run(let words):
            let arguments = words + options
            Terminal.write("$ patchbay \(Console.line(words.joined(separator: " ")))\n")
            let end = ForegroundProgram.run(ShareLayout.program() ?? CommandLine.arguments[0], arguments)
            ForegroundProgram.waitForKey("\n\(Self.words(end))Any key goes back to the explorer. ")
        case .edit(let path):
            guard let editor, let folder = state.content.place?.folder else { break }
            // As git does: the variable may hold arguments, and the path is no part of the shell's text.
            let end = ForegroundProgram.run("/bin/sh", ["-c", "\(editor) \"$@\"", editor, "\(folder)/\(path)"])
            if end != .exit(0) {
                ForegroundProgram.waitForKey("\n\(Self.words(end))Any key goes back to the explorer. ")
            }
            check(path)
        default: break
        }
        renew()
    }

    private static func words(_ end: ForegroundProgram.End) -> String {
        switch end {
        case .exit(0): ""
        case .exit(let code): "It ended with code \(code). "
        case .signal(let number): "Signal \(number) ended it. "
        case .failed(let fault): "It could not be started: \(unsafe String(cString: strerror(fault))). "
        }
    }

    /// The global options that this command was given, for another one.
    private var options: [String] {
        let values = [("--home", global.home), ("--workspace", global.workspace), ("--plugins", global.plugins)]
        let flags = [("--no-color", global.noColor), ("--yes", global.yes), ("--quiet", global.quiet)]
        return values.flatMap { name, value in value.map { [name, $0] } ?? [] } + flags.filter(\.1).map(\.0)
    }

    /// Says when an edited dialog is none any more.
    private mutating func check(_ path: String) {
        let parts = path.split(separator: "/")
        guard parts.count == 3, let workspace = try? session.hub.requiredWorkspace(),
            let found = try? session.hub.lint(workspace, dialog: DialogID(String(parts[1])))
        else { return }
        guard let first = found.first(where: { $0.severity == .error }) ?? found.first else { return }
        state.notice = .init(
            text: "\(found.count) finding\(found.count == 1 ? "" : "s"): \(first)",
            isError: found.hasErrors
        )
    }

    // MARK: - Installing

    private mutating func openForm() {
        guard case .known(let preview) = state.preview else { return }
        state.cover = .form(InstallForm(preview, taken: state.content.instances.map(\.instance)))
    }

    private mutating func plan() {
        guard case .form(var form) = state.cover else { return }
        do {
            let workspace = try session.hub.requiredWorkspace()
            // Nobody is kept waiting while this is looked at; what changes meanwhile is noticed when it is applied.
            workspace.release()
            var choices = try session.hub.choose([TemplateReference(form.template)], in: workspace)
            for place in choices.indices {
                let values = ParameterValues(
                    of: choices[place].template.template,
                    manifest: choices[place].plugin.manifest
                )
                for (name, text) in form.answers {
                    choices[place].parameters[name] = values.value(typed: text, for: name)
                }
            }
            let own = form.template.split(separator: "/").last.map(String.init)
            let plan = try session.hub.plan(choices, as: form.instance == own ? nil : form.instance, in: workspace)
            planned = (plan, workspace)
            state.scrollPreview(by: -1_000_000)
            state.cover = .plan(form, plan.changes.map(TemplatePreview.Write.init), isNew: !plan.isNoOp)
        } catch {
            let (words, name) = Self.place(of: error)
            form.refuse(words, at: name)
            state.cover = .form(form)
        }
    }

    /// What is wrong, and the question that it is about.
    private static func place(of error: any Error) -> (words: String, name: String?) {
        let words = CommandFailure(error).words
        guard let error = error as? WorkspaceError else { return (words, nil) }
        switch error {
        case .wrongParameter(let name, let problem): return (problem, name)
        case .missingParameters(let names): return ("it is required", names.first)
        case .badInstance, .instanceTaken, .installedOtherwise: return (words, InstallForm.instanceKey)
        default: return (words, nil)
        }
    }

    private mutating func apply() {
        guard case .plan(var form, _, let isNew) = state.cover, let (plan, workspace) = planned else { return }
        guard isNew, plan.conflicts.isEmpty else {
            state.cover = .form(form)
            return
        }
        do {
            try workspace.apply(plan)
            planned = nil
            state.cover = nil
            let files = plan.changes.count { $0.action == .create }
            renew()
            state.notice = .init(
                text: "Installed \(form.title): \(files) file\(files == 1 ? "" : "s"). g goes to its dialog, c chats.",
                isError: false
            )
        } catch {
            form.refuse(CommandFailure(error).words, at: nil)
            state.cover = .form(form)
        }
    }
}

extension CommandFailure {
    /// All of it in one line.
    var words: String {
        (diagnostics.map(\.description) + [message]).filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
