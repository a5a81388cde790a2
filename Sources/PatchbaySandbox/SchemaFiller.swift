import Foundation
import PatchbayConnector
import PatchbayLanguage
import PatchbayModel

/// Makes a value that satisfies a JSON Schema out of what stands in a text.
struct SchemaFiller {
    let text: String
    /// What an array of strings takes, where terms were found.
    let terms: [String]
    let plugin: Plugin

    private static let maxDepth = 16

    /// The value; where the text gives none that the schema takes, an example of the schema.
    func value(for schema: JSONValue) -> JSONValue {
        guard let compiled = try? PluginSchema.compile(schema, of: plugin) else { return [:] }
        let made = make(schema, root: schema, name: "", depth: 0)
        return compiled.isValid(made) ? made : compiled.example(seed: Fingerprint.hash(text))
    }

    /// The words of a name such as `dueDate`, `due_date`, `due-date`.
    static func words(ofName name: String) -> [String] {
        var spaced = ""
        for character in name {
            if character.isUppercase { spaced += " " }
            spaced.append(character)
        }
        return PlainText.words(spaced)
    }

    private func make(_ schema: JSONValue, root: JSONValue, name: String, depth: Int) -> JSONValue {
        guard depth < Self.maxDepth, let object = resolved(schema, root: root).object else { return .null }
        if let constant = object["const"] { return constant }
        let hint = name + " " + (object["description"]?.string ?? "")
        if let choices = object["enum"]?.array, !choices.isEmpty { return choice(among: choices, hint: hint) }
        if let first = (object["anyOf"] ?? object["oneOf"])?.array?.first {
            return make(first, root: root, name: name, depth: depth + 1)
        }
        switch type(of: object) {
        case "object": return members(of: object, root: root, depth: depth)
        case "array": return elements(of: object, root: root, name: name, depth: depth)
        case "boolean": return .bool(speaks(of: hint))
        case "integer": return number(object, isInteger: true)
        case "number": return number(object, isInteger: false)
        case "string": return string(object, hint: hint, root: root)
        case "null": return .null
        default: return .string(sentence(for: hint))
        }
    }

    private func resolved(_ schema: JSONValue, root: JSONValue) -> JSONValue {
        guard let reference = schema["$ref"]?.string, reference.hasPrefix("#"),
            let pointer = JSONPointer(String(reference.dropFirst()))
        else { return schema }
        return root[pointer] ?? schema
    }

    private func type(of object: JSONObject) -> String? {
        if let type = object["type"]?.string { return type }
        if let types = object["type"]?.array { return types.compactMap(\.string).first { $0 != "null" } ?? "null" }
        if object["properties"] != nil { return "object" }
        return object["items"] == nil ? nil : "array"
    }

    private func members(of object: JSONObject, root: JSONValue, depth: Int) -> JSONValue {
        var result = JSONObject()
        for property in object["properties"]?.object?.members ?? [] {
            let name = Self.words(ofName: property.key).joined(separator: " ")
            let value = make(property.value, root: root, name: name, depth: depth + 1)
            result[property.key] = checked(value, property.value, root: root)
        }
        return .object(result)
    }

    /// The value if a property's own schema takes it, else an example; schemas that refer elsewhere are left to the
    /// whole's check.
    private func checked(_ value: JSONValue, _ schema: JSONValue, root: JSONValue) -> JSONValue {
        guard !JSONWriter().text(schema).contains("\"$ref\""),
            let compiled = try? PluginSchema.compile(schema, of: plugin),
            !compiled.isValid(value)
        else { return value }
        return compiled.example(seed: Fingerprint.hash(text))
    }

    private func elements(of object: JSONObject, root: JSONValue, name: String, depth: Int) -> JSONValue {
        let items = object["items"] ?? true
        let least = max(object["minItems"]?.int ?? 0, 0)
        let most = min(max(object["maxItems"]?.int ?? 3, least), 50)
        let kind = resolved(items, root: root).object
        if let choices = kind?["enum"]?.array {
            let named = choices.filter { choice in
                choice.string.map { PlainText.range(of: $0, in: text) != nil } ?? false
            }
            return .array(Array((named.count >= least ? named : choices).prefix(max(most, least))))
        }
        if kind.flatMap(type) == "string", !terms.isEmpty {
            return .array(terms.prefix(object["maxItems"]?.int ?? .max).map(JSONValue.string))
        }
        if kind.flatMap(type) == "string" {
            let sentences = PlainText.sentences(text).prefix(most).map(JSONValue.string)
            if sentences.count >= least { return .array(Array(sentences)) }
        }
        return .array((0..<min(max(least, 1), most)).map { _ in make(items, root: root, name: name, depth: depth + 1) })
    }

    /// The choice that the text names; else the one whose words it shares; else the first.
    private func choice(among choices: [JSONValue], hint: String) -> JSONValue {
        let names = choices.map { $0.string ?? JSONWriter().text($0) }
        if let place = names.firstIndex(where: { !$0.isEmpty && PlainText.range(of: $0, in: text) != nil }) {
            return choices[place]
        }
        let said = Set(PlainText.words(text).map(TermOverlap.stem))
        let place = names.firstIndex { name in
            Self.words(ofName: name).contains { $0.count > 3 && said.contains(TermOverlap.stem($0)) }
        }
        return choices[place ?? 0]
    }

    private func speaks(of hint: String) -> Bool {
        let said = Set(PlainText.words(text).map(TermOverlap.stem))
        return PlainText.words(hint).contains { $0.count > 3 && said.contains(TermOverlap.stem($0)) }
    }

    /// The first number of the text that the limits allow, else the least one allowed.
    private func number(_ object: JSONObject, isInteger: Bool) -> JSONValue {
        let least = object["minimum"]?.double
        let most = object["maximum"]?.double
        for word in text.split(whereSeparator: { !($0.isNumber && $0.isASCII) && $0 != "." && $0 != "-" }) {
            let digits = word.trimmingCharacters(in: CharacterSet(charactersIn: ".-"))
            guard let value = Double(digits), digits.count < 16, least.map({ value >= $0 }) ?? true,
                most.map({ value <= $0 }) ?? true,
                !isInteger || value == value.rounded(), let number = JSONNumber(value)
            else { continue }
            return .number(number)
        }
        return object["minimum"] ?? 0
    }

    private func string(_ object: JSONObject, hint: String, root: JSONValue) -> JSONValue {
        var sentence = sentence(for: hint)
        if let most = object["maxLength"]?.int, most >= 0, sentence.unicodeScalars.count > most {
            var short = ""
            short.unicodeScalars.append(contentsOf: sentence.unicodeScalars.prefix(most))
            sentence = short
        }
        return .string(sentence)
    }

    /// The sentence that fits a hint best, else the first one.
    private func sentence(for hint: String) -> String {
        let sentences = PlainText.sentences(text)
        return SimulatedModel.best(sentences, for: hint, most: 1).first ?? sentences.first ?? ""
    }
}
