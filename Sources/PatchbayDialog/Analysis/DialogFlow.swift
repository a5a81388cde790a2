import PatchbayModel

/// What variables are set where, over all paths from a dialog's start.
struct DialogFlow {
    private struct Edge {
        let target: Int
        let isFailure: Bool
        let clears: Set<String>
    }

    private let dialog: Dialog
    private let edges: [[Edge]]
    /// What a node has set once it has done its work.
    private let sets: [Set<String>]
    /// What a logic node has set before each of its rows.
    private let rows: [Int: [Set<String>]]
    /// What its pre-processor sets, before it reads anything.
    private let early: [Set<String>]
    /// What is set on at least one path when a node begins, and on each path; nil where no path leads.
    private(set) var possible: [Set<String>?]
    private(set) var certain: [Set<String>?]

    init(_ dialog: Dialog, scripts: [String: String], given: Set<String>) {
        self.dialog = dialog
        let places = Dictionary(dialog.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let start = places[dialog.start]
        edges = dialog.nodes.map { node in
            let paths = DialogPath.all(of: node, at: .root)
            return paths.enumerated().compactMap { index, path in
                var path = path
                // A dialog that gives way to itself begins again.
                if path.kind == .next, case .dialog(let call) = node.body, call.mode == .replace,
                    call.dialog == dialog.id
                {
                    path = DialogPath(kind: .next, target: .node(dialog.start), pointer: path.pointer, label: "")
                }
                guard case .node(let id) = path.target, let target = places[id] else { return nil }
                let clears =
                    index < node.transitions.count
                    ? node.transitions[index].clear.map { Variable.name(ContextPath($0)) } : []
                return Edge(
                    target: target,
                    isFailure: path.kind == .failure && path.label == "onFailure",
                    clears: Set(clears)
                )
            }
        }
        early = dialog.nodes.map { Self.written(by: "\($0.id).before.js", in: scripts) }
        sets = dialog.nodes.map { node in Self.sets(of: node, scripts: scripts) }
        rows = Self.rows(of: dialog)
        possible = Array(repeating: nil, count: dialog.nodes.count)
        certain = possible
        guard let start else { return }
        possible[start] = given
        certain[start] = given
        var waiting = [start]
        while let place = waiting.popLast() {
            guard let may = possible[place], let must = certain[place] else { continue }
            for edge in edges[place] {
                let more = gained(at: place, failing: edge.isFailure)
                let mayAfter = may.union(more)
                let mustAfter = must.union(more).subtracting(edge.clears)
                let newMay = (possible[edge.target] ?? []).union(mayAfter)
                let newMust = certain[edge.target].map { $0.intersection(mustAfter) } ?? mustAfter
                if newMay != possible[edge.target] || newMust != certain[edge.target] {
                    possible[edge.target] = newMay
                    certain[edge.target] = newMust
                    waiting.append(edge.target)
                }
            }
        }
    }

    /// What is set when a node reads: on at least one path, and on each.
    func known(at place: Int, for read: VariableRead) -> (possible: Set<String>, certain: Set<String>)? {
        guard let may = possible[place], let must = certain[place] else { return nil }
        var more = early[place]
        if read.isAfter { more.formUnion(gained(at: place, failing: false)) }
        if let rows = rows[place], read.row < rows.count, !read.isAfter { more.formUnion(rows[read.row]) }
        return (may.union(more), must.union(more))
    }

    private func gained(at place: Int, failing: Bool) -> Set<String> {
        let node = dialog.nodes[place]
        guard failing else { return early[place].union(sets[place]) }
        var gained: Set<String> = early[place].union([node.id.rawValue])
        if let saveError = node.saveError { gained.insert(Variable.name(ContextPath(saveError))) }
        return gained
    }

    private static func written(by file: String, in scripts: [String: String]) -> Set<String> {
        let keys = scripts[file].map(ScriptWrites.keys) ?? []
        return keys.contains("entities") ? keys.union([Variable.anyEntity]) : keys
    }

    private static func sets(of node: Node, scripts: [String: String]) -> Set<String> {
        var sets: Set<String> = Set(node.save.map { Variable.name(ContextPath($0.to)) })
        if let saveError = node.saveError { sets.insert(Variable.name(ContextPath(saveError))) }
        let id = node.id.rawValue
        switch node.body {
        case .entity: sets.insert("entities." + id)
        case .logic(let rows): sets.formUnion(rows.filter { !$0.clears }.map { Variable.name(ContextPath($0.to)) })
        case .script(let names):
            sets.formUnion(names.map { Variable.name(ContextPath($0)) })
            if written(by: id + ".js", in: scripts).contains(Variable.anyEntity) { sets.insert(Variable.anyEntity) }
            sets.insert(id)
        case .service, .prompt: sets.formUnion(written(by: id + ".after.js", in: scripts).union([id]))
        case .dialog(let call): sets.formUnion(call.after.map { Variable.name(ContextPath($0.to)) } + [id])
        case .later(_, let object):
            sets.insert(id)
            for element in object["collect"]?.array ?? [] {
                if let name = element["id"]?.string { sets.insert("entities." + name) }
            }
        case .intent, .confirmation, .message: break
        }
        return sets
    }

    private static func rows(of dialog: Dialog) -> [Int: [Set<String>]] {
        var rows: [Int: [Set<String>]] = [:]
        for (place, node) in dialog.nodes.enumerated() {
            guard case .logic(let assignments) = node.body else { continue }
            var sum: Set<String> = []
            rows[place] = assignments.map { row in
                defer { if !row.clears { sum.insert(Variable.name(ContextPath(row.to))) } }
                return sum
            }
        }
        return rows
    }

    // MARK: - Loops

    /// The loops in which no node waits for the user, each by the places of its nodes in order.
    var loopsWithoutInput: [[Int]] {
        let waits = dialog.nodes.map { self.waits($0) }
        var found: [[Int]] = []
        var seen: Set<Int> = []
        for start in dialog.nodes.indices where !waits[start] && !seen.contains(start) && possible[start] != nil {
            if let loop = loop(from: start, waits: waits), seen.isDisjoint(with: loop) {
                seen.formUnion(loop)
                found.append(loop.sorted())
            }
        }
        return found
    }

    /// The shortest way from a node back to it through nodes that don't wait.
    private func loop(from start: Int, waits: [Bool]) -> [Int]? {
        var cameFrom: [Int: Int] = [:]
        var queue = [start]
        var next = 0
        while next < queue.count {
            let place = queue[next]
            next += 1
            for edge in edges[place] where !waits[edge.target] {
                if edge.target == start {
                    var loop = [place]
                    while let last = loop.last, last != start, let before = cameFrom[last] { loop.append(before) }
                    return loop
                }
                if cameFrom[edge.target] == nil {
                    cameFrom[edge.target] = place
                    queue.append(edge.target)
                }
            }
        }
        return nil
    }

    /// Whether a loop can be left only by a limit: each of its nodes has one way on.
    func isEndless(_ loop: [Int]) -> Bool {
        loop.allSatisfy { place in dialog.nodes[place].transitions.isEmpty && edges[place].count == 1 }
    }

    /// Whether a node waits each time: an entity that is filled and never emptied does not ask again.
    private func waits(_ node: Node) -> Bool {
        guard case .entity(let entity) = node.body else {
            return node.kind.waits || node.kind == .dialog && !replacesItself(node)
        }
        guard entity.presence != .hidden else { return false }
        if entity.asksAlways { return true }
        let name = "entities." + node.id.rawValue
        return dialog.nodes.contains { other in
            if other.transitions.contains(where: { $0.clear.contains { Variable.name(ContextPath($0)) == name } }) {
                return true
            }
            switch other.body {
            case .logic(let rows): return rows.contains { $0.clears && Variable.name(ContextPath($0.to)) == name }
            case .script: return true
            case .dialog: return replacesItself(other)
            default: return false
            }
        }
    }

    private func replacesItself(_ node: Node) -> Bool {
        if case .dialog(let call) = node.body { call.mode == .replace && call.dialog == dialog.id } else { false }
    }
}
