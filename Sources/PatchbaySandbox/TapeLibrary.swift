import PatchbayConnector
import PatchbayModel
import Synchronization

/// The tapes of plugins, each read at its first use.
final class TapeLibrary: Sendable {
    private struct Key: Hashable {
        let plugin: PluginID
        let operation: OperationID
    }

    private let tapes = Mutex<[Key: [Exchange]]>([:])

    /// The exchange that fits a request best: the one with the most `match` entries, then by file name; nil where none
    /// fits.
    ///
    /// A tape without `match` counts unless one is needed.
    ///
    /// - Throws: ``Failure`` of kind `malformed` that names a tape which cannot be read.
    func exchange(for request: SandboxRequest, needsMatch: Bool) throws(Failure) -> Exchange? {
        let tapes = try load(request.plugin, request.operation.id)
        return request.parts.best(of: needsMatch ? tapes.filter { !$0.match.isEmpty } : tapes)
    }

    private func load(_ plugin: Plugin, _ operation: OperationID) throws(Failure) -> [Exchange] {
        let key = Key(plugin: plugin.id, operation: operation)
        if let known = tapes.withLock({ $0[key] }) { return known }
        let folder = "tapes/\(operation)"
        var loaded: [Exchange] = []
        do {
            for name in try plugin.files.names(in: folder).sorted() where name.hasSuffix(".json") {
                loaded.append(try Exchange(try plugin.json("\(folder)/\(name)")))
            }
        } catch {
            throw Failure(.malformed, "a tape in \(folder) of plugin '\(plugin.id)' cannot be used: \(error)")
        }
        let result = loaded
        tapes.withLock { $0[key] = result }
        return result
    }
}
