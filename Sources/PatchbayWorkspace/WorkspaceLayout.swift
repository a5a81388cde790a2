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
    static func belongs(_ path: String) -> Bool {
        if ["patchbay.json", "patchbay.lock", ".gitignore", ".gitattributes", ".patchbay/.gitignore"].contains(path) {
            return true
        }
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case "dialogs" where parts.count == 3: return parts[2] == "dialog.json" || parts[2].hasSuffix(".js")
        case "dialogs": return parts.count == 5 && parts[2] == "tapes" && parts[4].hasSuffix(".json")
        case "authorization", "tests": return parts.count == 2 && parts[1].hasSuffix(".json")
        case "variables": return parts.count == 2 && ["env.json", "content.json"].contains(parts[1])
        case ".patchbay" where parts.count > 3 && parts[1] == "base":
            return belongs(parts.dropFirst(3).joined(separator: "/"))
        case ".patchbay": return parts.count > 2 && parts[1] == "conflicts"
        default: return false
        }
    }

    /// The kind of a file; nil for scripts and what is no file of ours.
    static func kind(of path: String) -> FileKind? {
        guard belongs(path) else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        switch parts[0] {
        case "patchbay.json": return .workspace
        case "patchbay.lock": return .lock
        case "dialogs" where parts[2] == "dialog.json": return .dialog
        case "dialogs" where parts.count == 5: return .exchange
        case "authorization": return .profile
        case "tests": return .test
        case "variables": return parts[1] == "env.json" ? .variables : .content
        case ".patchbay" where parts.count > 3 && parts[1] == "base":
            return kind(of: parts.dropFirst(3).joined(separator: "/"))
        case ".patchbay" where parts.count == 3 && parts[2].hasSuffix(".json"): return .conflicts
        default: return nil
        }
    }

    /// A file in canonical text: what hashes and merges work on; scripts, and what is no JSON, as they stand.
    static func canonical(_ bytes: [UInt8], of path: String) -> [UInt8] {
        guard let kind = kind(of: path), let value = try? JSONReader().read(bytes) else { return bytes }
        return Array(CanonicalText.text(value, of: kind).utf8)
    }
}
