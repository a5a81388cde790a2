import PatchbayFiles
import PatchbayModel

/// A plan while it is being made: what the templates so far leave behind, and what the present one does.
struct PlanDraft {
    private let workspace: Workspace
    private let hasher: any ContentHasher
    private var basis: [String: [UInt8]?]
    private var parts: [InstallPlan.Part] = []
    /// The lock as the templates so far leave it.
    private(set) var lock: LockFile
    private var isLockChanged = false
    /// The settings, when they change.
    private var settings: JSONValue?
    /// The files of variables, each as the templates so far leave it.
    private var shared: [VariableRecord.Kind: (path: String, value: JSONValue, isChanged: Bool)] = [:]
    private var writes: [(path: String, bytes: [UInt8])] = []
    private var base: [(path: String, bytes: [UInt8])] = []
    private var created: Set<String> = []

    // The present template.
    private var instance = ""
    private var changes: [InstallPlan.Change] = []
    private var files: [(path: String, hash: String)] = []
    private var records: [(path: String, keys: [String])] = []

    init(workspace: Workspace, hasher: any ContentHasher) {
        self.workspace = workspace
        self.hasher = hasher
        basis = workspace.basis
        lock = workspace.lock
    }

    /// Pins the plugin's version where none is pinned.
    mutating func pin(_ plugin: Plugin) {
        guard lock.pin(of: plugin.id) == nil else { return }
        lock.plugins.append(.init(id: plugin.id, version: plugin.manifest.version, hash: plugin.hash))
        isLockChanged = true
    }

    /// A template that is there already.
    mutating func keep(_ installed: LockFile.Instance) {
        parts.append(
            InstallPlan.Part(
                instance: installed.instance,
                template: installed.template,
                changes: installed.files.map { .init(.keep, path: $0.path) },
                dialogs: installed.dialogs.map(\.here),
                isNoOp: true
            )
        )
    }

    /// Begins with a template.
    mutating func begin(_ instance: String) {
        self.instance = instance
        (changes, files, records) = ([], [], [])
    }

    /// A file of the template's own; one that exists is a conflict, whatever it holds.
    mutating func create(_ file: TemplateFiles.File) {
        files.append((file.path, hasher.contentHash(file.bytes)))
        guard !created.contains(file.path), !workspace.exists(file.path) else {
            changes.append(.init(.conflict, path: file.path))
            return
        }
        changes.append(.init(.create, path: file.path, text: String(decoding: file.bytes, as: UTF8.self)))
        created.insert(file.path)
        writes.append((file.path, file.bytes))
        addBase(file.path, file.bytes)
    }

    private mutating func addBase(_ path: String, _ bytes: [UInt8]) {
        base.append((".patchbay/base/\(instance)/\(path)", bytes))
    }

    /// A dialog's folder that holds other files is somebody else's.
    mutating func refuseForeignFiles(in folder: String, beside own: [String]) throws {
        for path in try workspace.foreignFiles(in: folder) where !own.contains(path) {
            changes.append(.init(.conflict, path: path))
        }
    }

    /// Records of a shared variables file; one that exists is kept with its value.
    mutating func add(
        _ variables: [VariableRecord],
        of kind: VariableRecord.Kind,
        parameters: JSONObject,
        language: String
    ) throws {
        guard !variables.isEmpty else { return }
        let path = "variables/\(kind.rawValue).json"
        let format: FileKind = kind == .env ? .variables : .content
        if shared[kind] == nil {
            // The bytes are read first: a file that changes between the two is noticed when the plan is applied.
            basis[path] = .some(workspace.exists(path) ? try workspace.bytes(of: path) : nil)
            let found = try workspace.value(of: path, as: format)
            shared[kind] = (path, found ?? ["formatVersion": 1, "variables": []], false)
        }
        guard let value = shared[kind]?.value else { return }
        var existing = value["variables"]?.array ?? []
        var added: [JSONValue] = []
        for variable in variables {
            let record = Self.record(
                of: variable,
                parameters: parameters,
                language: language,
                fileLanguage: value["language"]?.string ?? "en"
            )
            if let index = existing.firstIndex(where: { $0["key"]?.string == variable.key }) {
                let pointer = JSONPointer(tokens: ["variables", String(index), "value"])
                let old = existing[index]["value"]
                changes.append(.init(.keep, path: path, pointer: pointer, old: old, new: record["value"]))
            } else {
                let pointer = JSONPointer(tokens: ["variables", String(existing.count)])
                changes.append(.init(.set, path: path, pointer: pointer, new: .object(record)))
                existing.append(.object(record))
                added.append(.object(record))
            }
        }
        records.append((path, variables.map(\.key)))
        guard !added.isEmpty else { return }
        shared[kind] = (path, value.setting(.array(existing), at: "/variables"), true)
        let own: JSONValue = ["formatVersion": 1, "variables": .array(added)]
        addBase(path, Array(CanonicalText.text(own, of: format).utf8))
    }

    /// A template's record as it stands in a workspace: parameters filled, its texts in the language they were written
    /// in.
    static func record(
        of variable: VariableRecord,
        parameters: JSONObject,
        language: String,
        fileLanguage: String
    ) -> JSONObject {
        var record = variable.record
        record["value"] = variable.value(with: parameters, language: language)
        if let hint = record["hint"], hint.string != nil, language != fileLanguage {
            record["hint"] = .object(JSONObject([(language, hint)]))
        }
        return record
    }

    /// Hosts of custom requests; naming them here allows nothing yet: the operator confirms them on this machine.
    mutating func addHosts(_ hosts: [String]) {
        let path = Workspace.settingsFile
        let value = settings ?? workspace.settingsValue
        let known = value["hosts"]?.array ?? []
        let missing = hosts.map(JSONValue.string).filter { !known.contains($0) }
        guard !missing.isEmpty else { return }
        changes.append(.init(.set, path: path, pointer: "/hosts", old: .array(known), new: .array(known + missing)))
        settings = value.setting(.array(known + missing), at: "/hosts")
        // As of the variables: what the template put into the shared file, so that a later version knows it from the user's.
        let own: JSONValue = ["formatVersion": 1, "hosts": .array(missing)]
        addBase(path, Array(CanonicalText.text(own, of: .workspace).utf8))
    }

    /// Ends with a template.
    mutating func end(
        template: TemplateID,
        plugin: Plugin,
        parameters: JSONObject,
        dialogs: [(template: DialogID, here: DialogID)]
    ) {
        lock.templates.append(
            LockFile.Instance(
                instance: instance,
                plugin: plugin.id,
                template: template,
                pluginVersion: plugin.manifest.version,
                parameters: parameters,
                dialogs: dialogs,
                files: files.sorted { $0.path < $1.path },
                records: records
            )
        )
        isLockChanged = true
        parts.append(
            InstallPlan.Part(
                instance: instance,
                template: template,
                changes: changes,
                dialogs: dialogs.map(\.here),
                isNoOp: false
            )
        )
    }

    /// The whole plan: with a conflict it holds nothing to write.
    func finish() throws -> InstallPlan {
        guard isLockChanged, !parts.contains(where: { $0.changes.contains { $0.action == .conflict } }) else {
            return InstallPlan(parts: parts, writes: [], basis: basis)
        }
        var all = writes
        for kind in VariableRecord.Kind.allCases {
            guard let (path, value, isChanged) = shared[kind], isChanged else { continue }
            all.append((path, Array(CanonicalText.text(value, of: kind == .env ? .variables : .content).utf8)))
        }
        if let settings {
            all.append((Workspace.settingsFile, Array(CanonicalText.text(settings, of: .workspace).utf8)))
        }
        all += base
        all.append((Workspace.lockFile, Array(CanonicalText.text(lock.json, of: .lock).utf8)))
        return InstallPlan(
            parts: parts,
            writes: try all.map { FileChange.write(try RelativePath($0.path), $0.bytes) },
            basis: basis
        )
    }
}
