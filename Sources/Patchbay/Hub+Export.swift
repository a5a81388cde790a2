import PatchbayAccess
import PatchbayArchive
import PatchbayDialog
import PatchbayFiles
package import PatchbayModel
import PatchbayRegistry
package import PatchbayWorkspace

/// A workspace in one file.
package struct ExportedWorkspace: Sendable {
    package let archive: [UInt8]
    /// The SHA-256 of the archive as 64 hexadecimal digits.
    package let hash: String
    package let entries: Int
    /// Files that are not part of a workspace and stayed behind.
    package let leftOut: [String]

    /// Whether a file that begins so is an export: a zip whose first entry is `export.json`.
    package static func isExport(_ start: [UInt8]) -> Bool {
        start.starts(with: [0x50, 0x4B, 3, 4]) && start.dropFirst(30).starts(with: "export.json".utf8)
    }
}

extension Hub {
    /// Exports a workspace, or with dialogs only them and what they depend on.
    ///
    /// - Throws: `WorkspaceError.secretInFile` when a file holds what looks like a secret, or a credential that this
    ///   machine keeps for the workspace; ``HubError`` when a pinned plugin isn't at hand or was changed.
    package func export(
        _ workspace: Workspace,
        dialogs: [DialogID] = [],
        withPlugins: Bool,
        compressed: Bool
    ) throws -> ExportedWorkspace {
        let writer = ZipWriter()
        let selection = dialogs.isEmpty ? nil : try ExportSelection(of: dialogs, in: workspace)
        let (plugins, missing, _) = try plugins(pinnedBy: selection?.lock ?? workspace.lock)
        // Without them the export would say less than elsewhere.
        guard missing.isEmpty else { throw HubError("not-installed", missing.joined(separator: "\n")) }
        let known = try credentials(of: workspace, plugins: plugins)
        func secrets(_ path: String, _ bytes: [UInt8]) -> [Diagnostic] {
            Self.secrets(in: bytes, path: path, known: known)
        }
        let packed = try plugins.values.map { plugin in
            WorkspaceExport.PackedPlugin(
                plugin: plugin,
                archive: withPlugins ? try pack(plugin, with: writer, findSecrets: secrets) : nil
            )
        }
        let export = try WorkspaceExport(
            of: workspace,
            selection,
            plugins: packed,
            hasher: hasher,
            findSecrets: secrets
        )
        let archive = try writer.zip(export.entries, compressed: compressed)
        return ExportedWorkspace(
            archive: archive,
            hash: String(hasher.contentHash(archive).dropFirst("sha256:".count)),
            entries: export.entries.count,
            leftOut: export.leftOut
        )
    }

    /// What looks like a secret in a file, and what is one of this machine's.
    static func secrets(in bytes: [UInt8], path: String, known: Redactor) -> [Diagnostic] {
        SecretScan.diagnostics(in: bytes, file: path)
            + known.names(in: bytes).sorted().map {
                Diagnostic(
                    file: path,
                    "this holds the stored credential '\($0)'; secrets don't belong in files",
                    remedy: "remove it; calls take it from the vault by themselves"
                )
            }
    }

    /// What the vault keeps for a workspace, but for what is no secret: choices, addresses, names of accounts.
    func credentials(of workspace: Workspace, plugins: [PluginID: Plugin]) throws -> Redactor {
        let known = Redactor()
        let bindings: BindingStore
        do {
            guard let found = try self.bindings(of: workspace) else { return known }
            bindings = found
        } catch let error as HubError where error.code == "copied" {
            return known  // A copy has no credentials, and is exported like its original.
        }
        let vault = try vault()
        for binding in try bindings.all() {
            let fields = try vault.fields(
                workspace: bindings.workspace,
                integration: binding.integration.rawValue,
                profile: binding.profile.rawValue
            )
            let open = (plugins[binding.integration]?.manifest.authorization ?? []).flatMap(\.fields)
                .filter { $0.kind != .password && $0.kind != .file }
            for (key, secret) in fields ?? [:] where !open.contains(where: { $0.key == key }) {
                // A shorter one may be an ordinary word.
                guard secret.open({ $0.utf8.count >= 8 }) else { continue }
                known.register(secret, as: "\(binding.integration)/\(binding.profile)/\(key)")
            }
        }
        return known
    }

    /// A plugin as an archive that can be installed.
    ///
    /// - Throws: `WorkspaceError.secretInFile`; ``HubError`` when it isn't what the lock pins.
    private func pack(
        _ plugin: Plugin,
        with writer: any ArchiveWriter,
        findSecrets: (_ path: String, _ bytes: [UInt8]) -> [Diagnostic]
    ) throws -> [UInt8] {
        let entries = try plugin.files.paths().map { ArchiveEntry(path: $0, bytes: try plugin.files.read($0)) }
        guard try TreeHash.hash(of: MemoryPluginFiles(entries), with: hasher) == plugin.hash else {
            throw HubError(
                "changed",
                "plugin '\(plugin.id)' is not what the lock pins; 'patchbay plugin verify \(plugin.id)' shows it"
            )
        }
        let secrets = entries.flatMap { findSecrets("plugin \(plugin.id): \($0.path)", $0.bytes) }
        guard secrets.isEmpty else { throw WorkspaceError.secretInFile(secrets) }
        return try writer.zip(entries, compressed: true)
    }
}
