package import PatchbayFiles
import PatchbayModel

/// Makes a directory a workspace.
package struct WorkspaceStart: Sendable {
    private let id: String
    private let name: String
    private let language: String
    private let timeZone: String

    /// - Parameter name: What the assistant is called; its id is made from it.
    package init(name: String, language: String = "en", timeZone: String = "UTC") {
        self.name = name
        self.language = language
        self.timeZone = timeZone
        id = Self.id(from: name)
    }

    /// Writes the files of an empty workspace; files that are there stay.
    ///
    /// - Returns: The paths that were written, sorted.
    /// - Throws: ``WorkspaceError/exists(_:)`` in a workspace.
    package func make(in root: Root) throws -> [String] {
        guard !Workspace.isWorkspace(root) else { throw WorkspaceError.exists(root.path) }
        let settings: JSONValue = [
            "formatVersion": 1, "language": .string(language), "id": .string(id), "name": .string(name),
            "languages": [.string(language)], "timeZone": .string(timeZone),
        ]
        var files: [(path: String, text: String)] = [
            ("patchbay.json", CanonicalText.text(settings, of: .workspace)),
            ("patchbay.lock", CanonicalText.text(LockFile().json, of: .lock)),
            (".gitignore", ".patchbay/local/\n.patchbay/schema/\n"),
            (".gitattributes", "* text=auto eol=lf\n"),
        ]
        for kind in FileKind.allCases {
            files.append((".patchbay/schema/\(kind.schemaName)", JSONWriter(.indented).text(JSONSchemaText.schema(of: kind))))
        }
        let missing = try files.filter { try !root.exists(RelativePath($0.path)) }
        let changes = try missing.map { FileChange.write(try RelativePath($0.path), Array($0.text.utf8)) }
        try WorkspaceChange.apply(changes, in: root) {}
        return missing.map(\.path).sorted()
    }

    /// An id from a name: its ASCII letters and digits in lower case, hyphens between.
    static func id(from name: String) -> String {
        var id = ""
        for scalar in name.lowercased().unicodeScalars {
            let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            if isPlain {
                id.unicodeScalars.append(scalar)
            } else if !id.isEmpty, !id.hasSuffix("-") {
                id += "-"
            }
        }
        while id.hasSuffix("-") { id.removeLast() }
        guard let first = id.unicodeScalars.first, ("a"..."z").contains(first) else { return id.isEmpty ? "assistant" : "a-" + id.prefix(60) }
        return String(id.prefix(63))
    }
}
