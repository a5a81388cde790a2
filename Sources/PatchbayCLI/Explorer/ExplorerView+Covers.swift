import Patchbay
import PatchbayModel
import PatchbayTerminal

extension ExplorerView {
    private var rows: Int { state.rows }
    private var columns: Int { state.columns }

    /// A title below the head, with a rule.
    private mutating func drawTitle(_ title: String, _ beside: String) {
        let end = canvas.put(Console.line(title), row: 1, column: 1, style: .bold, width: columns - 2)
        canvas.put("  " + Console.line(beside), row: 1, column: end, style: .faint)
        canvas.put(String(repeating: "─", count: columns), row: 2, column: 0, style: .faint)
        canvas.put(String(repeating: "─", count: columns), row: rows - 3, column: 0, style: .faint)
    }

    // MARK: - A dialog

    mutating func drawGraph(_ dialog: Int) {
        guard case .known(let preview) = state.preview, preview.dialogs.indices.contains(dialog) else { return }
        let picture = GraphPicture(preview.dialogs[dialog]).canvas
        let count = preview.dialogs.count
        drawTitle(
            "Dialog \(preview.dialogs[dialog].id)",
            count > 1 ? "\(dialog + 1) of \(count), Tab: next" : preview.name
        )
        let window = (rows: rows - 6, columns: columns - 2)
        let row = max(0, min(state.graphPlace.row, picture.rows - window.rows))
        let column = max(0, min(state.graphPlace.column, picture.columns - window.columns))
        // A small one stands in the middle.
        let left = 1 + max(0, (window.columns - picture.columns) / 2)
        canvas.draw(picture, from: (row, column), at: (3, left), size: window)
    }

    // MARK: - Installing

    mutating func drawForm(_ form: InstallForm) {
        drawTitle("Install \(form.title)", form.template)
        let names = form.fields.map { DisplayWidth.columns(Console.line($0.title)) }.max() ?? 0
        let column = min(names, 30) + 6
        let last = rows - 8
        let first = max(0, min(form.chosen - (last - 4) / 2, form.fields.count - (last - 4)))
        var row = 4
        for (index, field) in form.fields.enumerated().dropFirst(first) where row < last {
            let isChosen = index == form.chosen
            if isChosen { canvas.put("›", row: row, column: 1, style: [.bold, .cyan]) }
            canvas.put(
                Console.line(field.title),
                row: row,
                column: 3,
                style: isChosen ? .bold : [],
                width: column - 4
            )
            let place = field.choices.firstIndex { InstallForm.text($0.value) == field.line.text }
            let hint =
                field.choices.isEmpty
                ? (field.isRequired && field.line.text.isEmpty ? "required" : "")
                : "‹ \(place.map { "\($0 + 1) of " } ?? "")\(field.choices.count) ›"
            let width = columns - column - 16
            drawLine(field.line, row: row, column: column, width: width, hasCursor: isChosen)
            canvas.put(hint, row: row, column: columns - 14, style: .faint)
            row += 1
            if let problem = field.problem {
                for line in PreviewText.wrapped(Console.line(problem), width: columns - column - 2) where row < last {
                    canvas.put(line, row: row, column: column, style: .red)
                    row += 1
                }
            }
        }
        var below = rows - 7
        let field = form.fields[form.chosen]
        let choice = field.choices.first { InstallForm.text($0.value) == field.line.text }
        var help = field.help
        if let choice, choice.title != field.line.text { help = choice.title + (help.isEmpty ? "" : ". " + help) }
        for line in PreviewText.wrapped(Console.line(help), width: columns - 6).prefix(2) {
            canvas.put(line, row: below, column: 3, style: .faint)
            below += 1
        }
        if let problem = form.problem {
            for line in PreviewText.wrapped(Console.line(problem), width: columns - 6).prefix(2) {
                canvas.put(line, row: below, column: 3, style: .red)
                below += 1
            }
        }
    }

    mutating func drawPlan(_ form: InstallForm, _ writes: [TemplatePreview.Write], isNew: Bool) {
        drawTitle("Plan: \(form.title) as \(form.instance)", form.template)
        let conflicts = writes.count { $0.action == "conflict" }
        let words =
            !isNew
            ? "It is installed already with these values; nothing is to be done."
            : conflicts > 0
                ? "\(conflicts) thing\(conflicts == 1 ? " stands" : "s stand") in the way; nothing is written."
                : "Nothing is written yet. Enter writes all of it, or nothing."
        canvas.put(words, row: 3, column: 1, style: conflicts > 0 ? .red : [])
        let window = rows - 8
        let top = max(0, min(state.previewTop, writes.count - window))
        for (row, write) in zip(5..<rows - 3, writes.dropFirst(top)) {
            let style: CellStyle =
                switch write.action {
                case "create": .green
                case "conflict": .red
                case "set": .yellow
                default: .faint
                }
            canvas.put(write.action, row: row, column: 3, style: style)
            let end = canvas.put(Console.line(write.path), row: row, column: 13, width: columns - 14)
            canvas.put(
                "  " + Console.line(write.detail),
                row: row,
                column: end,
                style: .faint,
                width: columns - end - 1
            )
        }
    }

    // MARK: - Small ones

    mutating func drawChoice(_ choice: InstanceChoice) {
        let title =
            switch choice.purpose {
            case .chat: "Chat with which dialog?"
            case .goTo: "Go to which dialog?"
            case .upgrade: "Upgrade which instance?"
            case .resolve: "Resolve the conflicts of which instance?"
            }
        let names = choice.options.map { Console.line($0.name) }
        let width = min(columns - 8, (names + [title]).map { DisplayWidth.columns($0) }.max().map { $0 + 6 } ?? 20)
        let shown = min(names.count, rows - 10)
        let first = max(0, min(choice.chosen - shown / 2, names.count - shown))
        let left = (columns - width) / 2
        let top = (rows - shown - 4) / 2
        let line = String(repeating: "─", count: width - 2)
        canvas.put("┌\(line)┐", row: top, column: left)
        for row in top + 1..<top + shown + 3 {
            canvas.put("│\(String(repeating: " ", count: width - 2))│", row: row, column: left)
        }
        canvas.put("└\(line)┘", row: top + shown + 3, column: left)
        canvas.put(title, row: top + 1, column: left + 2, style: .bold, width: width - 4)
        for (row, index) in zip(top + 2..<top + 2 + shown, first..<names.count) {
            if index == choice.chosen { canvas.put("›", row: row, column: left + 2, style: .bold) }
            canvas.put(names[index], row: row, column: left + 4, width: width - 6)
            if index == choice.chosen { canvas.add(.reversed, row: row, columns: left + 1..<left + width - 1) }
        }
    }

    /// What each key does.
    static let keys: [(key: String, what: String)] = [
        ("↑ ↓  PgUp PgDn", "choose in the list"), ("Tab", "integrations, or templates"),
        ("Enter", "an integration's templates; install a template, or go to its dialog"),
        ("/", "search all templates: title, summary, plugin, categories"),
        ("Esc", "back: end the search, all templates, the lists"),
        ("Space  b", "the preview on, and back"), ("d", "the template's dialog on the whole screen"),
        ("i", "install: the plugin, or the template with its parameters"),
        ("g", "go to dialog: opens its file in $VISUAL or $EDITOR"),
        ("e", "enable the integration here"), ("c", "chat with the installed dialog"),
        ("u", "upgrade an installed template"), ("r", "resolve the conflicts of an upgrade"),
        ("Ctrl-L", "draw everything anew"), ("q  Ctrl-C", "quit"),
    ]

    mutating func drawHelp() {
        drawTitle("Keys", "any key goes back")
        for (row, entry) in zip(4..<rows - 3, Self.keys) {
            canvas.put(entry.key, row: row, column: 3, style: .bold)
            canvas.put(entry.what, row: row, column: 20)
        }
    }

    // MARK: - Foot

    /// The keys that do something now.
    private var hints: [(key: String, what: String)] {
        switch state.cover {
        case .graph:
            guard case .known(let preview) = state.preview, preview.dialogs.count > 1 else {
                return [("↑↓←→", "move"), ("Space", "page"), ("Esc", "back")]
            }
            return [("↑↓←→", "move"), ("Space", "page"), ("Tab", "next dialog"), ("Esc", "back")]
        case .form: return [("↑↓", "question"), ("←→", "choice"), ("Enter", "on"), ("Ctrl-P", "plan"), ("Esc", "back")]
        case .plan(_, let writes, let isNew):
            let canApply = isNew && !writes.contains { $0.action == "conflict" }
            return (canApply ? [("Enter", "install")] : []) + [("↑↓", "scroll"), ("Esc", "change answers")]
        case .choice: return [("↑↓", "choose"), ("Enter", "go"), ("Esc", "back")]
        case .help: return [("any key", "back")]
        case nil: break
        }
        if state.isSearching { return [("type", "search"), ("↑↓", "choose"), ("Enter", "done"), ("Esc", "clear")] }
        switch state.list {
        case .integrations:
            guard let entry = state.entry else { return [] }
            let own: [(String, String)] =
                entry.region == .offered ? [("i", "install")] : [("e", entry.region == .available ? "enable" : "renew")]
            return own + [("Enter", "its templates"), ("Tab", "all"), ("/", "search"), ("↑↓", "choose")]
        case .templates:
            let instances = state.instances
            var own: [(String, String)] = []
            if instances.isEmpty {
                own.append(("i", "install"))
            } else {
                own += [("g", "go to dialog"), ("c", "chat")]
            }
            if instances.contains(where: { $0.newer != nil }) { own.append(("u", "upgrade")) }
            if instances.contains(where: { $0.conflicts > 0 }) { own.append(("r", "resolve")) }
            own += [("d", "diagram"), ("/", "search"), ("Tab", "back"), ("↑↓", "choose")]
            return own + (instances.isEmpty ? [] : [("i", "another")])
        }
    }

    /// The keys that are shown at the right, whatever else is there.
    private var lasting: String {
        state.cover == nil && !state.isSearching ? "? help  q quit" : "Ctrl-C quit"
    }

    mutating func drawFoot() {
        if let notice = state.notice {
            canvas.put(
                Console.line(notice.text),
                row: rows - 2,
                column: 1,
                style: notice.isError ? .red : .yellow,
                width: columns - 2
            )
        }
        let right = columns - lasting.count - 1
        canvas.put(lasting, row: rows - 1, column: right)
        var column = 1
        for (key, what) in hints {
            // A key is shown whole or not at all; ? shows all of them.
            guard column + DisplayWidth.columns(key + what) + 2 < right else { break }
            column = canvas.put(key, row: rows - 1, column: column, style: .bold)
            column = canvas.put(" " + what, row: rows - 1, column: column, style: .faint) + 2
        }
    }
}
