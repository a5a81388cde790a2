import PatchbayModel

/// The files of a dialog that template and user both have, joined together: its scripts and tapes go with their nodes.
struct DialogFolder {
    let folder: String
    var versions: [String: FileVersions]

    private var main: String { folder + "/dialog.json" }
    /// Marks a node, while dialogs are joined, whose script the user edited and the template drops.
    private static let mark = "x-patchbay-script"

    func merge(into draft: inout UpgradeDraft) throws {
        guard let dialog = versions[main] else { return }
        let (merged, conflicts) = try joined(dialog, &draft)
        var found = conflicts
        let others = versions.filter { $0.key != main && $0.value.base != $0.value.theirs }
        if !others.isEmpty {
            let nodes = try Nodes(dialog, merged: merged)
            for (path, one) in others.sorted(by: { $0.key < $1.key }) {
                try follow(path, one, nodes, &found, &draft)
            }
        }
        guard dialog.base != dialog.theirs || !found.isEmpty else { return }
        try draft.take(.joined(merged, found), main, dialog)
    }

    // MARK: - The dialog

    private func joined(
        _ dialog: FileVersions,
        _ draft: inout UpgradeDraft
    ) throws -> (merged: [UInt8]?, conflicts: [FileConflict]) {
        guard let base = dialog.base, let mine = dialog.mine, let theirs = dialog.theirs else {
            return (dialog.mine, [])
        }
        if base == theirs { return (mine, []) }
        let marked = markedNodes(draft)
        let isPlain = !draft.hasGaps && marked.isEmpty
        if isPlain, mine == base { return (theirs, []) }
        let (value, found) = FileCheck.read(mine, as: .dialog, file: main)
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        let own = CanonicalText.bytes(value, of: .dialog)
        if own == theirs { return (mine, []) }
        if isPlain, own == base { return (theirs, []) }
        let values = ThreeWay(
            base: try JSONReader().read(base),
            mine: Self.marking(marked, in: value),
            theirs: try JSONReader().read(theirs)
        )
        let scripts = try scripts(draft)
        let (check, path, surroundings) = (draft.check, main, try draft.surroundings())
        var merge = DialogMerge(values) { dialog, side in
            let names: [String: String] =
                switch side {
                case .mine: scripts.mine
                case .theirs: scripts.theirs
                case .merged: scripts.mine.merging(scripts.theirs) { mine, _ in mine }
                }
            return check(
                DialogToCheck(
                    path: path,
                    dialog: marked.isEmpty ? dialog : Self.unmarked(dialog),
                    scripts: names,
                    dialogs: surroundings.dialogs,
                    env: surroundings.env,
                    content: surroundings.content
                )
            )
        }
        var (merged, conflicts) = merge.run()
        if !marked.isEmpty {
            merged = Self.unmarked(merged)
            conflicts = conflicts.map { conflict in
                MergeConflict(
                    at: conflict.at,
                    base: conflict.base,
                    mine: conflict.mine.map(Self.withoutMark),
                    theirs: conflict.theirs,
                    with: conflict.with
                )
            }
        }
        let bytes = CanonicalText.bytes(merged, of: .dialog)
        return (bytes == own ? mine : bytes, conflicts.map { FileConflict($0, in: main) })
    }

    /// Mine and theirs by file name.
    private func scripts(_ draft: UpgradeDraft) throws -> (mine: [String: String], theirs: [String: String]) {
        var draft = draft
        var (mine, theirs): ([String: String], [String: String]) = ([:], [:])
        for name in try draft.files.names(in: folder) where name.hasSuffix(".js") {
            mine[name] = try draft.files.read("\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }
        for (path, one) in versions where path.hasSuffix(".js") {
            theirs[String(path.dropFirst(folder.count + 1))] = one.theirs.map { String(decoding: $0, as: UTF8.self) }
        }
        return (mine, theirs)
    }

    /// The nodes whose scripts the user edited and the template does not have any more.
    private func markedNodes(_ draft: UpgradeDraft) -> Set<String> {
        var nodes: Set<String> = []
        for (path, one) in versions where one.theirs == nil && one.base != nil {
            guard let mine = one.mine, !draft.isSame(mine, one.base, path), let node = Nodes.node(of: path, in: folder)
            else { continue }
            nodes.insert(node)
        }
        return nodes
    }

    private static func marking(_ nodes: Set<String>, in dialog: JSONValue) -> JSONValue {
        guard !nodes.isEmpty, let all = dialog["nodes"]?.array else { return dialog }
        let marked = all.map { node -> JSONValue in
            guard let id = node["id"]?.string, nodes.contains(id), var object = node.object else { return node }
            object[mark] = true
            return .object(object)
        }
        return dialog.setting(.array(marked), at: "/nodes")
    }

    private static func withoutMark(_ node: JSONValue) -> JSONValue {
        guard var object = node.object, object[mark] != nil else { return node }
        object[mark] = nil
        return .object(object)
    }

    private static func unmarked(_ dialog: JSONValue) -> JSONValue {
        guard let nodes = dialog["nodes"]?.array else { return dialog }
        return dialog.setting(.array(nodes.map(withoutMark)), at: "/nodes")
    }

    // MARK: - What goes with a node

    /// Lets a script or tape follow its node: where that waits, the file waits with it.
    private func follow(
        _ path: String,
        _ one: FileVersions,
        _ nodes: Nodes,
        _ conflicts: inout [FileConflict],
        _ draft: inout UpgradeDraft
    ) throws {
        let node = Nodes.node(of: path, in: folder) ?? ""
        let isTheirs = nodes.isTheirs(node)
        if one.theirs == nil, let mine = one.mine, !isTheirs, nodes.isThere(node) {
            // The node stays that the template takes away.
            hold(.file(path, theirsFile: nil), of: node, &conflicts) {
                FileConflict(
                    whole: path,
                    base: one.base.flatMap { FileConflict.value(of: $0, file: path) },
                    theirsFile: nil
                )
            }
            return draft.changes.append(.init(action: .keep, path: path, old: mine, new: mine))
        }
        if one.base == nil, one.mine == nil, !isTheirs, nodes.isInTheirs(node) {
            // The node that it is for waits, or was taken away by the user.
            guard conflicts.contains(where: { $0.concerns(node) }) else { return }
            let place = try draft.keepOut(one.theirs, of: path)
            return hold(.file(path, theirsFile: place), of: node, &conflicts) {
                FileConflict(whole: path, base: nil, theirsFile: place)
            }
        }
        let isScript = path.hasSuffix(".js")
        try draft.take(FileMerge(path: path, versions: one, isNeeded: isScript && isTheirs).run(), path, one)
    }

    private func hold(
        _ held: FileConflict.Held,
        of node: String,
        _ conflicts: inout [FileConflict],
        orElse make: () -> FileConflict
    ) {
        if let index = conflicts.firstIndex(where: { $0.concerns(node) }) {
            conflicts[index].with.append(held)
        } else {
            conflicts.append(make())
        }
    }
}

/// The nodes of a dialog's versions by id.
private struct Nodes {
    private let theirs: [String: String]
    private let merged: [String: String]

    init(_ dialog: FileVersions, merged: [UInt8]?) throws {
        func kinds(_ bytes: [UInt8]?) throws -> [String: String] {
            guard let bytes, let nodes = try JSONReader().read(bytes)["nodes"]?.array else { return [:] }
            return Dictionary(
                nodes.map { ($0["id"]?.string ?? "", $0["kind"]?.string ?? "") },
                uniquingKeysWith: { first, _ in first }
            )
        }
        theirs = try kinds(dialog.theirs)
        self.merged = dialog.theirs == merged ? theirs : try kinds(merged)
    }

    /// The node that a script or tape belongs to.
    static func node(of path: String, in folder: String) -> String? {
        let parts = path.dropFirst(folder.count + 1).split(separator: "/")
        if parts.count == 1 { return parts[0].split(separator: ".").first.map(String.init) }
        return parts.count == 3 && parts[0] == "tapes" ? String(parts[1]) : nil
    }

    func isThere(_ node: String) -> Bool { merged[node] != nil }
    func isInTheirs(_ node: String) -> Bool { theirs[node] != nil }
    /// Whether the node is there in the kind that the template gives it.
    func isTheirs(_ node: String) -> Bool { merged[node] != nil && merged[node] == theirs[node] }
}

extension FileConflict {
    /// Whether a node of the file is what it is about, or what is held back with it.
    fileprivate func concerns(_ node: String) -> Bool {
        let place = ["nodes", node]
        if at?.tokens.starts(with: place) == true { return true }
        return with.contains { held in
            if case .value(let at, _) = held { at.tokens.starts(with: place) } else { false }
        }
    }
}
