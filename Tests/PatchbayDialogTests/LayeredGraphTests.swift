import Foundation
import PatchbayModel
import Testing

@testable import PatchbayDialog

@Suite("A dialog in layers")
struct LayeredGraphTests {
    /// A dialog of messages with these paths, each `from to [label]`.
    private func made(_ paths: String) throws -> Dialog {
        var nodes: [(id: String, ways: [(to: String, label: String)])] = []
        func add(_ id: String) { if id != "end", !nodes.contains(where: { $0.id == id }) { nodes.append((id, [])) } }
        for path in paths.split(separator: ",") {
            let words = path.split(separator: " ").map(String.init)
            add(words[0])
            add(words[1])
            let place = try #require(nodes.firstIndex { $0.id == words[0] })
            nodes[place].ways.append((words[1], words.count > 2 ? words[2] : ""))
        }
        return try Dialog(
            parse(
                dialog(
                    nodes.map { node in
                        let next = node.ways.first { $0.label.isEmpty }.map { ", \"next\": \"\($0.to)\"" } ?? ""
                        let others = node.ways.filter { !$0.label.isEmpty }.map { way in
                            #"{"id": "\#(way.label)", "if": {"value": "a", "operator": "exists"}, "then": "\#(way.to)"}"#
                        }
                        return
                            #"{"id": "\#(node.id)", "kind": "logic", "set": [], "transitions": [\#(others.joined(separator: ","))]\#(next)}"#
                    }.joined(separator: ",")
                )
            )
        )
    }

    private func names(_ graph: LayeredGraph) -> [[String]] {
        graph.layers.map { layer in
            layer.map { vertex in
                switch graph.vertices[vertex] {
                case .node(let node): graph.dialog.nodes[node].id.rawValue
                case .end: "(end)"
                case .label(let text, _): "'\(text)'"
                case .bend: "|"
                }
            }
        }
    }

    @Test(arguments: [
        ("a b,b end", [["a"], ["b"], ["(end)"]]),
        ("a b,a c no,b end,c end", [["a"], ["|", "'no'"], ["b", "c"], ["(end)", "(end)"]]),
        ("a b,b c,a c skip,c end", [["a"], ["|", "'skip'"], ["b", "|"], ["c"], ["(end)"]]),
        ("a b,b a again,b end", [["a"], ["'again'", "|"], ["b"], ["(end)"]]),
        ("a a again,a end", [["a"], ["(end)"]]),
        ("a end,lost a", [["a", "lost"], ["(end)", "|"]]),
    ])
    func `stands below what leads to it`(paths: String, expected: [[String]]) throws {
        let graph = try #require(LayeredGraph(try made(paths)))
        let found = names(graph).map { $0.sorted() }
        // A circle is opened where the walk from the start comes back.
        if paths.hasPrefix("a end,lost") {
            #expect(found.flatMap(\.self).sorted() == ["(end)", "a", "lost"])
        } else {
            #expect(found == expected.map { $0.sorted() })
        }
    }

    @Test func `has pieces between neighbouring layers only, and nothing on top of another`() throws {
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<60 {
            let count = Int.random(in: 1...14, using: &chance)
            var paths = "n0 n\(min(1, count - 1)) s"
            for index in 0..<Int.random(in: 1...30, using: &chance) {
                let from = Int.random(in: 0..<count, using: &chance)
                let to = Int.random(in: 0...count, using: &chance)
                paths += ",n\(from) \(to == count ? "end" : "n\(to)") l\(index)"
            }
            let graph = try #require(LayeredGraph(try made(paths)), "\(paths)")
            var layerOf: [Int: Int] = [:]
            for (index, layer) in graph.layers.enumerated() { for vertex in layer { layerOf[vertex] = index } }
            for segment in graph.segments {
                let upper = try #require(layerOf[segment.upper])
                #expect(layerOf[segment.lower] == upper + 1, "\(paths)")
            }
            let widths = graph.vertices.map { if case .node = $0 { 9 } else { 3 } }
            let lefts = graph.lefts(widths: widths, gap: 2)
            for layer in graph.layers {
                for (one, other) in zip(layer, layer.dropFirst()) {
                    #expect(lefts[one] + widths[one] + 2 <= lefts[other], "\(paths)")
                }
                #expect(layer.allSatisfy { lefts[$0] >= 0 })
            }
        }
    }

    @Test func `is none where it would be no picture`() throws {
        let long = (0..<600).map { "n\($0) n\($0 + 1)" }.joined(separator: ",")
        #expect(LayeredGraph(try made(long)) == nil)
        let knot = (0..<80).flatMap { from in (0..<80).map { "n\(from) n\($0) l\(from)x\($0)" } }.joined(separator: ",")
        #expect(LayeredGraph(try made(knot)) == nil)
    }

    @Test func `is an SVG picture that is XML, the same each time, whatever its words`() throws {
        let nasty = try Dialog(
            parse(
                dialog(
                    #"""
                    {"id": "begin", "kind": "logic", "set": [], "next": "end", "transitions": [
                     {"id": "t", "label": "</text><script>alert(1)</script> & \"']]> \u0007\u202e\ufffe 手", "if": {"value": "a", "operator": "exists"}, "then": "other"}]},
                    {"id": "other", "kind": "service", "integration": "p", "operation": "o", "onFailure": "begin"}
                    """#
                )
            )
        )
        let text = try #require(DialogGraph.svg(nasty) { $0.count })
        #expect(text == DialogGraph.svg(nasty) { $0.count })
        #expect(!text.contains("<script") && !text.contains("\u{202E}") && !text.contains("\u{FFFE}"))
        #expect(text.contains("&lt;/text&gt;&lt;script&gt;") && text.contains("prefers-color-scheme: dark"))
        // Each element that is opened is closed, and every & begins a name.
        let tags = text.matches(of: /<(\/?)([a-z]+)[^<>]*?(\/?)>/)
        var open: [Substring] = []
        for tag in tags {
            if !tag.output.1.isEmpty { #expect(open.popLast() == tag.output.2) }
            if tag.output.1.isEmpty, tag.output.3.isEmpty { open.append(tag.output.2) }
        }
        #expect(open.isEmpty && tags.count > 10)
        #expect(text.matches(of: /&(?!(amp|lt|gt|quot|#39);)/).isEmpty)
    }
}
