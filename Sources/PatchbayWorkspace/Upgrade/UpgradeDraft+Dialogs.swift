package import PatchbayModel

/// A file of the template's in three versions; nil where a side has none.
typealias FileVersions = ThreeWay<[UInt8]?>

extension UpgradeDraft {
    /// Joins the files of one dialog.
    ///
    /// - Parameters:
    ///   - folder: The dialog's folder.
    ///   - paths: The files that the template wrote or writes there, sorted.
    ///   - theirs: What it writes.
    /// - Throws: `DiagnosticError` where the user's dialog is none; ``WorkspaceError/baseLost(instance:path:)``.
    mutating func mergeDialog(in folder: String, paths: [String], theirs: [String: [UInt8]]) throws {
        var versions: [String: FileVersions] = [:]
        for path in paths {
            let base = try written(path, theirs: theirs[path])
            versions[path] = FileVersions(base: base, mine: nil, theirs: theirs[path])
        }
        guard hasGaps || versions.values.contains(where: { $0.base != $0.theirs }) else { return }
        for path in paths { versions[path]?.mine = try files.read(path) }
        let main = folder + "/dialog.json"
        guard var dialog = versions[main] else {
            // Files of a dialog that the template does not have: nothing to go by but each file itself.
            for path in paths { if let one = versions[path] { try mergeAlone(path, one) } }
            return
        }
        switch (dialog.base, dialog.mine, dialog.theirs) {
        case (nil, _, .some): try addDialog(folder, versions)
        case (.some, _, nil): try dropDialog(folder, versions)
        case (.some, nil, .some):
            // The user took the dialog away, and with it what belongs to it.
            return
        case (.some(let base), .some(let mine), .some):
            if base != dialog.theirs { dialog.base = reopened(base, mine: mine, path: main) }
            versions[main] = dialog
            try DialogFolder(folder: folder, versions: versions).merge(into: &self)
        case (nil, _, nil): return
        }
    }

    /// A dialog that is new in the template.
    private mutating func addDialog(_ folder: String, _ versions: [String: FileVersions]) throws {
        let main = folder + "/dialog.json"
        let sorted = versions.sorted { $0.key < $1.key }
        let foreign = try files.names(in: folder).map { "\(folder)/\($0)" }
        guard !foreign.isEmpty, !sorted.allSatisfy({ $0.value.mine == $0.value.theirs }) else {
            for (path, one) in sorted { try put(one.theirs, at: path, .create) }
            return
        }
        // Somebody else's dialog has the name: the new one waits.
        let place = try keepOut(versions[main]?.theirs, of: main)
        var conflict = FileConflict(whole: main, base: nil, theirsFile: place)
        for (path, one) in sorted where path != main && one.mine != one.theirs {
            conflict.with.append(.file(path, theirsFile: try keepOut(one.theirs, of: path)))
        }
        conflicts.append(conflict)
        changes.append(.init(action: .keep, path: main, old: versions[main]?.mine, new: versions[main]?.mine))
    }

    /// A dialog that the template does not have any more: it goes, unless the user made something of it.
    private mutating func dropDialog(_ folder: String, _ versions: [String: FileVersions]) throws {
        let main = folder + "/dialog.json"
        let sorted = versions.sorted { $0.key < $1.key }.filter { $0.value.mine != nil }
        let isEdited = sorted.contains { path, one in one.mine.map { !isSame($0, one.base, path) } ?? false }
        let own = try files.names(in: folder).map { "\(folder)/\($0)" }
            .filter { path in !versions.keys.contains { $0 == path || $0.hasPrefix(path + "/") } }
        let id = DialogID(String(folder.dropFirst("dialogs/".count)))
        guard try isEdited || !own.isEmpty || isCalled(id) else {
            for (path, _) in sorted { try put(nil, at: path, .remove) }
            return
        }
        guard let first = sorted.first(where: { $0.key == main }) ?? sorted.first else { return }
        var conflict = FileConflict(
            whole: first.key,
            base: first.value.base.flatMap { FileConflict.value(of: $0, file: first.key) },
            theirsFile: nil
        )
        conflict.with = sorted.filter { $0.key != first.key }.map { .file($0.key, theirsFile: nil) }
        conflicts.append(conflict)
        changes.append(.init(action: .keep, path: first.key, old: first.value.mine, new: first.value.mine))
    }

    /// Whether a dialog that does not belong to the template calls one.
    private mutating func isCalled(_ id: DialogID) throws -> Bool {
        let own = Set(installed.dialogs.map(\.here))
        for other in try dialogsThere() where !own.contains(other) {
            // What can't be read calls nothing that could be seen.
            guard let bytes = try files.read("dialogs/\(other)/dialog.json"), let value = try? JSONReader().read(bytes)
            else { continue }
            if DialogCalls.of(value).contains(id) { return true }
        }
        return false
    }

    /// A file for itself.
    mutating func mergeAlone(_ path: String, _ versions: FileVersions) throws {
        let merge = try FileMerge(path: path, versions: versions).run()
        try take(merge, path, versions)
    }

    /// Takes what came of joining a file.
    mutating func take(_ outcome: FileMerge.Outcome, _ path: String, _ versions: FileVersions) throws {
        let before = takeOpen(of: path)
        switch outcome {
        case .untouched:
            conflicts += before
        case .joined(let bytes, let found):
            conflicts += found
            let action: UpgradePlan.Change.Action =
                switch (versions.mine, bytes) {
                case (nil, _): .create
                case (_, nil): .remove
                case (let mine, let bytes) where mine == bytes: .keep
                case (.some, let bytes): bytes == versions.theirs ? .replace : .merge
                }
            try put(bytes, at: path, action)
        case .kept:
            var conflict = FileConflict(
                whole: path,
                base: versions.base.flatMap { FileConflict.value(of: $0, file: path) },
                theirsFile: try keepOut(versions.theirs, of: path)
            )
            conflict.with = before.first { $0.at == nil }?.with ?? []
            conflicts.append(conflict)
            changes.append(.init(action: .keep, path: path, old: versions.mine, new: versions.mine))
        }
    }

    /// Whether a file means what the template wrote.
    func isSame(_ mine: [UInt8], _ base: [UInt8]?, _ path: String) -> Bool {
        mine == base || WorkspaceLayout.canonical(mine, of: path) == base
    }

    /// What the template wrote, but for what is in conflict from before: there it is as the user's side was made from it, so that
    /// the same is asked again with what the template says now.
    private mutating func reopened(_ base: [UInt8], mine: [UInt8], path: String) -> [UInt8] {
        let before = takeOpen(of: path).filter { $0.at != nil }
        guard !before.isEmpty, let kind = WorkspaceLayout.kind(of: path), var value = try? JSONReader().read(base),
            let own = try? JSONReader().read(mine)
        else { return base }
        for conflict in before {
            guard let at = conflict.at else { continue }
            // Who took the template's side, or another, has decided.
            if ShapeWalk.value(at: at, in: own, kind.shape) == conflict.mine {
                value = ShapeEdit.setting(conflict.base, at: at, in: value, kind.shape)
            }
            for case .value(let place, let theirs) in conflict.with {
                let here = ShapeWalk.value(at: place, in: own, kind.shape)
                if here != theirs { value = ShapeEdit.setting(here, at: place, in: value, kind.shape) }
            }
        }
        return CanonicalText.bytes(value, of: kind)
    }
}

/// The dialogs that a dialog calls.
package enum DialogCalls {
    package static func of(_ dialog: JSONValue) -> [DialogID] {
        (dialog["nodes"]?.array ?? []).flatMap { node in
            [node["dialog"]?.string].compactMap(\.self)
                + (node["tools"]?.array ?? []).compactMap { $0["dialog"]?.string }
        }.map { DialogID($0) }
    }
}
