/// The strongly connected parts of a graph that hold a loop, found without recursion.
///
/// Source: Tarjan, "Depth-first search and linear graph algorithms", 1972.
struct Circles {
    /// The number of the part that a node belongs to; nil for a node on no loop.
    private(set) var numbers: [Int?]

    /// - Parameter ways: The nodes that each node leads to.
    init(_ ways: [[Int]]) {
        numbers = Array(repeating: nil, count: ways.count)
        var found = [Int](repeating: -1, count: ways.count)
        var lowest = found
        var isOpen = [Bool](repeating: false, count: ways.count)
        var open: [Int] = []
        var count = 0
        for start in ways.indices where found[start] == -1 {
            var path: [(node: Int, next: Int)] = [(start, 0)]
            while let (node, next) = path.last {
                if next == 0 {
                    found[node] = count
                    lowest[node] = count
                    count += 1
                    open.append(node)
                    isOpen[node] = true
                }
                if next < ways[node].count {
                    path[path.count - 1].next += 1
                    let target = ways[node][next]
                    if found[target] == -1 {
                        path.append((target, 0))
                    } else if isOpen[target] {
                        lowest[node] = min(lowest[node], found[target])
                    }
                    continue
                }
                path.removeLast()
                if let before = path.last?.node { lowest[before] = min(lowest[before], lowest[node]) }
                guard lowest[node] == found[node] else { continue }
                let first = open.lastIndex(of: node) ?? open.startIndex
                let part = open[first...]
                for member in part {
                    isOpen[member] = false
                    if part.count > 1 || ways[node].contains(node) { numbers[member] = node }
                }
                open.removeSubrange(first...)
            }
        }
    }
}
