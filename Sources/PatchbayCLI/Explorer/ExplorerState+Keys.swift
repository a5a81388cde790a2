import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

extension ExplorerState {
    /// Lets one key act.
    ///
    /// - Returns: What is to be done beyond the screen.
    mutating func handle(_ key: Key) -> ExplorerAction {
        notice = nil
        if key == .control("c") { return .quit }
        switch cover {
        case .graph(let dialog): return handleGraph(key, dialog)
        case .form(let form): return handleForm(key, form)
        case .plan(let form, _, _): return handlePlan(key, form)
        case .choice(let choice): return handleChoice(key, choice)
        case .help:
            cover = nil
            return .none
        case nil: return isSearching ? handleSearch(key) : handleList(key)
        }
    }

    // MARK: - The lists

    private mutating func handleList(_ key: Key) -> ExplorerAction {
        switch key {
        case .up, .text("k"): move(by: -1)
        case .down, .text("j"): move(by: 1)
        case .pageUp: move(by: -max(1, rows - 8))
        case .pageDown: move(by: max(1, rows - 8))
        case .home: move(by: -1_000_000)
        case .end: move(by: 1_000_000)
        case .tab, .backTab, .left, .right: show(list == .integrations ? .templates : .integrations)
        case .text(" "): scrollPreview(by: max(1, rows - 9))
        case .text("b"), .backspace: scrollPreview(by: -max(1, rows - 9))
        case .escape:
            if !query.text.isEmpty {
                endSearch(keeping: false)
            } else if scope != nil {
                narrow(to: nil)
                show(.integrations)
            }
        case .text("/"): startSearch()
        case .text("?"): cover = .help
        case .text("q"), .control("d"): return .quit
        case .enter: return open()
        case .text("i"): return install()
        case .text("d"): return drawing()
        case .text("e"): return enable()
        case .text("g"): return choose(.goTo)
        case .text("c"): return choose(.chat)
        case .text("u"): return choose(.upgrade)
        case .text("r"): return choose(.resolve)
        default: break
        }
        return .none
    }

    private mutating func handleSearch(_ key: Key) -> ExplorerAction {
        switch key {
        case .escape: endSearch(keeping: false)
        case .enter, .tab: endSearch(keeping: true)
        case .up: move(by: -1)
        case .down: move(by: 1)
        case .pageUp: move(by: -max(1, rows - 8))
        case .pageDown: move(by: max(1, rows - 8))
        case .paste(let text): edit(with: .text(text.replacing("\n", with: " ")))
        default: edit(with: key)
        }
        return .none
    }

    private mutating func open() -> ExplorerAction {
        guard list == .integrations else { return instances.isEmpty ? install() : choose(.goTo) }
        if let plugin, !plugin.templates.isEmpty {
            narrow(to: plugin.id)
        } else if entry != nil {
            say("It has no templates.")
        }
        return .none
    }

    // MARK: - What the letters do

    private mutating func install() -> ExplorerAction {
        guard let plugin else { return .none }
        // Without the plugin its templates are only looked at.
        guard plugin.isInstalled, list == .templates else {
            if plugin.isInstalled, plugin.newer == nil {
                say("\(plugin.name) is installed; Enter lists its templates.")
                return .none
            }
            return .run(["plugin", "install", plugin.id.rawValue])
        }
        guard hasWorkspace() else { return .none }
        return .openForm
    }

    private mutating func enable() -> ExplorerAction {
        guard let plugin else {
            if let entry, let profile = entry.profile, hasWorkspace() {
                return .run(
                    ["integration", "enable", entry.plugin.rawValue, "--profile", profile.rawValue] + entry.renewal
                )
            }
            return .none
        }
        guard plugin.isInstalled else {
            say("\(plugin.name) is not installed; i installs it.")
            return .none
        }
        guard hasWorkspace() else { return .none }
        let profile = list == .integrations ? entry?.profile : nil
        return .run(
            ["integration", "enable", plugin.id.rawValue] + (profile.map { ["--profile", $0.rawValue] } ?? [])
                + (list == .integrations ? entry?.renewal ?? [] : [])
        )
    }

    private mutating func drawing() -> ExplorerAction {
        guard case .known(let preview) = preview, list == .templates, !preview.dialogs.isEmpty else {
            say("Choose a template to see its dialog.")
            return .none
        }
        openGraph(0)
        return .none
    }

    /// Does something with the one instance it can be done with, or asks which of several is meant.
    private mutating func choose(_ purpose: InstanceChoice.Purpose) -> ExplorerAction {
        guard hasWorkspace() else { return .none }
        let all = instances
        guard !all.isEmpty else {
            say(
                list == .templates
                    ? "This template is not installed; i installs it." : "None of its templates is installed."
            )
            return .none
        }
        let options: [(name: String, action: ExplorerAction)]
        switch purpose {
        case .chat:
            options = all.flatMap { instance in
                instance.dialogs.map { ("\($0)", .run(["chat", "--dialog", $0.rawValue])) }
            }
        case .goTo:
            options = all.flatMap { instance in
                instance.dialogs.map { ("\($0)", .edit("dialogs/\($0)/dialog.json")) }
            }
        case .upgrade:
            options = all.filter { $0.newer != nil }.map {
                ("\($0.instance)  \($0.version) → \($0.newer ?? "")", .run(["template", "upgrade", $0.instance]))
            }
        case .resolve:
            options = all.filter { $0.conflicts > 0 }.map {
                (
                    "\($0.instance)  \($0.conflicts) conflict\($0.conflicts == 1 ? "" : "s")",
                    .run(["template", "resolve", $0.instance])
                )
            }
        }
        guard let only = options.first else {
            switch purpose {
            case .upgrade where plugin?.newer != nil:
                say(
                    "\(plugin?.name ?? "") \(plugin?.newer ?? "") can be installed first: in Integrations, i installs it."
                )
            case .upgrade: say("Nothing to upgrade: it is as new as its plugin.")
            case .resolve: say("Nothing to resolve: there are no conflicts.")
            case .chat, .goTo: say("It brought no dialog.")
            }
            return .none
        }
        guard options.count > 1 else { return only.action }
        cover = .choice(InstanceChoice(purpose: purpose, options: options))
        return .none
    }

    private mutating func say(_ text: String) { notice = Notice(text: text, isError: false) }

    private mutating func hasWorkspace() -> Bool {
        guard content.place == nil else { return true }
        notice = Notice(text: "This is no workspace. Leave with q, then 'patchbay init' makes one here.", isError: true)
        return false
    }

    // MARK: - What lies over them

    private mutating func handleGraph(_ key: Key, _ dialog: Int) -> ExplorerAction {
        guard case .known(let preview) = preview, preview.dialogs.indices.contains(dialog) else {
            cover = nil
            return .none
        }
        let picture = GraphPicture(preview.dialogs[dialog]).canvas
        switch key {
        case .up, .text("k"): scrollGraph(rows: -1, columns: 0, within: picture)
        case .down, .text("j"): scrollGraph(rows: 1, columns: 0, within: picture)
        case .left, .text("h"): scrollGraph(rows: 0, columns: -4, within: picture)
        case .right, .text("l"): scrollGraph(rows: 0, columns: 4, within: picture)
        case .pageUp, .text("b"): scrollGraph(rows: -(rows - 5), columns: 0, within: picture)
        case .pageDown, .text(" "): scrollGraph(rows: rows - 5, columns: 0, within: picture)
        case .home: scrollGraph(rows: -1_000_000, columns: -1_000_000, within: picture)
        case .end: scrollGraph(rows: 1_000_000, columns: 0, within: picture)
        case .tab: openGraph((dialog + 1) % preview.dialogs.count)
        case .escape, .enter, .text("q"), .text("d"): cover = nil
        default: break
        }
        return .none
    }

    private mutating func handleForm(_ key: Key, _ form: InstallForm) -> ExplorerAction {
        var form = form
        switch key {
        case .escape:
            cover = nil
            return .none
        case .up, .backTab: form.move(by: -1)
        case .down, .tab: form.move(by: 1)
        case .enter:
            if form.chosen == form.fields.count - 1 {
                cover = .form(form)
                return .plan
            }
            form.move(by: 1)
        case .control("p"), .control("s"):
            cover = .form(form)
            return .plan
        case .left where form.choose(by: -1): break
        case .right where form.choose(by: 1): break
        default: form.edit(with: key)
        }
        cover = .form(form)
        return .none
    }

    private mutating func handlePlan(_ key: Key, _ form: InstallForm) -> ExplorerAction {
        switch key {
        case .enter, .text("y"): return .apply
        case .escape, .text("n"), .text("q"):
            cover = .form(form)
            return .none
        case .down, .text("j"), .text(" "): scrollPreview(by: 1)
        case .up, .text("k"), .text("b"): scrollPreview(by: -1)
        default: break
        }
        return .none
    }

    private mutating func handleChoice(_ key: Key, _ choice: InstanceChoice) -> ExplorerAction {
        var choice = choice
        switch key {
        case .up, .text("k"): choice.chosen = max(0, choice.chosen - 1)
        case .down, .text("j"): choice.chosen = min(choice.options.count - 1, choice.chosen + 1)
        case .enter:
            cover = nil
            return choice.options[choice.chosen].action
        case .escape, .text("q"):
            cover = nil
            return .none
        default: break
        }
        cover = .choice(choice)
        return .none
    }
}
