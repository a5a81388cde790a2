import PatchbayModel

/// What a plugin's files other than its manifest say each by itself.
struct PluginFileCheck {
    let files: any PluginFiles
    /// What diagnostics call the plugin's folder.
    let name: String

    /// What a plugin's folder may hold; a plugin is only data.
    private static let endings: Set<String> = ["json", "js", "md", "txt", "csv", "svg", "png"]
    private static let plainNames: Set<String> = ["LICENSE", "NOTICE", "README"]

    /// Everything there is to say where the manifest has errors, so that it is told beside them.
    ///
    /// - Parameters:
    ///   - manifest: What could be read of the manifest.
    ///   - bytes: Its text.
    /// - Returns: The diagnostics, each with its file.
    /// - Throws: Why the files can't be listed.
    func diagnostics(beside manifest: JSONValue?, bytes: [UInt8]) throws -> [Diagnostic] {
        let paths = try files.paths()
        let listed = manifest?["templates"]?.array?.map { $0.string ?? "" }
        let templates = try listed.map { Self.unlisted(listed: $0, present: try files.names(in: "templates")) } ?? []
        let file = "\(name)/plugin.json"
        return FileCheck.told(of: templates, file: file).map { $0.located(in: bytes, file: file) }
            + Self.misplaced(among: paths, name: name)
            + paths.flatMap { path in Self.kind(of: path).map { read(path, as: $0).diagnostics } ?? [] }
    }

    /// What is wrong with a manifest's list of templates.
    static func unlisted(listed: [String], present: [String]) -> [Diagnostic] {
        let missing = listed.enumerated().filter { !present.contains($1) }.map { index, id in
            Diagnostic(
                at: JSONPointer(tokens: ["templates", String(index)]),
                "there is no template '\(id)'",
                remedy: NearName.remedy(for: id, among: present)
            )
        }
        let left = present.filter { !listed.contains($0) }.map { id in
            Diagnostic(
                at: "/templates",
                "template '\(id)' is not listed",
                remedy: "add it to 'templates' or remove its folder"
            )
        }
        return missing + left
    }

    /// Reads and checks one file.
    func read(_ path: String, as kind: FileKind) -> (value: JSONValue?, diagnostics: [Diagnostic]) {
        guard let bytes = try? files.read(path) else {
            return (nil, [Diagnostic(file: "\(name)/\(path)", "the file is missing or cannot be read")])
        }
        // Dialogs lie in templates only, where a parameter may stand for a value.
        return FileCheck.read(bytes, as: kind, file: "\(name)/\(path)", allowingParameters: kind == .dialog)
    }

    /// What the place of a file in a plugin says that it is; nil for the manifest and what is no JSON of ours.
    private static func kind(of path: String) -> FileKind? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasSuffix(".json") else { return nil }
        switch (parts.first, parts.count) {
        case ("tapes", 3): return .exchange
        case ("templates", 3) where parts[2] == "template.json": return .template
        case ("templates", 4) where parts[2] == "tests": return .test
        case ("templates", 5) where parts[2] == "dialogs" && parts[4] == "dialog.json": return .dialog
        case ("templates", 7) where parts[2] == "dialogs" && parts[4] == "tapes": return .exchange
        default: return nil
        }
    }

    /// The files of sorted paths that have no place in a plugin, or would be one file on other machines.
    static func misplaced(among paths: [String], name: String) -> [Diagnostic] {
        let others = paths.filter { path in
            let file = path.split(separator: "/").last ?? ""
            let ending = file.split(separator: ".").dropFirst().last.map(String.init) ?? ""
            return !plainNames.contains(path) && !endings.contains(ending)
        }
        return others.map { path in
            Diagnostic(
                file: "\(name)/\(path)",
                "a plugin is only data; a file of this kind has no place in it",
                remedy: "remove it; allowed are files ending in " + endings.sorted().joined(separator: ", ")
            )
        }
            + PluginPaths.clashes(among: paths).map { clash in
                Diagnostic(
                    file: "\(name)/\(clash.second)",
                    "'\(clash.first)' has the same name but for case or Unicode form; "
                        + "on other machines they are one file",
                    remedy: "rename one of them"
                )
            }
    }
}
