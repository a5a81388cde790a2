/// Fills parameters into a template's files.
package enum TemplateParameters {
    /// The value with each `{"$parameter": name}` replaced by the parameter's value, and texts kept from being expanded again:
    /// outside `settings`, a `{{` in a parameter's text is written so that it means itself.
    ///
    /// An object that names an unknown parameter stays as it is; lint reports it.
    package static func fill(_ value: JSONValue, with parameters: JSONObject) -> JSONValue {
        fill(value, with: parameters, isSetting: false, depth: 0)
    }

    private static func fill(_ value: JSONValue, with parameters: JSONObject, isSetting: Bool, depth: Int) -> JSONValue
    {
        switch value {
        case .object(let object):
            if object.count == 1, let name = object["$parameter"]?.string, let filled = parameters[name] {
                return isSetting ? filled : escape(filled)
            }
            return .object(
                JSONObject(
                    object.members.map { member in
                        let inSettings = isSetting || (depth == 0 && member.key == "settings")
                        return (
                            member.key, fill(member.value, with: parameters, isSetting: inSettings, depth: depth + 1)
                        )
                    }
                )
            )
        case .array(let elements):
            return .array(elements.map { fill($0, with: parameters, isSetting: isSetting, depth: depth + 1) })
        case .null, .bool, .number, .string: return value
        }
    }

    private static func escape(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text.replacing("{{", with: "{{'{{'}}"))
        case .array(let elements): .array(elements.map(escape))
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, escape($0.value)) }))
        case .null, .bool, .number: value
        }
    }

    /// The names of the parameters that a value asks for, in order.
    package static func names(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            if object.count == 1, let name = object["$parameter"]?.string { return [name] }
            return object.members.flatMap { names(in: $0.value) }
        case .array(let elements): return elements.flatMap(names)
        case .null, .bool, .number, .string: return []
        }
    }
}

extension VariableRecord {
    /// The value of a template's record as it stands in a workspace: parameters filled, and a plain content text as one of the
    /// language it was written in.
    package func value(with parameters: JSONObject, language: String) -> JSONValue? {
        guard let value else { return nil }
        // A variable's value is never expanded, so nothing in it is escaped: as in `settings`.
        let filled = TemplateParameters.fill(["settings": value], with: parameters)["settings"] ?? value
        let isPlain = kind == .content && filled.object == nil
        return isPlain ? .object(JSONObject([(language, filled)])) : filled
    }
}

extension Template {
    /// The values of all parameters' defaults.
    package var defaults: JSONObject {
        JSONObject(parameters.compactMap { parameter in parameter.defaultValue.map { (parameter.key, $0) } })
    }

    /// The choices of a parameter: its list, or the models of an ability; nil when anything goes that its schema allows.
    package func choices(of parameter: TemplateParameter, models manifest: PluginManifest) -> [JSONValue]? {
        if let list = parameter.choices?.array { return list.map { $0["value"] ?? $0 } }
        guard let ability = parameter.choices?["models"]?["ability"]?.string, !manifest.acceptsAnyModel else {
            return nil
        }
        return manifest.models.filter { $0.abilities.contains(ability) }.map { .string($0.id) }
    }

    /// The parameter values to check a template with: the defaults, then one set for each choice.
    ///
    /// - Parameters:
    ///   - manifest: Whose models the choices may be.
    ///   - example: Gives a parameter that has no default, and has to be given, a value that fits its schema.
    /// - Returns: Sets in which every parameter has a value.
    package func parameterSets(
        models manifest: PluginManifest,
        example: (TemplateParameter) -> JSONValue?
    ) -> [JSONObject] {
        var defaults = defaults
        for parameter in parameters where parameter.defaultValue == nil {
            defaults[parameter.key] = choices(of: parameter, models: manifest)?.first ?? example(parameter)
        }
        var sets = [defaults]
        for parameter in parameters {
            for choice in choices(of: parameter, models: manifest) ?? [] where choice != defaults[parameter.key] {
                var set = defaults
                set[parameter.key] = choice
                sets.append(set)
            }
        }
        return sets
    }
}
