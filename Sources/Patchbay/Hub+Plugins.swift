import Foundation
import PatchbayArchive
import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
import PatchbayWorkspace

/// A plugin in a list: at hand, installed, pinned.
package struct PluginRow: Sendable {
    package let summary: PluginSummary
    /// Whether a version is in the home.
    package let isInstalled: Bool
    /// The version that the workspace pins; nil outside of one or where it pins none.
    package let pinned: Version?
    /// The index that offers it; nil for one of the catalogue or the home.
    package var index: String?
}

/// A plugin that is about to be installed: read and checked, nothing written yet.
package struct PluginCandidate: Sendable {
    package let plugin: Plugin
    package let templates: [PluginTemplate]
    package let warnings: [Diagnostic]
    /// The scripts in its templates.
    package let scripts: [String]
    /// Whether this very content is installed already.
    package let isInstalled: Bool
    /// The version that the workspace pins now.
    package let pinned: LockFile.PinnedPlugin?
    /// What it may do beyond the pinned version: hosts, fields, authorization, another signer; empty when it asks for
    /// nothing new.
    package let differences: [String]
    /// Who signed it, as far as this machine can tell.
    package let standing: SignatureStanding
    /// Why the home's policy does not let it in; nil where it does.
    package let refusal: TrustError?
}

extension Hub {
    /// All plugins of the catalogue and the home; one entry for each id: the pinned version, else the newest.
    package func pluginRows(withIndexes: Bool = true) throws -> (rows: [PluginRow], diagnostics: [Diagnostic]) {
        var (offered, diagnostics) = try catalogue().list()
        let indexed = withIndexes ? try offers() : (offers: [], diagnostics: [])
        diagnostics += indexed.diagnostics
        let byIndex = Dictionary(grouping: indexed.offers, by: \.entry.id)
        let home = try existingPluginHome()
        let installed = try home?.list() ?? []
        let lock = try workspace()?.lock
        var rows: [PluginRow] = []
        let offers = Dictionary(offered.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let versions = Dictionary(grouping: installed, by: \.id)
        for id in Set(offers.keys).union(versions.keys).union(byIndex.keys).sorted() {
            let pin = lock?.pin(of: id)
            let chosen = versions[id]?.first { $0.version == pin?.version } ?? versions[id]?.first
            if let chosen, let home {
                let plugin = try home.plugin(chosen, hash: "")
                let summary = PluginSummary(plugin.manifest, place: home.place(of: chosen))
                rows.append(PluginRow(summary: summary, isInstalled: true, pinned: pin?.version))
            } else if let summary = offers[id] {
                rows.append(PluginRow(summary: summary, isInstalled: false, pinned: pin?.version))
            } else if let best = byIndex[id]?.max(by: { $0.entry.version < $1.entry.version }) {
                let names = Set(byIndex[id]?.map(\.source.name) ?? []).sorted().joined(separator: ", ")
                let summary = best.entry.summary
                rows.append(PluginRow(summary: summary, isInstalled: false, pinned: pin?.version, index: names))
            }
        }
        return (rows, diagnostics)
    }

    /// Reads and checks what somebody wants to install.
    ///
    /// What an index offers is fetched where it lies: from the catalogue's own plugins no index takes the id.
    ///
    /// - Parameters:
    ///   - source: An id, with a version or not, or a path.
    ///   - index: The index that is asked instead of the catalogue.
    ///   - asListed: Whether an id means what a list shows: the pinned version, else the newest in the home.
    /// - Returns: The plugin with all that is shown of it.
    /// - Throws: `DiagnosticError` with everything that is wrong with it; `TrustError` for a signature that does not
    ///   cover exactly its files.
    package func candidate(
        _ source: String,
        from index: String? = nil,
        asListed: Bool = false
    ) async throws -> PluginCandidate {
        let files: any PluginFiles
        let name: String
        var offer: IndexOffer?
        let reference = try PluginReference(source, isFolder: { _ in false })
        if index != nil { try reference.requireID(source) }
        switch reference {
        case .catalogue(let id, let version):
            name = id.rawValue
            let listed = asListed && version == nil && index == nil ? try listedFiles(id) : nil
            if let listed { files = listed } else { (files, offer) = try await offeredFiles(id, version, from: index) }
        case .folder(let path):
            name = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            files = try Self.still(folderFiles(name))
        case .archive(let path):
            name = path
            files = try archiveFiles(path)
        }
        let loaded = try loader.load(files, name: name)
        let plugin = try loaded.checked()
        let standing = try standing(of: plugin)
        try offer?.check(plugin, signedBy: standing)
        if let range = plugin.manifest.patchbay, !range.contains(HubVersion.current) {
            throw RegistryError.notFor(plugin.id, range: range.description, hub: HubVersion.current)
        }
        let installed = try isInstalled(plugin)
        let pinned = try workspace()?.lock.pin(of: plugin.id)
        let before = pinned.flatMap { pin in try? existingPluginHome()?.plugin(pinned: pin) }
        return PluginCandidate(
            plugin: plugin,
            templates: loaded.templates,
            warnings: loaded.diagnostics,
            scripts: try plugin.files.paths().filter { $0.hasSuffix(".js") },
            isInstalled: installed,
            pinned: pinned,
            differences: differences(from: before, to: plugin, signedBy: standing, by: offer),
            standing: standing,
            refusal: try refusal(of: plugin)
        )
    }

    /// Installs a candidate into the home and, in a workspace, pins it there: the home first, then the workspace.
    ///
    /// - Returns: Whether anything changed.
    package func install(_ candidate: PluginCandidate) throws -> Bool {
        let plugin = candidate.plugin
        if let refusal = candidate.refusal { throw refusal }
        if !candidate.isInstalled { _ = try pluginHome().install(plugin) }
        let pin = LockFile.PinnedPlugin(id: plugin.id, version: plugin.manifest.version, hash: plugin.hash)
        // A pin has nothing to do with what other commands write meanwhile: then it goes beside that.
        for _ in 0..<20 {
            guard let workspace = try workspace() else { return !candidate.isInstalled }
            guard workspace.lock.pin(of: plugin.id) != pin else { return !candidate.isInstalled }
            do {
                try workspace.pin(pin)
                return true
            } catch let error as WorkspaceError {
                guard case .changedMeanwhile = error else { throw error }
            }
        }
        throw WorkspaceError.changedMeanwhile
    }

    /// Removes a plugin: in a workspace its pin and, where no other workspace uses it, its versions in the home.
    ///
    /// - Throws: `RegistryError.inUse` when something uses it.
    package func removePlugin(_ id: PluginID) throws -> [PluginHome.Installed] {
        try checkRemoval(of: id)
        let home = try pluginHome()
        let installed = try home.list().filter { $0.id == id }
        if let workspace = try workspace(), workspace.lock.pin(of: id) != nil { try workspace.unpin(id) }
        for version in installed { try home.remove(version) }
        return installed
    }

    /// Whether a plugin may be removed; what speaks against it is said before anybody is asked.
    package func checkRemoval(of id: PluginID) throws {
        guard try existingPluginHome()?.newest(of: id) != nil else { throw notInstalled(id) }
        if let workspace = try workspace(), workspace.lock.pin(of: id) != nil {
            let users = workspace.lock.templates.filter { $0.plugin == id }.map { "template instance '\($0.instance)'" }
            guard users.isEmpty else { throw RegistryError.inUse(id, by: users) }
            let others = try workspacesUsing(id).filter { $0 != Root.realPath(workspace.root.path) }
            guard others.isEmpty else { throw RegistryError.inUse(id, by: others.map { "the workspace '\($0)'" }) }
        } else {
            let users = try workspacesUsing(id)
            guard users.isEmpty else { throw RegistryError.inUse(id, by: users.map { "the workspace '\($0)'" }) }
        }
    }

    /// What to say of a plugin that is not installed: how to install it, or, where there is none, the near name.
    package func notInstalled(_ id: PluginID) -> RegistryError {
        // What cannot be listed is no reason to say less than the rest.
        let offered = (try? catalogue().list().plugins.map(\.id)) ?? []
        let indexed = (try? offers().offers.map(\.entry.id)) ?? []
        let installed = (try? existingPluginHome()?.list().map(\.id)) ?? []
        guard !offered.contains(id), !installed.contains(id), !indexed.contains(id) else { return .notInstalled(id) }
        let near = NearName.suggestion(for: id.rawValue, among: (offered + installed + indexed).map(\.rawValue))
        return .unknownPlugin(id.rawValue, near: near)
    }

    /// Recomputes the hashes of installed versions; with an id only of that plugin's.
    package func verifyPlugins(_ id: PluginID?) throws -> [PluginVerification] {
        guard let home = try existingPluginHome() else {
            if let id { throw notInstalled(id) }
            return []
        }
        let chosen = try home.list().filter { id == nil || $0.id == id }
        if let id, chosen.isEmpty { throw notInstalled(id) }
        return try chosen.map { installed in
            let (isGood, hash) = try home.verify(installed)
            do {
                let standing = try standing(of: home.wholePlugin(installed))
                return PluginVerification(installed: installed, isSame: isGood, hash: hash, standing: standing)
            } catch {
                let problem = String(describing: error)
                return PluginVerification(installed: installed, isSame: isGood, hash: hash, problem: problem)
            }
        }
    }

    /// Everything there is to say about a plugin's folder or archive, and its grade.
    package func lintPlugin(_ path: String) throws -> LoadedPlugin {
        if case .archive(let path) = try PluginReference(path, isFolder: { _ in true }) {
            return try loader.load(try archiveFiles(path), name: path)
        }
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        return try loader.load(try folderFiles(trimmed), name: trimmed)
    }

    func folderFiles(_ path: String) throws -> FolderPluginFiles {
        do {
            return try PluginCatalogue.files(in: path)
        } catch let error as FileError {
            guard case .notAFolder = error else { throw error }
            throw HubError("invalid", "'\(path)' is no plugin: name a folder, a .zip or a .tar.gz")
        }
    }

    func archiveFiles(_ path: String) throws -> any PluginFiles {
        let file = try NamedFile(path)
        return try Self.archiveFiles(of: try file.read(maxBytes: PluginIndex.maxArchiveBytes), place: file.place)
    }

    /// The workspaces on this machine whose lock pins a plugin.
    private func workspacesUsing(_ id: PluginID) throws -> [String] {
        guard let home = try existingHome()?.root, try home.exists("workspaces") else { return [] }
        var users: [String] = []
        // A workspace that is gone uses nothing.
        for entry in try home.list("workspaces") where entry.kind == .folder {
            let path = try RelativePath("workspaces/\(entry.name)/workspace.json")
            guard try home.exists(path),
                let place = try JSONReader().read(try home.read(path, maxBytes: 1 << 16))["path"]?.string,
                let root = try? Root(opening: place), let other = try? Workspace(opening: root)
            else { continue }
            if other.lock.pin(of: id) != nil { users.append(place) }
        }
        return users.sorted()
    }
}

/// Archives often wrap everything in one folder.
enum PluginArchive {
    /// The entries without the one folder around them all, where there is no `plugin.json` at the top.
    static func unwrapped(_ entries: [ArchiveEntry]) -> [ArchiveEntry] {
        guard !entries.contains(where: { $0.path == "plugin.json" }) else { return entries }
        let tops = Set(entries.map { $0.path.prefix { $0 != "/" } })
        guard tops.count == 1, let top = tops.first, entries.allSatisfy({ $0.path.count > top.count + 1 }) else {
            return entries
        }
        return entries.map {
            ArchiveEntry(
                path: String($0.path.dropFirst(top.count + 1)),
                bytes: $0.bytes,
                isExecutable: $0.isExecutable
            )
        }
    }
}

/// What a plugin may do, for the question before it is installed and for comparing two versions.
package struct PluginReach: Sendable, Equatable {
    package let hosts: [String]
    package let credentials: [String]
    /// The types, and where each puts its fields.
    package let authorization: [String]
    /// What is asked for that is no secret, and may stand in a host's name.
    package let connection: [String]

    package init(_ manifest: PluginManifest) {
        hosts = manifest.hosts.map { "\($0.scheme)://\($0.host)" + ($0.port.map { ":\($0)" } ?? "") }
        credentials = manifest.authorization.flatMap { type in type.fields.map { "\(type.id): \($0.key)" } }
        authorization = manifest.authorization.map { type in
            "\(type.id) (\(([type.kind.rawValue] + type.send.map(Self.place)).joined(separator: ", ")))"
        }
        connection = manifest.connection.map(\.key)
    }

    private static func place(_ rule: SendRule) -> String {
        switch rule {
        case .value(let place, let name, _, _): "in \(place.rawValue) \(name)"
        case .basic: "in header Authorization"
        }
    }

    /// What another one may do or asks for that differs, in words.
    func differences(to other: PluginReach) -> [String] {
        func compare(_ what: String, _ mine: [String], _ theirs: [String]) -> [String] {
            theirs.filter { !mine.contains($0) }.map { "new \(what): \($0)" }
                + mine.filter { !theirs.contains($0) }.map { "no longer \(what): \($0)" }
        }
        return compare("host", hosts, other.hosts) + compare("credential", credentials, other.credentials)
            + compare("authorization", authorization, other.authorization)
            + compare("connection value", connection, other.connection)
    }
}
