package import PatchbayFiles
package import PatchbayModel

/// A workspace directory as it stands: settings and lock read, everything else on demand.
package struct Workspace: Sendable {
    /// The directory, beneath which everything is opened without following links.
    package let root: Root
    package let settings: WorkspaceSettings
    /// `patchbay.json` as it was read.
    package let settingsValue: JSONValue
    package let lock: LockFile
    /// Keeps others from changing the workspace while this command reads it.
    private let access: ReadAccess?

    private static let settingsFile = "patchbay.json"
    private static let lockFile = "patchbay.lock"
    /// The longest file of a workspace that is read.
    private static let maxFileBytes = 1 << 20

    /// Opens a workspace; a change that a killed command left behind is finished or cleaned up first.
    ///
    /// - Throws: `DiagnosticError` with all that is wrong with its settings or lock.
    package init(opening root: Root) throws {
        let access = try WorkspaceChange.journal(of: root).read()
        try self.init(reading: root, access: access)
    }

    /// Reads a workspace whose lock is held or whose journal is known to be empty.
    init(reading root: Root, access: ReadAccess? = nil) throws {
        self.root = root
        self.access = access
        guard let value = try Self.value(of: Self.settingsFile, as: .workspace, in: root) else {
            throw WorkspaceError.noWorkspace(from: root.path)
        }
        settingsValue = value
        settings = try WorkspaceSettings(value)
        lock = try Self.value(of: Self.lockFile, as: .lock, in: root).map { value throws(DiagnosticError) in try LockFile(value) } ?? LockFile()
    }

    /// What was found of a change that a killed command left behind, to be told to the user.
    package var recovery: Recovery? { access?.recovery }

    /// Lets others change the workspace from now on; for commands that run long after reading it, and before changing it.
    package func release() { access?.end() }

    /// Whether a directory holds a workspace.
    package static func isWorkspace(_ root: Root) -> Bool {
        (try? root.exists(RelativePath(settingsFile))) ?? false  // what can't be looked into is none
    }

    // MARK: - Files

    /// A JSON file, checked; nil when it is not there.
    ///
    /// - Throws: `DiagnosticError` with everything that is wrong with it.
    package func value(of path: String, as kind: FileKind) throws -> JSONValue? {
        try Self.value(of: path, as: kind, in: root)
    }

    private static func value(of path: String, as kind: FileKind, in root: Root) throws -> JSONValue? {
        let place = try RelativePath(path)
        guard try root.exists(place) else { return nil }
        let (value, diagnostics) = FileCheck.read(try root.read(place, maxBytes: maxFileBytes), as: kind, file: path)
        guard let value, !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        return value
    }

    /// The bytes of a file.
    package func bytes(of path: String) throws -> [UInt8] {
        try root.read(RelativePath(path), maxBytes: Self.maxFileBytes)
    }

    /// Whether something stands at a path, whatever it is.
    package func exists(_ path: String) -> Bool {
        guard let place = try? RelativePath(path) else { return false }  // what can't be a path can't exist
        return (try? root.exists(place)) ?? true  // what can't be looked at is in the way
    }

    /// The names in a folder; empty when it is not there.
    package func names(in folder: String) throws -> [String] {
        let place = try RelativePath(folder)
        guard try root.exists(place) else { return [] }
        return try root.list(place).map(\.name)
    }

    // MARK: - Dialogs

    /// The ids of the dialogs, sorted.
    package func dialogIDs() throws -> [DialogID] {
        try names(in: "dialogs").filter { exists("dialogs/\($0)/dialog.json") }.map { DialogID($0) }
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
        try value(of: "authorization/\(id).json", as: .profile).map { value throws(DiagnosticError) in
            try AuthorizationProfile(value)
        }
    }

    /// All authorization profiles.
    package func profiles() throws -> [AuthorizationProfile] {
        try names(in: "authorization").filter { $0.hasSuffix(".json") }
            .compactMap { try self.profile(ProfileID(String($0.dropLast(5)))) }
    }

    // MARK: - The local id

    /// The id by which the home knows this directory; nil before the first `init` or `enable` here.
    package func localID() throws -> String? {
        let place: RelativePath = ".patchbay/local/id"
        guard try root.exists(place) else { return nil }
        let text = String(decoding: try root.read(place, maxBytes: 256), as: UTF8.self)
        let id = text.prefix { !$0.isWhitespace }
        guard id.utf8.count == 32, id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        return String(id)
    }

    /// The local id, made when there is none.
    package func makeLocalID(_ ids: any IDSource) throws -> String {
        if let id = try localID() { return id }
        let id = ids.newID()
        try root.makeFolder(RelativePath(".patchbay/local"), mode: 0o755)
        try root.write(Array((id + "\n").utf8), to: RelativePath(".patchbay/local/id"), mode: 0o600)
        return id
    }
}

extension Workspace {
    /// What tells whether anything that a conversation runs on was edited: path, size and time of each file.
    package func stamps() throws -> [String] {
        let folders = ["dialogs", "variables"]
        let files = try root.files { path in !folders.contains(String(path.parts[0])) && path.text != "patchbay.json" }.files
        return try files.map { file in
            let status = try root.status(file.path)
            return "\(file.path) \(status.size) \(status.modified)"
        }
    }
}
