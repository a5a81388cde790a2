package import PatchbayFiles
package import PatchbayModel

/// What deciding open conflicts will do to a workspace: a value, applied as a whole.
package struct ConflictResolution: Sendable {
    /// How a conflict is decided.
    package enum Decision: Sendable {
        /// The file stays as it is.
        case mine
        /// What the template writes, with all that was held back for it.
        case theirs
        /// Another value at the conflict's place.
        case value(JSONValue)
        /// Another text of the file as a whole.
        case text([UInt8])
    }

    /// The conflicts that are decided.
    package let resolved: [FileConflict]
    package let changes: [UpgradePlan.Change]
    /// Those that stay open.
    package let open: [FileConflict]
    package let writes: [FileChange]
    let basis: [String: [UInt8]?]

    /// Plans a decision of some of a template's open conflicts; where `decide` gives nil, one stays open.
    ///
    /// - Throws: `DiagnosticError` when a file would be none any more; what `decide` throws.
    package init(
        of instance: String,
        in workspace: Workspace,
        decide: (FileConflict) throws -> Decision?
    ) throws {
        let path = OpenConflicts.path(of: instance)
        var files = WorkspaceDraft(workspace)
        guard let value = try files.value(path, as: .conflicts) else {
            (resolved, changes, open, writes, basis) = ([], [], [], [], files.basis)
            return
        }
        let all = OpenConflicts(value, instance: instance)
        var resolved: [FileConflict] = []
        var open: [FileConflict] = []
        for conflict in all.conflicts {
            guard let decision = try decide(conflict) else {
                open.append(conflict)
                continue
            }
            try Self.apply(decision, to: conflict, of: instance, in: &files)
            resolved.append(conflict)
        }
        let touched = Set(resolved.flatMap(\.files))
        let changes = try touched.sorted().compactMap { path -> UpgradePlan.Change? in
            let new = try files.read(path)
            let old = files.basis[path] ?? nil
            try Self.check(new, path)
            guard old != new else { return nil }
            return .init(action: new == nil ? .remove : old == nil ? .create : .replace, path: path, old: old, new: new)
        }
        for place in Set(resolved.flatMap(\.theirsFiles)).subtracting(open.flatMap(\.theirsFiles)) {
            try files.write(nil, to: place)
        }
        let left = OpenConflicts(instance: instance, from: all.from, to: all.to, conflicts: open)
        if !resolved.isEmpty { try files.write(open.isEmpty ? nil : left.bytes, to: path) }
        (self.resolved, self.changes, self.open) = (resolved, changes, open)
        (writes, basis) = (try files.changes(), files.basis)
    }

    private static func apply(
        _ decision: Decision,
        to conflict: FileConflict,
        of instance: String,
        in files: inout WorkspaceDraft
    ) throws {
        switch decision {
        case .mine: return
        case .theirs:
            if conflict.at == nil {
                let new = try conflict.theirsFile.map { try theirs($0, in: &files) }
                try files.write(new, to: conflict.file)
            } else {
                try set(conflict.theirs, of: conflict, instance, in: &files)
            }
            try takeHeld(by: conflict, of: instance, in: &files)
        case .text(let bytes): try files.write(WorkspaceLayout.canonical(bytes, of: conflict.file), to: conflict.file)
        case .value(let value):
            try set(value, of: conflict, instance, in: &files)
            // What leads to something that was held back needs that, too.
            guard !conflict.with.isEmpty, let bytes = try files.read(conflict.file), !isGood(bytes, conflict.file)
            else {
                return
            }
            try takeHeld(by: conflict, of: instance, in: &files)
        }
    }

    private static func takeHeld(
        by conflict: FileConflict,
        of instance: String,
        in files: inout WorkspaceDraft
    ) throws {
        for held in conflict.with {
            switch held {
            case .value(let at, let theirs): try set(theirs, at: at, in: conflict.file, of: instance, &files)
            case .file(let path, let place): try files.write(place.map { try theirs($0, in: &files) }, to: path)
            }
        }
    }

    private static func theirs(_ place: String, in files: inout WorkspaceDraft) throws -> [UInt8] {
        guard let bytes = try files.read(place) else { throw FileError.missing(place) }
        return bytes
    }

    private static func set(
        _ value: JSONValue?,
        of conflict: FileConflict,
        _ instance: String,
        in files: inout WorkspaceDraft
    ) throws {
        try set(value, at: conflict.at ?? .root, in: conflict.file, of: instance, &files)
    }

    private static func set(
        _ value: JSONValue?,
        at place: JSONPointer,
        in file: String,
        of instance: String,
        _ files: inout WorkspaceDraft
    ) throws {
        guard let kind = WorkspaceLayout.kind(of: file), let bytes = try files.read(file) else { return }
        let pattern = try files.read(".patchbay/base/\(instance)/\(file)").flatMap { try? JSONReader().read($0) }
        let new = ShapeEdit.setting(value, at: place, in: try JSONReader().read(bytes), kind.shape, like: pattern)
        try files.write(CanonicalText.bytes(new, of: kind), to: file)
    }

    private static func isGood(_ bytes: [UInt8], _ path: String) -> Bool {
        guard let kind = WorkspaceLayout.kind(of: path) else { return true }
        return !FileCheck.read(bytes, as: kind, file: path).diagnostics.hasErrors
    }

    /// A file must stay one.
    private static func check(_ bytes: [UInt8]?, _ path: String) throws {
        guard let bytes, let kind = WorkspaceLayout.kind(of: path) else { return }
        let found = FileCheck.read(bytes, as: kind, file: path).diagnostics
        guard !found.hasErrors else { throw DiagnosticError(found) }
    }
}

extension FileConflict {
    /// The files that deciding it may change.
    fileprivate var files: [String] {
        [file] + with.compactMap { held in if case .file(let path, _) = held { path } else { .none } }
    }
}

extension Workspace {
    /// Applies a decision, whole or not at all.
    ///
    /// - Throws: ``WorkspaceError/changedMeanwhile`` when a file that was planned on has changed; nothing is written then.
    package func apply(_ resolution: ConflictResolution) throws {
        if !resolution.writes.isEmpty { try apply(resolution.writes, basis: resolution.basis) }
    }
}
