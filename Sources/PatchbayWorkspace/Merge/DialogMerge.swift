import PatchbayModel

/// Joins two edited versions of a dialog so that it stays one: nothing of the template comes in that leads to a node which is not
/// there, and nothing goes that the user's own parts lead to.
struct DialogMerge {
    /// Which of the dialogs is looked at.
    enum Side: Sendable {
        case mine, theirs, merged
    }

    /// What a dialog is found to be wrong with, beside its shape: the linter, which lives in another room.
    typealias Check = (JSONValue, Side) -> [Diagnostic]

    private let parts: ThreeWay<DialogParts>
    private let languages: ThreeWay<String>
    private let check: Check
    /// Changes of the template that are held back, each group with the place it is about first.
    private var groups: [[JSONPointer]] = []
    /// What is wrong with one of the sides alone, once it was looked for.
    private var known: Set<Wrong>?
    /// How often one of the template's changes may still be left out to see whether it is the one that does harm.
    private var trials = 200

    /// - Parameters:
    ///   - values: The three versions, in which every renamed node has its new name.
    ///   - check: What else is wrong with a dialog.
    init(_ values: ThreeWay<JSONValue>, check: @escaping Check = { _, _ in [] }) {
        let values = PlainTexts.aligned(values, FileKind.dialog.shape)
        parts = values.map { DialogParts(CanonicalText.ordered($0, FileKind.dialog.shape)) }
        languages = values.map { $0["language"]?.string ?? "en" }
        self.check = check
    }

    /// The joined dialog, and what both sides changed.
    mutating func run() -> (merged: JSONValue, conflicts: [MergeConflict]) {
        while true {
            let (value, conflicts) = outcome(holding: Set(groups.joined()))
            let merged = DialogParts(value)
            if hold(after: merged, conflicts: conflicts) { continue }
            return (CanonicalText.ordered(merged.value, FileKind.dialog.shape), all(conflicts))
        }
    }

    private func outcome(holding held: Set<JSONPointer>) -> (merged: JSONValue, conflicts: [MergeConflict]) {
        var merge = ValueMerge(languages: languages, held: held)
        let value = merge.merge(parts.map { $0.value }, FileKind.dialog.shape, at: .root) ?? parts.mine.value
        return (Self.withoutLostPositions(value), merge.conflicts)
    }

    /// Positions of nodes that are gone, gone too.
    private static func withoutLostPositions(_ dialog: JSONValue) -> JSONValue {
        guard let canvas = dialog["canvas"]?.object else { return dialog }
        let nodes = Set(dialog["nodes"]?.array?.compactMap { $0["id"]?.string } ?? [])
        let kept = canvas.members.filter { nodes.contains($0.key) }
        return kept.count == canvas.count ? dialog : dialog.setting(.object(JSONObject(unique: kept)), at: "/canvas")
    }

    // MARK: - What has to be held back

    /// Finds the next change of the template that must wait; false when the joined dialog is one.
    private mutating func hold(after merged: DialogParts, conflicts: [MergeConflict]) -> Bool {
        holdDangling(in: merged) || holdMistaken(in: merged, conflicts) || holdUnreachable(in: merged, conflicts)
            || holdWrong(in: merged) || holdEntangled(in: merged, conflicts)
    }

    /// References to nodes that one side took away.
    private mutating func holdDangling(in merged: DialogParts) -> Bool {
        var isHeld = false
        for (place, node) in merged.references where !merged.nodes.contains(node) {
            let target = DialogParts.place(of: node)
            if parts.mine[place]?.string == node {
                // The user's own parts lead there, and the template took it away.
                guard parts.mine.nodes.contains(node) else { continue }
                // Where the way there only stays with another conflict, so does the node.
                let around = groups.first { $0.contains { place.tokens.starts(with: $0.tokens) } }?.first
                isHeld = add(target, to: around ?? target) || isHeld
            } else {
                let subject = groups.first { $0.contains(target) }?.first ?? target
                isHeld = add(change(at: place), to: subject) || isHeld
            }
        }
        return isHeld
    }

    /// The template's references to a node of its own, where the user's own node of that id stays.
    private mutating func holdMistaken(in merged: DialogParts, _ conflicts: [MergeConflict]) -> Bool {
        for subject in conflicts.map(\.at) + groups.compactMap(\.first)
        where subject.tokens.count == 2 && parts.base[subject] == nil && parts.mine[subject] != nil {
            for (place, node) in parts.theirs.references where DialogParts.place(of: node) == subject {
                guard merged[place]?.string == node, parts.mine[place]?.string != node else { continue }
                if add(change(at: place), to: subject) { return true }
            }
        }
        return false
    }

    /// Nodes that could be reached on their own side, and can't any more.
    private mutating func holdUnreachable(in merged: DialogParts, _ conflicts: [MergeConflict]) -> Bool {
        let reached = merged.reachable
        for (node, reason) in lostWays(to: merged.nodes.subtracting(reached), reached: reached) {
            // The template leads elsewhere now: where it did so, it waits.
            for (from, target) in parts.mine.references where target == node && merged[from]?.string != node {
                if add(change(at: from), to: subject(of: reason, conflicts)) { return true }
            }
        }
        // New nodes to which the template's way in is held back: those first whose conflict is known.
        let theirs = parts.theirs.reachable
        let new = merged.nodes.subtracting(reached).subtracting(parts.mine.nodes).intersection(theirs).sorted()
        let reasons = new.map { node in
            parts.theirs.references.filter { $0.node == node }.compactMap { subject(at: $0.place, conflicts) }
                .first
        }
        for (node, reason) in zip(new, reasons) {
            guard let reason else { continue }
            if add(DialogParts.place(of: node), to: reason) { return true }
        }
        for node in new where add(DialogParts.place(of: node), to: DialogParts.place(of: node)) { return true }
        return false
    }

    /// The nodes that the user made or edited and that nothing leads to any more, and those on the user's way to them, each
    /// with the one that it is about.
    private func lostWays(to unreachable: Set<String>, reached: Set<String>) -> [(node: String, reason: String)] {
        let mine = parts.mine.reachable
        // What the user never touched is the template's to leave.
        let edited = unreachable.intersection(mine).filter { node in
            let place = DialogParts.place(of: node)
            return parts.mine[place] != parts.base[place]
        }
        var ways = edited.sorted().map { (node: $0, reason: $0) }
        var known = edited
        var next = 0
        while next < ways.count {
            let (node, reason) = ways[next]
            next += 1
            for (place, target) in parts.mine.references where target == node && place.tokens.first == "nodes" {
                let from = place.tokens[1]
                guard mine.contains(from), !reached.contains(from), known.insert(from).inserted else { continue }
                ways.append((from, reason))
            }
        }
        return ways
    }

    /// An error in a dialog, by place and not by line.
    private struct Wrong: Hashable {
        let place: JSONPointer
        let message: String
    }

    private func wrongs(_ value: JSONValue, _ side: Side) -> [Wrong] {
        let found = FileCheck.diagnostics(of: value, as: .dialog) + check(value, side)
        return found.filter { $0.severity == .error }.map { diagnostic in
            let place = diagnostic.pointer.map { ShapeWalk.place(of: $0, in: value, FileKind.dialog.shape) }
            return Wrong(place: place ?? .root, message: diagnostic.message)
        }
    }

    /// What neither side has wrong alone: the change without which it goes away waits.
    private mutating func holdWrong(in merged: DialogParts) -> Bool {
        let found = wrongs(merged.value, .merged)
        guard !found.isEmpty else { return false }
        let known = known ?? Set(wrongs(parts.mine.value, .mine) + wrongs(parts.theirs.value, .theirs))
        self.known = known
        let new = found.filter { !known.contains($0) }
        guard !new.isEmpty else { return false }
        var isHeld = false
        for wrong in new {
            guard !isHeld || trials > 0 else { break }
            let held = Set(groups.joined())
            // What explains it lies at its own place, or in one that only one side has; else anywhere.
            let near = (1...max(wrong.place.tokens.count, 1)).reversed()
                .map { JSONPointer(tokens: Array(wrong.place.tokens.prefix($0))) }
                .filter { $0 != JSONPointer.root && $0 != "/nodes" }
            let candidates = (near + changes()).filter { !held.contains($0) && parts.base[$0] != parts.theirs[$0] }
            let cause = candidates.first { place in
                guard trials > 0 else { return false }
                trials -= 1
                return !wrongs(outcome(holding: held.union([place])).merged, .merged).contains(wrong)
            }
            if let cause { isHeld = add(cause, to: cause) || isHeld }
        }
        if isHeld { return true }
        // No change alone explains it: all of them wait.
        for place in changes() { isHeld = add(place, to: place) || isHeld }
        return isHeld
    }

    /// Conflicts whose other side does not fit what mine has around it, such as a text where mine has something else instead: they are
    /// about the whole of it.
    private mutating func holdEntangled(in merged: DialogParts, _ conflicts: [MergeConflict]) -> Bool {
        func faults(_ value: JSONValue) -> Set<String> {
            Set(FileCheck.diagnostics(of: value, as: .dialog).filter { $0.severity == .error }.map(\.message))
        }
        var isHeld = false
        var known: Set<String>?
        for conflict in all(conflicts) where conflict.at.tokens.count > 2 {
            let changes = [(conflict.at, conflict.theirs)] + conflict.with.map { ($0.at, $0.theirs) }
            let taken = changes.reduce(merged.value) { value, change in
                ShapeEdit.setting(
                    change.1,
                    at: change.0,
                    in: value,
                    FileKind.dialog.shape,
                    like: parts.theirs.value
                )
            }
            let found = faults(taken)
            guard !found.isEmpty else { continue }
            let sides = known ?? faults(merged.value).union(faults(parts.theirs.value))
            known = sides
            guard !found.isSubset(of: sides) else { continue }
            let outer = JSONPointer(tokens: conflict.at.tokens.dropLast())
            isHeld = add(outer, to: outer) || isHeld
        }
        return isHeld
    }

    /// The template's changes as a whole: of each node and of each other key.
    private func changes() -> [JSONPointer] {
        let nodes = parts.base.nodes.union(parts.theirs.nodes).sorted().map(DialogParts.place(of:))
        let keys = Set((parts.base.value.object?.keys ?? []) + (parts.theirs.value.object?.keys ?? [])).subtracting([
            "nodes"
        ])
        return (nodes + keys.sorted().map { JSONPointer(tokens: [$0]) }).filter { parts.base[$0] != parts.theirs[$0] }
    }

    /// The change of the template to which a place belongs: the outermost element that only one side has, else the
    /// value there.
    private func change(at place: JSONPointer) -> JSONPointer {
        for count in 1..<max(place.tokens.count, 1) {
            let outer = JSONPointer(tokens: Array(place.tokens.prefix(count)))
            if parts.mine[outer] == nil || parts.theirs[outer] == nil { return outer }
        }
        return place
    }

    /// The conflict or held change that a place lies in, by what it is about.
    private func subject(at place: JSONPointer, _ conflicts: [MergeConflict]) -> JSONPointer? {
        func lies(in outer: JSONPointer) -> Bool { place.tokens.starts(with: outer.tokens) }
        return groups.first { $0.contains(where: lies) }?.first ?? conflicts.first { lies(in: $0.at) }?.at
    }

    private func subject(of node: String, _ conflicts: [MergeConflict]) -> JSONPointer {
        let place = DialogParts.place(of: node)
        return conflicts.first { $0.at.tokens.starts(with: place.tokens) }?.at ?? place
    }

    /// Holds a change back; false when it is held already or the template changed nothing there.
    private mutating func add(_ place: JSONPointer, to subject: JSONPointer) -> Bool {
        guard !groups.joined().contains(place), parts.base[place] != parts.theirs[place] else { return false }
        if let index = groups.firstIndex(where: { $0.first == subject }) {
            groups[index].append(place)
        } else {
            groups.append(subject == place ? [place] : [subject, place])
        }
        return true
    }

    // MARK: - What is told

    /// The conflicts of values, and what is held back with them.
    private func all(_ conflicts: [MergeConflict]) -> [MergeConflict] {
        var all = conflicts
        for group in groups {
            guard let subject = group.first else { continue }
            let others = group.dropFirst().map { MergeConflict.HeldBack(at: $0, theirs: parts.theirs[$0]) }
            if let index = all.firstIndex(where: { $0.at == subject }) {
                all[index].with += others
            } else {
                all.append(
                    MergeConflict(
                        at: subject,
                        base: parts.base[subject],
                        mine: parts.mine[subject],
                        theirs: parts.theirs[subject],
                        with: others
                    )
                )
            }
        }
        return all
    }
}
