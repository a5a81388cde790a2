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

    init(workspace: Workspace, instance: String, hasher: any ContentHasher) {
        self.workspace = workspace
        self.instance = instance
        self.hasher = hasher
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
        for name in try workspace.names(in: folder) where !own.contains("\(folder)/\(name)") {
            changes.append(.init(.conflict, path: "\(folder)/\(name)"))
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
        var value = try workspace.value(of: path, as: format) ?? ["formatVersion": 1, "variables": []]
        var existing = value["variables"]?.array ?? []
        var added: [JSONValue] = []
        for variable in variables {
            var record = variable.record
            if let value = record["value"] {
                let filled = TemplateParameters.fill(.object(["settings": value]), with: parameters)["settings"] ?? value
                record["value"] = kind == .content && filled.object == nil ? .object(JSONObject([(language, filled)])) : filled
            }
            if let index = existing.firstIndex(where: { $0["key"]?.string == variable.key }) {
                let pointer = JSONPointer(tokens: ["variables", String(index), "value"])
                changes.append(.init(.keep, path: path, pointer: pointer, old: existing[index]["value"], new: record["value"]))
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
            writes: hasConflict ? [] : try all.map { FileChange.write(try RelativePath($0.path), $0.bytes) }
        )
    }
}
