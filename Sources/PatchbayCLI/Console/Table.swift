import PatchbayTerminal

/// Rows of text in columns.
enum Table {
    /// The longest entry of a column that others follow; longer ones are shortened.
    private static let widestEntry = 132

    /// The rows with their columns as wide as the widest entry; the last column ends where it ends.
    static func text(_ rows: [[String]], indent: String = "  ") -> String {
        let rows = rows.map { row in
            row.enumerated().map { column, cell in
                let line = Console.line(cell)
                return column + 1 < row.count ? short(line, to: widestEntry) : line
            }
        }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.count > column ? DisplayWidth.columns($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count {
                    line += String(repeating: " ", count: widths[column] - DisplayWidth.columns(cell) + 2)
                }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// A text shortened to fit a list.
    static func short(_ text: String, to length: Int = 80) -> String {
        text.utf8.count > length && text.count > length ? text.prefix(length - 1) + "…" : text
    }
}
