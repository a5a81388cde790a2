import PatchbayLanguage
package import PatchbayModel

/// Checks the values that somebody gives for a template's parameters.
package struct ParameterValues: Sendable {
    private let template: Template
    private let manifest: PluginManifest

    package init(of template: Template, manifest: PluginManifest) {
        self.template = template
        self.manifest = manifest
    }

    /// The parameters without default for which nothing is given: what to ask for.
    package func missing(in given: JSONObject) -> [TemplateParameter] {
        template.parameters.filter { $0.defaultValue == nil && given[$0.key] == nil }
    }

    /// All parameters with their values: those given, else the defaults, in the template's order.
    ///
    /// - Throws: ``WorkspaceError`` for an unknown or missing name, or a value that its schema or choices do not allow.
    package func complete(_ given: JSONObject) throws -> JSONObject {
        let names = template.parameters.map(\.key)
        for name in given.keys where !names.contains(name) {
            throw WorkspaceError.unknownParameter(name, remedy: NearName.remedy(for: name, among: names))
        }
        let missing = missing(in: given)
        guard missing.isEmpty else { throw WorkspaceError.missingParameters(missing.map(\.key)) }
        var result = JSONObject()
        for parameter in template.parameters {
            guard let value = given[parameter.key] ?? parameter.defaultValue else { continue }
            try check(value, for: parameter)
            result[parameter.key] = value
        }
        return result
    }

    /// Reads what somebody typed for a parameter: JSON where its schema is no string, else the text itself.
    package func value(typed text: String, for name: String) -> JSONValue {
        let parameter = template.parameters.first { $0.key == name }
        let schema = parameter?.schema
        let types = schema?["type"]?.array?.compactMap(\.string) ?? [schema?["type"]?.string].compactMap(\.self)
        let named = (schema?["enum"]?.array ?? []) + (parameter?.choices?.array?.map { $0["value"] ?? $0 } ?? [])
        if types.contains("string") || named.contains(.string(text)) { return .string(text) }
        return (try? JSONReader().read(text)) ?? .string(text)  // text that is no JSON is a string; the schema decides
    }

    private func check(_ value: JSONValue, for parameter: TemplateParameter) throws {
        let schema: JSONSchema
        do {
            schema = try JSONSchema(parameter.schema)
        } catch {
            throw WorkspaceError.wrongParameter(parameter.key, String(describing: error))
        }
        if let problem = schema.problems(of: value).first {
            let place = problem.pointer.tokens.isEmpty ? "" : "\(problem.pointer): "
            let remedy = problem.remedy.map { "; \($0)" } ?? ""
            throw WorkspaceError.wrongParameter(parameter.key, place + problem.message + remedy)
        }
        // Models only suggest: compatible servers have others.
        if let list = parameter.choices?.array, !list.contains(where: { ($0["value"] ?? $0) == value }) {
            let choices = list.map { $0["value"] ?? $0 }
            let shown = choices.map { $0.string ?? JSONWriter().text($0) }
            let found = value.string ?? JSONWriter().text(value)
            let remedy = NearName.remedy(for: found, among: shown).map { "; \($0)" } ?? ""
            throw WorkspaceError.wrongParameter(parameter.key, "'\(found)' is none of its choices" + remedy)
        }
    }
}
