import Patchbay
import PatchbayModel
import PatchbayRegistry
import PatchbayTerminal

/// Draws the explorer's state.
struct ExplorerView {
    static let leastRows = 24
    static let leastColumns = 80

    let state: ExplorerState
    var canvas: Canvas
    /// How far the preview can be scrolled.
    private(set) var mostPreviewTop = 0
    private var previewTop = 0

    private var rows: Int { state.rows }
    private var columns: Int { state.columns }
    /// The first row of the lists, and the row behind them.
    private var body: Range<Int> { 3..<max(3, rows - 3) }
    private var listWidth: Int { max(30, min(46, columns * 2 / 5)) }

    /// The picture of a state.
    init(_ state: ExplorerState) {
        self.state = state
        canvas = Canvas(rows: state.rows, columns: state.columns)
        guard rows >= Self.leastRows, columns >= Self.leastColumns else {
            drawTooSmall()
            return
        }
        drawHead()
        switch state.cover {
        case .graph(let dialog): drawGraph(dialog)
        case .form(let form): drawForm(form)
        case .plan(let form, let writes, let isNew): drawPlan(form, writes, isNew: isNew)
        case .help: drawHelp()
        case .choice, nil:
            drawTabs()
            drawList()
            drawPreview()
            drawRules()
            drawMore()
            if case .choice(let choice) = state.cover { drawChoice(choice) }
        }
        drawFoot()
    }

    // MARK: - Frame

    private mutating func drawTooSmall() {
        canvas.put("This window is \(columns)×\(rows);", row: 0, column: 0)
        canvas.put("the explorer needs \(Self.leastColumns)×\(Self.leastRows).", row: 1, column: 0)
        canvas.put("Make it larger, or q quits.", row: 2, column: 0)
    }

    private mutating func drawHead() {
        let place = state.content.place
        canvas.put(String(repeating: " ", count: columns), row: 0, column: 0, style: .reversed)
        let end = canvas.put(" Patchbay  ", row: 0, column: 0, style: [.reversed, .bold])
        let name = place.map { "\(Console.line($0.name))  \(Console.line(state.folder ?? ""))" } ?? "no workspace here"
        let count = state.content.instances.count
        let right = place == nil ? "" : "\(count) template\(count == 1 ? "" : "s") installed "
        canvas.put(name, row: 0, column: end, style: .reversed, width: columns - end - right.count - 2)
        canvas.put(right, row: 0, column: columns - right.count, style: .reversed)
    }

    private mutating func drawTabs() {
        func tab(_ name: String, _ list: ExplorerState.List, at column: Int) -> Int {
            let isHere = state.list == list
            let end = canvas.put(isHere ? "▸ " : "  ", row: 1, column: column, style: .cyan)
            return canvas.put(name, row: 1, column: end, style: isHere ? [.bold, .underlined] : .faint)
        }
        var end = tab("Integrations \(state.entries.count)", .integrations, at: 1)
        end = tab("Templates \(state.content.shelf.templates.count)", .templates, at: end + 2)
        let column = max(end + 2, listWidth + 2)
        if state.isSearching {
            let start = canvas.put("Search: ", row: 1, column: column, style: .cyan)
            drawLine(state.query, row: 1, column: start, width: columns - start - 1, hasCursor: true)
        } else if !state.query.text.isEmpty || state.scope != nil {
            var words = state.scope.flatMap { state.content.shelf.plugin($0) }.map { "of \($0.name)" } ?? ""
            if !state.query.text.isEmpty { words += " with “\(state.query.text)”" }
            let count = state.found.count
            canvas.put(
                Console.line("\(count)\(words.hasPrefix(" ") ? "" : " ")\(words)") + "  (Esc: all)",
                row: 1,
                column: column,
                style: .cyan,
                width: columns - column - 1
            )
        } else {
            canvas.put("/ searches all templates", row: 1, column: column, style: .faint)
        }
    }

    private mutating func drawRules() {
        let line = String(repeating: "─", count: columns)
        for (row, mark) in [(2, "┬"), (rows - 3, "┴")] {
            canvas.put(line, row: row, column: 0, style: .faint)
            canvas.put(mark, row: row, column: listWidth, style: .faint)
        }
        for row in body { canvas.put("│", row: row, column: listWidth, style: .faint) }
    }

    /// A line of text that is edited, its end in sight, the cursor a reversed cell.
    mutating func drawLine(_ line: LineBuffer, row: Int, column: Int, width: Int, hasCursor: Bool) {
        let shown = line.characters.map { $0.isNewline || $0 == "\t" ? " " : $0 }.flatMap { Console.line(String($0)) }
        let cursor = line.characters[..<line.cursor].reduce(0) { $0 + Console.line(String($1)).count }
        var first = 0
        while first < cursor, DisplayWidth.columns(String(shown[first..<cursor])) >= width { first += 1 }
        canvas.put(String(shown[first...]), row: row, column: column, width: width)
        guard hasCursor else { return }
        let place = column + DisplayWidth.columns(String(shown[first..<cursor]))
        canvas.add(.reversed, row: row, columns: place..<place + 1)
    }

    // MARK: - Lists

    /// A row of a list: a head, or something to choose.
    private enum ListRow {
        case head(String, CellStyle)
        case entry(Int)
    }

    private mutating func drawList() {
        switch state.list {
        case .integrations:
            var all: [ListRow] = []
            var chosen = 0
            for region in IntegrationEntry.Region.allCases {
                let own = state.entries.indices.filter { state.entries[$0].region == region }
                guard !own.isEmpty else { continue }
                if !all.isEmpty { all.append(.head("", [])) }
                all.append(.head("\(region.title) \(own.count)", Self.style(of: region)))
                if own.contains(state.chosenEntry) { chosen = all.count + state.chosenEntry - own[0] }
                all += own.map { .entry($0) }
            }
            if all.isEmpty { canvas.put("No plugins yet", row: body.lowerBound, column: 1, style: .faint) }
            let first = Self.first(chosen, of: all.count, window: body.count)
            for (row, entry) in zip(body, all[first...]) { draw(entry, row: row) }
        case .templates:
            if state.found.isEmpty {
                canvas.put(
                    state.query.text.isEmpty ? "No templates" : "Nothing has all these words",
                    row: body.lowerBound,
                    column: 1,
                    style: .faint
                )
            }
            let first = Self.first(state.chosenTemplate, of: state.found.count, window: body.count)
            for (row, place) in zip(body, first..<max(first, state.found.count)) { drawTemplate(place, row: row) }
        }
    }

    /// The first line of a window in which a line stands, near the middle where there is more on both sides.
    private static func first(_ chosen: Int, of count: Int, window: Int) -> Int {
        max(0, min(chosen - window / 2, count - window))
    }

    static func style(of region: IntegrationEntry.Region) -> CellStyle {
        switch region {
        case .failing: [.bold, .red]
        case .configured: [.bold, .green]
        case .available: [.bold, .yellow]
        case .offered: [.bold]
        }
    }

    private mutating func draw(_ row: ListRow, row place: Int) {
        switch row {
        case .head(let title, let style): canvas.put(title, row: place, column: 1, style: style, width: listWidth - 2)
        case .entry(let index):
            let entry = state.entries[index]
            let sign =
                switch entry.region {
                case .failing: "!"
                case .configured: "●"
                case .available: "○"
                case .offered: "+"
                }
            let isChosen = index == state.chosenEntry
            drawMark(isChosen, row: place)
            canvas.put(sign, row: place, column: 3, style: Self.style(of: entry.region))
            let profile = entry.profile.map { " (\($0))" } ?? ""
            canvas.put(Console.line(entry.name + profile), row: place, column: 5, width: listWidth - 6)
            if isChosen { canvas.add(.reversed, row: place, columns: 0..<listWidth) }
        }
    }

    private mutating func drawTemplate(_ place: Int, row: Int) {
        let template = state.content.shelf.template(state.found[place])
        let isChosen = place == state.chosenTemplate
        let instances = state.content.instances(of: template.name)
        drawMark(isChosen, row: row)
        let conflicts = instances.contains { $0.conflicts > 0 }
        let isOld = instances.contains { $0.newer != nil }
        let sign = conflicts ? "!" : isOld ? "↑" : instances.isEmpty ? " " : "✓"
        canvas.put(sign, row: row, column: 3, style: conflicts ? .red : isOld ? .yellow : .green)
        canvas.put(Console.line(template.title), row: row, column: 5, width: listWidth - 6)
        if isChosen { canvas.add(.reversed, row: row, columns: 0..<listWidth) }
    }

    private mutating func drawMark(_ isChosen: Bool, row: Int) {
        if isChosen { canvas.put("›", row: row, column: 1, style: .bold) }
    }

    // MARK: - Preview

    private mutating func drawPreview() {
        let column = listWidth + 2
        let width = columns - column - 1
        let text: PreviewText
        switch state.list {
        case .integrations:
            guard let entry = state.entry else {
                text = PreviewText.welcome(width: width, hasWorkspace: state.content.place != nil)
                break
            }
            text = PreviewText(entry, in: state.content, width: width)
        case .templates:
            guard let name = state.templateName else { return }
            switch state.preview {
            case .known(let preview) where preview.name == name:
                text = PreviewText(
                    preview,
                    instances: state.content.instances(of: name),
                    isInstalled: state.plugin?.isInstalled ?? false,
                    width: width
                )
            case .failed(name, let reason):
                var failed = PreviewText(width: width)
                failed.add(name, style: .bold)
                failed.space()
                failed.add(reason, style: .red)
                text = failed
            default: return
            }
        }
        mostPreviewTop = max(0, text.lines.count - body.count)
        let top = min(state.previewTop, mostPreviewTop)
        draw(text, top: top, rows: body, column: column, width: width)
        previewTop = top
    }

    mutating func draw(_ text: PreviewText, top: Int, rows: Range<Int>, column: Int, width: Int) {
        for (row, line) in zip(rows, text.lines.dropFirst(top)) {
            switch line {
            case .text(let words, let indent, let style):
                canvas.put(words, row: row, column: column + indent, style: style, width: width - indent)
            case .graph(let picture, let line):
                canvas.draw(picture.canvas, from: (line, 0), at: (row, column), size: (1, width))
                if picture.canvas.columns > width + 1 { canvas.put("…", row: row, column: columns - 1, style: .faint) }
            }
        }
    }

    /// How much of the preview is shown.
    private mutating func drawMore() {
        guard mostPreviewTop > 0 else { return }
        let share = (previewTop + body.count) * 100 / (mostPreviewTop + body.count)
        let words = previewTop >= mostPreviewTop ? " end, b: back " : " \(share) %, space: more "
        canvas.put(words, row: rows - 3, column: columns - words.count - 2, style: .cyan)
    }
}
