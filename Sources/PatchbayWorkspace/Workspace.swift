package import PatchbayFiles
package import PatchbayModel

/// A workspace directory as it stands: settings and lock read, everything else on demand.
package struct Workspace: Sendable {
    /// The directory, beneath which everything is opened without following links.
    package let root: Root
    package private(set) var settings: WorkspaceSettings
    /// `patchbay.json` as it was read.
    package private(set) var settingsValue: JSONValue
    package private(set) var lock: LockFile
    /// The files as they were read; the lock's is nil where there is none.
    let settingsBytes: [UInt8]
    let lockBytes: [UInt8]?
    /// Keeps others from changing the workspace while this command reads it.
    private let access: ReadAccess?
    /// Who changes it, for its history; nil writes nothing down there.
    package let author: ChangeAuthor?
    /// Files as they will be, in a workspace that only is one in memory; nil for one that will be gone.
    private var changed: [String: [UInt8]?] = [:]

    static let settingsFile = "patchbay.json"
    static let lockFile = "patchbay.lock"
    /// The longest file of a workspace that is read.
    static let maxFileBytes = 1 << 20

    /// Opens a workspace; a change that a killed command left behind is finished or cleaned up first.
    ///
    /// - Throws: `DiagnosticError` with all that is wrong with its settings or lock.
    package init(opening root: Root, by author: ChangeAuthor? = nil) throws {
        let access = try WorkspaceChange.journal(of: root).read()
        try self.init(reading: root, access: access, by: author)
    }

    /// Reads a workspace whose lock is held or whose journal is known to be empty.
    ///
    /// A missing lock is an empty one, unless templates are installed: then nothing begins anew in silence.
    init(reading root: Root, access: ReadAccess? = nil, by author: ChangeAuthor? = nil) throws {
        self.root = root
        self.access = access
        self.author = author
        guard let settings = try Self.file(Self.settingsFile, as: .workspace, in: root) else {
            throw WorkspaceError.noWorkspace(from: root.path)
        }
        settingsValue = settings.value
        settingsBytes = settings.bytes
        self.settings = try WorkspaceSettings(settings.value)
        let lock: (value: JSONValue, bytes: [UInt8])?
        do {
            lock = try Self.file(Self.lockFile, as: .lock, in: root)
        } catch let error as DiagnosticError {
            let remedy = "restore it from version control, such as with 'git checkout \(Self.lockFile)'"
            throw DiagnosticError(
                error.diagnostics + [Diagnostic(file: Self.lockFile, "the lock cannot be used", remedy: remedy)]
            )
        }
        if lock == nil, try root.hasFolder(".patchbay/base"), let first = try root.list(".patchbay/base").first {
            throw WorkspaceError.lockMissing(instance: first.name)
        }
        lockBytes = lock?.bytes
        self.lock = try lock.map { lock throws(DiagnosticError) in try LockFile(lock.value) } ?? LockFile()
    }

    /// What was found of a change that a killed command left behind, to be told to the user.
    package var recovery: Recovery? { access?.recovery }

    /// Lets others change the workspace from now on; for commands that run long after reading it, and before changing
    /// it.
    package func release() { access?.end() }

    /// Whether a directory holds a workspace.
    package static func isWorkspace(_ root: Root) -> Bool {
        (try? root.exists(RelativePath(settingsFile))) ?? false  // what can't be looked into is none
    }

    /// The workspace as changes will leave it, which are not written: to look at what would come of them.
    ///
    /// - Throws: `DiagnosticError` where its settings would not be any.
    package func imagining(_ changes: [FileChange]) throws -> Workspace {
        var workspace = self
        for change in changes {
            switch change {
            case .write(let path, let bytes, _): workspace.changed[path.text] = .some(bytes)
            case .remove(let path): workspace.changed[path.text] = .some(nil)
            }
        }
        if let settings = try workspace.file(Self.settingsFile, as: .workspace) {
            workspace.settingsValue = settings.value
            workspace.settings = try WorkspaceSettings(settings.value)
        }
        if let lock = try workspace.file(Self.lockFile, as: .lock) { workspace.lock = try LockFile(lock.value) }
        return workspace
    }

    // MARK: - Files

    /// A JSON file, checked; nil when it is not there.
    ///
    /// - Throws: `DiagnosticError` with everything that is wrong with it.
    package func value(of path: String, as kind: FileKind) throws -> JSONValue? { try file(path, as: kind)?.value }

    private func file(_ path: String, as kind: FileKind) throws -> (value: JSONValue, bytes: [UInt8])? {
        guard let known = changed[path] else { return try Self.file(path, as: kind, in: root) }
        return try known.map { try Self.checked($0, path, as: kind) }
    }

    private static func file(
        _ path: String,
        as kind: FileKind,
        in root: Root
    ) throws -> (value: JSONValue, bytes: [UInt8])? {
        try root.readIfPresent(RelativePath(path), maxBytes: maxFileBytes).map { try checked($0, path, as: kind) }
    }

    private static func checked(
        _ bytes: [UInt8],
        _ path: String,
        as kind: FileKind
    ) throws -> (value: JSONValue, bytes: [UInt8]) {
        let (value, diagnostics) = FileCheck.read(bytes, as: kind, file: path)
        guard let value, !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        return (value, bytes)
    }

    /// The bytes of a file.
    package func bytes(of path: String) throws -> [UInt8] {
        try bytes(of: RelativePath(path))
    }

    func bytes(of path: RelativePath) throws -> [UInt8] {
        guard let known = changed[path.text] else { return try root.read(path, maxBytes: Self.maxFileBytes) }
        guard let known else { throw FileError.missing(root.shown(path)) }
        return known
    }

    /// Whether something stands at a path, whatever it is.
    package func exists(_ path: String) -> Bool {
        if let known = changed[path] { return known != nil }
        guard let place = try? RelativePath(path) else { return false }  // what can't be a path can't exist
        return (try? root.exists(place)) ?? true  // what can't be looked at is in the way
    }

    /// The names in a folder; empty when it is not there.
    ///
    /// - Throws: `FileError.badName` for a name that is no path of a workspace.
    package func names(in folder: String) throws -> [String] {
        let place = try RelativePath(folder)
        let known = namesChanged(in: folder)
        guard try root.exists(place) else { return known.there.sorted() }
        let names = try root.list(place).map { entry in
            guard entry.kind != .badName else {
                throw FileError.badName(
                    "\(folder)/\(entry.name)",
                    reason: "it has a control character or is not UTF-8; rename it"
                )
            }
            return entry.name
        }
        guard !changed.isEmpty else { return names }
        return Set(names).subtracting(known.gone).union(known.there).sorted()
    }

    /// The names in a folder that will be there, and those of files that will not.
    private func namesChanged(in folder: String) -> (there: Set<String>, gone: Set<String>) {
        var (there, gone): (Set<String>, Set<String>) = ([], [])
        for (path, bytes) in changed where path.hasPrefix(folder + "/") {
            let rest = path.dropFirst(folder.count + 1)
            let name = String(rest.prefix { $0 != "/" })
            if bytes != nil { there.insert(name) } else if name.count == rest.count { gone.insert(name) }
        }
        return (there, gone)
    }

    // MARK: - Dialogs

    /// The ids of the dialogs, sorted.
    ///
    /// - Throws: `FileError.link` for a link in place of a dialog's folder.
    package func dialogIDs() throws -> [DialogID] {
        var found: [DialogID] = []
        if try root.exists("dialogs") {
            found = try root.list("dialogs").compactMap { entry in
                guard entry.kind == .folder || entry.kind == .link else { return nil }
                return try root.exists(RelativePath("dialogs/\(entry.name)/dialog.json")) ? DialogID(entry.name) : nil
            }
        }
        guard !changed.isEmpty else { return found }
        let added = namesChanged(in: "dialogs").there.map { DialogID($0) }
        return Set(found + added).filter { exists("dialogs/\($0)/dialog.json") }.sorted()
    }

    /// A dialog's file, checked.
    ///
    /// - Throws: ``WorkspaceError/unknownDialog(_:near:)`` or `DiagnosticError`.
    package func dialog(_ id: DialogID) throws -> Dialog {
        let path = "dialogs/\(id)/dialog.json"
        guard RelativePath.fault(in: path) == nil, let value = try self.value(of: path, as: .dialog)
        else {
            let near = NearName.suggestion(for: id.rawValue, among: try dialogIDs().map(\.rawValue))
            throw WorkspaceError.unknownDialog(id, near: near)
        }
        return try Dialog(value)
    }

    /// A dialog's scripts by file name.
    package func scripts(of id: DialogID) throws -> [String: String] {
        var scripts: [String: String] = [:]
        for name in try names(in: "dialogs/\(id)") where name.hasSuffix(".js") {
            scripts[name] = String(decoding: try bytes(of: "dialogs/\(id)/\(name)"), as: UTF8.self)
        }
        return scripts
    }

    // MARK: - Variables and profiles

    /// The records of a variables file.
    package func variables(_ kind: VariableRecord.Kind) throws -> [VariableRecord] {
        let format: FileKind = kind == .env ? .variables : .content
        guard let value = try value(of: "variables/\(kind.rawValue).json", as: format) else { return [] }
        let fields = try Fields(root: value)
        return try fields.list("variables") { fields throws(DiagnosticError) in try VariableRecord(fields, kind: kind) }
    }

    /// An authorization profile; nil when there is none of that id.
    package func profile(_ id: ProfileID) throws -> AuthorizationProfile? {
        let path = Self.path(of: id)
        guard let (value, bytes) = try file(path, as: .profile) else { return nil }
        let profile = try AuthorizationProfile(value)
        guard profile.id == id else {
            let text = "the id is '\(profile.id)', the file is named '\(id)'"
            throw DiagnosticError([
                Diagnostic(at: "/id", text, remedy: "make them equal").located(in: bytes, file: path)
            ])
        }
        return profile
    }

    /// All authorization profiles.
    package func profiles() throws -> [AuthorizationProfile] {
        try names(in: "authorization").filter { $0.hasSuffix(".json") }
            .compactMap { try self.profile(ProfileID(String($0.dropLast(5)))) }
    }
}
