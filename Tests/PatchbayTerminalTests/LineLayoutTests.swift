import Testing

@testable import PatchbayTerminal

@Suite("A line's place in the window")
struct LineLayoutTests {
    private typealias Place = LineLayout.Place

    private func layout(_ widths: [Int], at cursor: Int, columns: Int = 10, rows: Int = 20) -> LineLayout {
        LineLayout(widths: widths, cursor: cursor, prompt: 2, columns: columns, rows: rows)
    }

    @Test(arguments: [
        // The line's width in single columns, the cursor, and where cursor and end come to stand in 10 columns.
        (0, 0, 0, 2, 0, 2), (3, 1, 0, 3, 0, 5), (8, 8, 1, 0, 1, 0), (8, 7, 0, 9, 1, 0), (9, 8, 1, 0, 1, 1),
        (18, 18, 2, 0, 2, 0), (20, 3, 0, 5, 2, 2),
    ])
    func `wraps at the last column`(count: Int, cursor: Int, row: Int, column: Int, endRow: Int, endColumn: Int) {
        let found = layout([Int](repeating: 1, count: count), at: cursor)
        #expect(found.cursor == Place(row: row, column: column))
        #expect(found.end == Place(row: endRow, column: endColumn))
    }

    @Test func `puts a wide character that does not fit into the next row`() {
        let found = layout([1, 1, 1, 1, 1, 1, 1, 2, 1], at: 7)
        #expect(found.cursor == Place(row: 1, column: 0))
        #expect(found.end == Place(row: 1, column: 3))
    }

    @Test(arguments: [0, 1, 250, 499, 500])
    func `shows the part around the cursor of a line that is higher than the window`(cursor: Int) {
        let found = layout([Int](repeating: 2, count: 500), at: cursor, rows: 5)
        #expect(found.shown.contains(cursor) || cursor == found.shown.upperBound)
        #expect(found.shown.count > 10)
        #expect(found.end.row < 5 && found.cursor.row <= found.end.row)
    }

    @Test(arguments: [(0, 0), (1, 1), (2, 1)])
    func `stands any window`(columns: Int, rows: Int) {
        let found = layout([1, 2, 1, 2], at: 2, columns: columns, rows: rows)
        #expect(found.shown.lowerBound <= 2 && found.shown.upperBound >= 2)
    }
}
