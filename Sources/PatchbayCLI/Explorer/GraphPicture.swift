import PatchbayDialog
import PatchbayModel
import PatchbayTerminal

/// A dialog drawn in characters: boxes in layers, and lines between them.
struct GraphPicture {
    /// The whole drawing.
    private(set) var canvas: Canvas

    private static let longestLabel = 26
    private static let longestName = 40

    /// Draws a dialog; one that is too large for a picture becomes a list of its nodes and paths.
    init(_ dialog: Dialog) {
        guard let graph = LayeredGraph(dialog) else {
            canvas = Self.list(dialog)
            return
        }
        let drawing = GraphDrawing(graph)
        canvas = Canvas(rows: drawing.rows, columns: drawing.columns)
        drawing.draw(on: &canvas)
    }

    private static func list(_ dialog: Dialog) -> Canvas {
        func name(_ target: Target) -> String {
            switch target {
            case .node(let id): id.rawValue
            case .end: "end"
            case .notConnected: "not connected"
            }
        }
        var canvas = Canvas(rows: dialog.nodes.count, columns: 120)
        for (row, node) in dialog.nodes.enumerated() {
            let paths = node.transitions.map { "\($0.id) → \(name($0.then))" } + ["→ \(name(node.next))"]
            let end = canvas.put(Console.line(node.id.rawValue), row: row, column: 0, style: .bold, width: 40)
            canvas.put("  \(node.kind.rawValue)  ", row: row, column: end, style: .faint)
            canvas.put(Console.line(paths.joined(separator: ", ")), row: row, column: 56)
        }
        return canvas
    }

    /// What a box shows: the node's kind in its upper edge, its name, and whether it leads to itself.
    static func words(_ graph: LayeredGraph, _ node: Int) -> (kind: String, name: String) {
        let found = graph.dialog.nodes[node]
        let loops = graph.loops[node].map { labels in
            " ↻ " + labels.filter { !$0.isEmpty }.joined(separator: ", ")
        }
        return (found.kind.rawValue, short(Console.line(found.id.rawValue + (loops ?? "")), longestName))
    }

    static func label(_ text: String) -> String { short(Console.line(text), longestLabel) }

    /// A text that takes at most so many columns.
    static func short(_ text: String, _ width: Int) -> String {
        guard DisplayWidth.columns(text) > width else { return text }
        var short = ""
        var taken = 0
        for character in text {
            let wide = DisplayWidth.columns(character)
            guard taken + wide < width else { break }
            short.append(character)
            taken += wide
        }
        return short + "…"
    }
}

/// The places of everything in a drawing of characters.
private struct GraphDrawing {
    let graph: LayeredGraph
    private(set) var rows = 0
    private(set) var columns = 0
    private let widths: [Int]
    private let lefts: [Int]
    /// The first row of each layer, and how many it takes.
    private var layerRows: [(first: Int, count: Int)] = []
    private var wires: [Wire] = []

    /// A piece of a path with the columns where it leaves and arrives, and the row where it turns.
    private struct Wire {
        let segment: LayeredGraph.Segment
        let from: Int
        let to: Int
        var turn: Int?
    }

    init(_ graph: LayeredGraph) {
        self.graph = graph
        widths = graph.vertices.indices.map { Self.width($0, graph) }
        lefts = graph.lefts(widths: widths, gap: 2)
        columns = (graph.layers.joined().map { [lefts, widths] in lefts[$0] + widths[$0] }.max() ?? 0) + 1
        let (sources, targets) = ports()
        var byLayer: [Int: [Int]] = [:]
        var layerOf = [Int](repeating: 0, count: graph.vertices.count)
        for (index, layer) in graph.layers.enumerated() { for vertex in layer { layerOf[vertex] = index } }
        for index in graph.segments.indices { byLayer[layerOf[graph.segments[index].upper], default: []].append(index) }
        var row = 0
        for (index, layer) in graph.layers.enumerated() {
            let height = layer.contains { graph.isNode($0) } ? 3 : 1
            layerRows.append((row, height))
            row += height
            guard index + 1 < graph.layers.count else { break }
            var own = (byLayer[index] ?? []).map { place in
                Wire(segment: graph.segments[place], from: sources[place], to: targets[place], turn: nil)
            }
            let turns = Self.turn(&own)
            let lower = graph.layers[index + 1]
            let arrives = lower.contains { graph.vertices[$0] == .end || graph.isNode($0) }
            let leavesUp = own.contains { $0.segment.goesUp && graph.isNode($0.segment.upper) }
            let lead = leavesUp && turns > 0 ? 1 : 0
            for place in own.indices { own[place].turn = own[place].turn.map { $0 + row + lead } }
            row += max(lead + turns + (arrives ? 1 : 0), leavesUp || turns == 0 && arrives ? 1 : 0)
            wires += own
        }
        rows = row
    }

    private static func width(_ vertex: Int, _ graph: LayeredGraph) -> Int {
        switch graph.vertices[vertex] {
        case .node(let node):
            let (kind, name) = GraphPicture.words(graph, node)
            return max(DisplayWidth.columns(name), kind.utf8.count + 2) + 4
        case .end: return 5
        case .label(let text, _): return DisplayWidth.columns(GraphPicture.label(text)) + 2
        case .bend: return 1
        }
    }

    // MARK: - Where paths touch

    private func center(_ vertex: Int) -> Int { lefts[vertex] + (widths[vertex] - 1) / 2 }

    /// The columns where each piece leaves above and arrives below.
    private func ports() -> (sources: [Int], targets: [Int]) {
        var leaving: [Int: [Int]] = [:]
        var arriving: [Int: [Int]] = [:]
        for (index, segment) in graph.segments.enumerated() {
            leaving[segment.upper, default: []].append(index)
            arriving[segment.lower, default: []].append(index)
        }
        var sources = graph.segments.map { center($0.upper) }
        var targets = graph.segments.map { center($0.lower) }
        func spread(_ vertex: Int, _ pieces: [Int], _ columns: inout [Int], by other: (Int) -> Int) {
            guard pieces.count > 1, graph.isNode(vertex) else { return }
            let sorted = pieces.sorted { (other($0), $0) < (other($1), $1) }
            for (place, piece) in sorted.enumerated() {
                columns[piece] = lefts[vertex] + (place + 1) * widths[vertex] / (sorted.count + 1)
            }
        }
        for (vertex, pieces) in leaving { spread(vertex, pieces, &sources) { center(graph.segments[$0].lower) } }
        for (vertex, pieces) in arriving { spread(vertex, pieces, &targets) { center(graph.segments[$0].upper) } }
        // A lone path leaves or arrives where it is straight, if the box is there.
        for (index, segment) in graph.segments.enumerated() where sources[index] != targets[index] {
            func inside(_ vertex: Int, _ column: Int) -> Bool {
                graph.isNode(vertex) && column > lefts[vertex] + 1 && column < lefts[vertex] + widths[vertex] - 2
            }
            if leaving[segment.upper]?.count == 1, inside(segment.upper, targets[index]) {
                sources[index] = targets[index]
            } else if arriving[segment.lower]?.count == 1, inside(segment.lower, sources[index]) {
                targets[index] = sources[index]
            }
        }
        return (sources, targets)
    }

    /// Gives each piece that is not straight the row in which it goes sideways, so that no two lie on each other.
    ///
    /// - Returns: How many rows are taken.
    private static func turn(_ wires: inout [Wire]) -> Int {
        var open = wires.indices.filter { wires[$0].from != wires[$0].to }
        var row = 0
        while !open.isEmpty {
            var taken: [ClosedRange<Int>] = []
            var chosen: [Int] = []
            for index in open.sorted(by: { (wires[$0].from, wires[$0].to) < (wires[$1].from, wires[$1].to) }) {
                let wire = wires[index]
                let range = min(wire.from, wire.to)...max(wire.from, wire.to)
                guard !taken.contains(where: { $0.overlaps(range) }) else { continue }
                // One that leaves where this one arrives has to be out of its way first.
                let isBlocked = open.contains { $0 != index && wires[$0].from == wire.to && !chosen.contains($0) }
                guard !isBlocked else { continue }
                taken.append(range)
                chosen.append(index)
            }
            if chosen.isEmpty { chosen = [open[0]] }
            for index in chosen { wires[index].turn = row }
            open.removeAll { chosen.contains($0) }
            row += 1
        }
        return row
    }

    // MARK: - Drawing

    private static let lines: [Character] = [
        " ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼",
    ]

    func draw(on canvas: inout Canvas) {
        var marks = [UInt8](repeating: 0, count: rows * columns)
        var faint = [Bool](repeating: true, count: rows * columns)
        func mark(_ row: Int, _ column: Int, _ bits: UInt8, _ isFaint: Bool) {
            guard (0..<rows).contains(row), (0..<columns).contains(column) else { return }
            marks[row * columns + column] |= bits
            if !isFaint { faint[row * columns + column] = false }
        }
        var layerOf = [Int](repeating: 0, count: graph.vertices.count)
        for (index, layer) in graph.layers.enumerated() { for vertex in layer { layerOf[vertex] = index } }
        for wire in wires {
            let upper = layerRows[layerOf[wire.segment.upper]]
            let lower = layerRows[layerOf[wire.segment.lower]]
            let isFaint = wire.segment.isFailure
            var first = upper.first + upper.count
            // What is lower than its layer: a bend beside boxes.
            if !graph.isNode(wire.segment.upper) { first = upper.first + 1 }
            let last = lower.first - 1
            let turn = wire.turn ?? first
            for row in first..<max(first, min(turn, last + 1)) { mark(row, wire.from, 3, isFaint) }
            if wire.from != wire.to, turn <= last {
                let isRight = wire.to > wire.from
                mark(turn, wire.from, 1 | (isRight ? 8 : 4), isFaint)
                for column in min(wire.from, wire.to) + 1..<max(wire.from, wire.to) { mark(turn, column, 12, isFaint) }
                mark(turn, wire.to, 2 | (isRight ? 4 : 8), isFaint)
            } else if turn <= last {
                mark(turn, wire.to, 3, isFaint)
            }
            for row in max(first, turn + 1)..<max(first, turn + 1, last + 1) { mark(row, wire.to, 3, isFaint) }
            // A bend in a layer of boxes goes through all of its rows.
            if graph.vertices[wire.segment.lower] == .bend {
                for row in lower.first..<lower.first + lower.count { mark(row, wire.to, 3, isFaint) }
            }
        }
        for row in 0..<rows {
            for column in 0..<columns where marks[row * columns + column] != 0 {
                let bits = Int(marks[row * columns + column] & 15)
                let style: CellStyle = faint[row * columns + column] ? .faint : []
                canvas.put(String(Self.lines[bits]), row: row, column: column, style: style)
            }
        }
        for (index, layer) in graph.layers.enumerated() {
            for vertex in layer { draw(vertex, row: layerRows[index].first, on: &canvas) }
        }
        for wire in wires { drawEnds(of: wire, layerOf, on: &canvas) }
    }

    private func draw(_ vertex: Int, row: Int, on canvas: inout Canvas) {
        let left = lefts[vertex]
        switch graph.vertices[vertex] {
        case .bend: break
        case .end: canvas.put("(end)", row: row, column: left, style: .faint)
        case .label(let text, let isFailure):
            canvas.put(GraphPicture.label(text), row: row, column: left + 1, style: isFailure ? .red : .cyan)
        case .node(let node):
            let (kind, name) = GraphPicture.words(graph, node)
            let width = widths[vertex]
            func line(_ count: Int) -> String { String(repeating: "─", count: max(0, count)) }
            canvas.put("┌ ", row: row, column: left)
            canvas.put(kind, row: row, column: left + 2, style: .faint)
            canvas.put(" \(line(width - kind.utf8.count - 4))┐", row: row, column: left + 2 + kind.utf8.count)
            canvas.put("│ ", row: row + 1, column: left)
            canvas.put(name, row: row + 1, column: left + 2, style: .bold)
            canvas.put("│", row: row + 1, column: left + width - 1)
            canvas.put("└\(line(width - 2))┘", row: row + 2, column: left)
        }
    }

    /// The sign where a path leaves a box, and the head where it arrives.
    private func drawEnds(of wire: Wire, _ layerOf: [Int], on canvas: inout Canvas) {
        let style: CellStyle = wire.segment.isFailure ? .faint : []
        let upper = layerRows[layerOf[wire.segment.upper]]
        let lower = layerRows[layerOf[wire.segment.lower]]
        let isBelow = graph.isNode(wire.segment.lower)
        if graph.isNode(wire.segment.upper) {
            let row = upper.first + upper.count
            if wire.segment.goesUp {
                canvas.put("▲", row: row, column: wire.from, style: style)
            } else {
                canvas.put("┬", row: row - 1, column: wire.from)
            }
        }
        if !wire.segment.goesUp, isBelow || graph.vertices[wire.segment.lower] == .end {
            canvas.put("▼", row: lower.first - 1, column: wire.to, style: style)
        } else if wire.segment.goesUp, isBelow, canvas[lower.first, wire.to].character == "─" {
            canvas.put("┴", row: lower.first, column: wire.to)
        }
    }
}
