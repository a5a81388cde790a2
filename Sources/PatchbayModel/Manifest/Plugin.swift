/// The files of one plugin, wherever they lie.
package protocol PluginFiles: Sendable {
    /// A file's content.
    ///
    /// - Parameter path: Relative to the plugin's folder, such as `schemas/messages.json`.
    /// - Returns: The bytes of the whole file.
    /// - Throws: What the folder or archive says about a file that is missing or can't be read.
    func read(_ path: String) throws -> [UInt8]
    /// The names in a folder, sorted; empty when there is no such folder.
    func names(in folder: String) throws -> [String]
    /// The paths of all files, in the order of their bytes.
    func paths() throws -> [String]
    /// The paths of all files at any depth beneath a folder, in the order of their bytes.
    func paths(beneath folder: String) throws -> [String]
    /// Whether a file may be executed, as far as its place says so.
    func isExecutable(_ path: String) throws -> Bool
}

extension PluginFiles {
    package func isExecutable(_ path: String) throws -> Bool { false }

    package func paths(beneath folder: String) throws -> [String] {
        try paths().filter { $0.utf8.starts(with: (folder + "/").utf8) }
    }
}

/// A loaded plugin.
package struct Plugin: Sendable {
    package let manifest: PluginManifest
    /// The tree hash, `sha256:…`; empty for a folder that nobody has hashed.
    package let hash: String
    package let files: any PluginFiles

    package init(manifest: PluginManifest, hash: String, files: any PluginFiles) {
        self.manifest = manifest
        self.hash = hash
        self.files = files
    }

    package var id: PluginID { manifest.id }

    /// A JSON file of the plugin, as a `$ref` of its schemas names it.
    package func json(_ path: String) throws -> JSONValue { try JSONReader().read(try files.read(path)) }
}
