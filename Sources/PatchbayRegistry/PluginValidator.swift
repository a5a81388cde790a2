package import PatchbayLanguage
package import PatchbayModel

/// Checks what one file alone cannot tell: references between a plugin's files.
struct PluginValidator {
    let plugin: Plugin
    let name: String
    let checkDialog: PluginLoader.DialogCheck?
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var templates: [PluginTemplate] = []

    /// What a plugin's folder may hold; a plugin is only data.
    private static let endings: Set<String> = ["json", "js", "md", "txt", "csv", "svg", "png"]

    init(plugin: Plugin, name: String, checkDialog: PluginLoader.DialogCheck?) {
        self.plugin = plugin
        self.name = name
        self.checkDialog = checkDialog
    }

    mutating func run(manifest: JSONValue, bytes: [UInt8]) throws {
        var found: [Diagnostic] = []
        checkSchemas(in: manifest, at: .root, into: &found)
        checkFiles(into: &found)
        diagnostics += found.map { $0.located(in: bytes, file: "\(name)/plugin.json") }
        try checkPaths()
        try checkTapes()
        try checkTemplates(bytes: bytes)
    }

    // MARK: - The manifest's references

    /// Compiles each schema, with the files it refers to.
    private func checkSchemas(in manifest: JSONValue, at pointer: JSONPointer, into found: inout [Diagnostic]) {
        for (name, operation) in manifest["operations"]?.object?.members.map({ ($0.key, $0.value) }) ?? [] {
            let place = JSONPointer(tokens: ["operations", name])
            for input in operation["inputs"]?.object?.members ?? [] {
                check(schema: input.value["schema"], at: place.appending("inputs").appending(input.key).appending("schema"), into: &found)
            }
            check(schema: operation["response"]?["schema"], at: place.appending("response").appending("schema"), into: &found)
        }
        for (index, type) in (manifest["authorization"]?.array ?? []).enumerated() {
            for (row, field) in (type["fields"]?.array ?? []).enumerated() {
                let place = JSONPointer(tokens: ["authorization", String(index), "fields", String(row), "pattern"])
                check(pattern: field["pattern"]?.string, at: place, into: &found)
            }
        }
        for (index, field) in (manifest["connection"]?.array ?? []).enumerated() {
            check(pattern: field["pattern"]?.string, at: JSONPointer(tokens: ["connection", String(index), "pattern"]), into: &found)
        }
    }

    private func check(schema: JSONValue?, at pointer: JSONPointer, into found: inout [Diagnostic]) {
        guard let schema else { return }
        do throws(SchemaError) {
            _ = try plugin.compile(schema)
        } catch {
            found.append(Diagnostic(at: pointer, String(describing: error), remedy: nil))
        }
    }

    private func check(pattern: String?, at pointer: JSONPointer, into found: inout [Diagnostic]) {
        guard let pattern else { return }
        do throws(PatternError) {
            _ = try Pattern(pattern)
        } catch {
            found.append(Diagnostic(at: pointer, String(describing: error)))
        }
    }

    private func checkFiles(into found: inout [Diagnostic]) {
        if let icon = plugin.manifest.icon, !exists(icon) {
            found.append(Diagnostic(at: "/icon", "'\(icon)' is missing", remedy: "add the file or remove the key"))
        }
        for (index, rule) in plugin.manifest.sandbox.model.enumerated() {
            guard let terms = rule.terms, !exists(terms) else { continue }
            let pointer = JSONPointer(tokens: ["sandbox", "model", String(index), "terms"])
            found.append(Diagnostic(at: pointer, "'\(terms)' is missing", remedy: "add the file with one term a line"))
        }
    }

    private func exists(_ path: String) -> Bool { (try? plugin.files.read(path)) != nil }

    // MARK: - The other files

    private mutating func checkPaths() throws {
        for path in try plugin.files.paths() {
            let ending = path.split(separator: "/").last.flatMap { $0.split(separator: ".").dropFirst().last }.map(String.init) ?? ""
            let isPlainName = ["LICENSE", "NOTICE", "README"].contains { path == $0 }
            guard !Self.endings.contains(ending), !isPlainName else { continue }
            diagnostics.append(
                Diagnostic(
                    file: "\(name)/\(path)",
                    "a plugin is only data; a file of this kind has no place in it",
                    remedy: "remove it; allowed are files ending in " + Self.endings.sorted().joined(separator: ", ")
                )
            )
        }
    }

    private mutating func checkTapes() throws {
        for operation in try plugin.files.names(in: "tapes") {
            if plugin.manifest.operation(OperationID(operation)) == nil {
                diagnostics.append(
                    Diagnostic(
                        file: "\(name)/tapes/\(operation)",
                        "there is no operation '\(operation)'",
                        remedy: NearName.remedy(for: operation, among: plugin.manifest.operations.map(\.id.rawValue))
                    )
                )
            }
            for tape in try plugin.files.names(in: "tapes/\(operation)") {
                check("tapes/\(operation)/\(tape)", as: .exchange)
            }
        }
    }

    @discardableResult
    private mutating func check(_ path: String, as kind: FileKind, allowingParameters: Bool = false) -> JSONValue? {
        guard let bytes = try? plugin.files.read(path) else {
            diagnostics.append(Diagnostic(file: "\(name)/\(path)", "the file is missing or cannot be read"))
            return nil
        }
        let (value, found) = FileCheck.read(bytes, as: kind, file: "\(name)/\(path)", allowingParameters: allowingParameters)
        diagnostics += found
        return found.hasErrors ? nil : value
    }

    // MARK: - Templates

    private mutating func checkTemplates(bytes: [UInt8]) throws {
        let present = try plugin.files.names(in: "templates")
        let listed = plugin.manifest.templates.map(\.rawValue)
        for (index, id) in listed.enumerated() where !present.contains(id) {
            let found = Diagnostic(
                at: JSONPointer(tokens: ["templates", String(index)]),
                "there is no template '\(id)'",
                remedy: NearName.remedy(for: id, among: present)
            )
            diagnostics.append(found.located(in: bytes, file: "\(name)/plugin.json"))
        }
        for id in present where !listed.contains(id) {
            let found = Diagnostic(at: "/templates", "template '\(id)' is not listed", remedy: "add it to 'templates' or remove its folder")
            diagnostics.append(found.located(in: bytes, file: "\(name)/plugin.json"))
        }
        for id in listed where present.contains(id) { try check(template: TemplateID(id)) }
    }

    private mutating func check(template id: TemplateID) throws {
        let folder = "templates/\(id)"
        guard let value = check("\(folder)/template.json", as: .template), let template = try? Template(value) else { return }
        if template.id != id {
            diagnostics.append(
                Diagnostic(file: "\(name)/\(folder)/template.json", at: "/id", "the id is '\(template.id)', the folder is '\(id)'", remedy: "make them equal")
            )
        }
        for operation in template.operations {
            let parts = operation.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] == plugin.id.rawValue else { continue }
            if plugin.manifest.operation(OperationID(parts[1])) == nil {
                diagnostics.append(
                    Diagnostic(
                        file: "\(name)/\(folder)/template.json",
                        at: "/operations",
                        "there is no operation '\(operation)'",
                        remedy: NearName.remedy(for: parts[1], among: plugin.manifest.operations.map(\.id.rawValue))
                    )
                )
            }
        }
        let loaded = try PluginTemplate(id, in: plugin.files)
        templates.append(loaded)
        if loaded.dialogs.isEmpty {
            diagnostics.append(Diagnostic(file: "\(name)/\(folder)", "the template brings no dialog", remedy: "add dialogs/<id>/dialog.json"))
        }
        for dialog in loaded.dialogs { check(dialog: dialog, of: template, in: folder) }
        for sample in loaded.samples { check(sample, as: .test) }
    }

    private mutating func check(dialog id: DialogID, of template: Template, in folder: String) {
        let path = "\(folder)/dialogs/\(id)/dialog.json"
        guard let value = check(path, as: .dialog, allowingParameters: true) else { return }
        for parameters in template.parameterSets(models: plugin.manifest) {
            let filled = TemplateParameters.fill(value, with: parameters)
            guard let dialog = try? Dialog(filled) else { continue }
            if dialog.id != id {
                diagnostics.append(Diagnostic(file: "\(name)/\(path)", at: "/id", "the id is '\(dialog.id)', the folder is '\(id)'", remedy: "make them equal"))
            }
            let bytes = (try? plugin.files.read(path)) ?? []
            let found = checkDialog?(dialog, filled, template, plugin).map { $0.located(in: bytes, file: "\(name)/\(path)") } ?? []
            diagnostics += found.filter { !diagnostics.contains($0) }
        }
    }
}

extension Plugin {
    /// Compiles a schema whose `$ref`s name files of the plugin.
    package func compile(_ schema: JSONValue) throws(SchemaError) -> JSONSchema {
        try JSONSchema(schema) { reference in try? self.json(reference) }
    }
}
