import Foundation
package import PatchbayFiles
import PatchbayModel

/// Makes a directory a workspace.
package struct WorkspaceStart: Sendable {
    private let id: String
    private let name: String
    private let language: String
    private let timeZone: String

    /// A workspace to be.
    ///
    /// - Parameters:
    ///   - name: What the assistant is called; its id is made from it.
    ///   - language: The assistant's default language, a BCP 47 tag.
    ///   - timeZone: Its time zone, an IANA name.
    package init(name: String, language: String = "en", timeZone: String = "UTC") {
        self.name = name
        self.language = language
        self.timeZone = timeZone
        id = Self.id(from: name)
    }

    /// Writes the files of an empty workspace; files that are there stay.
    ///
    /// Where a `.gitignore` stands already, `.patchbay/.gitignore` keeps what belongs to the machine out of version
    /// control.
    ///
    /// - Returns: The paths that were written, sorted.
    /// - Throws: ``WorkspaceError/exists(_:)`` in a workspace; `DiagnosticError` for a language or time zone that is
    ///   none.
    package func make(in root: Root, by author: ChangeAuthor? = nil) throws -> [String] {
        guard !Workspace.isWorkspace(root) else { throw WorkspaceError.exists(root.path) }
        let settings: JSONValue = [
            "formatVersion": 1, "language": .string(language), "id": .string(id), "name": .string(name),
            "languages": [.string(language)], "timeZone": .string(timeZone),
        ]
        let found = FileCheck.diagnostics(of: settings, as: .workspace)
        guard !found.hasErrors else { throw DiagnosticError(found) }
        var files: [(path: String, text: String)] = [
            (Workspace.settingsFile, CanonicalText.text(settings, of: .workspace)),
            (Workspace.lockFile, CanonicalText.text(LockFile().json, of: .lock)),
            (".gitignore", ".patchbay/local/\n.patchbay/schema/\n"),
            (".gitattributes", "* text=auto eol=lf\n"),
        ]
        if try root.exists(".gitignore") { files.append((".patchbay/.gitignore", "local/\nschema/\n")) }
        for kind in FileKind.allCases {
            files.append(
                (".patchbay/schema/\(kind.schemaName)", String(decoding: Self.schema(of: kind), as: UTF8.self))
            )
        }
        let missing = try files.filter { try !root.exists(RelativePath($0.path)) }
        let changes = try missing.map { FileChange.write(try RelativePath($0.path), Array($0.text.utf8)) }
        try WorkspaceChange.apply(changes, in: root, by: author) {
            guard !Workspace.isWorkspace(root) else { throw WorkspaceError.exists(root.path) }
        }
        return missing.map(\.path).sorted()
    }

    /// The schema of a kind of file, as it stands in `.patchbay/schema/`.
    static func schema(of kind: FileKind) -> [UInt8] {
        Array(JSONWriter(.indented).text(JSONSchemaText.schema(of: kind)).utf8)
    }

    /// An id from a name: its ASCII letters, without their accents, and digits in lower case, hyphens between.
    static func id(from name: String) -> String {
        var id = ""
        let plain = name.uppercased().lowercased().decomposedStringWithCanonicalMapping.unicodeScalars  // ß is ss
        for scalar in plain where scalar.properties.generalCategory != .nonspacingMark {
            if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
                id.unicodeScalars.append(scalar)
            } else if !id.isEmpty, !id.hasSuffix("-") {
                id += "-"
            }
        }
        if let first = id.utf8.first, !(0x61...0x7A).contains(first) { id = "a-" + id }
        id = String(id.prefix(64))
        while id.hasSuffix("-") { id.removeLast() }
        return id.isEmpty ? "assistant" : id
    }
}
