package import PatchbayFiles
package import PatchbayModel

/// What leaves a workspace: the files of its layout and nothing else, the same bytes on every machine, never a secret.
package struct WorkspaceExport: Sendable {
    /// The files of the archive in order, `export.json` and `bom.json` first.
    package let entries: [ArchiveEntry]
    /// Files of the directory that are not part of a workspace and stay behind.
    package let leftOut: [String]

    /// A plugin that goes along.
    package struct PackedPlugin: Sendable {
        package let plugin: Plugin
        /// Its archive, when it was asked for.
        package let archive: [UInt8]?

        package init(plugin: Plugin, archive: [UInt8]?) {
            self.plugin = plugin
            self.archive = archive
        }
    }

    /// Collects a workspace.
    ///
    /// - Parameters:
    ///   - plugins: The pinned plugins that are at hand.
    ///   - findSecrets: Looks for secrets in a file's text.
    /// - Throws: ``WorkspaceError/secretInFile(_:)`` when it finds one.
    package init(
        of workspace: Workspace,
        plugins: [PackedPlugin],
        hasher: any ContentHasher,
        findSecrets: (_ path: String, _ text: String) -> [Diagnostic]
    ) throws {
        var kept: [(path: String, bytes: [UInt8])] = []
        var leftOut: [String] = []
        var secrets: [Diagnostic] = []
        let tree = try workspace.root.files { Self.leftBehind.contains($0.text) }
        for file in tree.files {
            guard Self.belongs(file.path.text) else {
                leftOut.append(file.path.text)
                continue
            }
            let bytes = try workspace.bytes(of: file.path.text)
            secrets += findSecrets(file.path.text, String(decoding: bytes, as: UTF8.self))
            kept.append((file.path.text, bytes))
        }
        leftOut += tree.refused.map(\.path)
        guard secrets.isEmpty else { throw WorkspaceError.secretInFile(secrets) }

        let bom = try Self.bom(of: kept, in: workspace, hasher: hasher)
        let head = try Self.head(of: workspace, plugins: plugins)
        var entries = [
            ArchiveEntry(path: "export.json", bytes: Array(CanonicalText.text(head, of: .export).utf8)),
            ArchiveEntry(path: "bom.json", bytes: Array(CanonicalText.text(bom, of: .bom).utf8)),
        ]
        for packed in plugins.sorted(by: { $0.plugin.id < $1.plugin.id }) {
            guard let archive = packed.archive else { continue }
            entries.append(ArchiveEntry(path: Self.archivePath(packed.plugin), bytes: archive))
        }
        entries += kept.map { ArchiveEntry(path: "workspace/\($0.path)", bytes: $0.bytes) }
        self.entries = entries
        self.leftOut = leftOut.sorted()
    }

    private static func archivePath(_ plugin: Plugin) -> String { "plugins/\(plugin.id)-\(plugin.manifest.version).zip" }

    /// What no export looks into.
    private static let leftBehind: Set<String> = [".git", ".patchbay/local", ".patchbay/schema"]

    /// Whether a path is one of the layout's.
    private static func belongs(_ path: String) -> Bool {
        if ["patchbay.json", "patchbay.lock", ".gitignore", ".gitattributes"].contains(path) { return true }
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "dialogs" where parts.count == 3: return parts[2] == "dialog.json" || parts[2].hasSuffix(".js")
        case "dialogs": return parts.count == 5 && parts[2] == "tapes" && parts[4].hasSuffix(".json")
        case "authorization", "tests": return parts.count == 2 && parts[1].hasSuffix(".json")
        case "variables": return parts.count == 2 && ["env.json", "content.json"].contains(parts[1])
        case ".patchbay": return parts.count > 2 && ["base", "conflicts"].contains(parts[1])
        default: return false
        }
    }

    /// `bom.json`: which template version made which file.
    private static func bom(
        of files: [(path: String, bytes: [UInt8])],
        in workspace: Workspace,
        hasher: any ContentHasher
    ) throws -> JSONValue {
        let rows = files.map { file -> JSONValue in
            let hash = hasher.contentHash(file.bytes)
            var row: JSONObject = ["path": .string(file.path), "hash": .string(hash)]
            for instance in workspace.lock.templates {
                if let written = instance.files.first(where: { $0.path == file.path }) {
                    row["changed"] = .bool(written.hash != hash)
                    row["from"] = [
                        "instance": .string(instance.instance), "plugin": .string(instance.plugin.rawValue),
                        "version": .string(instance.pluginVersion.description), "template": .string(instance.template.rawValue),
                    ]
                }
            }
            let records = workspace.lock.templates.flatMap { instance in
                instance.records.filter { $0.path == file.path }.map { (instance.instance, JSONValue.array($0.keys.map(JSONValue.string))) }
            }
            if !records.isEmpty { row["records"] = .object(JSONObject(records)) }
            return .object(row)
        }
        return ["formatVersion": 1, "files": .array(rows)]
    }

    /// `export.json`: what the workspace is and what to bind again.
    private static func head(of workspace: Workspace, plugins: [PackedPlugin]) throws -> JSONValue {
        let pins = workspace.lock.plugins.sorted { $0.id < $1.id }.map { pin -> JSONValue in
            var row: JSONObject = [
                "id": .string(pin.id.rawValue), "version": .string(pin.version.description), "hash": .string(pin.hash),
            ]
            if let packed = plugins.first(where: { $0.plugin.id == pin.id }), packed.archive != nil {
                row["archive"] = .string(archivePath(packed.plugin))
            }
            return .object(row)
        }
        let bind = try workspace.profiles().map { profile -> JSONValue in
            let type =
                profile.ownType
                ?? plugins.first { $0.plugin.id == profile.integration }
                .flatMap { packed in profile.authorization.flatMap { packed.plugin.manifest.authorization($0) } }
            var row: JSONObject = ["profile": .string(profile.id.rawValue)]
            row["integration"] = profile.integration.map { .string($0.rawValue) }
            row["mode"] = .string(profile.mode.rawValue)
            row["fields"] = .array((type?.fields ?? []).map { .string($0.key) })
            return .object(row)
        }
        let secured = try VariableRecord.Kind.allCases.flatMap { try workspace.variables($0) }.filter(\.isSecured).map(\.key)
        return [
            "formatVersion": 1,
            "assistant": ["id": .string(workspace.settings.id), "name": workspace.settingsValue["name"] ?? ""],
            "plugins": .array(pins), "bind": .array(bind), "secured": .array(secured.sorted().map(JSONValue.string)),
            "hosts": .array(workspace.settings.hosts.map(JSONValue.string)),
        ]
    }
}
