import PatchbayLanguage
import PatchbayModel

extension PluginValidator {
    /// Compares the templates that are listed with those that are there, and checks each.
    mutating func checkTemplates(bytes: [UInt8]) throws {
        let present = try plugin.files.names(in: "templates")
        let listed = plugin.manifest.templates.map(\.rawValue)
        note(PluginFileCheck.unlisted(listed: listed, present: present), in: bytes, of: "plugin.json")
        for id in listed where present.contains(id) { try check(template: TemplateID(id)) }
    }

    private mutating func check(template id: TemplateID) throws {
        let folder = "templates/\(id)"
        let path = "\(folder)/template.json"
        guard let value = check(path, as: .template) else { return }
        let template: Template
        do {
            template = try Template(value)
        } catch {
            note(error.diagnostics, about: path)
            return
        }
        if template.id != id {
            let text = "the id is '\(template.id)', the folder is '\(id)'"
            note([Diagnostic(at: "/id", text, remedy: "make them equal")], about: path)
        }
        note(unknownOperations(of: template) + parameterProblems(of: template), about: path)
        note(unknownParameters(in: value["variables"] ?? [], at: "/variables", of: template), about: path)
        let loaded = try PluginTemplate(id, in: plugin.files)
        templates.append(loaded)
        if loaded.dialogs.isEmpty {
            let remedy = "add dialogs/<id>/dialog.json"
            diagnostics.append(Diagnostic(file: "\(name)/\(folder)", "the template brings no dialog", remedy: remedy))
        }
        for dialog in loaded.dialogs { check(dialog: dialog, of: template, in: folder) }
        for sample in loaded.samples { check(sample, as: .test) }
        try checkFiles(in: folder)
    }

    // MARK: - template.json

    private func unknownOperations(of template: Template) -> [Diagnostic] {
        let known = plugin.manifest.operations.map(\.id.rawValue)
        return template.operations.enumerated().compactMap { index, operation in
            let parts = operation.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0] == plugin.id.rawValue, !known.contains(parts[1]) else { return nil }
            return Diagnostic(
                at: JSONPointer(tokens: ["operations", String(index)]),
                "there is no operation '\(operation)'",
                remedy: NearName.remedy(for: parts[1], among: known)
            )
        }
    }

    /// Compiles the parameters' schemas; defaults and choices have to fit them.
    private func parameterProblems(of template: Template) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for parameter in template.parameters {
            let place = JSONPointer(tokens: ["parameters", parameter.key])
            let schema: JSONSchema
            do throws(SchemaError) {
                schema = try JSONSchema(parameter.schema)
            } catch {
                found += error.diagnostics(at: place.appending("schema"))
                continue
            }
            if let standard = parameter.defaultValue {
                found += schema.problems(of: standard).map { $0.diagnostic(at: place.appending("default")) }
            }
            for (index, choice) in (parameter.choices?.array ?? []).enumerated() {
                let pointer = place.appending("choices").appending(index)
                found += schema.problems(of: choice["value"] ?? choice).map { $0.diagnostic(at: pointer) }
            }
            if let ability = parameter.choices?["models"]?["ability"]?.string, !plugin.manifest.acceptsAnyModel,
                !plugin.manifest.models.contains(where: { $0.abilities.contains(ability) })
            {
                let known = Set(plugin.manifest.models.flatMap(\.abilities)).sorted()
                found.append(
                    Diagnostic(
                        at: place.appending("choices"),
                        "no model of the plugin has the ability '\(ability)'",
                        remedy: NearName.remedy(for: ability, among: known)
                    )
                )
            }
        }
        return found
    }

    private func unknownParameters(in value: JSONValue, at pointer: JSONPointer, of template: Template) -> [Diagnostic]
    {
        let known = template.parameters.map(\.key)
        let uses = Self.parameters(in: value, at: pointer).filter { !known.contains($0.name) }
        return uses.enumerated().map { place, use in
            let near = place < FileCheck.mostFindings ? NearName.remedy(for: use.name, among: known) : nil
            return Diagnostic(
                at: use.pointer,
                "the template has no parameter '\(use.name)'",
                remedy: near ?? "add it to 'parameters' of template.json"
            )
        }
    }

    /// The places where a value asks for parameters.
    private static func parameters(
        in value: JSONValue,
        at pointer: JSONPointer
    ) -> [(name: String, pointer: JSONPointer)] {
        switch value {
        case .object(let object):
            if object.count == 1, let name = object["$parameter"]?.string { return [(name, pointer)] }
            return object.members.flatMap { parameters(in: $0.value, at: pointer.appending($0.key)) }
        case .array(let elements):
            return elements.enumerated().flatMap { parameters(in: $1, at: pointer.appending($0)) }
        case .null, .bool, .number, .string: return []
        }
    }

    // MARK: - Dialogs

    /// Checks a dialog as it stands and with each set of parameters filled in.
    private mutating func check(dialog id: DialogID, of template: Template, in folder: String) {
        let path = "\(folder)/dialogs/\(id)/dialog.json"
        guard let value = check(path, as: .dialog) else { return }
        note(unknownParameters(in: value, at: .root, of: template), about: path)
        if value["id"]?.string != id.rawValue {
            let text = "the id is '\(value["id"]?.string ?? "")', the folder is '\(id)'"
            note([Diagnostic(at: "/id", text, remedy: "make them equal")], about: path)
        }
        let sets = template.parameterSets(models: plugin.manifest) { try? JSONSchema($0.schema).example(seed: 1) }
        for parameters in sets {
            let filled = TemplateParameters.fill(value, with: parameters)
            let found = FileCheck.diagnostics(of: filled, as: .dialog, allowingParameters: true)
            note(found, about: path)
            guard !found.hasErrors else { continue }
            do {
                let dialog = try Dialog(filled)
                note(checkDialog?(dialog, filled, template, plugin) ?? [], about: path)
            } catch {
                note(error.diagnostics, about: path)
            }
        }
    }

    /// What lies in a template's folder and is none of its files would be forgotten in silence.
    private mutating func checkFiles(in folder: String) throws {
        for path in try plugin.files.paths(beneath: folder) {
            let parts = path.dropFirst(folder.count + 1).split(separator: "/").map(String.init)
            if parts.count >= 5, parts[0] == "dialogs", parts[2] == "tapes" { check(path, as: .exchange) }
            guard !TemplateLayout.belongs(parts) else { continue }
            diagnostics.append(
                Diagnostic(
                    file: "\(name)/\(path)",
                    "the file has no place in a template",
                    remedy: "remove it; a template has template.json, dialogs/<id>/… and tests/<name>.json"
                )
            )
        }
    }

    /// Adds what was found about a file, each thing once.
    private mutating func note(_ found: [Diagnostic], about path: String) {
        guard !found.isEmpty else { return }
        note(found, in: (try? plugin.files.read(path)) ?? [], of: path)  // only for line and column
    }
}

/// Which files a template's folder may hold.
private enum TemplateLayout {
    /// Whether the parts of a path within the folder name one of its files.
    static func belongs(_ parts: [String]) -> Bool {
        switch (parts.first, parts.count) {
        case (_, 1): parts[0] == "template.json" || parts[0].hasSuffix(".md")
        case ("tests", 2): parts[1].hasSuffix(".json")
        case ("dialogs", 3): parts[2] == "dialog.json" || parts[2].hasSuffix(".js")
        case ("dialogs", 5): parts[2] == "tapes" && parts[4].hasSuffix(".json")
        default: false
        }
    }
}
