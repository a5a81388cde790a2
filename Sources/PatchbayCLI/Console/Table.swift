import PatchbayTerminal

/// Rows of text in columns.
enum Table {
    /// The rows with their columns as wide as the widest entry; the last column ends where it ends.
    static func text(_ rows: [[String]], indent: String = "  ") -> String {
        let rows = rows.map { $0.map { Console.visible($0).replacing("\n", with: " ") } }
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.count > column ? DisplayWidth.columns($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - DisplayWidth.columns(cell) + 2) }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// A text shortened to fit a list.
    static func short(_ text: String, to length: Int = 80) -> String {
        text.count > length ? text.prefix(length - 1) + "…" : text
    }
}
