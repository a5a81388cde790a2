import PatchbayModel

/// `bom.json`: which template of which version made which file.
enum ExportBill {
    static func json(
        of files: [(path: String, bytes: [UInt8])],
        lock: LockFile,
        hasher: any ContentHasher
    ) -> JSONValue {
        var origins: [String: (instance: LockFile.Instance, hash: String)] = [:]
        var records: [String: [(String, JSONValue)]] = [:]
        for instance in lock.templates {
            for file in instance.files { origins[file.path] = (instance, file.hash) }
            for record in instance.records {
                let keys = JSONValue.array(record.keys.map(JSONValue.string))
                records[record.path, default: []].append((instance.instance, keys))
            }
        }
        let rows = files.map { file -> JSONValue in
            let hash = hasher.contentHash(WorkspaceLayout.canonical(file.bytes, of: file.path))
            var row: JSONObject = ["path": .string(file.path), "hash": .string(hash)]
            if let origin = origins[file.path] {
                row["changed"] = .bool(origin.hash != hash)
                row["from"] = [
                    "instance": .string(origin.instance.instance),
                    "plugin": .string(origin.instance.plugin.rawValue),
                    "version": .string(origin.instance.pluginVersion.description),
                    "template": .string(origin.instance.template.rawValue),
                ]
            }
            if let records = records[file.path] { row["records"] = .object(JSONObject(records)) }
            return .object(row)
        }
        return ["formatVersion": 1, "files": .array(rows)]
    }
}
