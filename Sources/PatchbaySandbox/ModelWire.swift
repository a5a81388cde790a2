import PatchbayConnector
import PatchbayModel

/// A reply of the simulated model in a service's wire form, whole or as a stream of events.
struct ModelWire {
    let request: SandboxRequest
    let mapping: ModelMapping
    let input: ModelInput
    let reply: SimulatedModel.Reply
    /// Seconds since 1970.
    let created: Int

    /// The name that answers go by, so that nobody takes them for a model's.
    static let fingerprint = "patchbay-sandbox"

    var id: String { Fingerprint.id(request.parts.bytes + Array("\(request.operation.id)".utf8)) }

    /// The model's name as the request has it.
    var model: String { request.input(mapping.nameInput)?.string ?? Self.fingerprint }

    var inputTokens: Int { PlainText.tokens(input.whole) }

    var outputTokens: Int {
        reply.calls.reduce(PlainText.tokens(reply.text)) { $0 + PlainText.tokens($1.name + " " + $1.arguments) }
    }

    /// The answer in one piece.
    func whole() -> JSONValue {
        switch mapping.form {
        case .chatCompletions: chatCompletion()
        case .responses: response(status: reply.isCut ? "incomplete" : "completed", output: outputItems())
        case .completions: completion()
        case .custom: custom(text: reply.text)
        }
    }

    /// The answer as data of server-sent events, the end mark included.
    func events() -> [String] {
        switch mapping.form {
        case .chatCompletions: chatChunks() + [end].compactMap(\.self)
        case .completions: completionChunks() + [end].compactMap(\.self)
        case .responses: responseEvents() + [request.operation.response.streamEnd].compactMap(\.self)
        case .custom: customChunks() + [end].compactMap(\.self)
        }
    }

    private var end: String? { request.operation.response.streamEnd ?? (mapping.form == .custom ? nil : "[DONE]") }

    func data(_ value: JSONValue) -> String { JSONWriter().text(value) }

    func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    // MARK: - Chat completions

    private var finish: String { !reply.calls.isEmpty ? "tool_calls" : reply.isCut ? "length" : "stop" }

    private func usage() -> JSONValue {
        [
            "prompt_tokens": number(inputTokens), "completion_tokens": number(outputTokens * input.count),
            "total_tokens": number(inputTokens + outputTokens * input.count),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    private func toolCalls(withIndex: Bool = false) -> [JSONValue] {
        reply.calls.enumerated().map { place, call in
            var object = JSONObject()
            if withIndex { object["index"] = number(place) }
            object["id"] = .string("call_\(id)")
            object["type"] = "function"
            object["function"] = ["name": .string(call.name), "arguments": .string(call.arguments)]
            return .object(object)
        }
    }

    private func chatCompletion() -> JSONValue {
        var message: JSONObject = [
            "role": "assistant", "content": reply.calls.isEmpty ? .string(reply.text) : .null, "refusal": nil,
        ]
        if !reply.calls.isEmpty { message["tool_calls"] = .array(toolCalls()) }
        return [
            "id": .string("chatcmpl-\(id)"), "object": "chat.completion", "created": number(created),
            "model": .string(model),
            "choices": .array(
                (0..<input.count).map { index in
                    [
                        "index": number(index), "message": .object(message), "logprobs": nil,
                        "finish_reason": .string(finish),
                    ]
                }
            ),
            "usage": usage(), "system_fingerprint": .string(Self.fingerprint),
        ]
    }

    private func chatChunk(_ choices: [JSONValue], usage: JSONValue? = nil) -> String {
        var object: JSONObject = [
            "id": .string("chatcmpl-\(id)"), "object": "chat.completion.chunk", "created": number(created),
            "model": .string(model),
            "system_fingerprint": .string(Self.fingerprint), "choices": .array(choices),
        ]
        object["usage"] = usage
        return data(.object(object))
    }

    private func chatChunks() -> [String] {
        var chunks: [String] = []
        for index in 0..<input.count {
            func add(_ delta: JSONValue, finish: JSONValue = .null) {
                chunks.append(
                    chatChunk([["index": number(index), "delta": delta, "logprobs": nil, "finish_reason": finish]])
                )
            }
            add(["role": "assistant", "content": reply.calls.isEmpty ? "" : nil])
            if !reply.calls.isEmpty { add(["tool_calls": .array(toolCalls(withIndex: true))]) }
            for piece in PlainText.pieces(reply.text) { add(["content": .string(piece)]) }
            add([:], finish: .string(finish))
        }
        if input.includesUsage { chunks.append(chatChunk([], usage: usage())) }
        return chunks
    }

    // MARK: - Completions

    private func completion(_ choices: [JSONValue]? = nil, usage: JSONValue? = nil) -> JSONValue {
        var object: JSONObject = [
            "id": .string("cmpl-\(id)"), "object": "text_completion", "created": number(created),
            "model": .string(model),
            "system_fingerprint": .string(Self.fingerprint),
        ]
        object["choices"] = .array(choices ?? [])
        object["usage"] = usage
        return .object(object)
    }

    private func completionChoice(_ index: Int, _ text: String, finish: JSONValue) -> JSONValue {
        ["index": number(index), "text": .string(text), "logprobs": nil, "finish_reason": finish]
    }

    private func completion() -> JSONValue {
        let echo = request.body["echo"]?.bool == true ? input.prompt : ""
        let choices = (0..<input.count).map { completionChoice($0, echo + reply.text, finish: .string(finish)) }
        return completion(choices, usage: usage())
    }

    private func completionChunks() -> [String] {
        var chunks: [String] = []
        for index in 0..<input.count {
            for piece in PlainText.pieces(reply.text) {
                chunks.append(data(completion([completionChoice(index, piece, finish: .null)])))
            }
            chunks.append(data(completion([completionChoice(index, "", finish: .string(finish))])))
        }
        if input.includesUsage { chunks.append(data(completion([], usage: usage()))) }
        return chunks
    }

    // MARK: - A form of the manifest's own

    private func custom(text: String) -> JSONValue {
        func place(_ value: JSONValue?) -> JSONPointer? { value?.string.flatMap(JSONPointer.init) }
        var body: JSONValue = ["model": .string(model)]
        body = body.setting(.string(text), at: place(mapping.pointers["text"]) ?? "/text")
        if let usage = place(mapping.pointers["usage"]) {
            body = body.setting(
                ["input_tokens": number(inputTokens), "output_tokens": number(outputTokens)],
                at: usage
            )
        } else if let usage = mapping.pointers["usage"] {
            if let input = place(usage["input"]) { body = body.setting(number(inputTokens), at: input) }
            if let output = place(usage["output"]) { body = body.setting(number(outputTokens), at: output) }
        }
        return body
    }

    private func customChunks() -> [String] {
        guard let delta = mapping.pointers["delta"]?.string.flatMap(JSONPointer.init) else { return [data(whole())] }
        let pieces = PlainText.pieces(reply.text).map { data(JSONValue.object([:]).setting(.string($0), at: delta)) }
        return pieces + [data(custom(text: ""))]
    }
}
