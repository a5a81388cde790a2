import PatchbayModel

/// Joins the three versions of one file that stands for itself: a script, a tape.
struct FileMerge {
    /// What comes of a file.
    enum Outcome {
        /// The template changed nothing that the user has.
        case untouched
        /// What the file becomes, nil for none, and what both sides changed.
        case joined([UInt8]?, [FileConflict])
        /// Both changed it as a whole: mine stays.
        case kept
    }

    let path: String
    let versions: FileVersions
    /// Whether a file that the user took away is missing now that the template changed it.
    var isNeeded = false

    func run() throws -> Outcome {
        let (base, theirs) = (versions.base, versions.theirs)
        guard base != theirs else { return .untouched }
        guard let mine = versions.mine else {
            if base == nil { return .joined(theirs, []) }
            return isNeeded && theirs != nil ? .kept : .untouched
        }
        let own = WorkspaceLayout.canonical(mine, of: path)
        if own == base { return .joined(theirs, []) }
        if own == theirs { return .joined(mine, []) }
        guard let base, let theirs else { return .kept }
        guard let kind = WorkspaceLayout.kind(of: path) else {
            return LineMerge.merge(ThreeWay(base: base, mine: mine, theirs: theirs)).map { .joined($0, []) } ?? .kept
        }
        let (value, found) = FileCheck.read(mine, as: kind, file: path)
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        let values = ThreeWay(base: try JSONReader().read(base), mine: value, theirs: try JSONReader().read(theirs))
        var merge = ValueMerge(languages: values.map { $0["language"]?.string ?? "en" })
        let merged = merge.merge(values.map(Optional.some), kind.shape, at: .root) ?? value
        guard !FileCheck.diagnostics(of: merged, as: kind).hasErrors else { return .kept }
        let bytes = CanonicalText.bytes(merged, of: kind)
        return .joined(bytes == own ? mine : bytes, merge.conflicts.map { FileConflict($0, in: path) })
    }
}
