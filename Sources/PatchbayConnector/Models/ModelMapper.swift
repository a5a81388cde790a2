package import PatchbayModel

/// Turns a model call into an operation's inputs, in the wire form that the operation's mapping names.
package struct ModelMapper: Sendable {
    private let manifest: PluginManifest
    private let operation: ServiceOperation
    private let mapping: ModelMapping

    /// Nil when the operation maps to no model.
    package init?(_ operation: ServiceOperation, of manifest: PluginManifest) {
        guard let mapping = operation.model else { return nil }
        self.manifest = manifest
        self.operation = operation
        self.mapping = mapping
    }

    /// The inputs; only those that the operation declares are set.
    ///
    /// - Throws: ``Failure`` of kind `invalid` when no model is named and none can be chosen.
    package func inputs(for call: ModelRequest) throws(Failure) -> JSONObject {
        let name = modelName(of: call)
        let model = name.flatMap { manifest.model(named: $0) }
        var inputs = JSONObject()
        if declares(mapping.nameInput) {
            inputs[mapping.nameInput] = name.map(JSONValue.string)
            let input = operation.inputs.first { $0.key == mapping.nameInput }
            if name == nil, let input, input.isRequired, input.defaultValue == nil {
                throw Failure(
                    .invalid,
                    "no model is named, and plugin '\(manifest.id)' lists none; name one in the node's 'model'"
                )
            }
        }
        setOptions(of: call, model: model, &inputs)
        switch mapping.form {
        case .chatCompletions: chatCompletions(call, model: model, &inputs)
        case .responses: responses(call, model: model, &inputs)
        case .completions: set(&inputs, "prompt", .string(prompt(call)))
        case .custom: custom(call, &inputs)
        }
        if call.streams, operation.response.streams {
            set(&inputs, "stream", true)
            if mapping.form == .chatCompletions || mapping.form == .completions {
                set(&inputs, "stream_options", ["include_usage": true])
            }
        }
        return inputs
    }

    /// The model that a call goes to: the one it names, else the manifest's first that can chat; nil where the service
    /// decides.
    package func modelName(of call: ModelRequest) -> String? {
        if let name = call.model, !name.isEmpty { return name }
        guard mapping.nameInput == "model", declares("model") else { return nil }
        if let fixed = operation.inputs.first(where: { $0.key == "model" })?.options?.array?.first {
            return fixed.string ?? fixed["value"]?.string
        }
        return manifest.models.first { $0.abilities.contains("chat") }?.id
    }

    private func declares(_ key: String) -> Bool { operation.inputs.contains { $0.key == key } }

    private func set(_ inputs: inout JSONObject, _ key: String, _ value: JSONValue?) {
        if declares(key) { inputs[key] = value }
    }

    // MARK: - Options

    private func setOptions(of call: ModelRequest, model: LanguageModel?, _ inputs: inout JSONObject) {
        let reasons = model?.abilities.contains("reasoning") ?? false
        for option in call.options.members {
            switch option.key {
            case "maxTokens":
                let modern = ["max_output_tokens", "max_completion_tokens", "max_tokens"]
                let old = ["max_output_tokens", "max_tokens", "max_completion_tokens"]
                if let key = (reasons ? modern : old).first(where: declares) { inputs[key] = option.value }
            // Models that reason refuse other values than their own.
            case "temperature" where reasons, "topP" where reasons, "top_p" where reasons: continue
            default:
                let key = [option.key, Self.snakeCase(option.key)].first(where: declares)
                if let key, key != mapping.nameInput { inputs[key] = option.value }
            }
        }
    }

    /// `topP` as `top_p`.
    static func snakeCase(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        return result
    }

    // MARK: - Forms

    private func chatCompletions(_ call: ModelRequest, model: LanguageModel?, _ inputs: inout JSONObject) {
        let takesSchema = declares("response_format") && canStructure(model)
        var messages: [JSONValue] = []
        if let system = systemText(call, explainsSchema: !takesSchema) {
            messages.append(["role": "system", "content": .string(system)])
        }
        messages += call.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] }
        set(&inputs, "messages", .array(messages))
        guard takesSchema, let schema = call.schema else { return }
        inputs["response_format"] = [
            "type": "json_schema",
            "json_schema": ["name": "answer", "strict": .bool(Self.isStrict(schema)), "schema": schema],
        ]
    }

    private func responses(_ call: ModelRequest, model: LanguageModel?, _ inputs: inout JSONObject) {
        let takesSchema = declares("text") && canStructure(model)
        set(&inputs, "instructions", systemText(call, explainsSchema: !takesSchema).map(JSONValue.string))
        set(
            &inputs,
            "input",
            .array(call.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] })
        )
        guard takesSchema, let schema = call.schema else { return }
        inputs["text"] = [
            "format": [
                "type": "json_schema", "name": "answer", "strict": .bool(Self.isStrict(schema)), "schema": schema,
            ]
        ]
    }

    private func custom(_ call: ModelRequest, _ inputs: inout JSONObject) {
        func place(_ key: String) -> JSONPointer? { mapping.pointers[key]?.string.flatMap(JSONPointer.init) }
        var value = JSONValue.object(inputs)
        var messages: [JSONValue] = call.messages.map {
            ["role": .string($0.role.rawValue), "content": .string($0.text)]
        }
        if let system = systemText(call, explainsSchema: true) {
            if let place = place("system") {
                value = value.setting(.string(system), at: place)
            } else {
                messages.insert(["role": "system", "content": .string(system)], at: 0)
            }
        }
        if let place = place("messages") { value = value.setting(.array(messages), at: place) }
        inputs = value.object ?? inputs
    }

    /// One text for models that only continue: the instruction, then the dialogue with who said what.
    private func prompt(_ call: ModelRequest) -> String {
        var parts = [systemText(call, explainsSchema: true)].compactMap(\.self)
        if call.messages.count == 1, let only = call.messages.first {
            parts.append(only.text)
        } else if !call.messages.isEmpty {
            let lines = call.messages.map { "\($0.role.rawValue): \($0.text)" }
            parts.append((lines + ["\(ModelRequest.Role.assistant.rawValue):"]).joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private func canStructure(_ model: LanguageModel?) -> Bool {
        model?.abilities.contains("structured-output") ?? true
    }

    /// The instruction; where the service takes no schema, the schema is a part of it.
    private func systemText(_ call: ModelRequest, explainsSchema: Bool) -> String? {
        let system = call.system.flatMap { $0.isEmpty ? nil : $0 }
        guard explainsSchema, let schema = call.schema else { return system }
        let request = "Answer with nothing but JSON that satisfies this JSON Schema: " + JSONWriter().text(schema)
        return [system, request].compactMap(\.self).joined(separator: "\n\n")
    }

    /// Whether a schema is one that strict mode takes: every object lists all its properties as required and allows no
    /// others (https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas").
    static func isStrict(_ schema: JSONValue, depth: Int = 0) -> Bool {
        guard depth < 32, let object = schema.object else { return false }
        if object["properties"] != nil || object["type"] == "object" {
            let properties = object["properties"]?.object ?? JSONObject()
            let required = Set(object["required"]?.array?.compactMap(\.string) ?? [])
            guard object["additionalProperties"] == false, required == Set(properties.keys),
                properties.members.allSatisfy({ isStrict($0.value, depth: depth + 1) })
            else { return false }
        }
        if let items = object["items"], !isStrict(items, depth: depth + 1) { return false }
        if let choices = object["anyOf"]?.array { return choices.allSatisfy { isStrict($0, depth: depth + 1) } }
        return object["oneOf"] == nil && object["allOf"] == nil && object["not"] == nil
    }
}

extension PluginManifest {
    /// The model of a name, also of a dated version of it such as `gpt-4o-mini-2024-07-18`; nil for one that is not
    /// listed.
    package func model(named name: String) -> LanguageModel? {
        if let exact = models.first(where: { $0.id == name }) { return exact }
        return models.filter { model in
            guard name.hasPrefix(model.id + "-") else { return false }
            return name.dropFirst(model.id.count + 1).utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
        }.max { $0.id.count < $1.id.count }
    }
}
