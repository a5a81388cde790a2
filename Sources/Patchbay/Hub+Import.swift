import Foundation
import PatchbayAccess
import PatchbayArchive
import PatchbayFiles
package import PatchbayModel
import PatchbayRegistry
package import PatchbayWorkspace

/// An export that is about to be imported: read and checked, nothing written yet.
package struct ImportCandidate: Sendable {
    package let archive: ImportArchive
    package let plan: ImportPlan
    /// The plugins that are not in the home and can be had: from the export itself, or from the catalogue.
    package let offered: [OfferedPlugin]
    /// Those that can't be had.
    package let missing: [MissingPlugin]

    /// A plugin that an import may bring.
    package struct OfferedPlugin: Sendable {
        package let candidate: PluginCandidate
        package let isInside: Bool
    }
}

/// A plugin that an imported workspace pins and that is not installed.
package struct MissingPlugin: Sendable {
    package let pin: LockFile.PinnedPlugin
    /// Why, in words.
    package let reason: String

    /// What brings it, as it is typed.
    package let remedy: String

    package init(pin: LockFile.PinnedPlugin, reason: String, remedy: String? = nil) {
        self.pin = pin
        self.reason = reason
        self.remedy = remedy ?? "patchbay plugin install \(pin.id)@\(pin.version)"
    }

    /// `{id, version, hash, reason, remedy}`.
    package var json: JSONValue {
        [
            "id": .string(pin.id.rawValue), "version": .string(pin.version.description), "hash": .string(pin.hash),
            "reason": .string(reason), "remedy": .string(remedy),
        ]
    }
}

extension Hub {
    /// How much of an export is read.
    private static let importLimits: ArchiveLimits = {
        var limits = ArchiveLimits()
        limits.maxArchiveBytes = 256 << 20
        limits.maxContentBytes = 512 << 20
        limits.maxEntries = 50_000
        return limits
    }()

    /// Reads and checks an export.
    ///
    /// - Throws: `ArchiveError` or `DiagnosticError` with what is wrong with it, naming the file and the place.
    package func importArchive(_ path: String) throws -> ImportArchive {
        let file = try NamedFile(path)
        let bytes = try file.read(maxBytes: Self.importLimits.maxArchiveBytes)
        do {
            let entries = try StrictArchiveReader(limits: Self.importLimits).entries(of: bytes)
            return try ImportArchive(entries, name: file.place, hasher: hasher)
        } catch var error as ArchiveError {
            error.file = file.place
            throw error
        }
    }

    /// Plans an import into a workspace, or into a folder that becomes one.
    package func plan(
        _ archive: ImportArchive,
        into workspace: Workspace?,
        folder: String,
        _ mode: ImportPlan.Mode
    ) async throws -> ImportCandidate {
        let plan: ImportPlan
        if let workspace {
            plan = try ImportPlan(archive, into: workspace, mode)
        } else {
            var root: Root?
            do throws(FileError) { root = try Root(opening: folder) } catch .missing {}
            plan = try ImportPlan(new: archive, in: root)
        }
        var offered: [ImportCandidate.OfferedPlugin] = []
        var missing: [MissingPlugin] = []
        let home = try existingPluginHome()
        for plugin in archive.plugins {
            // Where the workspace pins a higher version, this one is not needed.
            let kept = mode == .incremental ? workspace?.lock.pin(of: plugin.pin.id) : nil
            if let kept, kept != plugin.pin, kept.version >= plugin.pin.version { continue }
            if let home, (try? home.plugin(pinned: plugin.pin)) != nil { continue }
            if let bytes = plugin.archive {
                let candidate = try await candidate(inside: bytes, of: plugin.pin, export: archive.name)
                offered.append(.init(candidate: candidate, isInside: true))
                continue
            }
            do {
                let candidate = try await candidate("\(plugin.pin.id)@\(plugin.pin.version)")
                if candidate.plugin.hash == plugin.pin.hash {
                    offered.append(.init(candidate: candidate, isInside: false))
                } else {
                    let reason = "the catalogue has another content of this version"
                    missing.append(MissingPlugin(pin: plugin.pin, reason: reason))
                }
            } catch let error as RegistryError {
                missing.append(MissingPlugin(pin: plugin.pin, reason: error.description))
            } catch FileError.noShare {
                missing.append(MissingPlugin(pin: plugin.pin, reason: "there is no catalogue here"))
            }
        }
        return ImportCandidate(archive: archive, plan: plan, offered: offered, missing: missing)
    }

    /// A plugin that came along, checked like any other, and compared with what the export says of it.
    private func candidate(
        inside bytes: [UInt8],
        of pin: LockFile.PinnedPlugin,
        export: String
    ) async throws -> PluginCandidate {
        let inside = "\(export): plugins/\(pin.id)-\(pin.version).zip"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("patchbay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: folder) }  // the system clears its folder, too
        let file = folder.appendingPathComponent("\(pin.id)-\(pin.version).zip").path
        try NamedFile(file).write(bytes)
        let candidate: PluginCandidate
        do {
            candidate = try await self.candidate(file)
        } catch let error as DiagnosticError {
            throw DiagnosticError(
                error.diagnostics.map { found in
                    var found = found
                    found.file = found.file?.replacing(file, with: inside)
                    return found
                }
            )
        } catch var error as ArchiveError {
            error.file = inside
            throw error
        }
        let manifest = candidate.plugin.manifest
        guard manifest.id == pin.id, manifest.version == pin.version, candidate.plugin.hash == pin.hash else {
            throw HubError(
                "invalid",
                "'\(inside)' is not the plugin that export.json names; export the workspace anew"
            )
        }
        return candidate
    }

    /// Installs plugins that an import brings; pinning them is the imported lock's.
    package func installOffered(_ offered: [ImportCandidate.OfferedPlugin]) throws {
        for one in offered where !one.candidate.isInstalled { _ = try pluginHome().install(one.candidate.plugin) }
    }

    /// The credentials of an export that are not bound in a workspace; nil is one that is not there yet.
    package func unbound(of archive: ImportArchive, in workspace: Workspace?) throws -> [ImportArchive.Bind] {
        let bindings: [Binding]
        do {
            bindings = try workspace.flatMap { try self.bindings(of: $0) }?.all() ?? []
        } catch let error as HubError where error.code == "copied" {
            bindings = []  // A copy inherits none.
        }
        var wanted = archive.bind
        for use in archive.needs.uses.sorted(by: { $0.integration < $1.integration }) where use.integration != .custom {
            let profile = use.profile ?? archive.usualProfile(of: use.integration)
            guard !wanted.contains(where: { $0.profile == profile }) else { continue }
            let pin = archive.plugins.first { $0.pin.id == use.integration }?.pin
            let plugin = try pin.flatMap { pin in try existingPluginHome().flatMap { try? $0.plugin(pinned: pin) } }
            let type = plugin?.manifest.authorization.first
            wanted.append(
                ImportArchive.Bind(
                    profile: profile,
                    integration: use.integration,
                    mode: AuthorizationType.Mode.preAuthorized.rawValue,
                    fields: type?.fields.map(\.key) ?? []
                )
            )
        }
        return wanted.filter { bind in
            !bindings.contains {
                $0.integration == bind.integration ?? .custom && $0.profile == bind.profile && $0.isEnabled
                    && !$0.isFailing
            }
        }
    }

    /// What binds a credential, as it is typed.
    package func enabling(_ bind: ImportArchive.Bind) -> String {
        "patchbay integration enable \(Self.commandWords(bind.integration ?? .custom, bind.profile))"
    }
}
