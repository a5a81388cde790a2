/// Why a workspace's history did not do what it was asked.
package enum HistoryError: Error, Equatable {
    /// There is nothing that could be taken back.
    case nothingToUndo
    /// No such entry; the kept ones lie between two ids.
    case unknownEntry(Int, first: Int?, last: Int?)
    /// Entries from which on the old files are not kept.
    case notKept(Int)
    /// These files were changed since.
    case edited([String], entry: Int)
    /// An entry's file can't be read.
    case damaged(String, reason: String)
}

extension HistoryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothingToUndo:
            return "there is nothing to undo; 'patchbay workspace history' shows what changed this workspace"
        case .unknownEntry(let id, let first?, let last?):
            return "there is no entry \(id) in the history, which has \(first) to \(last); "
                + "'patchbay workspace history' shows them"
        case .unknownEntry(let id, _, _): return "there is no entry \(id): the history is empty"
        case .notKept(let id):
            return "entry \(id) can't be taken back: it replaced more than is kept (docs/limits.md); "
                + "take the files from version control"
        case .edited(let paths, let entry):
            let names = paths.map { "'\($0)'" }.joined(separator: ", ")
            return "\(names) changed since entry \(entry), and undoing it would lose that; "
                + "nothing was changed: put what you want to keep elsewhere, bring the "
                + "file\(paths.count == 1 ? "" : "s") back to what the entry left (such as with git), and undo again"
        case .damaged(let path, let reason):
            return "'\(path)' is damaged (\(reason)); move it away, and the history goes on without it"
        }
    }
}
