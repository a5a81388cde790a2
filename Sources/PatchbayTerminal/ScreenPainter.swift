/// Turns pictures into what a terminal needs to show them: only the cells that differ from what it shows already.
package struct ScreenPainter: Sendable {
    private let usesColor: Bool
    private var shown: Canvas?

    /// - Parameter usesColor: Whether colors are wanted; what is bold, faint or reversed stays without them.
    package init(usesColor: Bool) { self.usesColor = usesColor }

    /// Forgets what the terminal shows: the next picture is drawn whole.
    package mutating func forget() { shown = nil }

    /// What to write so that the terminal shows the picture; empty when it does.
    package mutating func paint(_ picture: Canvas) -> String {
        var output = ""
        var before = shown
        if before?.rows != picture.rows || before?.columns != picture.columns {
            before = nil
            output += "\u{1B}[0m\u{1B}[2J"
        }
        var style: CellStyle?
        for row in 0..<picture.rows {
            // Where the terminal's cursor stands in this row; -1 where that is not known.
            var cursor = -1
            for column in 0..<picture.columns {
                let cell = picture[row, column]
                let old = before?[row, column] ?? Canvas.Cell()
                guard !cell.isTail, cell != old || isWide(picture, row, column) != isWide(before, row, column) else {
                    continue
                }
                let place = "\u{1B}[\(row + 1);\(column + 1)H"
                if cursor != column { output += place }
                if cell.style != style {
                    output += "\u{1B}[\(cell.style.parameters(withColor: usesColor))m"
                    style = cell.style
                }
                // Where the terminal takes it for narrow, nothing old is to stay beside it.
                if isWide(picture, row, column) { output += "  " + place }
                output.append(cell.character)
                // Terminals disagree about the width of what is neither plain text nor a line.
                cursor = cell.character.hasCertainWidth ? column + 1 : -1
            }
        }
        if style != nil && style != [] { output += "\u{1B}[0m" }
        shown = picture
        return output
    }

    private func isWide(_ picture: Canvas?, _ row: Int, _ column: Int) -> Bool {
        picture?[row, column + 1].isTail ?? false
    }
}

extension Character {
    /// Whether every terminal gives it one column: Latin letters, and the lines and marks that pictures are made of.
    fileprivate var hasCertainWidth: Bool {
        guard unicodeScalars.count == 1, let scalar = unicodeScalars.first else { return false }
        switch scalar.value {
        case 0x20..<0x7F, 0xC0..<0x250, 0x2500..<0x2580: return true
        default: return false
        }
    }
}
