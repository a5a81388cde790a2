import PatchbayDialog
import PatchbayFiles
import PatchbayModel
import PatchbayRegistry
import PatchbayTesting

/// A plugin of which one file is the input.
private struct FuzzedPlugin {
    private static let loader = PluginLoader(hasher: MixingHasher()) { dialog, file, _, plugin in
        let known = LintEnvironment(operations: [plugin.id: plugin.manifest.operations])
        return DialogLint.diagnostics(for: dialog, file: file, scripts: nil, known: known)
    }

    static let manifest = """
        {"formatVersion": 1, "language": "en", "id": "tide", "name": "Tide", "version": "1.0.0",
         "hosts": [{"scheme": "https", "host": "tide.example"}], "baseURL": {"url": "https://tide.example", "change": "fixed"},
         "authorization": [{"id": "none", "type": "none"}], "templates": ["ask"],
         "operations": {"find": {"title": "Find", "source": "https://tide.example/docs", "method": "GET", "path": "/{place}",
          "inputs": {"place": {"in": "path", "schema": {"type": "string"}, "required": true}},
          "response": {"schema": {"type": "object"}}}}}
        """
    static let template = """
        {"formatVersion": 1, "language": "en", "id": "ask", "title": "Ask", "operations": ["tide/find"],
         "parameters": {"tone": {"title": "Tone", "schema": {"type": "string"}, "default": "calm", "choices": ["calm", "loud"]}},
         "variables": [{"kind": "env", "key": "harbour", "value": "Trieste"}]}
        """
    static let dialog = """
        {"formatVersion": 1, "language": "en", "id": "ask", "name": "Ask", "start": "begin",
         "settings": {"tone": {"$parameter": "tone"}}, "nodes": [
          {"id": "begin", "kind": "intent", "utterances": {"en": ["ask"]}, "next": "find"},
          {"id": "find", "kind": "service", "integration": "tide", "operation": "find", "input": {"place": "{{env.harbour}}"},
           "next": "say"},
          {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "It is {{context.find.response.statusCode}}."}]}]}
        """

    /// Reads and checks the plugin with some files in other words; the same files must give the same findings.
    static func load(_ files: [String: [UInt8]]) throws {
        var all = [
            "plugin.json": Array(manifest.utf8), "templates/ask/template.json": Array(template.utf8),
            "templates/ask/dialogs/ask/dialog.json": Array(dialog.utf8),
        ]
        all.merge(files) { _, given in given }
        let entries = all.sorted { $0.key < $1.key }.map { ArchiveEntry(path: $0.key, bytes: $0.value) }
        let plugin = try MemoryPluginFiles(entries)
        let (first, second) = (try findings(plugin), try findings(plugin))
        guard first == second else { throw Mistake("the same plugin is judged twice, differently") }
    }

    private static func findings(_ files: MemoryPluginFiles) throws -> [String] {
        let loaded: LoadedPlugin
        do {
            loaded = try loader.load(files, name: "tide")
        } catch is RegistryError {
            return ["refused"]
        }
        guard loaded.plugin != nil || loaded.diagnostics.hasErrors else { throw Mistake("refused without a reason") }
        return loaded.diagnostics.map(\.description)
    }
}

/// `plugin.json`.
struct ManifestFuzzer: Fuzzer {
    func take(_ input: [UInt8]) throws { try FuzzedPlugin.load(["plugin.json": input]) }
}

/// `template.json`, with a dialog after the first NUL.
struct TemplateFuzzer: Fuzzer {
    func take(_ input: [UInt8]) throws {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        var files = ["templates/ask/template.json": parts[0]]
        if parts.count > 1 { files["templates/ask/dialogs/ask/dialog.json"] = parts[1] }
        try FuzzedPlugin.load(files)
    }
}
