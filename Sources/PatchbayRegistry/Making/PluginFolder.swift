package import PatchbayFiles
package import PatchbayModel

/// A plugin's folder that somebody works in, and how a template is added to it.
package struct PluginFolder: Sendable {
    /// The folder as the user named it.
    package let place: String
    private let root: Root
    /// Where its templates lie, and how to call that place.
    private let templates: (root: Root, prefix: String, place: String)
    private let manifest: [UInt8]

    /// Opens a plugin's folder; templates that lie beside its catalogue stay there.
    ///
    /// - Throws: ``RegistryError/notAPlugin(_:)`` without a manifest.
    package init(_ path: String) throws {
        place = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        root = try Root(opening: place)
        guard let bytes = try root.readIfPresent("plugin.json", maxBytes: 1 << 20) else {
            throw RegistryError.notAPlugin(place)
        }
        manifest = bytes
        if try !root.exists("templates"), let beside = PluginCatalogue.templatesBeside(place) {
            templates = (beside, "", beside.path)
        } else {
            templates = (root, "templates/", "\(place)/templates")
        }
    }

    /// The plugin's files as they are, with a template more.
    ///
    /// - Throws: ``RegistryError/refusedFile(_:reason:)`` for a template that is there.
    package func files(adding id: TemplateID, _ entries: [ArchiveEntry]) throws -> MemoryPluginFiles {
        let present = try PluginCatalogue.files(in: place)
        guard try present.names(in: "templates").allSatisfy({ $0.lowercased() != id.rawValue }) else {
            throw RegistryError.refusedFile("templates/\(id)", reason: "it is there already; name another id")
        }
        let own = try present.paths().filter { $0 != "plugin.json" }
            .map { ArchiveEntry(path: $0, bytes: try present.read($0)) }
        return try MemoryPluginFiles(
            own + [ArchiveEntry(path: "plugin.json", bytes: listing(id))]
                + entries.map { ArchiveEntry(path: "templates/\(id)/\($0.path)", bytes: $0.bytes) }
        )
    }

    /// Writes a template, and lists it when all of it is there.
    ///
    /// - Returns: The files that were written, as the user would name them; the last is the manifest.
    package func add(_ id: TemplateID, _ entries: [ArchiveEntry]) throws -> [String] {
        var written: [String] = []
        for entry in entries {
            let path = try RelativePath("\(templates.prefix)\(id)/\(entry.path)")
            if let folder = path.folder { try templates.root.makeFolder(folder) }
            try templates.root.write(entry.bytes, to: path)
            written.append("\(templates.place)/\(id)/\(entry.path)")
        }
        try root.write(listing(id), to: "plugin.json")
        return written + ["\(place)/plugin.json"]
    }

    /// The manifest with a template listed; its text stays as its author laid it out.
    private func listing(_ id: TemplateID) throws -> [UInt8] {
        let value = try JSONReader().read(manifest)
        let listed = value["templates"]?.array ?? []
        guard !listed.contains(.string(id.rawValue)) else { return manifest }
        let wanted = value.setting(.array(listed + [.string(id.rawValue)]), at: "/templates")
        let text = ManifestText.adding(id.rawValue, toTemplatesOf: manifest, isListed: value["templates"] != nil)
        if let text, let read = try? JSONReader().read(text), read == wanted { return text }
        return CanonicalText.bytes(wanted, of: .plugin)
    }
}

/// Adds a word to a list in a JSON text without touching the rest of the text.
private enum ManifestText {
    /// The text with one more template; nil where its lists are laid out in a way that is not understood.
    static func adding(_ id: String, toTemplatesOf text: [UInt8], isListed: Bool) -> [UInt8]? {
        let word = Array("\"\(id)\"".utf8)
        guard isListed else {
            guard let end = text.lastIndex(of: UInt8(ascii: "}")) else { return nil }
            let last = text[..<end].lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? end
            return text[..<last] + Array(",\n  \"templates\": [".utf8) + word + Array("]\n".utf8) + text[end...]
        }
        guard let start = begin(of: "templates", in: text),
            let end = text[start...].firstIndex(of: UInt8(ascii: "]")),
            case let inside = text[(start + 1)..<end]
        else { return nil }
        guard let last = inside.lastIndex(of: UInt8(ascii: "\"")) else {
            return text[...start] + word + text[end...]
        }
        let lead = text[..<last].lastIndex(of: UInt8(ascii: "\"")) ?? last
        let space = text[(start + 1)..<lead].reversed().prefix { $0 <= 0x20 }.reversed()
        let gap = inside.contains(0x0A) ? Array(space) : [0x20]
        return text[...last] + [UInt8(ascii: ",")] + gap + word + text[(last + 1)...]
    }

    /// Where the list of a key at the top begins.
    private static func begin(of key: String, in text: [UInt8]) -> Int? {
        let location = JSONLocation(of: JSONPointer(tokens: [key]), in: text)
        var (place, line) = (text.startIndex, 1)
        while line < location.line, let end = text[place...].firstIndex(of: 0x0A) {
            (place, line) = (end + 1, line + 1)
        }
        var column = 1
        while column < location.column, place < text.count {
            place += 1
            while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
            column += 1
        }
        return place < text.count && text[place] == UInt8(ascii: "[") ? place : nil
    }
}
