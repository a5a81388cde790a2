package import PatchbayModel

/// A dialog in layers, from its start downwards: what drawings share, whatever they draw with.
///
/// After Sugiyama, Tagawa and Toda (IEEE Transactions on Systems, Man and Cybernetics 11(2), 1981): circles are opened, each
/// node stands below those that lead to it, paths over several layers get a bend in each, and the order within the
/// layers is chosen so that few paths cross.
package struct LayeredGraph: Sendable {
    /// What stands in a layer.
    package enum Vertex: Sendable, Equatable {
        /// A node, by its place in the dialog.
        case node(Int)
        /// The end that one path leads to.
        case end
        /// What is written at a path.
        case label(String, isFailure: Bool)
        /// A path on its way.
        case bend
    }

    /// A piece of a path, from a layer to the next one.
    package struct Segment: Sendable, Equatable {
        package let upper: Int
        package let lower: Int
        package let isFailure: Bool
        /// Whether the path leads upwards.
        package let goesUp: Bool
    }

    package let dialog: Dialog
    package fileprivate(set) var vertices: [Vertex] = []
    /// The vertices of each layer, from left to right.
    package fileprivate(set) var layers: [[Int]] = []
    package fileprivate(set) var segments: [Segment] = []
    /// Nodes that lead to themselves, with what is written at these paths.
    package fileprivate(set) var loops: [Int: [String]] = [:]
    /// More than this is no picture any more.
    private static let mostVertices = 3_000

    /// The layers of a dialog; nil for one that is too large to be drawn.
    package init?(_ dialog: Dialog) {
        self.dialog = dialog
        guard dialog.nodes.count <= 500 else { return nil }
        let arrows = Self.arrows(dialog)
        var plan = LayerPlan(nodes: dialog.nodes.count, start: Self.start(dialog), arrows: arrows)
        plan.run()
        vertices = dialog.nodes.indices.map { .node($0) }
        var layerOf = plan.layers.map { $0 * 2 }
        for (place, arrow) in arrows.enumerated() {
            if arrow.to == arrow.from {
                loops[arrow.from, default: []].append(arrow.label)
                continue
            }
            let goesUp = plan.isBack[place]
            var upper = arrow.from
            var lower = arrow.to ?? vertices.count
            if arrow.to == nil {
                vertices.append(.end)
                layerOf.append(layerOf[arrow.from] + 2)
            }
            if goesUp { swap(&upper, &lower) }
            // The words stand near the node that the path leaves.
            let labelLayer = goesUp ? layerOf[lower] - 1 : layerOf[upper] + 1
            var last = upper
            for layer in layerOf[upper] + 1..<layerOf[lower] {
                let isLabel = layer == labelLayer && !arrow.label.isEmpty
                vertices.append(isLabel ? .label(arrow.label, isFailure: arrow.isFailure) : .bend)
                layerOf.append(layer)
                segments.append(
                    Segment(upper: last, lower: vertices.count - 1, isFailure: arrow.isFailure, goesUp: goesUp)
                )
                last = vertices.count - 1
                guard vertices.count <= Self.mostVertices else { return nil }
            }
            segments.append(Segment(upper: last, lower: lower, isFailure: arrow.isFailure, goesUp: goesUp))
        }
        arrange(layerOf, discovered: plan.order)
    }

    /// A path between two nodes; without a second one to the end.
    struct Arrow {
        let from: Int
        let to: Int?
        let label: String
        let isFailure: Bool
    }

    /// The paths, each node's usual one first; those that are not connected, or lead nowhere, are none, and where a
    /// question ends the dialog because nobody answers it, which it does unless something else is said.
    private static func arrows(_ dialog: Dialog) -> [Arrow] {
        let places = Dictionary(dialog.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return dialog.nodes.enumerated().flatMap { index, node in
            let paths = DialogPath.all(of: node, at: .root)
            return (paths.filter { $0.kind == .next } + paths.filter { $0.kind != .next }).compactMap {
                path -> Arrow? in
                switch path.target {
                case .end where path.label == "onRetriesExceeded": nil
                case .end: Arrow(from: index, to: nil, label: path.label, isFailure: path.kind == .failure)
                case .node(let id):
                    places[id].map { Arrow(from: index, to: $0, label: path.label, isFailure: path.kind == .failure) }
                case .notConnected: nil
                }
            }
        }
    }

    private static func start(_ dialog: Dialog) -> Int { dialog.nodes.firstIndex { $0.id == dialog.start } ?? 0 }

    // MARK: - Order

    private mutating func arrange(_ layerOf: [Int], discovered: [Int]) {
        var rows = [[Int]](repeating: [], count: (layerOf.max() ?? -1) + 1)
        // First as they were found from the start, what belongs to a path beside the node that it leaves.
        var rank = [Double](repeating: 0, count: vertices.count)
        for (place, node) in discovered.enumerated() { rank[node] = Double(place) }
        for segment in segments where segment.lower >= dialog.nodes.count { rank[segment.lower] = rank[segment.upper] }
        for vertex in vertices.indices { rows[layerOf[vertex]].append(vertex) }
        for layer in rows.indices {
            rows[layer] = rows[layer].enumerated().sorted {
                (rank[$0.element], $0.offset) < (rank[$1.element], $1.offset)
            }
            .map(\.element)
        }
        layers = rows
        mend()
        removeEmptyLayers()
    }

    /// Sorts each layer by the middle of its neighbours, downwards and upwards, and keeps the order with the fewest crossings.
    private mutating func mend() {
        var above = [[Int]](repeating: [], count: vertices.count)
        var below = above
        for segment in segments {
            above[segment.lower].append(segment.upper)
            below[segment.upper].append(segment.lower)
        }
        var best = layers
        var fewest = crossings(below)
        for sweep in 0..<8 where fewest > 0 {
            let isDown = sweep.isMultiple(of: 2)
            for layer in isDown ? Array(layers.indices) : layers.indices.reversed() {
                let other = isDown ? layer - 1 : layer + 1
                guard layers.indices.contains(other) else { continue }
                var place = [Int: Double]()
                for (index, vertex) in layers[other].enumerated() { place[vertex] = Double(index) }
                let keys = layers[layer].enumerated().map { index, vertex -> Double in
                    let near = (isDown ? above : below)[vertex].compactMap { place[$0] }
                    return near.isEmpty ? Double(index) : near.reduce(0, +) / Double(near.count)
                }
                layers[layer] = zip(keys, layers[layer]).enumerated()
                    .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
            }
            let count = crossings(below)
            if count < fewest {
                fewest = count
                best = layers
            }
        }
        layers = best
    }

    private func crossings(_ below: [[Int]]) -> Int {
        var place = [Int](repeating: 0, count: vertices.count)
        for layer in layers { for (index, vertex) in layer.enumerated() { place[vertex] = index } }
        return layers.reduce(0) { count, layer in
            let ends = layer.flatMap { vertex in below[vertex].map { place[$0] }.sorted() }
            // More would take longer to count than to look at.
            guard ends.count <= 200 else { return count }
            return count
                + ends.indices.reduce(0) { sum, index in sum + ends[..<index].count { $0 > ends[index] } }
        }
    }

    /// Takes out the layers in which paths only go on.
    private mutating func removeEmptyLayers() {
        for layer in layers.indices.reversed() where layers[layer].allSatisfy({ vertices[$0] == .bend }) {
            var next: [Int: Segment] = [:]
            for segment in segments where layers[layer].contains(segment.upper) { next[segment.upper] = segment }
            let gone = Set(layers[layer])
            segments = segments.compactMap { segment in
                if gone.contains(segment.upper) { return nil }
                guard let rest = next[segment.lower] else { return segment }
                return Segment(
                    upper: segment.upper,
                    lower: rest.lower,
                    isFailure: segment.isFailure,
                    goesUp: segment.goesUp
                )
            }
            layers.remove(at: layer)
        }
    }
}

/// Which layer each node stands in, and which paths lead back.
private struct LayerPlan {
    let nodes: Int
    let start: Int
    let arrows: [LayeredGraph.Arrow]
    private(set) var layers: [Int]
    private(set) var isBack: [Bool]
    /// The nodes as they are found from the start.
    private(set) var order: [Int] = []

    init(nodes: Int, start: Int, arrows: [LayeredGraph.Arrow]) {
        self.nodes = nodes
        self.start = start
        self.arrows = arrows
        layers = Array(repeating: 0, count: nodes)
        isBack = Array(repeating: false, count: arrows.count)
    }

    mutating func run() {
        var outgoing = [[Int]](repeating: [], count: nodes)
        for (index, arrow) in arrows.enumerated() where arrow.to != nil && arrow.to != arrow.from {
            outgoing[arrow.from].append(index)
        }
        // 0: not seen, 1: on the way, 2: done.
        var state = [UInt8](repeating: 0, count: nodes)
        var finished: [Int] = []
        for root in [start] + Array(0..<nodes) where root < nodes && state[root] == 0 {
            var stack = [(node: root, next: 0)]
            state[root] = 1
            order.append(root)
            while let top = stack.last {
                guard top.next < outgoing[top.node].count else {
                    state[top.node] = 2
                    finished.append(top.node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let arrow = outgoing[top.node][top.next]
                guard let target = arrows[arrow].to else { continue }
                if state[target] == 1 { isBack[arrow] = true }
                if state[target] == 0 {
                    state[target] = 1
                    order.append(target)
                    stack.append((target, 0))
                }
            }
        }
        // Every node comes after those that lead to it; a path that leads back counts the other way round.
        for node in finished.reversed() {
            for arrow in outgoing[node] where !isBack[arrow] {
                guard let target = arrows[arrow].to else { continue }
                layers[target] = max(layers[target], layers[node] + 1)
            }
        }
    }
}
