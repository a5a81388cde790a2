/// A file that somebody named by a path of this system: its folder, opened, and its name there.
package struct NamedFile: Sendable {
    package let root: Root
    package let name: RelativePath

    /// Opens the folder of a file; the file itself need not be there.
    ///
    /// Links on the way to the folder are followed, for the user named it.
    ///
    /// - Parameters:
    ///   - path: The path as the user wrote it; without a folder it means the current one.
    ///   - makesFolder: Whether a missing folder is made, with mode 0755.
    /// - Throws: ``FileError``, for a path that names a folder, too.
    package init(_ path: String, makesFolder: Bool = false) throws(FileError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let last = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if !path.isEmpty, ["", ".", ".."].contains(last) {
            throw .badName(RelativePath.shown(path), reason: "it names a folder; add the name of a file")
        }
        name = try RelativePath(last)
        root = makesFolder ? try Root(creating: folder, mode: 0o755) : try Root(opening: folder)
    }

    /// The file as the user named it.
    package var place: String { root.place(name) }

    /// The file's bytes.
    ///
    /// - Throws: ``FileError/tooLarge(_:limit:)`` and whatever keeps it from being read.
    package func read(maxBytes: Int) throws(FileError) -> [UInt8] { try root.read(name, maxBytes: maxBytes) }

    /// Replaces the file whole, or not at all.
    package func write(_ bytes: [UInt8]) throws(FileError) { try root.write(bytes, to: name) }
}
