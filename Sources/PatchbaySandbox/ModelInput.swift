import Foundation
import PatchbayConnector
import PatchbayModel

/// What a simulated model is asked, taken out of a service's wire form.
struct ModelInput {
    /// Who said something; `tool` is the result of a call.
    struct Turn {
        let role: String
        let text: String
    }

    /// A function that the model may call.
    struct Tool {
        let name: String
        let description: String
        let parameters: JSONValue
    }

    /// Whether and which tool must be called.
    enum ToolChoice: Equatable {
        case auto, none, required
        case named(String)
    }

    var system = ""
    var turns: [Turn] = []
    var schema: JSONValue?
    var tools: [Tool] = []
    var choice = ToolChoice.auto
    var maxTokens: Int?
    var stop: [String] = []
    var streams = false
    var includesUsage = false
    var count = 1

    init(_ request: SandboxRequest, _ mapping: ModelMapping) {
        let body = request.body
        streams = request.input("stream")?.bool ?? body["stream"]?.bool ?? false
        includesUsage = body["stream_options"]?["include_usage"]?.bool ?? false
        count = min(max(body["n"]?.int ?? 1, 1), 16)
        maxTokens = (body["max_output_tokens"] ?? body["max_completion_tokens"] ?? body["max_tokens"])?.int
        stop = body["stop"]?.string.map { [$0] } ?? body["stop"]?.array?.compactMap(\.string) ?? []
        readTools(body)
        switch mapping.form {
        case .chatCompletions:
            for message in body["messages"]?.array ?? [] {
                add(role: message["role"]?.string, content: message["content"])
            }
            schema = Self.schema(body["response_format"], body["response_format"]?["json_schema"])
        case .responses:
            if let instructions = body["instructions"]?.string { addSystem(instructions) }
            if let text = body["input"]?.string { turns.append(Turn(role: "user", text: text)) }
            for item in body["input"]?.array ?? [] {
                if item["type"] == "function_call_output" {
                    turns.append(Turn(role: "tool", text: Self.text(item["output"])))
                } else {
                    add(role: item["role"]?.string, content: item["content"])
                }
            }
            schema = Self.schema(body["text"]?["format"], body["text"]?["format"])
        case .completions:
            turns = [Turn(role: "user", text: Self.text(body["prompt"]))]
        case .custom:
            func value(_ key: String) -> JSONValue? {
                guard let pointer = mapping.pointers[key]?.string.flatMap(JSONPointer.init),
                    let first = pointer.tokens.first
                else { return nil }
                let rest = JSONPointer(tokens: Array(pointer.tokens.dropFirst()))
                return request.input(first)?[rest]
            }
            addSystem(Self.text(value("system")))
            if let text = value("messages")?.string { turns.append(Turn(role: "user", text: text)) }
            for message in value("messages")?.array ?? [] {
                add(role: message["role"]?.string, content: message["content"])
            }
        }
    }

    private mutating func add(role: String?, content: JSONValue?) {
        let text = Self.text(content)
        switch role {
        case "system", "developer": addSystem(text)
        case "assistant" where text.isEmpty: break
        case "assistant", "tool": turns.append(Turn(role: role ?? "", text: text))
        default: turns.append(Turn(role: "user", text: text))
        }
    }

    private mutating func addSystem(_ text: String) {
        if !text.isEmpty { system += (system.isEmpty ? "" : "\n\n") + text }
    }

    private mutating func readTools(_ body: JSONValue) {
        tools = (body["tools"]?.array ?? []).compactMap { tool in
            let function = tool["function"] ?? tool
            guard tool["type"] == "function", let name = function["name"]?.string else { return nil }
            return Tool(
                name: name,
                description: function["description"]?.string ?? "",
                parameters: function["parameters"] ?? ["type": "object"]
            )
        }
        switch body["tool_choice"] {
        case .string("none"): choice = .none
        case .string("required"): choice = .required
        case .object(let object):
            if let name = (object["function"]?["name"] ?? object["name"])?.string { choice = .named(name) }
        default: break
        }
    }

    /// The schema that an answer must satisfy; an empty one for "any JSON object".
    private static func schema(_ format: JSONValue?, _ holder: JSONValue?) -> JSONValue? {
        switch format?["type"] {
        case "json_schema": holder?["schema"]
        case "json_object": ["type": "object"]
        default: nil
        }
    }

    /// The text of a content: a string, or the texts of its parts.
    private static func text(_ value: JSONValue?) -> String {
        value?.string ?? value?.array?.compactMap { $0.string ?? $0["text"]?.string }.joined(separator: "\n") ?? ""
    }

    // MARK: - Reading

    /// The newest user's text.
    var prompt: String { turns.last { $0.role == "user" }?.text ?? "" }

    /// All that was given to read, but for the first paragraph of the instruction, which says what to do.
    var material: [String] {
        let rules = PlainText.paragraphs(system).dropFirst()
        return rules + turns.map(\.text)
    }

    /// All text together, for counting.
    var whole: String { ([system] + turns.map(\.text)).joined(separator: "\n") }

    /// The part of a prompt that says what to do, when there is no other instruction: its first paragraph, or its first
    /// line up to a colon; nil when all of it may be the user's.
    var instructionOfPrompt: String? {
        let paragraphs = PlainText.paragraphs(prompt)
        guard let first = paragraphs.first else { return nil }
        if paragraphs.count > 1 { return first }
        if let end = first.range(of: ":\n") { return String(first[..<end.lowerBound]) }
        if system.isEmpty, let colon = first.firstIndex(of: ":") { return String(first[..<colon]) }
        return system.isEmpty ? first : nil
    }
}
