import PatchbayFiles
import PatchbayModel

/// A plan while it is being made.
struct PlanDraft {
    private let workspace: Workspace
    private let instance: String
    private let hasher: any ContentHasher
    private var changes: [InstallPlan.Change] = []
    private var writes: [(path: String, bytes: [UInt8])] = []
    private var base: [(path: String, bytes: [UInt8])] = []
    private var files: [(path: String, hash: String)] = []
    private var records: [(path: String, keys: [String])] = []
    private var basis: [String: [UInt8]?]

    init(workspace: Workspace, instance: String, hasher: any ContentHasher) {
        self.workspace = workspace
        self.instance = instance
        self.hasher = hasher
        basis = workspace.basis
    }

    /// A file of the template's own; one that exists is a conflict, whatever it holds.
    mutating func create(_ file: TemplateFiles.File) throws {
        files.append((file.path, hasher.contentHash(file.bytes)))
        guard !workspace.exists(file.path) else {
            changes.append(.init(.conflict, path: file.path))
            return
        }
        changes.append(.init(.create, path: file.path, text: String(decoding: file.bytes, as: UTF8.self)))
        writes.append((file.path, file.bytes))
        base.append((file.path, file.bytes))
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
        // The bytes are read first: a file that changes between the two is noticed when the plan is applied.
        basis[path] = .some(workspace.exists(path) ? try workspace.bytes(of: path) : nil)
        var value = try workspace.value(of: path, as: format) ?? ["formatVersion": 1, "variables": []]
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
        value = value.setting(.array(existing), at: "/variables")
        writes.append((path, Array(CanonicalText.text(value, of: format).utf8)))
        let own: JSONValue = ["formatVersion": 1, "variables": .array(added)]
        base.append((path, Array(CanonicalText.text(own, of: format).utf8)))
    }

    /// A template's record as it stands in a workspace: parameters filled, its texts in the language they were written
    /// in.
    private static func record(
        of variable: VariableRecord,
        parameters: JSONObject,
        language: String,
        fileLanguage: String
    ) -> JSONObject {
        var record = variable.record
        if let value = record["value"] {
            // A variable's value is never expanded, so nothing in it is escaped: as in `settings`.
            let filled = TemplateParameters.fill(["settings": value], with: parameters)["settings"] ?? value
            let isPlain = variable.kind == .content && filled.object == nil
            record["value"] = isPlain ? .object(JSONObject([(language, filled)])) : filled
        }
        if let hint = record["hint"], hint.string != nil, language != fileLanguage {
            record["hint"] = .object(JSONObject([(language, hint)]))
        }
        return record
    }

    /// Hosts of custom requests; naming them here allows nothing yet: the operator confirms them on this machine.
    mutating func addHosts(_ hosts: [String]) throws {
        let path = "patchbay.json"
        let known = workspace.settingsValue["hosts"]?.array ?? []
        let missing = hosts.map(JSONValue.string).filter { !known.contains($0) }
        guard !missing.isEmpty else { return }
        changes.append(.init(.set, path: path, pointer: "/hosts", old: .array(known), new: .array(known + missing)))
        let value = workspace.settingsValue.setting(.array(known + missing), at: "/hosts")
        writes.append((path, Array(CanonicalText.text(value, of: .workspace).utf8)))
    }

    /// The whole plan: with a conflict it holds nothing to write.
    func finish(
        template: TemplateID,
        plugin: Plugin,
        parameters: JSONObject,
        dialogs: [(template: DialogID, here: DialogID)]
    ) throws -> InstallPlan {
        var lock = workspace.lock
        if lock.pin(of: plugin.id) == nil {
            lock.plugins.append(.init(id: plugin.id, version: plugin.manifest.version, hash: plugin.hash))
        }
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
        let all =
            writes + base.map { (".patchbay/base/\(instance)/\($0.path)", $0.bytes) }
            + [("patchbay.lock", Array(CanonicalText.text(lock.json, of: .lock).utf8))]
        let hasConflict = changes.contains { $0.action == .conflict }
        return InstallPlan(
            instance: instance,
            template: template,
            changes: changes,
            dialogs: dialogs.map(\.here),
            writes: hasConflict ? [] : try all.map { FileChange.write(try RelativePath($0.path), $0.bytes) },
            basis: basis
        )
    }
}
