package import PatchbayModel

extension DialogGraph {
    /// A picture for browsers and documents: SVG 1.1, for light and dark grounds.
    ///
    /// - Parameters:
    ///   - dialog: The dialog.
    ///   - columns: How many columns a text takes where all letters are equally wide.
    /// - Returns: The file's text; nil for a dialog that is too large to be drawn.
    package static func svg(_ dialog: Dialog, columns: (String) -> Int) -> String? {
        guard let graph = LayeredGraph(dialog) else { return nil }
        return SVGDrawing(graph, columns: columns).text(title: dialog.name.text(in: "en"))
    }
}

/// The places of everything in an SVG picture, in its units: a pixel where nobody scales it.
private struct SVGDrawing {
    private let graph: LayeredGraph
    private let names: [String]
    private let widths: [Int]
    private let lefts: [Int]
    private let tops: [Int]
    private let layerOf: [Int]
    private let size: (width: Int, height: Int)

    private static let letter = 8
    private static let boxHeight = 48
    private static let labelHeight = 20
    private static let endHeight = 24
    private static let margin = 20
    private static let longest = 40

    init(_ graph: LayeredGraph, columns: (String) -> Int) {
        self.graph = graph
        let names = graph.vertices.map { vertex -> String in
            switch vertex {
            case .node(let node):
                let loop = graph.loops[node].map { " ↻ " + $0.filter { !$0.isEmpty }.joined(separator: ", ") } ?? ""
                return Self.short(graph.dialog.nodes[node].id.rawValue + loop)
            case .label(let text, _): return Self.short(text)
            case .end, .bend: return ""
            }
        }
        self.names = names
        let widths = graph.vertices.indices.map { vertex in
            switch graph.vertices[vertex] {
            case .node(let node):
                max(columns(names[vertex]), graph.dialog.nodes[node].kind.rawValue.utf8.count) * Self.letter + 32
            case .label: columns(names[vertex]) * 7 + 12
            case .end: Self.endHeight
            case .bend: 8
            }
        }
        self.widths = widths
        let lefts = graph.lefts(widths: widths, gap: 28)
        self.lefts = lefts
        var tops = [Int](repeating: 0, count: graph.vertices.count)
        var layerOf = tops
        var top = 0
        for (index, layer) in graph.layers.enumerated() {
            let hasNodes = layer.contains { graph.isNode($0) || graph.vertices[$0] == .end }
            let height = hasNodes ? Self.boxHeight : Self.labelHeight
            for vertex in layer {
                tops[vertex] = top
                layerOf[vertex] = index
            }
            let nextHasNodes =
                index + 1 < graph.layers.count && graph.layers[index + 1].contains { graph.isNode($0) }
            top += height + (hasNodes && nextHasNodes ? 40 : 24)
        }
        self.tops = tops
        self.layerOf = layerOf
        let right = graph.layers.joined().map { lefts[$0] + widths[$0] }.max() ?? 0
        size = (right + 2 * Self.margin, max(0, top - 24) + 2 * Self.margin)
    }

    private static func short(_ text: String) -> String {
        text.count > longest ? text.prefix(longest - 1) + "…" : text
    }

    // MARK: - Text

    private static let style = """
        svg { color: #1f2937; background: #ffffff; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        .box { fill: #f8fafc; stroke: #475569; stroke-width: 1.5; }
        .talk { fill: #eff6ff; stroke: #2563eb; }
        .call { fill: #f0fdf4; stroke: #16a34a; }
        .start { stroke-width: 3; }
        .name { fill: #1f2937; font-size: 13px; font-weight: 600; }
        .kind { fill: #64748b; font-size: 11px; }
        .path { fill: none; stroke: #475569; stroke-width: 1.5; }
        .head { fill: #475569; }
        .failure { stroke: #dc2626; stroke-dasharray: 5 4; }
        .failure-head { fill: #dc2626; }
        .label { fill: #334155; font-size: 11px; }
        .failure-label { fill: #b91c1c; font-size: 11px; }
        .end { fill: #475569; }
        .ring { fill: none; stroke: #475569; stroke-width: 1.5; }
        @media (prefers-color-scheme: dark) {
          svg { color: #e5e7eb; background: #0f172a; }
          .box { fill: #1e293b; stroke: #94a3b8; }
          .talk { fill: #172554; stroke: #60a5fa; }
          .call { fill: #052e16; stroke: #4ade80; }
          .name { fill: #f1f5f9; }
          .kind { fill: #94a3b8; }
          .path, .ring { stroke: #94a3b8; }
          .head, .end { fill: #94a3b8; }
          .failure { stroke: #f87171; }
          .failure-head { fill: #f87171; }
          .label { fill: #cbd5e1; }
          .failure-label { fill: #fca5a5; }
        }
        """

    func text(title: String) -> String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.width)\" height=\"\(size.height)\" "
                + "viewBox=\"0 0 \(size.width) \(size.height)\" role=\"img\">",
            "  <title>\(Self.escaped(title))</title>",
            "  <style>",
        ]
        lines += Self.style.split(separator: "\n").map { "    " + $0 }
        lines += ["  </style>"]
        lines.append("  <g transform=\"translate(\(Self.margin) \(Self.margin))\">")
        lines += paths().map { "    " + $0 }
        for layer in graph.layers { for vertex in layer { lines += drawn(vertex).map { "    " + $0 } } }
        lines += ["  </g>", "</svg>"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text as XML 1.0 takes it; what no document may hold becomes U+FFFD.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t", "\r": result += " "
            default:
                switch scalar.value {
                case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: result += "\u{FFFD}"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    // MARK: - Boxes

    private func center(_ vertex: Int) -> Int { lefts[vertex] + widths[vertex] / 2 }

    private func drawn(_ vertex: Int) -> [String] {
        let (left, top, middle) = (lefts[vertex], tops[vertex], center(vertex))
        switch graph.vertices[vertex] {
        case .bend: return []
        case .end:
            return [
                "<circle class=\"ring\" cx=\"\(middle)\" cy=\"\(top + 12)\" r=\"11\"/>",
                "<circle class=\"end\" cx=\"\(middle)\" cy=\"\(top + 12)\" r=\"6\"/>",
            ]
        case .label(_, let isFailure):
            return [
                "<text class=\"\(isFailure ? "failure-label" : "label")\" x=\"\(middle)\" y=\"\(top + 14)\" "
                    + "text-anchor=\"middle\">\(Self.escaped(names[vertex]))</text>"
            ]
        case .node(let node):
            let found = graph.dialog.nodes[node]
            let look =
                switch found.kind {
                case .intent, .entity, .form, .confirmation, .message: " talk"
                case .service, .webhook, .prompt, .agent, .script: " call"
                case .logic, .dialog, .agentTransfer, .group: ""
                }
            let radius =
                switch found.kind {
                case .intent: 24
                case .message, .entity, .form: 12
                default: 3
                }
            let start = found.id == graph.dialog.start ? " start" : ""
            return [
                "<rect class=\"box\(look)\(start)\" x=\"\(left)\" y=\"\(top)\" width=\"\(widths[vertex])\" "
                    + "height=\"\(Self.boxHeight)\" rx=\"\(radius)\"/>",
                "<text class=\"name\" x=\"\(middle)\" y=\"\(top + 21)\" text-anchor=\"middle\">"
                    + "\(Self.escaped(names[vertex]))</text>",
                "<text class=\"kind\" x=\"\(middle)\" y=\"\(top + 37)\" text-anchor=\"middle\">\(found.kind.rawValue)</text>",
            ]
        }
    }

    // MARK: - Paths

    private func height(_ vertex: Int) -> Int {
        switch graph.vertices[vertex] {
        case .node: Self.boxHeight
        case .end: Self.endHeight
        case .label: Self.labelHeight
        case .bend: graph.layers[layerOf[vertex]].contains { graph.isNode($0) } ? Self.boxHeight : Self.labelHeight
        }
    }

    /// Where pieces leave and arrive, spread along the edge of a box.
    private func ports() -> (sources: [Int], targets: [Int]) {
        var leaving: [Int: [Int]] = [:]
        var arriving: [Int: [Int]] = [:]
        for (index, segment) in graph.segments.enumerated() {
            leaving[segment.upper, default: []].append(index)
            arriving[segment.lower, default: []].append(index)
        }
        var sources = graph.segments.map { center($0.upper) }
        var targets = graph.segments.map { center($0.lower) }
        for (vertex, pieces) in leaving where pieces.count > 1 {
            let sorted = pieces.sorted { (targets[$0], $0) < (targets[$1], $1) }
            for (place, piece) in sorted.enumerated() {
                sources[piece] = lefts[vertex] + (place + 1) * widths[vertex] / (sorted.count + 1)
            }
        }
        for (vertex, pieces) in arriving where pieces.count > 1 {
            let sorted = pieces.sorted {
                (center(graph.segments[$0].upper), $0) < (center(graph.segments[$1].upper), $1)
            }
            for (place, piece) in sorted.enumerated() {
                targets[piece] = lefts[vertex] + (place + 1) * widths[vertex] / (sorted.count + 1)
            }
        }
        return (sources, targets)
    }

    private func paths() -> [String] {
        let (sources, targets) = ports()
        return graph.segments.enumerated().flatMap { index, segment -> [String] in
            let (x, other) = (sources[index], targets[index])
            let start = tops[segment.upper] + height(segment.upper)
            let end = tops[segment.lower]
            let isUp = segment.goesUp && graph.isNode(segment.upper)
            let isDown = !segment.goesUp && (graph.isNode(segment.lower) || graph.vertices[segment.lower] == .end)
            let (from, to) = (isUp ? start + 7 : start, isDown ? end - 7 : end)
            let middle = (from + to) / 2
            var words = "M\(x) \(from) C\(x) \(middle) \(other) \(middle) \(other) \(to)"
            // A bend goes straight through its layer; nothing else stands there.
            if graph.vertices[segment.lower] == .bend { words += " V\(end + height(segment.lower))" }
            let path = "<path class=\"path\(segment.isFailure ? " failure" : "")\" d=\"\(words)\"/>"
            let look = segment.isFailure ? "failure-head" : "head"
            if isUp {
                return [path, "<path class=\"\(look)\" d=\"M\(x) \(start) l-5 8 h10 z\"/>"]
            }
            return isDown ? [path, "<path class=\"\(look)\" d=\"M\(other) \(end) l-5 -8 h10 z\"/>"] : [path]
        }
    }
}
