package import PatchbayFiles
package import PatchbayModel

/// Checks every file of a workspace by itself, also where its settings or lock can't be used.
package struct WorkspaceLint: Sendable {
    package private(set) var diagnostics: [Diagnostic] = []
    /// The files without errors that are not in canonical text, with that text.
    package private(set) var uncanonical: [(path: String, bytes: [UInt8])] = []
    /// How many files were looked at.
    package private(set) var files = 0

    /// Reads all files of the layout.
    ///
    /// - Throws: Why a folder can't be listed.
    package init(of root: Root, hasher: any ContentHasher) throws {
        var collected = ExportedFiles()
        try collected.collect(root)
        for path in collected.paths.sorted() { check(path, in: root) }
        for path in collected.leftOut.sorted() where Self.isInLayout(path) {
            warn(path, "this is no file of a workspace; no command reads it and exports leave it out", "move it away")
        }
        checkBase(in: root, hasher: hasher)
    }

    private static func isInLayout(_ path: String) -> Bool {
        (WorkspaceLayout.folders + [".patchbay/base", ".patchbay/conflicts"]).contains { path.hasPrefix($0 + "/") }
    }

    private mutating func warn(_ path: String, _ message: String, _ remedy: String) {
        diagnostics.append(Diagnostic(.warning, file: path, message, remedy: remedy))
    }

    private mutating func check(_ path: RelativePath, in root: Root) {
        files += 1
        let bytes: [UInt8]
        do {
            bytes = try root.read(path, maxBytes: Workspace.maxFileBytes)
        } catch {
            diagnostics.append(Diagnostic(file: path.text, "\(error)"))
            return
        }
        guard let kind = WorkspaceLayout.kind(of: path.text) else { return }
        // The user's part of a shared file is all that a base copy of it holds.
        let isBase = path.text.hasPrefix(".patchbay/base/")
        let (value, found) = FileCheck.read(bytes, as: kind, file: path.text)
        if !isBase || value == nil { diagnostics += found }
        if !isBase { checkName(path.text, kind, value, bytes) }
        guard let value, isBase || !found.hasErrors else { return }
        let text = CanonicalText.bytes(value, of: kind)
        if text != bytes { uncanonical.append((path.text, text)) }
    }

    /// A profile's file is named like its id, and a dialog's folder.
    private mutating func checkName(_ path: String, _ kind: FileKind, _ value: JSONValue?, _ bytes: [UInt8]) {
        guard kind == .profile || kind == .dialog, let id = value?["id"]?.string else { return }
        let parts = path.split(separator: "/")
        let name = kind == .dialog ? String(parts.dropLast().last ?? "") : String((parts.last ?? "").dropLast(5))
        guard id != name else { return }
        let place = kind == .dialog ? "the folder" : "the file"
        let found = Diagnostic(at: "/id", "the id is '\(id)', \(place) is named '\(name)'", remedy: "make them equal")
        diagnostics.append(found.located(in: bytes, file: path))
    }

    /// What the lock says against what is there.
    private mutating func checkBase(in root: Root, hasher: any ContentHasher) {
        guard let bytes = try? root.read(RelativePath(Workspace.lockFile), maxBytes: Workspace.maxFileBytes),
            let value = FileCheck.read(bytes, as: .lock, file: Workspace.lockFile).value,
            let lock = try? LockFile(value)
        else { return }  // What is wrong with it was said.
        for (place, instance) in lock.templates.enumerated() {
            if lock.pin(of: instance.plugin) == nil {
                let at = JSONPointer(tokens: ["templates", String(place), "plugin"])
                let text = "'\(instance.instance)' comes from plugin '\(instance.plugin)', which the lock does not pin"
                let remedy = "'patchbay plugin install \(instance.plugin)' pins it"
                diagnostics.append(
                    Diagnostic(at: at, text, remedy: remedy).located(in: bytes, file: Workspace.lockFile)
                )
            }
            for file in instance.files {
                let copy = ".patchbay/base/\(instance.instance)/\(file.path)"
                guard let path = try? RelativePath(copy),
                    let found = try? root.readIfPresent(path, maxBytes: Workspace.maxFileBytes)
                else {
                    let remedy = "restore it from version control; without it an upgrade can't tell your edits"
                    warn(copy, "this copy of what the template wrote is missing", remedy)
                    continue
                }
                guard hasher.contentHash(WorkspaceLayout.canonical(found, of: file.path)) != file.hash else { continue }
                let remedy = "restore it from version control"
                let text = "this copy of what the template wrote was changed: the lock has another hash"
                diagnostics.append(Diagnostic(file: copy, text, remedy: remedy))
            }
        }
    }
}

extension Workspace {
    /// Writes files in canonical text, unless one of them changed since it was read.
    package func fix(_ files: [(path: String, bytes: [UInt8])]) throws {
        release()
        let changes = try files.map { FileChange.write(try RelativePath($0.path), $0.bytes) }
        try WorkspaceChange.apply(changes, in: root, by: author) {
            for file in files where try WorkspaceLayout.canonical(bytes(of: file.path), of: file.path) != file.bytes {
                throw WorkspaceError.changedMeanwhile
            }
        }
    }
}
