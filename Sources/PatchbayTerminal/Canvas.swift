/// How a cell of the screen looks, beside its character.
package struct CellStyle: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let bold = CellStyle(rawValue: 1)
    package static let faint = CellStyle(rawValue: 2)
    package static let underlined = CellStyle(rawValue: 4)
    /// Letters and ground change places: what is chosen.
    package static let reversed = CellStyle(rawValue: 8)
    package static let red = CellStyle(rawValue: 16)
    package static let green = CellStyle(rawValue: 32)
    package static let yellow = CellStyle(rawValue: 64)
    package static let cyan = CellStyle(rawValue: 128)

    /// The parameters of "Select Graphic Rendition" (ECMA-48 §8.3.117).
    func parameters(withColor: Bool) -> String {
        var codes = ["0"]
        if contains(.bold) { codes.append("1") }
        if contains(.faint) { codes.append("2") }
        if contains(.underlined) { codes.append("4") }
        if contains(.reversed) { codes.append("7") }
        if withColor {
            if contains(.red) { codes.append("31") }
            if contains(.green) { codes.append("32") }
            if contains(.yellow) { codes.append("33") }
            if contains(.cyan) { codes.append("36") }
        }
        return codes.joined(separator: ";")
    }
}

/// A picture made of cells, drawn whole before any of it is shown.
///
/// What is put on it takes the columns that it takes in a terminal; what has none, and all that could steer a terminal,
/// is left out.
package struct Canvas: Sendable, Equatable {
    /// A place for one column.
    package struct Cell: Sendable, Equatable {
        package var character: Character = " "
        package var style: CellStyle = []
        /// Whether the character before reaches into this one.
        package var isTail = false
    }

    package let rows: Int
    package let columns: Int
    private(set) var cells: [Cell]
    /// The most marks that one character keeps: more would run over its neighbours.
    private static let longestCharacter = 8

    /// An empty picture.
    package init(rows: Int, columns: Int) {
        self.rows = max(0, rows)
        self.columns = max(0, columns)
        cells = Array(repeating: Cell(), count: self.rows * self.columns)
    }

    /// A cell; empty outside of the picture.
    package subscript(row: Int, column: Int) -> Cell {
        guard (0..<rows).contains(row), (0..<columns).contains(column) else { return Cell() }
        return cells[row * columns + column]
    }

    /// Writes a text on one line.
    ///
    /// - Parameters:
    ///   - text: The text; one that is too long ends with `…`.
    ///   - row: Its row; nothing happens outside of the picture.
    ///   - column: Where it begins.
    ///   - style: How it looks.
    ///   - width: The columns that it may take; by default up to the edge.
    /// - Returns: The column behind it.
    @discardableResult
    package mutating func put(
        _ text: String,
        row: Int,
        column: Int,
        style: CellStyle = [],
        width: Int = .max
    ) -> Int {
        guard (0..<rows).contains(row), column >= 0, column < columns, width > 0 else { return column }
        let edge = min(columns, width >= columns - column ? columns : column + width)
        var place = column
        var isCut = false
        // Where the last one begins that leaves a column for the sign of what was cut.
        var cut = column
        for character in text {
            let wide = DisplayWidth.columns(character)
            guard wide > 0 else { continue }
            guard place + wide <= edge else {
                isCut = true
                break
            }
            set(character, wide: wide, row: row, column: place, style: style)
            place += wide
            if place < edge { cut = place }
        }
        guard isCut else { return place }
        for rest in cut..<edge { set(" ", wide: 1, row: row, column: rest, style: style) }
        set("…", wide: 1, row: row, column: cut, style: style)
        return cut + 1
    }

    /// Changes the look of a row's cells, and leaves what they show.
    package mutating func add(_ style: CellStyle, row: Int, columns range: Range<Int>) {
        guard (0..<rows).contains(row) else { return }
        for column in range.clamped(to: 0..<columns) { cells[row * columns + column].style.formUnion(style) }
    }

    /// Draws a part of another picture.
    ///
    /// - Parameters:
    ///   - picture: The other one.
    ///   - source: Its row and column that come to stand first; may be negative.
    ///   - target: Where they come to stand.
    ///   - size: The rows and columns of the part.
    package mutating func draw(
        _ picture: Canvas,
        from source: (row: Int, column: Int),
        at target: (row: Int, column: Int),
        size: (rows: Int, columns: Int)
    ) {
        for row in 0..<max(0, min(size.rows, rows - target.row)) {
            for column in 0..<max(0, min(size.columns, columns - target.column)) {
                var cell = picture[source.row + row, source.column + column]
                let next = picture[source.row + row, source.column + column + 1]
                // Half of a wide character is none.
                let isLast = column + 1 == min(size.columns, columns - target.column)
                if cell.isTail && column == 0 || next.isTail && isLast { cell = Cell(style: cell.style) }
                cells[(target.row + row) * columns + target.column + column] = cell
            }
        }
    }

    /// The picture as lines of text, without the spaces at their ends.
    package var lines: [String] {
        (0..<rows).map { row in
            var line = ""
            for cell in cells[row * columns..<(row + 1) * columns] where !cell.isTail { line.append(cell.character) }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private mutating func set(_ character: Character, wide: Int, row: Int, column: Int, style: CellStyle) {
        let place = row * columns + column
        // What is left of a wide character that is written over.
        if cells[place].isTail { cells[place - 1].character = " " }
        if column + wide < columns, cells[place + wide].isTail {
            cells[place + wide] = Cell(style: cells[place + wide].style)
        }
        cells[place] = Cell(character: Self.bounded(character), style: style)
        if wide == 2 { cells[place + 1] = Cell(style: style, isTail: true) }
    }

    private static func bounded(_ character: Character) -> Character {
        guard !character.isASCII, character.unicodeScalars.count > longestCharacter else { return character }
        var text = ""
        text.unicodeScalars.append(contentsOf: character.unicodeScalars.prefix(longestCharacter))
        return text.first ?? " "
    }
}
