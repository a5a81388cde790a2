import PatchbayModel

/// `bom.json`: which template of which version made which file.
enum ExportBill {
    static func json(
        of files: [(path: String, bytes: [UInt8])],
        lock: LockFile,
        hasher: any ContentHasher
    ) -> JSONValue {
        let rows = files.map { file -> JSONValue in
            let hash = hasher.contentHash(WorkspaceLayout.canonical(file.bytes, of: file.path))
            var row: JSONObject = ["path": .string(file.path), "hash": .string(hash)]
            for instance in lock.templates {
                guard let written = instance.files.first(where: { $0.path == file.path }) else { continue }
                row["changed"] = .bool(written.hash != hash)
                row["from"] = [
                    "instance": .string(instance.instance), "plugin": .string(instance.plugin.rawValue),
                    "version": .string(instance.pluginVersion.description),
                    "template": .string(instance.template.rawValue),
                ]
            }
            let records = lock.templates.flatMap { instance in
                instance.records.filter { $0.path == file.path }.map { record in
                    (instance.instance, JSONValue.array(record.keys.map(JSONValue.string)))
                }
            }
            if !records.isEmpty { row["records"] = .object(JSONObject(records)) }
            return .object(row)
        }
        return ["formatVersion": 1, "files": .array(rows)]
    }
}
