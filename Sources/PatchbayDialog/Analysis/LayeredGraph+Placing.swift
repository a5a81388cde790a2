extension LayeredGraph {
    /// Where each vertex begins, so that the pieces of paths are as straight as they can be and nothing overlaps.
    ///
    /// - Parameters:
    ///   - widths: The width of each vertex.
    ///   - gap: The least space between two of them.
    /// - Returns: Left edges, the leftmost 0; those of a vertex that stands in no layer is 0.
    package func lefts(widths: [Int], gap: Int) -> [Int] {
        var centers = [Double](repeating: 0, count: vertices.count)
        for layer in layers {
            var left = 0.0
            for vertex in layer {
                centers[vertex] = left + Double(widths[vertex]) / 2
                left += Double(widths[vertex] + gap)
            }
        }
        var above = [[(vertex: Int, weight: Double)]](repeating: [], count: vertices.count)
        var below = above
        for segment in segments {
            let weight = weight(of: segment)
            above[segment.lower].append((segment.upper, weight))
            below[segment.upper].append((segment.lower, weight))
        }
        for sweep in 0..<12 {
            let isDown = sweep.isMultiple(of: 2)
            for layer in isDown ? layers : layers.reversed() {
                let wanted = layer.map { vertex -> (center: Double, weight: Double) in
                    let main = (isDown ? above : below)[vertex]
                    let near = main.isEmpty ? (isDown ? below : above)[vertex] : main
                    let sum = near.reduce(0) { $0 + $1.weight }
                    guard sum > 0 else { return (centers[vertex], 0.1) }
                    return (near.reduce(0) { $0 + centers[$1.vertex] * $1.weight } / sum, sum)
                }
                place(layer, wanted, widths, gap, &centers)
            }
        }
        var lefts = [Int](repeating: 0, count: vertices.count)
        for layer in layers {
            var edge = Int.min / 2
            for vertex in layer {
                let left = Int((centers[vertex] - Double(widths[vertex]) / 2).rounded())
                lefts[vertex] = max(left, edge)
                edge = lefts[vertex] + widths[vertex] + gap
            }
        }
        let least = layers.joined().map { lefts[$0] }.min() ?? 0
        for vertex in layers.joined() { lefts[vertex] -= least }
        return lefts
    }

    /// How much a piece wants to be straight: the longer its path already is, and the more usual, the more.
    private func weight(of segment: Segment) -> Double {
        var weight = segment.isFailure ? 1.0 : 2.0
        for vertex in [segment.upper, segment.lower] where !isNode(vertex) { weight *= 2 }
        return weight
    }

    /// Whether a vertex is a node.
    package func isNode(_ vertex: Int) -> Bool {
        if case .node = vertices[vertex] { true } else { false }
    }

    /// Puts a layer's vertices as near to where they want to be as their order and widths allow: the least squares with
    /// their weights, found by pooling neighbours that want to pass each other.
    private func place(
        _ layer: [Int],
        _ wanted: [(center: Double, weight: Double)],
        _ widths: [Int],
        _ gap: Int,
        _ centers: inout [Double]
    ) {
        var offsets: [Double] = []
        var offset = 0.0
        for (index, vertex) in layer.enumerated() {
            if index > 0 { offset += Double(widths[layer[index - 1]] + widths[vertex]) / 2 + Double(gap) }
            offsets.append(offset)
        }
        var pools: [(sum: Double, weight: Double, count: Int)] = []
        for (index, want) in wanted.enumerated() {
            pools.append(((want.center - offsets[index]) * want.weight, want.weight, 1))
            while pools.count > 1,
                case let (last, former) = (pools[pools.count - 1], pools[pools.count - 2]),
                last.sum / last.weight < former.sum / former.weight
            {
                pools.removeLast(2)
                pools.append((former.sum + last.sum, former.weight + last.weight, former.count + last.count))
            }
        }
        var index = 0
        for pool in pools {
            for _ in 0..<pool.count {
                centers[layer[index]] = pool.sum / pool.weight + offsets[index]
                index += 1
            }
        }
    }
}
