import PatchbayFiles
import PatchbayModel

/// A plan while it is being made: what the templates so far leave behind, and what the present one does.
struct UpgradeDraft {
    var files: WorkspaceDraft
    private let hasher: any ContentHasher
    let check: TemplateUpgrade.Check
    private(set) var parts: [UpgradePlan.Part] = []

    // The present template.
    var installed: LockFile.Instance
    var changes: [UpgradePlan.Change] = []
    var conflicts: [FileConflict] = []
    /// Those of earlier upgrades whose files this one leaves alone.
    private var open: [FileConflict] = []
    /// Whether something that the template brought is gone here: then what is new may miss it.
    var hasGaps = false
    /// The dialogs that there will be, once they were asked for.
    private var dialogs: Set<DialogID>?

    init(workspace: Workspace, hasher: any ContentHasher, check: @escaping TemplateUpgrade.Check) {
        files = WorkspaceDraft(workspace)
        self.hasher = hasher
        self.check = check
        installed = LockFile.Instance(
            instance: "",
            plugin: "",
            template: "",
            pluginVersion: Version(0, 0, 0),
            parameters: [:],
            dialogs: [],
            files: [],
            records: []
        )
    }

    /// Goes on with a template.
    mutating func upgrade(_ request: TemplateUpgrade.Request) throws {
        installed = request.installed
        (changes, conflicts, hasGaps) = ([], [], false)
        let name = installed.instance
        let version = request.plugin.manifest.version
        let before = try openConflicts()
        open = before?.conflicts ?? []
        let start = files
        let renames = request.template.renames(after: installed.pluginVersion, upTo: version)
        try follow(renames)
        let made = try TemplateFiles(
            of: request.plugin,
            folder: request.folder,
            dialogs: request.dialogs,
            parameters: request.parameters,
            instance: request.givenName,
            keeping: installed.dialogs
        )
        let theirs = Dictionary(made.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
        let records = try mergeVariables(of: request)
        try mergeHosts(of: request)
        let hashes = made.files.map { ($0.path, hasher.contentHash($0.bytes)) }.sorted { $0.0 < $1.0 }
        let known = Set(installed.files.map(\.path))
        if !hashes.elementsEqual(installed.files, by: { $0.0 == $1.path && $0.1 == $1.hash }) {
            try look(for: made.dialogs.map(\.here))
            let folders = Dictionary(grouping: known.union(theirs.keys), by: Self.folder)
            for (folder, paths) in folders.sorted(by: { $0.key < $1.key }) {
                try mergeDialog(in: folder, paths: paths.sorted(), theirs: theirs)
            }
            for path in known.union(theirs.keys).sorted() { try files.write(theirs[path], to: base(path)) }
        }
        try keepConflicts(from: before?.from ?? installed.pluginVersion, to: version)
        if !renames.isEmpty { try tellRenamed(since: start) }
        files.lock.templates.removeAll { $0.instance == name }
        let after = LockFile.Instance(
            instance: name,
            plugin: installed.plugin,
            template: installed.template,
            pluginVersion: version,
            parameters: request.parameters,
            dialogs: made.dialogs,
            files: hashes,
            records: records
        )
        files.lock.templates.append(after)
        parts.append(
            UpgradePlan.Part(
                instance: name,
                plugin: installed.plugin,
                template: installed.template,
                from: installed.pluginVersion,
                to: after.pluginVersion,
                changes: changes,
                conflicts: open + conflicts,
                isNoOp: changes.isEmpty && conflicts.isEmpty && after == request.installed
            )
        )
    }

    /// Says of files that changed by following new names what was not said already.
    private mutating func tellRenamed(since start: WorkspaceDraft) throws {
        var start = start
        for path in files.written where !path.hasPrefix(".patchbay/") {
            let (old, new) = (try start.read(path), try files.read(path))
            let told = changes.firstIndex { $0.path == path }
            if old == new {
                if let told, changes[told].action != .keep { changes.remove(at: told) }
                continue
            }
            let action: UpgradePlan.Change.Action =
                told.map { changes[$0].action } ?? (old == nil ? .create : new == nil ? .remove : .merge)
            let change = UpgradePlan.Change(
                action: old == nil ? .create : action == .create ? .merge : action,
                path: path,
                old: old,
                new: new
            )
            if let told { changes[told] = change } else { changes.append(change) }
        }
    }

    func hash(_ bytes: [UInt8]) -> String { hasher.contentHash(bytes) }

    /// The folder of a dialog's file.
    static func folder(of path: String) -> String {
        path.split(separator: "/").prefix(2).joined(separator: "/")
    }

    /// Where the copy of a file lies that the template wrote.
    func base(_ path: String) -> String { ".patchbay/base/\(installed.instance)/\(path)" }

    /// What the template wrote into a file of its own; nil where it did not.
    ///
    /// What it writes now, too, needs no look at its hash.
    ///
    /// - Throws: ``WorkspaceError/baseLost(instance:path:)`` when the copy is not what was written.
    mutating func written(_ path: String, theirs: [UInt8]?) throws -> [UInt8]? {
        guard let hash = installed.files.first(where: { $0.path == path })?.hash else { return nil }
        let copy = try files.read(base(path))
        if let copy {
            if copy == theirs || hasher.contentHash(copy) == hash { return copy }
            let plain = copy.filter { $0 != UInt8(ascii: "\r") }
            if hasher.contentHash(plain) == hash { return plain }
        }
        if let mine = try files.read(path) {
            let canonical = WorkspaceLayout.canonical(mine, of: path)
            if hasher.contentHash(canonical) == hash { return canonical }
        }
        throw WorkspaceError.baseLost(instance: installed.instance, path: base(path))
    }

    /// Lays a file down, and says so.
    mutating func put(_ bytes: [UInt8]?, at path: String, _ action: UpgradePlan.Change.Action) throws {
        let old = try files.read(path)
        guard old != bytes || action == .keep else { return }
        try files.write(bytes, to: path)
        changes.append(.init(action: action, path: path, old: old, new: bytes))
    }

    // MARK: - What is around

    /// Notes what the template's dialogs will find beside them.
    private mutating func look(for ids: [DialogID]) throws {
        var all = Set(try dialogsThere())
        let known = Set(installed.files.map(\.path))
        for id in ids where !all.contains(id) {
            // A dialog that the user took away is none that others may call.
            if known.contains("dialogs/\(id)/dialog.json") { hasGaps = true } else { all.insert(id) }
        }
        dialogs = all
    }

    /// The dialogs of the workspace as they are so far.
    mutating func dialogsThere() throws -> [DialogID] {
        let all = try dialogs ?? Set(files.workspace.dialogIDs())
        dialogs = all
        return all.sorted()
    }

    /// Notes that a dialog has another name.
    mutating func moved(_ old: DialogID, to new: DialogID) {
        if dialogs?.remove(old) != nil { dialogs?.insert(new) }
    }

    /// What a dialog of the template may refer to: dialogs, and the keys of variables.
    mutating func surroundings() throws -> (dialogs: [DialogID], env: [String], content: [String]) {
        func keys(_ value: JSONValue?) -> [String] {
            value?["variables"]?.array?.compactMap { $0["key"]?.string } ?? []
        }
        return (
            dialogs.map { $0.sorted() } ?? [],
            keys(try files.value("variables/env.json", as: .variables)),
            keys(try files.value("variables/content.json", as: .content))
        )
    }

    // MARK: - Conflicts

    private mutating func openConflicts() throws -> OpenConflicts? {
        let path = OpenConflicts.path(of: installed.instance)
        return try files.value(path, as: .conflicts).map { OpenConflicts($0, instance: installed.instance) }
    }

    /// The conflicts of a file that are open from before; the file is merged anew, so they begin anew.
    mutating func takeOpen(of path: String) -> [FileConflict] {
        let found = open.filter { $0.file == path }
        open.removeAll { $0.file == path }
        return found
    }

    /// Changes the conflicts that are open from before.
    mutating func changeOpen(_ change: (FileConflict) -> FileConflict) { open = open.map(change) }

    /// Lays down what the template writes into a file that is kept out.
    ///
    /// - Returns: Where it lies; nil where the template has none.
    mutating func keepOut(_ bytes: [UInt8]?, of path: String) throws -> String? {
        guard let bytes else { return nil }
        let place = OpenConflicts.theirsFile(path, of: installed.instance)
        try files.write(bytes, to: place)
        return place
    }

    private mutating func keepConflicts(from: Version, to: Version) throws {
        let all = open + conflicts
        let path = OpenConflicts.path(of: installed.instance)
        let before = try openConflicts()?.conflicts ?? []
        for place in Set(before.flatMap(\.theirsFiles)).subtracting(all.flatMap(\.theirsFiles)) {
            try files.write(nil, to: place)
        }
        guard !all.isEmpty else { return try files.write(nil, to: path) }
        guard !conflicts.isEmpty || open != before else { return }
        let file = OpenConflicts(instance: installed.instance, from: from, to: to, conflicts: all)
        try files.write(file.bytes, to: path)
    }
}
