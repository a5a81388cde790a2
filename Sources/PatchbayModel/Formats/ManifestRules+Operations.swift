extension ManifestCheck {
    mutating func checkOperations() {
        var byDefault: String?
        let budgets = root["budgets"]?.array?.compactMap { $0["id"]?.string } ?? []
        for member in operations.members {
            guard case .object(let operation) = member.value else { continue }
            let id = member.key
            let inputs = operation["inputs"]?.object ?? JSONObject()
            checkPath(operation, inputs, id)
            for input in inputs.members { checkInput(input, inputs, operation, id) }
            checkPlaces(inputs, id)
            for name in operation["headers"]?.object?.keys ?? [] {
                checkHeader(name, ["operations", id, "headers", name])
            }
            notes.sameButCase(inputs, ["operations", id, "inputs"])
            checkSchema(operation["response"]?["schema"], ["operations", id, "response", "schema"])
            if let budget = operation["budget"]?.string, !budgets.contains(budget) {
                notes.unknown(["operations", id, "budget"], "budget", budget, among: budgets)
            }
            checkOperation(operation["job"]?["poll"]?["operation"], at: ["operations", id, "job", "poll", "operation"])
            checkOperation(
                operation["job"]?["result"]?["operation"],
                at: ["operations", id, "job", "result", "operation"]
            )
            guard let model = operation["model"] else { continue }
            if let input = model["name"]?["input"]?.string, inputs[input] == nil {
                notes.unknown(["operations", id, "model", "name", "input"], "input", input, among: inputs.keys)
            }
            checkModel(model, inputs, id)
            guard model["default"]?.bool == true else { continue }
            if let byDefault {
                notes.error(
                    ["operations", id, "model", "default"],
                    "'\(byDefault)' is the default already",
                    "keep one default"
                )
            }
            byDefault = id
        }
    }

    /// No two inputs travel in one place.
    private mutating func checkPlaces(_ inputs: JSONObject, _ id: String) {
        guard inputs.count > 1 else { return }
        var seen: [String: String] = [:]
        for input in inputs.members {
            let name = input.value["name"]?.string ?? input.key
            let place: String
            switch input.value["in"]?.string ?? "body" {
            case "body", "form":
                place = "body " + (input.value["at"]?.string ?? JSONPointer(tokens: [name]).description)
            case "header": place = "header " + name.lowercased()
            case "raw": place = "body"
            case let other: place = "\(other) \(name)"
            }
            if let other = seen[place] {
                notes.error(
                    ["operations", id, "inputs", input.key],
                    "'\(input.key)' travels where '\(other)' does",
                    "give it another 'name', 'at' or 'in'"
                )
            }
            seen[place] = input.key
        }
    }

    /// What a prompt fills in are inputs of the operation.
    private mutating func checkModel(_ model: JSONValue, _ inputs: JSONObject, _ id: String) {
        let needed: String? =
            switch model["request"]?.string {
            case "chat-completions": "messages"
            case "responses": "input"
            case "completions": "prompt"
            default: nil
            }
        if let needed, inputs[needed] == nil {
            notes.error(
                ["operations", id, "inputs"],
                "a model of this form needs the input '\(needed)'",
                "add it, or map the model with \"request\": \"custom\""
            )
        }
        guard model["request"]?.string == "custom" else { return }
        for key in ["system", "messages"] {
            guard let pointer = model[key]?.string.flatMap(JSONPointer.init), let input = pointer.tokens.first,
                inputs[input] == nil
            else { continue }
            notes.unknown(["operations", id, "model", key], "input", input, among: inputs.keys)
        }
    }

    /// The names in a path are inputs with `"in": "path"`, and the other way round.
    private mutating func checkPath(_ operation: JSONObject, _ inputs: JSONObject, _ id: String) {
        guard let path = operation["path"]?.string else { return }
        let names = Set(NamedParts.names(in: path))
        if path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) || path.contains("#") {
            notes.error(
                ["operations", id, "path"],
                "'.', '..' and '#' lead to another path",
                "write the path that is meant"
            )
        }
        var sent: Set<String> = []
        for input in inputs.members where input.value["in"]?.string == "path" {
            let name = input.value["name"]?.string ?? input.key
            sent.insert(name)
            if !names.contains(name) {
                notes.error(
                    ["operations", id, "inputs", input.key],
                    "the path has no '{\(name)}'",
                    "add it to 'path', or send the input elsewhere"
                )
            }
        }
        for name in names.subtracting(sent).sorted() where !isSentInPath(name) {
            notes.error(
                ["operations", id, "path"],
                "no input for '{\(name)}' of the path",
                "add the input '\(name)' with \"in\": \"path\""
            )
        }
    }

    /// Whether an authorization type puts a value into that part of the path.
    private func isSentInPath(_ name: String) -> Bool {
        root["authorization"]?.array?.contains { type in
            type["send"]?.array?.contains { $0["in"]?.string == "path" && $0["name"]?.string == name } ?? false
        } ?? false
    }

    private mutating func checkInput(
        _ member: JSONObject.Member,
        _ inputs: JSONObject,
        _ operation: JSONObject,
        _ id: String
    ) {
        guard case .object(let input) = member.value else { return }
        checkSchema(input["schema"], ["operations", id, "inputs", member.key, "schema"])
        if case .object(let value)? = input["default"], value.count == 1, let key = value["connection"]?.string,
            !connection.contains(key)
        {
            notes.unknown(
                ["operations", id, "inputs", member.key, "default", "connection"],
                "connection value",
                key,
                among: connection
            )
        }
        if let options = input["options"] {
            checkOperation(options["operation"], at: ["operations", id, "inputs", member.key, "options", "operation"])
        }
        if let when = input["visibleWhen"] {
            checkVisible(
                when,
                ["operations", id, "inputs", member.key, "visibleWhen"],
                fields: fields.sorted(),
                inputs: inputs.keys
            )
        }
        let place = input["in"]?.string ?? "body"
        if place == "header" {
            checkHeader(input["name"]?.string ?? member.key, ["operations", id, "inputs", member.key])
        }
        if ["body", "form", "multipart", "raw"].contains(place), let method = operation["method"]?.string,
            method == "GET" || method == "HEAD"
        {
            notes.error(
                ["operations", id, "inputs", member.key],
                "'\(member.key)' travels in the \(place) of a \(method) request, which has none",
                "add \"in\": \"query\", or another place"
            )
        }
    }

    /// References in a schema stay in the plugin's folder.
    mutating func checkSchema(_ schema: JSONValue?, _ place: @autoclosure () -> [String]) {
        guard let schema, SchemaReference.leaves(schema) else { return }
        findEscapes(schema, place())
    }

    private mutating func findEscapes(_ schema: JSONValue, _ place: [String]) {
        switch schema {
        case .object(let object):
            for member in object.members { findEscapes(member.value, place + [member.key]) }
            guard case .string(let text)? = object["$ref"], !SchemaReference.staysInside(text) else { return }
            notes.error(
                place + ["$ref"],
                "the reference '\(text)' leaves the plugin's folder",
                "refer to a file in it, such as schemas/message.json, or to #/$defs/…"
            )
        case .array(let elements):
            for (index, element) in elements.enumerated() { findEscapes(element, place + ["\(index)"]) }
        default: break
        }
    }
}

/// References of schemas to other schemas.
package enum SchemaReference {
    /// Whether some `$ref` in a schema leaves the folder.
    static func leaves(_ schema: JSONValue) -> Bool {
        switch schema {
        case .object(let object):
            for member in object.members {
                if case .string(let text) = member.value {
                    if member.key == "$ref", !staysInside(text) { return true }
                } else if leaves(member.value) {
                    return true
                }
            }
            return false
        case .array(let elements): return elements.contains(where: leaves)
        default: return false
        }
    }

    /// Whether a `$ref` points into its own text or to a file in or below the folder: no scheme, no `..`, no root.
    package static func staysInside(_ text: String) -> Bool {
        if text.utf8.first == 0x23 { return true }
        let path = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return TextKind.file.matches(String(path))
    }
}
