import PatchbayModel

/// Puts a streamed answer of a model together, event by event.
struct ModelStream {
    private let form: ModelMapping.Form
    private let end: String?
    private let delta: JSONPointer?
    private let textPlace: JSONPointer
    private let usage: [JSONPointer]
    private var used: [JSONPointer: JSONValue] = [:]
    /// The answer as it would have come in one piece.
    private(set) var body: JSONValue = [:]
    /// Whether the stream said that it is complete; one that ends before was cut off.
    private(set) var isComplete = false
    private var text = ""
    private var refusal = ""

    init(_ operation: ServiceOperation) {
        form = operation.model?.form ?? .custom
        end = operation.response.streamEnd
        delta = operation.model?.pointers["delta"]?.string.flatMap(JSONPointer.init)
        let places = operation.model?.pointers["usage"]
        usage = (places?.object?.members.map(\.value) ?? places.map { [$0] } ?? []).compactMap(\.string)
            .compactMap(JSONPointer.init)
        let named = operation.model?.pointers["text"]?.string.flatMap(JSONPointer.init)
        // A form of its own that names no end mark ends where the stream ends.
        isComplete = form == .custom && end == nil
        textPlace = named ?? operation.response.values.first { $0.name == "text" }?.pointer ?? "/text"
    }

    /// Takes one event; returns the text that it adds.
    ///
    /// - Throws: ``Failure`` of kind `malformed` when an event is no JSON.
    mutating func take(_ event: ServerSentEvent) throws(Failure) -> String? {
        if event.data == end || event.data == "[DONE]" {
            isComplete = true
            return nil
        }
        if let end, event.type == end { isComplete = true }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader(maxDepth: 128).read(event.data)
        } catch {
            throw Failure(.malformed, "an event of the stream is no valid JSON")
        }
        if let error = value["error"], !error.isNull, form != .responses {
            body = value
            isComplete = true
            return nil
        }
        switch form {
        case .chatCompletions: return chat(value, textIn: ["delta", "content"])
        case .completions: return chat(value, textIn: ["text"])
        case .responses: return responses(value, type: value["type"]?.string ?? event.type)
        case .custom:
            let part = delta.flatMap { value[$0]?.string }
            text += part ?? ""
            body = value.setting(.string(text), at: textPlace)
            for pointer in usage {
                // One event may tell what was read, another what was written.
                if let number = value[pointer], !number.isNull { used[pointer] = number }
                if let known = used[pointer] { body = body.setting(known, at: pointer) }
            }
            return part
        }
    }

    private mutating func chat(_ chunk: JSONValue, textIn place: [String]) -> String? {
        var whole = body.object ?? JSONObject()
        for key in ["id", "created", "model", "system_fingerprint"] where whole[key] == nil { whole[key] = chunk[key] }
        whole["object"] = form == .chatCompletions ? "chat.completion" : "text_completion"
        if let usage = chunk["usage"], !usage.isNull { whole["usage"] = usage }
        var part: String?
        if let choice = chunk["choices"]?.array?.first(where: { $0["index"]?.int ?? 0 == 0 }) {
            part = choice[JSONPointer(tokens: place)]?.string
            text += part ?? ""
            refusal += choice["delta"]?["refusal"]?.string ?? ""
            if let reason = choice["finish_reason"], !reason.isNull { finishReason = reason }
            // Without an end mark the reason is all that tells a whole answer from one that was cut off.
            if finishReason != nil, end == nil { isComplete = true }
        }
        var choice: JSONObject = ["index": 0]
        if form == .chatCompletions {
            choice["message"] = [
                "role": "assistant", "content": refusal.isEmpty ? .string(text) : .null,
                "refusal": refusal.isEmpty ? .null : .string(refusal),
            ]
        } else {
            choice["text"] = .string(text)
        }
        choice["finish_reason"] = finishReason ?? .null
        whole["choices"] = [.object(choice)]
        body = .object(whole)
        return part
    }

    private var finishReason: JSONValue?

    private mutating func responses(_ event: JSONValue, type: String) -> String? {
        switch type {
        case "response.output_text.delta": return event["delta"]?.string
        case "response.completed", "response.incomplete", "response.failed":
            body = event["response"] ?? .null
            isComplete = true
        case "error":
            body = ["status": "failed", "output": [], "error": event["error"] ?? event]
            isComplete = true
        default: break
        }
        return nil
    }
}
