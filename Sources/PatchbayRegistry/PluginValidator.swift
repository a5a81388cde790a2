import PatchbayFiles
import PatchbayLanguage
import PatchbayModel

/// Checks what one file alone cannot tell: references between a plugin's files.
struct PluginValidator {
    let plugin: Plugin
    let name: String
    let checkDialog: PluginLoader.DialogCheck?
    var diagnostics: [Diagnostic] = []
    var templates: [PluginTemplate] = []

    init(plugin: Plugin, name: String, checkDialog: PluginLoader.DialogCheck?) {
        self.plugin = plugin
        self.name = name
        self.checkDialog = checkDialog
    }

    mutating func run(manifest: JSONValue, bytes: [UInt8]) throws {
        var found = schemaProblems(in: manifest) + patternProblems(in: manifest)
        checkFiles(into: &found)
        note(found, in: bytes, of: "plugin.json")
        diagnostics += PluginFileCheck.misplaced(among: try plugin.files.paths(), name: name)
        try checkTapes()
        try checkTemplates(bytes: bytes)
    }

    func exists(_ path: String) -> Bool { (try? plugin.files.read(path)) != nil }

    /// Adds what was found about a file, with its places: as much of it as is told of any file.
    mutating func note(_ found: [Diagnostic], in bytes: [UInt8], of path: String) {
        let file = "\(name)/\(path)"
        for diagnostic in FileCheck.told(of: found, file: file).map({ $0.located(in: bytes, file: file) })
        where !diagnostics.contains(diagnostic) {
            diagnostics.append(diagnostic)
        }
    }

    /// Reads and checks one more file; nil when it has errors.
    @discardableResult
    mutating func check(_ path: String, as kind: FileKind) -> JSONValue? {
        let (value, found) = PluginFileCheck(files: plugin.files, name: name).read(path, as: kind)
        diagnostics += found
        return found.hasErrors ? nil : value
    }

    // MARK: - The manifest's references

    /// Compiles each schema, with the files it refers to.
    private func schemaProblems(in manifest: JSONValue) -> [Diagnostic] {
        var found: [Diagnostic] = []
        func check(_ schema: JSONValue?, at pointer: JSONPointer) -> JSONSchema? {
            guard let schema else { return nil }
            do throws(SchemaError) {
                return try plugin.compile(schema)
            } catch {
                found += error.diagnostics(at: pointer)
                return nil
            }
        }
        func check(_ value: JSONValue?, fits schema: JSONSchema, at pointer: JSONPointer) {
            guard let value else { return }
            found += schema.problems(of: value).map { $0.diagnostic(at: pointer) }
        }
        for operation in manifest["operations"]?.object?.members ?? [] {
            let place = JSONPointer(tokens: ["operations", operation.key])
            for input in operation.value["inputs"]?.object?.members ?? [] {
                let place = place.appending("inputs").appending(input.key)
                guard let schema = check(input.value["schema"], at: place.appending("schema")) else { continue }
                let standard = input.value["default"]
                // A default may also be a connection value, which is known later.
                let isReference = (standard?.array ?? [standard ?? nil]).contains { $0["connection"] != nil }
                if !isReference { check(standard, fits: schema, at: place.appending("default")) }
                for (index, option) in (input.value["options"]?.array ?? []).enumerated() {
                    check(option["value"] ?? option, fits: schema, at: place.appending("options").appending(index))
                }
            }
            _ = check(operation.value["response"]?["schema"], at: place.appending("response").appending("schema"))
        }
        return found
    }

    /// Compiles the patterns of fields and connection values.
    private func patternProblems(in manifest: JSONValue) -> [Diagnostic] {
        var found: [Diagnostic] = []
        func check(_ fields: JSONValue?, at pointer: JSONPointer) {
            for (index, field) in (fields?.array ?? []).enumerated() {
                guard let pattern = field["pattern"]?.string else { continue }
                do throws(PatternError) {
                    _ = try Pattern(pattern)
                } catch {
                    let place = pointer.appending(index).appending("pattern")
                    found.append(Diagnostic(at: place, String(describing: error)))
                }
            }
        }
        for (index, type) in (manifest["authorization"]?.array ?? []).enumerated() {
            check(type["fields"], at: JSONPointer(tokens: ["authorization", String(index), "fields"]))
        }
        check(manifest["connection"], at: "/connection")
        return found
    }

    private func checkFiles(into found: inout [Diagnostic]) {
        if let icon = plugin.manifest.icon, !exists(icon) {
            found.append(Diagnostic(at: "/icon", "'\(icon)' is missing", remedy: "add the file or remove the key"))
        }
        for (index, rule) in plugin.manifest.sandbox.model.enumerated() {
            guard let terms = rule.terms, !exists(terms) else { continue }
            let pointer = JSONPointer(tokens: ["sandbox", "model", String(index), "terms"])
            let remedy = "add the file with one term a line"
            found.append(Diagnostic(at: pointer, "'\(terms)' is missing", remedy: remedy))
        }
    }

    // MARK: - The other files

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
}
