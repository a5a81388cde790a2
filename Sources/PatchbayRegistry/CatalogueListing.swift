import PatchbayFiles
import PatchbayModel

/// What one folder of plugins holds.
struct CatalogueListing {
    private(set) var plugins: [PluginSummary] = []
    private(set) var diagnostics: [Diagnostic] = []

    /// Lists a folder; what can't be read of it is said, not thrown.
    ///
    /// - Parameters:
    ///   - catalogue: The folder.
    ///   - look: Gives the plugin of a folder by its manifest, with remarks; nil when it has no manifest.
    init(
        of catalogue: Root,
        looking look: (_ folder: String, _ manifest: RelativePath) -> (PluginSummary?, [Diagnostic])?
    ) {
        let folders: [DirectoryEntry]
        do {
            folders = try catalogue.list()
        } catch {
            diagnostics = [Diagnostic(.warning, file: catalogue.path, String(describing: error))]
            return
        }
        for folder in folders where folder.kind == .folder {
            guard let manifest = try? RelativePath("\(folder.name)/plugin.json"),  // too long a name: no plugin's
                let found = look(folder.name, manifest)
            else { continue }
            if let summary = found.0 { plugins.append(summary) }
            diagnostics += found.1
        }
    }

    /// Reads all manifests of a folder.
    init(reading catalogue: Root) {
        self.init(of: catalogue) { folder, manifest in
            guard (try? catalogue.exists(manifest)) != false else { return nil }
            return Self.read(manifest, in: catalogue, folder: folder)
        }
    }

    /// Reads one manifest.
    static func read(
        _ manifest: RelativePath,
        in catalogue: Root,
        folder: String
    ) -> (PluginSummary?, [Diagnostic]) {
        let file = catalogue.place(manifest)
        do {
            let bytes = try catalogue.read(manifest, maxBytes: 1 << 20)
            let (value, found) = FileCheck.read(bytes, as: .plugin, file: file)
            guard let value, !found.hasErrors else { return (nil, found) }
            let summary = try PluginSummary(checked: value, place: "\(catalogue.path)/\(folder)")
            guard summary.id.rawValue == folder else {
                let problem = Diagnostic(
                    at: "/id",
                    "the id is '\(summary.id)', the folder is '\(folder)'",
                    remedy: "make them equal"
                )
                return (nil, found + [problem.located(in: bytes, file: file)])
            }
            return (summary, found)
        } catch let error as DiagnosticError {
            return (
                nil,
                error.diagnostics.map {
                    Diagnostic($0.severity, file: file, at: $0.pointer, $0.message, remedy: $0.remedy)
                }
            )
        } catch {
            return (nil, [Diagnostic(file: file, String(describing: error))])
        }
    }
}
