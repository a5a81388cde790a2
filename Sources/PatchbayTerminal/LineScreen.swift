/// What stands before a line, and how many columns that takes.
struct Prompt: Sendable {
    let text: String
    let columns: Int
}

/// Where the characters of a line come to stand in a window, and which of them are shown when they don't all fit.
struct LineLayout: Sendable, Equatable {
    /// A row below the line's first, and a column.
    struct Place: Sendable, Equatable {
        var row = 0
        var column = 0
    }

    /// The characters that are shown.
    let shown: Range<Int>
    let cursor: Place
    let end: Place

    /// - Parameters:
    ///   - widths: The columns of each character.
    ///   - cursor: The character that the cursor stands on; the count of them behind the last.
    ///   - prompt: The columns before the first.
    ///   - columns: Those of the window.
    ///   - rows: Those of the window; where the line needs more, the part around the cursor is shown.
    init(widths: [Int], cursor: Int, prompt: Int, columns: Int, rows: Int) {
        let columns = max(2, columns)
        // A wide character may leave one column of each row empty; one row stays free for the cursor behind a full one.
        let room = max(1, rows - 1) * (columns - 1) - prompt
        var shown = 0..<widths.count
        if widths.reduce(0, +) > room {
            var start = cursor
            var end = cursor
            var taken = 0
            while start > 0, taken + widths[start - 1] <= room / 2 {
                start -= 1
                taken += widths[start]
            }
            while end < widths.count, taken + widths[end] <= room {
                taken += widths[end]
                end += 1
            }
            while start > 0, taken + widths[start - 1] <= room {
                start -= 1
                taken += widths[start]
            }
            shown = start..<end
        }
        self.shown = shown
        var place = Place(row: prompt / columns, column: prompt % columns)
        var cursorPlace: Place?
        for index in shown {
            // What doesn't fit the rest of a row begins the next.
            if place.column + widths[index] > columns { place = Place(row: place.row + 1) }
            if index == cursor { cursorPlace = place }
            place.column += widths[index]
        }
        if place.column >= columns { place = Place(row: place.row + 1) }
        end = place
        self.cursor = cursorPlace.map { $0.column >= columns ? Place(row: $0.row + 1) : $0 } ?? place
    }
}

/// Draws a line that may be wider than the window, and higher.
struct LineScreen {
    let prompt: Prompt
    private var drawn: (widths: [Int], cursor: Int) = ([], 0)

    init(prompt: Prompt) {
        self.prompt = prompt
    }

    mutating func show(_ buffer: LineBuffer) {
        let characters = buffer.characters.map(Self.shown)
        let widths = characters.map { DisplayWidth.columns($0) }
        // The window may have another size by now; it has then wrapped anew what stands in it.
        let before = layout(drawn.widths, drawn.cursor)
        let layout = layout(widths, buffer.cursor)
        var output = before.cursor.row > 0 ? "\u{1B}[\(before.cursor.row)A" : ""
        output += "\r\u{1B}[J" + prompt.text + characters[layout.shown].joined()
        // A full last row leaves the cursor hanging behind it; a space moves it on.
        if layout.end.column == 0 && layout.end.row > 0 { output += " \r" }
        let rowsBack = layout.end.row - layout.cursor.row
        if rowsBack > 0 { output += "\u{1B}[\(rowsBack)A" }
        output += "\r" + (layout.cursor.column > 0 ? "\u{1B}[\(layout.cursor.column)C" : "")
        drawn = (Array(widths[layout.shown]), buffer.cursor - layout.shown.lowerBound)
        Terminal.write(output)
    }

    mutating func finish(_ buffer: LineBuffer) {
        var whole = buffer
        _ = whole.handle(.end)
        show(whole)
        Terminal.write("\n")
        drawn = ([], 0)
    }

    private func layout(_ widths: [Int], _ cursor: Int) -> LineLayout {
        LineLayout(
            widths: widths,
            cursor: cursor,
            prompt: prompt.columns,
            columns: Terminal.columns,
            rows: Terminal.rows
        )
    }

    /// A character as it is drawn: a line break of a pasted text as an arrow, other controls as a dot.
    private static func shown(_ character: Character) -> String {
        switch character {
        case "\n": return "⏎"
        case "\t": return "    "
        default:
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return isControl ? "·" : String(character)
        }
    }
}
