import Glibc

/// The home: where plugins, credentials, bindings and conversations of one user stand, and what each place is called.
package struct HomeLayout: Sendable {
    /// The home's folder.
    package let root: Root

    /// Settings of this machine.
    package let settings: RelativePath = "settings.json"
    /// The vault's folder, 0700, its files 0600.
    package static let vault: RelativePath = "vault"
    /// Installed plugins.
    package let plugins: RelativePath = "plugins"
    /// What workspaces have here: one folder per local id.
    package let workspaces: RelativePath = "workspaces"
    /// What is kept to be fast and can be made anew.
    package let index: RelativePath = "index"
    /// The lock file.
    package let lock: RelativePath = "lock"

    /// Where the home is: `PATCHBAY_HOME`, else `patchbay` in `XDG_CONFIG_HOME`, else in `.config` of `HOME`.
    ///
    /// An empty variable counts as none, and so does a relative `XDG_CONFIG_HOME` (XDG Base Directory 0.8).
    ///
    /// - Throws: ``FileError/noHome``.
    package static func path(environment: [String: String]) throws(FileError) -> String {
        if let home = environment["PATCHBAY_HOME"], !home.isEmpty { return home }
        if let folder = environment["XDG_CONFIG_HOME"], folder.utf8.first == UInt8(ascii: "/") {
            return folder + "/patchbay"
        }
        guard let user = environment["HOME"], user.utf8.first == UInt8(ascii: "/") else { throw .noHome }
        return user + "/.config/patchbay"
    }

    /// Opens a home, and makes it with mode 0700 where there is none.
    ///
    /// - Throws: ``FileError/openToOthers(_:mode:)`` or ``FileError/foreign(_:)`` for a home that others control.
    package init(opening path: String) throws(FileError) {
        try self.init(root: Root(creating: path, mode: 0o700))
    }

    /// Opens a home that is there; nil when there is none, so that reading makes nothing.
    ///
    /// - Throws: As ``init(opening:)``.
    package init?(existing path: String) throws(FileError) {
        do {
            try self.init(root: Root(opening: path))
        } catch .missing {
            return nil
        }
    }

    private init(root: Root) throws(FileError) {
        self.root = root
        let shown = root.shown(nil)
        let facts: FileFacts
        let folder = try root.open(folder: nil)
        do {
            facts = try root.calls.facts("", in: folder)
        } catch {
            throw FileError(.inspect, shown, error)
        }
        guard facts.owner == geteuid() || geteuid() == 0 else { throw .foreign(shown) }
        guard facts.mode & 0o022 == 0 else { throw .openToOthers(shown, mode: facts.mode) }
    }

    /// The home's journal; folders that it makes have mode 0700.
    package var journal: Journal { Self.journal(of: root) }

    /// The journal of a home that is open.
    package static func journal(of root: Root) -> Journal {
        Journal(root: root, folder: "journal", lock: "lock", folderMode: 0o700)
    }

    /// The folder of all versions of a plugin.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package func plugin(_ id: String) throws(FileError) -> RelativePath { try plugins.appending(Self.part(id)) }

    /// The folder of an installed plugin: `plugins/<id>/<version>-<first 12 digits of its hash>`.
    ///
    /// `hash` is written as `sha256:` and 64 digits, or as the digits only.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package func plugin(_ id: String, version: String, hash: String) throws(FileError) -> RelativePath {
        let digits = hash.utf8.starts(with: "sha256:".utf8) ? hash.dropFirst(7) : hash[...]
        return try plugin(id).appending(Self.part("\(version)-\(digits.prefix(12))"))
    }

    /// The folder of what a workspace has here.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package func workspace(_ localID: String) throws(FileError) -> RelativePath {
        try workspaces.appending(Self.part(localID))
    }

    /// The binding of an integration's profile in a workspace.
    ///
    /// - Throws: ``FileError/badName(_:reason:)``.
    package func binding(
        workspace localID: String,
        integration: String,
        profile: String
    ) throws(FileError) -> RelativePath {
        try workspace(localID).appending(Self.part(integration)).appending(Self.part(profile + ".json"))
    }

    /// An id as one part of a path.
    private static func part(_ id: String) throws(FileError) -> RelativePath {
        let path = try RelativePath(id)
        guard path.parts.count == 1 else { throw .badName(RelativePath.shown(id), reason: "it has a '/'") }
        return path
    }
}
