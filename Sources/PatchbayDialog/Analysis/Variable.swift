import PatchbayLanguage
import PatchbayModel

/// The names under which lint keeps track of variables: `total`, `entities.subject`, a node's id for its results.
enum Variable {
    /// The variable that a written path belongs to.
    static func name(_ path: ContextPath) -> String {
        guard !path.isSession else { return "session" }
        return name(path.tokens)
    }

    /// The variable that an expression's path reads; nil when it reads none of the dialog's context.
    static func name(_ path: [PathStep]) -> String? {
        var tokens = path.map(\.token)
        guard let first = tokens.first else { return nil }
        if first == "context" {
            tokens.removeFirst()
            guard !tokens.isEmpty else { return nil }
        } else if Expression.rootNames.contains(first) {
            return nil
        }
        return name(tokens)
    }

    private static func name(_ tokens: [String]) -> String {
        guard let first = tokens.first else { return "" }
        guard first == "entities", tokens.count > 1 else { return first }
        return "entities." + tokens[1]
    }

    /// Stands for entities that a script writes: which ones, its text does not tell.
    static let anyEntity = "entities.*"

    /// Whether a variable is among those that are set.
    static func isSet(_ variable: String, in set: Set<String>) -> Bool {
        set.contains(variable) || variable.hasPrefix("entities.") && set.contains(anyEntity)
    }

    /// What is there without anybody setting it.
    static let alwaysThere: Set<String> = ["session", "lastServiceFailure", "entities"]
}

/// A place where a node reads a variable.
struct VariableRead {
    let variable: String
    /// As it is written.
    let source: String
    let pointer: JSONPointer
    /// Whether it is read after the node has done its work.
    let isAfter: Bool
    /// For a logic node: after which of its rows.
    let row: Int
}

/// Collects what a node's expressions read, from the node as it stands in the file.
struct NodeReads {
    private(set) var reads: [VariableRead] = []
    /// The paths into `env`, `content` and `settings`.
    private(set) var roots: [(root: String, key: String, pointer: JSONPointer)] = []

    init(_ node: JSONObject, at pointer: JSONPointer) {
        for member in node.members where !member.key.hasPrefix("x-") {
            let place = pointer.appending(member.key)
            switch member.key {
            case "transitions":
                for (index, transition) in (member.value.array ?? []).enumerated() {
                    condition(transition["if"] ?? .null, at: place.appending(index).appending("if"))
                }
            case "set":
                for (index, row) in (member.value.array ?? []).enumerated() {
                    strings(row["value"] ?? .null, at: place.appending(index).appending("value"), row: index)
                }
            case "after": strings(member.value, at: place, isAfter: true)
            case "valuesFrom":
                if let text = member.value["value"]?.string { expression(text, at: place.appending("value")) }
            case "save", "output", "canvas", "id", "kind": break
            default: strings(member.value, at: place)
            }
        }
    }

    private mutating func strings(_ value: JSONValue, at pointer: JSONPointer, isAfter: Bool = false, row: Int = 0) {
        switch value {
        case .string(let text):
            // What is no template is reported by the compiler.
            guard let template = try? TextTemplate(text) else { return }
            for expression in template.expressions { note(expression, at: pointer, isAfter: isAfter, row: row) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                strings(element, at: pointer.appending(index), isAfter: isAfter, row: row)
            }
        case .object(let object):
            for member in object.members {
                strings(member.value, at: pointer.appending(member.key), isAfter: isAfter, row: row)
            }
        case .null, .bool, .number: break
        }
    }

    private mutating func expression(_ text: String, at pointer: JSONPointer) {
        guard let expression = try? Expression(text) else { return }
        note(expression, at: pointer, isAfter: false, row: 0)
    }

    private mutating func condition(_ value: JSONValue, at pointer: JSONPointer) {
        guard let object = value.object else { return }
        for key in ["all", "any"] {
            for (index, inner) in (object[key]?.array ?? []).enumerated() {
                condition(inner, at: pointer.appending(key).appending(index))
            }
        }
        if let inner = object["not"] { condition(inner, at: pointer.appending("not")) }
        if let to = object["to"] { strings(to, at: pointer.appending("to"), isAfter: true) }
        guard let text = object["value"]?.string, let expression = try? Expression(text) else { return }
        // Whoever asks whether something is there knows that it may not be.
        let isAsked = ["exists", "missing"].contains(object["operator"]?.string ?? "")
        note(expression, at: pointer.appending("value"), isAfter: true, row: 0, onlyRoots: isAsked)
    }

    private mutating func note(
        _ expression: Expression,
        at pointer: JSONPointer,
        isAfter: Bool,
        row: Int,
        onlyRoots: Bool = false
    ) {
        for path in expression.paths {
            if case .name(let root)? = path.first, ["env", "content", "settings"].contains(root), path.count > 1 {
                roots.append((root, path[1].token, pointer))
            }
            guard !onlyRoots, !expression.source.contains("default("), let variable = Variable.name(path) else {
                continue
            }
            let source = path.map(\.token).joined(separator: ".")
            reads.append(VariableRead(variable: variable, source: source, pointer: pointer, isAfter: isAfter, row: row))
        }
    }
}
