import PatchbayModel

/// Which files a workspace has, and what each is.
enum WorkspaceLayout {
    /// The folders at the top that hold files of the layout.
    static let folders = ["dialogs", "authorization", "variables", "tests"]
    /// The folders in `.patchbay/` that belong to the workspace; the others belong to the machine.
    static let sharedFolders = ["base", "conflicts"]
    /// What is passed over without a word.
    static let machineFolders = ["local", "schema"]

    /// Whether a path is one of the layout's.
    static func belongs(_ path: String) -> Bool { file(path) != nil }

    /// The kind of a file; nil for scripts and what is no file of ours.
    static func kind(of path: String) -> FileKind? {
        guard case .json(let kind) = file(path) else { return nil }
        return kind
    }

    private enum File {
        case json(FileKind)
        case text
    }

    private static func file(_ path: String) -> File? {
        file(path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }[...])
    }

    private static func file(_ parts: ArraySlice<String>) -> File? {
        guard let first = parts.first, let name = parts.last else { return nil }
        let isJSON = name.utf8.suffix(5).elementsEqual(".json".utf8)
        let second = parts.dropFirst().first
        switch (first, parts.count) {
        case ("patchbay.json", 1): return .json(.workspace)
        case ("patchbay.lock", 1): return .json(.lock)
        case (".gitignore", 1), (".gitattributes", 1): return .text
        case ("dialogs", 3) where name == "dialog.json": return .json(.dialog)
        case ("dialogs", 3): return name.utf8.suffix(3).elementsEqual(".js".utf8) ? .text : nil
        case ("dialogs", 5): return isJSON && parts.dropFirst(2).first == "tapes" ? .json(.exchange) : nil
        case ("authorization", 2): return isJSON ? .json(.profile) : nil
        case ("tests", 2): return isJSON ? .json(.test) : nil
        case ("variables", 2):
            return name == "env.json" ? .json(.variables) : name == "content.json" ? .json(.content) : nil
        case (".patchbay", 2): return name == ".gitignore" ? .text : nil
        case (".patchbay", 4...) where second == "base": return file(parts.dropFirst(3))
        case (".patchbay", 3...) where second == "conflicts":
            return isJSON && parts.count == 3 ? .json(.conflicts) : .text
        default: return nil
        }
    }

    /// A file in canonical text: what hashes and merges work on; scripts, and what is no JSON, as they stand.
    static func canonical(_ bytes: [UInt8], of path: String) -> [UInt8] {
        guard let kind = kind(of: path), let value = try? JSONReader().read(bytes) else { return bytes }
        return CanonicalText.bytes(value, of: kind)
    }
}
