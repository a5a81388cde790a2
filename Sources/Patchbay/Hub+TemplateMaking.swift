package import PatchbayDialog
import PatchbayFiles
import PatchbayLanguage
package import PatchbayModel
import PatchbayRecording
import PatchbayRegistry
package import PatchbayWorkspace

/// A template that was added to a plugin's folder.
package struct MadeTemplate: Sendable {
    package let plugin: PluginID
    /// The files that were written, as the user would name them.
    package let files: [String]
    /// What did not come along, in words.
    package let notes: [String]
}

extension Hub {
    /// Adds a template to a plugin's folder: a small one that works, to be changed.
    ///
    /// - Throws: `DiagnosticError` where the plugin would have errors with it; then nothing is written.
    package func makeTemplate(_ id: TemplateID, title: String?, in path: String) throws -> MadeTemplate {
        try checkTemplateID(id)
        let folder = try PluginFolder(path)
        let plugin = try lintPlugin(path).checked()
        let entries = TemplateStart(id, title: title, for: plugin).entries
        _ = try checked(folder, adding: id, entries)
        return MadeTemplate(plugin: plugin.id, files: try folder.add(id, entries), notes: [])
    }

    /// Makes a template of a workspace's dialog and adds it to a plugin's folder.
    ///
    /// - Parameters:
    ///   - id: The template's id.
    ///   - title: What it is called; nil takes the dialog's name.
    ///   - dialog: The dialog.
    ///   - choices: The values that become parameters.
    ///   - workspace: Where the dialog is.
    ///   - path: The plugin's folder.
    ///   - scripts: Runs the dialog's scripts for the sample.
    /// - Returns: What was made.
    /// - Throws: `TemplateDraftError`; `WorkspaceError.secretInFile`; `DiagnosticError` where the plugin would have errors
    ///   with the template. Then nothing is written.
    package func makeTemplate(
        _ id: TemplateID,
        title: String?,
        from dialog: DialogID,
        parameters choices: [TemplateDraft.Choice],
        of workspace: Workspace,
        in path: String,
        scripts: any ScriptEngine
    ) async throws -> MadeTemplate {
        try checkTemplateID(id)
        let folder = try PluginFolder(path)
        let plugin = try lintPlugin(path).checked()
        let material = try material(for: plugin, in: workspace)
        let draft = try TemplateDraft(id, from: dialog, parameters: choices, in: workspace, with: material)
        var entries = draft.entries
        if let title, var head = draft.template.object {
            head["title"] = .string(title)
            entries[0] = ArchiveEntry(path: entries[0].path, bytes: CanonicalText.bytes(.object(head), of: .template))
        }
        var notes = draft.notes
        _ = try checked(folder, adding: id, entries)
        do {
            entries.append(
                try await sample(of: id, dialog, in: workspace, folder, plugin.id, entries, scripts: scripts)
            )
        } catch let error as TemplateDraftError {
            notes.append("\(error); write tests/<name>.json")
        }
        return MadeTemplate(plugin: plugin.id, files: try folder.add(id, entries), notes: notes)
    }

    private func checkTemplateID(_ id: TemplateID) throws {
        guard TextKind.id.matches(id.rawValue) else {
            throw HubError("invalid", "'\(id)' is no template's id; \(TextKind.id.hint)")
        }
    }

    /// The plugin with one template more.
    private func checked(_ folder: PluginFolder, adding id: TemplateID, _ entries: [ArchiveEntry]) throws
        -> LoadedPlugin
    {
        let loaded = try loader.load(try folder.files(adding: id, entries), name: folder.place)
        guard !loaded.diagnostics.hasErrors else {
            throw DiagnosticError(loaded.diagnostics.filter { $0.severity == .error })
        }
        return loaded
    }

    /// What the making of a template needs from other rooms.
    private func material(for plugin: Plugin, in workspace: Workspace) throws -> TemplateDraft.Material {
        var plugins = try plugins(of: workspace).plugins
        let known = try credentials(of: workspace, plugins: plugins)
        plugins[plugin.id] = plugin
        let all = plugins
        return TemplateDraft.Material(
            plugin: plugin.id,
            inputSchema: { plugin, operation, input in
                let schema = all[plugin]?.manifest.operation(operation)?.inputs.first { $0.key == input }?.schema
                // One that refers to the plugin's files can't stand in a template.
                return schema.flatMap { JSONWriter().text($0).contains("\"$ref\"") || $0 == true ? nil : $0 }
            },
            modelOperation: { all[$0]?.manifest.modelOperation?.id },
            reads: { file, scripts in
                let reads = DialogReads(of: file, scripts: scripts)
                return (reads.inFile, reads.inScripts)
            },
            findSecrets: { path, bytes in Self.secrets(in: bytes, path: path, known: known) }
        )
    }

    // MARK: - The sample

    /// A sample conversation: what starts the dialog, and what it says in the sandbox.
    private func sample(
        of id: TemplateID,
        _ dialog: DialogID,
        in workspace: Workspace,
        _ folder: PluginFolder,
        _ plugin: PluginID,
        _ entries: [ArchiveEntry],
        scripts: any ScriptEngine
    ) async throws -> ArchiveEntry {
        let value = try JSONReader().read(try workspace.bytes(of: "dialogs/\(dialog)/dialog.json"))
        let start = value["nodes"]?.array?.first { $0["id"] == value["start"] }
        let language = value["language"]?.string ?? "en"
        let phrases = start?["utterances"]?[language] ?? start?["utterances"]
        let words = phrases?.array?.first.flatMap { $0.string ?? $0["text"]?.string }
        guard let words else { throw TemplateDraftError("no sample was made: nothing that is said starts the dialog") }
        var test: JSONObject = ["formatVersion": 1, "template": .string("\(plugin)/\(id)")]
        if language != "en" { test["language"] = .string(language) }
        test["startTime"] = "2026-03-02T09:00:00Z"
        test["seed"] = 1
        test["turns"] = [["event": ["kind": "message", "text": .string(words)], "expect": []]]
        let draft = ArchiveEntry(path: "tests/sample.json", bytes: CanonicalText.bytes(.object(test), of: .test))
        let loaded = try checked(folder, adding: id, entries + [draft])
        return try await trying(loaded, named: folder.place) { trial in
            if let fault = trial.diagnostics.first(where: { $0.severity == .error }) { throw DiagnosticError([fault]) }
            guard let found = trial.cases.first(where: { $0.path == "templates/\(id)/tests/sample.json" }) else {
                throw TemplateDraftError("no sample was made")
            }
            let recorded = try await update(found.test, scripts: scripts)
            return ArchiveEntry(path: draft.path, bytes: Array(recorded.test.text.utf8))
        }
    }
}
