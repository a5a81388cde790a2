import PatchbayFiles

extension RelativePath {
    /// The path of ids, each of which is one part of it.
    ///
    /// - Throws: `FileError.badName` for an id with a slash, too.
    static func joining(_ parts: [String]) throws(FileError) -> RelativePath {
        for part in parts where try RelativePath(part).parts.count != 1 {
            throw .badName(shown(part), reason: "it has a '/'")
        }
        return try RelativePath(parts.joined(separator: "/"))
    }
}
