package import PatchbayModel

/// The hash of a whole plugin: SHA-256 over path, length and content of every file, in the order of the paths' bytes.
package enum TreeHash {
    /// The digest as `sha256:…`.
    ///
    /// Each file gives its path, a zero byte (which no path holds), its length as eight bytes, the highest first, and
    /// its content, so that no two trees give the same bytes.
    package static func hash(of files: any PluginFiles, with hasher: any ContentHasher) throws -> String {
        var parts: [[UInt8]] = []
        for path in try files.paths() {
            let content = try files.read(path)
            parts.append(Array(path.utf8) + [0])
            parts.append((0..<8).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) })
            parts.append(content)
        }
        return type(of: hasher).name(hasher.sha256(parts))
    }
}
