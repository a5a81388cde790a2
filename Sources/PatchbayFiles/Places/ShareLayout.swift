import CPlatform
import Glibc

/// Where the plugins and schemas stand that come with the program.
package struct ShareLayout: Sendable, Equatable {
    /// A folder with plugins, and the one that may hold their templates.
    package struct Catalogue: Sendable, Equatable {
        /// Holds `<plugin id>/plugin.json`.
        package let plugins: String
        /// Holds `<plugin id>/<template id>/` for plugins without templates of their own; nil when there is none.
        package let templates: String?

        /// A catalogue; templates are looked for in `Templates` or `templates` beside it.
        package init(plugins: String) {
            self.plugins = plugins
            let beside = ShareLayout.parent(of: plugins)
            templates = ["Templates", "templates"].map { beside + "/" + $0 }.first(where: ShareLayout.isFolder)
        }
    }

    /// The catalogues; the first that has a plugin wins.
    package let pluginFolders: [Catalogue]
    /// The folder of JSON Schemas; nil when there is none.
    package let schemas: String?

    /// Looks in `PATCHBAY_SHARE`, else in `share/patchbay` beside the folder of the program, else in the source tree
    /// that the program was built in.
    ///
    /// `program` is the program's own path, by default as the kernel says it.
    ///
    /// - Throws: ``FileError/noShare``; ``FileError/missing(_:)`` when `PATCHBAY_SHARE` names no folder.
    package init(environment: [String: String], program: String? = Self.program()) throws(FileError) {
        if let share = environment["PATCHBAY_SHARE"], !share.isEmpty {
            guard Self.isFolder(share) else { throw .missing(RelativePath.shown(share)) }
            self.init(share: share)
            return
        }
        guard let program else { throw .noShare }
        var folder = Self.parent(of: program)
        let installed = Self.parent(of: folder) + "/share/patchbay"
        if Self.isFolder(installed) {
            self.init(share: installed)
            return
        }
        while !folder.isEmpty, folder != "/" {
            if unsafe access(folder + "/Package.swift", F_OK) == 0, Self.isFolder(folder + "/Plugins") {
                self.init(share: folder)
                return
            }
            folder = Self.parent(of: folder)
        }
        throw .noShare
    }

    /// The catalogues that come with the program; none where nothing comes with it.
    ///
    /// - Throws: ``FileError/missing(_:)`` when `PATCHBAY_SHARE` names no folder.
    package static func catalogues(environment: [String: String]) throws(FileError) -> [Catalogue] {
        do throws(FileError) {
            return try ShareLayout(environment: environment).pluginFolders
        } catch .noShare {
            return []
        }
    }

    private init(share: String) {
        pluginFolders = ["Plugins", "plugins"].map { share + "/" + $0 }.filter(Self.isFolder).prefix(1).map(
            Catalogue.init
        )
        schemas = ["schema", "docs/schema"].map { share + "/" + $0 }.first(where: Self.isFolder)
    }

    /// The path of the running program; nil when the kernel does not say.
    package static func program() -> String? {
        let path = unsafe [CChar](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = unsafe max(0, Int(patchbay_program(buffer.baseAddress, 4096)))
        }
        return path.isEmpty ? nil : String(decoding: path.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func parent(of path: String) -> String {
        if path == "." || path == ".." || path.hasSuffix("/..") { return path + "/.." }
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
}
