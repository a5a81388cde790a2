import PatchbayModel

/// What variables are set where, over all paths from a dialog's start.
struct DialogFlow {
    /// How surely a variable is set where a node reads it.
    enum Knowledge {
        /// On no path.
        case never
        /// On at least one path.
        case possibly
        /// On each path.
        case certainly
    }

    private struct Edge {
        let target: Int
        let isFailure: Bool
        let clears: [Int]
    }

    private let dialog: Dialog
    /// The number of each variable that anything sets.
    private let numbers: [String: Int]
    private let edges: [[Edge]]
    /// What a node has set once it has done its work.
    private let done: [Set<Int>]
    /// What it has set when it failed.
    private let failed: [Set<Int>]
    /// What its pre-processor sets, before it reads anything.
    private let early: [Set<Int>]
    /// The first row of a logic node that sets a variable.
    private let rows: [Int: [Int: Int]]
    /// What is set on at least one path when a node begins, and on each path; nil where no path leads.
    private var possible: [VariableSet?]
    private var certain: [VariableSet?]

    init(_ dialog: Dialog, scripts: [String: String], given: Set<String>) {
        self.dialog = dialog
        var names = VariableNumbers()
        let start = names.numbers(of: given)
        early = dialog.nodes.map { names.numbers(of: Self.written(by: "\($0.id).before.js", in: scripts)) }
        done = dialog.nodes.map { names.numbers(of: Self.sets(of: $0, scripts: scripts)) }
        failed = dialog.nodes.map { node in
            guard case .node = node.onFailure else { return [] }
            let error = node.saveError.map { Variable.name(ContextPath($0)) }
            return names.numbers(of: [node.id.rawValue] + [error].compactMap(\.self))
        }
        rows = Self.rows(of: dialog, &names)
        numbers = names.byName
        edges = Self.edges(of: dialog, numbers)
        possible = Array(repeating: nil, count: dialog.nodes.count)
        certain = possible
        guard let first = dialog.nodes.firstIndex(where: { $0.id == dialog.start }) else { return }
        var given = VariableSet(count: numbers.count)
        for number in start { given.insert(number) }
        possible[first] = given
        certain[first] = given
        follow(from: first)
    }

    private static func edges(of dialog: Dialog, _ numbers: [String: Int]) -> [[Edge]] {
        let places = Dictionary(dialog.nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return dialog.nodes.map { node in
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
                    ? node.transitions[index].clear.compactMap { numbers[Variable.name(ContextPath($0))] } : []
                return Edge(
                    target: target,
                    isFailure: path.kind == .failure && path.label == "onFailure",
                    clears: clears
                )
            }
        }
    }

    /// Goes over all paths until nothing changes: nearly always twice, since each node comes after those that lead to it.
    private mutating func follow(from start: Int) {
        let order = order(from: start)
        var changes = true
        while changes {
            changes = false
            for place in order {
                guard let may = possible[place], let must = certain[place] else { continue }
                for edge in edges[place] {
                    var mayAfter = may
                    var mustAfter = must
                    for number in early[place].union(edge.isFailure ? failed[place] : done[place]) {
                        mayAfter.insert(number)
                        mustAfter.insert(number)
                    }
                    for number in edge.clears { mustAfter.remove(number) }
                    if let known = possible[edge.target] { mayAfter.formUnion(known) }
                    if let known = certain[edge.target] { mustAfter.formIntersection(known) }
                    if mayAfter != possible[edge.target] || mustAfter != certain[edge.target] {
                        possible[edge.target] = mayAfter
                        certain[edge.target] = mustAfter
                        changes = true
                    }
                }
            }
        }
    }

    /// The nodes that paths lead to, each before those that it leads to, as far as there are no loops.
    private func order(from start: Int) -> [Int] {
        var seen: Set<Int> = [start]
        var ways: [(place: Int, next: Int)] = [(start, 0)]
        var finished: [Int] = []
        while let last = ways.last {
            guard last.next < edges[last.place].count else {
                finished.append(last.place)
                ways.removeLast()
                continue
            }
            ways[ways.count - 1].next += 1
            let target = edges[last.place][last.next].target
            if seen.insert(target).inserted { ways.append((target, 0)) }
        }
        return finished.reversed()
    }

    // MARK: - What is known

    /// Whether a path leads to a node.
    func isReached(_ place: Int) -> Bool { possible[place] != nil }

    /// The variables that anything sets.
    var names: [String] { numbers.keys.sorted() }

    /// Whether a variable is set when a node reads it; nil where no path leads.
    func knowledge(of read: VariableRead, at place: Int) -> Knowledge? {
        guard let may = possible[place], let must = certain[place] else { return nil }
        func isSet(_ variable: String) -> (here: Bool, may: Bool, must: Bool) {
            guard let number = numbers[variable] else { return (false, false, false) }
            let isHere =
                early[place].contains(number) || read.isAfter && done[place].contains(number)
                || !read.isAfter && rows[place]?[number].map { $0 < read.row } == true
            return (isHere, may.contains(number), must.contains(number))
        }
        var found = isSet(read.variable)
        if read.variable.hasPrefix("entities.") {
            let any = isSet(Variable.anyEntity)
            found = (found.here || any.here, found.may || any.may, found.must || any.must)
        }
        return found.here || found.must ? .certainly : found.may ? .possibly : .never
    }

    // MARK: - What nodes set

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

    private static func rows(of dialog: Dialog, _ names: inout VariableNumbers) -> [Int: [Int: Int]] {
        var rows: [Int: [Int: Int]] = [:]
        for (place, node) in dialog.nodes.enumerated() {
            guard case .logic(let assignments) = node.body else { continue }
            var first: [Int: Int] = [:]
            for (row, assignment) in assignments.enumerated() where !assignment.clears {
                let number = names.number(of: Variable.name(ContextPath(assignment.to)))
                if first[number] == nil { first[number] = row }
            }
            rows[place] = first
        }
        return rows
    }

    // MARK: - Loops

    /// The loops in which no node waits for the user, each by the places of its nodes in order.
    var loopsWithoutInput: [[Int]] {
        let emptied = emptied
        let isOpen = dialog.nodes.indices.map { isReached($0) && !waits(dialog.nodes[$0], emptied) }
        let ways = edges.enumerated().map { place, edges in
            isOpen[place] ? edges.map(\.target).filter { isOpen[$0] } : []
        }
        let circles = Circles(ways).numbers
        var found: [[Int]] = []
        var seen: Set<Int> = []
        for start in dialog.nodes.indices where !seen.contains(start) {
            guard let circle = circles[start] else { continue }
            let loop = loop(from: start) { place in ways[place].filter { circles[$0] == circle } }
            if let loop, seen.isDisjoint(with: loop) {
                seen.formUnion(loop)
                found.append(loop.sorted())
            }
        }
        return found
    }

    /// The shortest way from a node back to it.
    private func loop(from start: Int, ways: (Int) -> [Int]) -> [Int]? {
        var cameFrom: [Int: Int] = [:]
        var queue = [start]
        var next = 0
        while next < queue.count {
            let place = queue[next]
            next += 1
            for target in ways(place) {
                if target == start {
                    var loop = [place]
                    while let last = loop.last, last != start, let before = cameFrom[last] { loop.append(before) }
                    return loop
                }
                if cameFrom[target] == nil {
                    cameFrom[target] = place
                    queue.append(target)
                }
            }
        }
        return nil
    }

    /// Whether a loop can be left only by a limit: each of its nodes has one way on.
    func isEndless(_ loop: [Int]) -> Bool {
        loop.allSatisfy { place in dialog.nodes[place].transitions.isEmpty && edges[place].count == 1 }
    }

    /// The variables that nodes empty; nil where a script or a new beginning may empty any.
    private var emptied: Set<String>? {
        var emptied: Set<String> = []
        for node in dialog.nodes {
            emptied.formUnion(node.transitions.flatMap { $0.clear.map { Variable.name(ContextPath($0)) } })
            switch node.body {
            case .logic(let rows):
                emptied.formUnion(rows.filter(\.clears).map { Variable.name(ContextPath($0.to)) })
            case .script: return nil
            case .dialog: if replacesItself(node) { return nil }
            default: break
            }
        }
        return emptied
    }

    /// Whether a node waits each time: an entity that is filled and never emptied does not ask again.
    private func waits(_ node: Node, _ emptied: Set<String>?) -> Bool {
        guard case .entity(let entity) = node.body else {
            return node.kind.waits || node.kind == .dialog && !replacesItself(node)
        }
        guard entity.presence != .hidden else { return false }
        return entity.asksAlways || emptied?.contains("entities." + node.id.rawValue) ?? true
    }

    private func replacesItself(_ node: Node) -> Bool {
        if case .dialog(let call) = node.body { call.mode == .replace && call.dialog == dialog.id } else { false }
    }
}

/// Gives variables numbers.
private struct VariableNumbers {
    private(set) var byName: [String: Int] = [:]

    mutating func number(of name: String) -> Int {
        if let number = byName[name] { return number }
        byName[name] = byName.count
        return byName.count - 1
    }

    mutating func numbers(of names: some Sequence<String>) -> Set<Int> {
        var numbers: Set<Int> = []
        for name in names { numbers.insert(number(of: name)) }
        return numbers
    }
}
