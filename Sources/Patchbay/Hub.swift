import Foundation
import PatchbayAccess
package import PatchbayFiles
package import PatchbayModel
package import PatchbayRegistry
package import PatchbayWorkspace
import Synchronization

/// The front door: everything that the command line and the server do, they do through it.
///
/// Opening one reads nothing; each part is opened when it is first needed.
public final class Hub: Sendable {
    package let configuration: HubConfiguration
    /// Knows every secret that this process has opened.
    package let redactor = Redactor()
    let hasher = CryptoHasher()
    let loader: PluginLoader
    private let recoveries = Mutex<[String]>([])

    /// A hub over the places of the configuration; nothing is read yet.
    public init(_ configuration: HubConfiguration) {
        self.configuration = configuration
        loader = PluginLoader(hasher: CryptoHasher()) { dialog, file, template, plugin in
            DialogChecks.ofTemplate(dialog, file: file, template: template, plugin: plugin)
        }
    }

    // MARK: - Places

    /// The home's folder.
    package func homePath() throws -> String {
        if let home = configuration.home { return home }
        return try HomeLayout.path(environment: configuration.environment)
    }

    /// The home, if there is one; a change that a killed command left behind is finished or cleaned up first.
    func existingHome() throws -> HomeLayout? {
        guard let home = try HomeLayout(existing: homePath()) else { return nil }
        let access = try home.journal.read()
        if let recovery = access.recovery { note(recovery) }
        access.end()
        return home
    }

    /// The home, made where there is none.
    func home() throws -> HomeLayout { try HomeLayout(opening: homePath()) }

    func settings() throws -> HomeSettings { try HomeSettings(home: try existingHome()?.root) }

    /// The catalogue's folders.
    func catalogueFolders() throws -> [ShareLayout.Catalogue] {
        if let given = configuration.catalogues { return given.map { .init(plugins: $0) } }
        if let given = configuration.environment["PATCHBAY_PLUGINS"], !given.isEmpty {
            return given.split(separator: ":").map { .init(plugins: String($0)) }
        }
        return try ShareLayout.catalogues(environment: configuration.environment)
    }

    // MARK: - Parts

    package func catalogue() throws -> PluginCatalogue {
        let folders = try catalogueFolders()
        let home = try existingHome()
        return PluginCatalogue(folders: folders, index: home.map { CatalogueIndex(home: $0.root, name: "catalogue") })
    }

    /// The plugins of the home; nil where there is no home yet.
    package func existingPluginHome() throws -> PluginHome? {
        try existingHome().map { PluginHome($0, loader: loader, hasher: hasher) }
    }

    func pluginHome() throws -> PluginHome { PluginHome(try home(), loader: loader, hasher: hasher) }

    func vault() throws -> Vault {
        let home = try home().root
        try home.makeFolder("vault", mode: 0o700)
        let source = MasterKeySource(file: try settings().masterKeyFile, environment: configuration.environment)
        return Vault(root: try home.folder("vault"), keySource: source, redactor: redactor)
    }

    // MARK: - The workspace

    /// The workspace that a command works on, or nil outside of one.
    ///
    /// - Throws: `WorkspaceError` when the folder that was named is none.
    package func workspace() throws -> Workspace? { try workspaceRoot().map(opened) }

    /// The folder of the workspace that a command works on, or nil outside of one.
    ///
    /// - Throws: `WorkspaceError` when the folder that was named is none.
    package func workspaceRoot() throws -> Root? {
        if let path = configuration.workspace {
            let root = try Root(opening: path)
            guard Workspace.isWorkspace(root) else { throw WorkspaceError.noWorkspace(from: path) }
            return root
        }
        var folder = configuration.currentFolder
        while true {
            if FileManager.default.fileExists(atPath: folder + "/patchbay.json") {
                // The short form is what people read in messages.
                let shown = folder == configuration.currentFolder ? "." : folder
                return try Root(opening: shown == "." && isCurrentFolder ? "." : folder)
            }
            let parent = (folder as NSString).deletingLastPathComponent
            guard parent != folder, !parent.isEmpty else { return nil }
            folder = parent
        }
    }

    private func opened(_ root: Root) throws -> Workspace {
        let workspace = try Workspace(opening: root, by: author)
        if let recovery = workspace.recovery { note(recovery) }
        return workspace
    }

    /// Who changes workspaces through this hub.
    package var author: ChangeAuthor {
        ChangeAuthor(
            command: redactor.redact(configuration.command),
            clock: configuration.clock,
            hasher: hasher
        )
    }

    private func note(_ recovery: Recovery) { recoveries.withLock { $0.append(recovery.description) } }

    /// What was found so far of changes that killed commands left behind; each is told once.
    package func takeRecoveries() -> [String] {
        recoveries.withLock { found in
            defer { found = [] }
            return found
        }
    }

    private var isCurrentFolder: Bool { configuration.currentFolder == FileManager.default.currentDirectoryPath }

    /// The workspace that a command needs.
    package func requiredWorkspace() throws -> Workspace {
        guard let workspace = try workspace() else {
            throw WorkspaceError.noWorkspace(from: configuration.workspace ?? configuration.currentFolder)
        }
        return workspace
    }

    /// The plugins that a workspace pins; those that are not at hand or not allowed here are left out and said.
    package func plugins(of workspace: Workspace) throws -> (
        plugins: [PluginID: Plugin], missing: [String], refused: TrustError?
    ) {
        try plugins(pinnedBy: workspace.lock)
    }

    /// The plugins that a lock pins; those that are not at hand or not allowed here are left out and said.
    func plugins(pinnedBy lock: LockFile) throws -> (
        plugins: [PluginID: Plugin], missing: [String], refused: TrustError?
    ) {
        let home = try existingPluginHome()
        var plugins: [PluginID: Plugin] = [:]
        var missing: [String] = []
        var refused: TrustError?
        let policy = lock.plugins.isEmpty ? nil : try settings().policy
        for pin in lock.plugins {
            do {
                guard let home else { throw RegistryError.notInstalled(pin.id) }
                let plugin = try home.plugin(pinned: pin)
                try policy?.check(plugin.manifest) { try standing(of: plugin) }
                plugins[pin.id] = plugin
            } catch let error as TrustError {
                refused = refused ?? error
                missing.append(error.description)
            } catch let error as RegistryError {
                missing.append(error.description)
            }
        }
        return (plugins, missing, refused)
    }

    /// The bindings of a workspace; nil where this machine knows none.
    ///
    /// - Throws: ``HubError`` when the local id is known here with another folder: a copied workspace inherits nothing.
    func bindings(of workspace: Workspace) throws -> BindingStore? {
        guard let id = try workspace.localID(), let home = try existingHome()?.root else { return nil }
        let store = BindingStore(root: home, workspace: id)
        guard let remembered = try store.rememberedPath() else { return nil }
        let here = Root.realPath(workspace.root.path)
        guard remembered != here, Self.isSameFolder(remembered, id: id) else {
            if remembered != here { try store.remember(path: here) }
            return store
        }
        throw HubError(
            "copied",
            "this workspace is a copy of '\(remembered)' and inherits none of its credentials; "
                + "remove .patchbay/local/id here, then enable its integrations"
        )
    }

    /// The bindings of a workspace, its local id made where there is none.
    func makeBindings(of workspace: Workspace) throws -> BindingStore {
        if let store = try bindings(of: workspace) { return store }
        let store = BindingStore(root: try home().root, workspace: try workspace.makeLocalID(configuration.ids))
        try store.remember(path: Root.realPath(workspace.root.path))
        return store
    }

    /// Whether the folder that is remembered still is a workspace of that id: then this one is a copy, else it was moved.
    private static func isSameFolder(_ path: String, id: String) -> Bool {
        guard let text = try? String(contentsOfFile: path + "/.patchbay/local/id", encoding: .utf8) else {
            return false
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines) == id
    }
}
