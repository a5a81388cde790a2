package import PatchbayFiles
package import PatchbayModel

/// An export, read and checked whole before anything is done with it.
package struct ImportArchive: Sendable {
    /// A file of the workspace.
    package struct File: Sendable {
        package let path: String
        package let bytes: [UInt8]
    }

    /// A plugin that the workspace pins.
    package struct PinnedPlugin: Sendable {
        package let pin: LockFile.PinnedPlugin
        /// The plugin's own archive, where it came along.
        package let archive: [UInt8]?
    }

    /// A credential to bind again.
    package struct Bind: Sendable {
        package let profile: ProfileID
        /// Nil for a profile without a plugin.
        package let integration: PluginID?
        package let mode: String
        package let fields: [String]

        package init(profile: ProfileID, integration: PluginID?, mode: String, fields: [String]) {
            self.profile = profile
            self.integration = integration
            self.mode = mode
            self.fields = fields
        }
    }

    /// The archive as the user named it.
    package let name: String
    package let assistant: String
    /// By path.
    package let files: [File]
    package let plugins: [PinnedPlugin]
    package let bind: [Bind]
    package let secured: [String]
    package let hosts: [String]
    let lock: LockFile
    let settings: JSONValue

    /// What the dialogs in it refer to.
    package var needs: DialogNeeds {
        var needs = DialogNeeds()
        for file in files where file.path.hasPrefix("dialogs/") && file.path.hasSuffix("/dialog.json") {
            if let value = try? JSONReader().read(file.bytes) { needs.add(dialog: value) }  // it was checked
        }
        return needs
    }

    /// The profile that an integration's calls use unless a node names one.
    package func usualProfile(of integration: PluginID) -> ProfileID {
        let named = settings["integrations"]?[integration.rawValue]?["profile"]?.string
        return ProfileID(named ?? integration.rawValue)
    }

    func file(_ path: String) -> File? { files.first { $0.path == path } }

    /// Reads the entries of an archive.
    ///
    /// - Parameters:
    ///   - entries: The archive's entries.
    ///   - name: The archive as the user named it, for messages.
    ///   - hasher: The one that made the hashes in `bom.json`.
    /// - Throws: `DiagnosticError` with everything that is wrong, each with its file and place.
    package init(_ entries: [ArchiveEntry], name: String, hasher: any ContentHasher) throws {
        self.name = name
        var reading = Reading(entries, name: name)
        let head = try reading.value("export.json", as: .export)
        let bill = try reading.value("bom.json", as: .bom)
        var files: [File] = []
        var archives: [String: [UInt8]] = [:]
        let named = Set((head["plugins"]?.array ?? []).compactMap { $0["archive"]?.string })
        for entry in entries where entry.path != "export.json" && entry.path != "bom.json" {
            let path = String(entry.path.dropFirst("workspace/".count))
            if entry.path.hasPrefix("workspace/"), WorkspaceLayout.belongs(path) {
                files.append(File(path: path, bytes: entry.bytes))
            } else if named.contains(entry.path) {
                archives[entry.path] = entry.bytes
            } else {
                reading.fault(entry.path, "this belongs into no export")
            }
        }
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        reading.compare(files, with: bill, hasher: hasher)
        for file in files { reading.check(file) }
        for archive in named.sorted() where archives[archive] == nil {
            reading.fault(archive, "this plugin is missing")
        }
        self.files = files
        if files.first(where: { $0.path == Workspace.settingsFile }) == nil {
            reading.fault("workspace/\(Workspace.settingsFile)", "the assistant's settings are missing")
        }
        try reading.finish()
        func value(_ path: String) throws -> JSONValue? {
            try files.first { $0.path == path }.map { try JSONReader().read($0.bytes) }
        }
        settings = try value(Workspace.settingsFile) ?? .null
        lock = try value(Workspace.lockFile).map { lock throws(DiagnosticError) in try LockFile(lock) } ?? LockFile()
        assistant = head["assistant"]?["id"]?.string ?? ""
        bind = (head["bind"]?.array ?? []).map { row in
            Bind(
                profile: ProfileID(row["profile"]?.string ?? ""),
                integration: row["integration"]?.string.map { PluginID($0) },
                mode: row["mode"]?.string ?? "",
                fields: row["fields"]?.array?.compactMap(\.string) ?? []
            )
        }
        secured = head["secured"]?.array?.compactMap(\.string) ?? []
        hosts = head["hosts"]?.array?.compactMap(\.string) ?? []
        var plugins: [PinnedPlugin] = []
        for (place, row) in (head["plugins"]?.array ?? []).enumerated() {
            guard let id = row["id"]?.string, let version = row["version"]?.string.flatMap(Version.init),
                let hash = row["hash"]?.string
            else { continue }
            let pin = LockFile.PinnedPlugin(id: PluginID(id), version: version, hash: hash)
            if lock.pin(of: pin.id) != pin {
                let pointer = JSONPointer(tokens: ["plugins", String(place)])
                reading.fault("export.json", at: pointer, "the export's lock pins '\(id)' otherwise")
            }
            plugins.append(PinnedPlugin(pin: pin, archive: row["archive"]?.string.flatMap { archives[$0] }))
        }
        for pin in lock.plugins where !plugins.contains(where: { $0.pin.id == pin.id }) {
            reading.fault("export.json", at: "/plugins", "'\(pin.id)', which the export's lock pins, is missing")
        }
        try reading.finish()
        self.plugins = plugins
    }
}

/// The entries of an export while they are checked.
private struct Reading {
    private let entries: [ArchiveEntry]
    private let name: String
    private var diagnostics: [Diagnostic] = []

    init(_ entries: [ArchiveEntry], name: String) {
        self.entries = entries
        self.name = name
    }

    mutating func fault(_ entry: String, at pointer: JSONPointer? = nil, _ text: String, remedy: String? = nil) {
        let file = "\(name): \(RelativePath.shown(entry))"
        diagnostics.append(Diagnostic(file: file, at: pointer, text, remedy: remedy ?? "export the workspace anew"))
    }

    /// One of the files that say what the export is.
    func value(_ entry: String, as kind: FileKind) throws -> JSONValue {
        guard let bytes = entries.first(where: { $0.path == entry })?.bytes else {
            let isPlugin = entries.contains { $0.path == "plugin.json" || $0.path.hasSuffix("/plugin.json") }
            throw DiagnosticError([
                Diagnostic(
                    file: name,
                    "this is no export: it has no \(entry)",
                    remedy: isPlugin && !entries.contains { $0.path == "bom.json" }
                        ? "it is a plugin: 'patchbay plugin install \(name)' installs it"
                        : "'patchbay workspace export' writes one"
                )
            ])
        }
        let (value, found) = FileCheck.read(bytes, as: kind, file: "\(name): \(entry)")
        guard let value, !found.hasErrors else { throw DiagnosticError(found) }
        return value
    }

    /// What the bill says against what is there.
    mutating func compare(_ files: [ImportArchive.File], with bill: JSONValue, hasher: any ContentHasher) {
        var hashes: [String: String] = [:]
        for row in bill["files"]?.array ?? [] {
            guard let path = row["path"]?.string, let hash = row["hash"]?.string else { continue }
            hashes[path] = hash
        }
        for file in files {
            guard let hash = hashes.removeValue(forKey: file.path) else {
                fault("workspace/\(file.path)", "bom.json doesn't name this file")
                continue
            }
            if hasher.contentHash(WorkspaceLayout.canonical(file.bytes, of: file.path)) != hash {
                fault("workspace/\(file.path)", "this file was changed: bom.json has another hash")
            }
        }
        for path in hashes.keys.sorted() { fault("workspace/\(path)", "this file is missing; bom.json names it") }
    }

    /// A file by itself; of what a template wrote only that it is JSON, for it may be a part.
    mutating func check(_ file: ImportArchive.File) {
        guard file.bytes.count <= Workspace.maxFileBytes else {
            return fault("workspace/\(file.path)", "the file is larger than \(Workspace.maxFileBytes) bytes")
        }
        guard let kind = WorkspaceLayout.kind(of: file.path) else { return }
        let (value, found) = FileCheck.read(file.bytes, as: kind, file: "\(name): workspace/\(file.path)")
        if value == nil || !file.path.hasPrefix(".patchbay/base/") {
            diagnostics += found.filter { $0.severity == .error }
        }
    }

    func finish() throws {
        guard diagnostics.isEmpty else { throw DiagnosticError(diagnostics) }
    }
}
