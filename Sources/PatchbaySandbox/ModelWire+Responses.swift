import PatchbayConnector
import PatchbayModel

extension ModelWire {
    private var messageID: String { "msg_\(id)" }

    /// The items of a response's output: a call of a tool, or a message.
    func outputItems() -> [JSONValue] {
        guard reply.calls.isEmpty else { return reply.calls.map { callItem($0, status: "completed") } }
        return [messageItem(status: reply.isCut ? "incomplete" : "completed", content: [textPart(reply.text)])]
    }

    private func callItem(_ call: SimulatedModel.Call, status: String, arguments: String? = nil) -> JSONValue {
        [
            "type": "function_call", "id": .string("fc_\(id)"), "call_id": .string("call_\(id)"),
            "name": .string(call.name),
            "arguments": .string(arguments ?? call.arguments), "status": .string(status),
        ]
    }

    private func messageItem(status: String, content: [JSONValue]) -> JSONValue {
        [
            "type": "message", "id": .string(messageID), "status": .string(status), "role": "assistant",
            "content": .array(content),
        ]
    }

    private func textPart(_ text: String) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
    }

    /// A response object; what the request set is repeated in it.
    func response(status: String, output: [JSONValue]) -> JSONValue {
        let body = request.body
        let isDone = status == "completed" || status == "incomplete"
        var object: JSONObject = [
            "id": .string("resp_\(id)"), "object": "response", "created_at": number(created), "status": .string(status),
            "background": false, "error": nil,
            "incomplete_details": status == "incomplete" ? ["reason": "max_output_tokens"] : nil,
            "instructions": body["instructions"] ?? .null, "max_output_tokens": body["max_output_tokens"] ?? .null,
            "model": .string(model), "output": .array(output),
            "parallel_tool_calls": body["parallel_tool_calls"] ?? true,
            "previous_response_id": body["previous_response_id"] ?? .null,
            "reasoning": ["effort": body["reasoning"]?["effort"] ?? .null, "summary": nil],
            "store": body["store"] ?? true, "temperature": body["temperature"] ?? 1,
            "text": body["text"] ?? ["format": ["type": "text"]], "tool_choice": body["tool_choice"] ?? "auto",
            "tools": body["tools"] ?? [], "top_p": body["top_p"] ?? 1, "truncation": body["truncation"] ?? "disabled",
            "metadata": body["metadata"] ?? [:],
        ]
        if isDone {
            object["usage"] = [
                "input_tokens": number(inputTokens),
                "input_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0],
                "output_tokens": number(outputTokens), "output_tokens_details": ["reasoning_tokens": 0],
                "total_tokens": number(inputTokens + outputTokens),
            ]
        }
        return .object(object)
    }

    /// The events of a streamed response, in the order that the service sends them.
    func responseEvents() -> [String] {
        var events: [String] = []
        func add(_ type: String, _ fields: JSONObject) {
            var object: JSONObject = ["type": .string(type), "sequence_number": number(events.count)]
            for field in fields.members { object[field.key] = field.value }
            events.append(data(.object(object)))
        }
        let started = response(status: "in_progress", output: [])
        add("response.created", ["response": started])
        add("response.in_progress", ["response": started])
        if let call = reply.calls.first {
            let place: JSONObject = ["item_id": .string("fc_\(id)"), "output_index": 0]
            add(
                "response.output_item.added",
                ["output_index": 0, "item": callItem(call, status: "in_progress", arguments: "")]
            )
            add("response.function_call_arguments.delta", place.adding(["delta": .string(call.arguments)]))
            add(
                "response.function_call_arguments.done",
                place.adding(["name": .string(call.name), "arguments": .string(call.arguments)])
            )
            add("response.output_item.done", ["output_index": 0, "item": callItem(call, status: "completed")])
        } else {
            let place: JSONObject = ["item_id": .string(messageID), "output_index": 0, "content_index": 0]
            add(
                "response.output_item.added",
                ["output_index": 0, "item": messageItem(status: "in_progress", content: [])]
            )
            add("response.content_part.added", place.adding(["part": textPart("")]))
            for piece in PlainText.pieces(reply.text) {
                add("response.output_text.delta", place.adding(["delta": .string(piece), "logprobs": []]))
            }
            add("response.output_text.done", place.adding(["text": .string(reply.text), "logprobs": []]))
            add("response.content_part.done", place.adding(["part": textPart(reply.text)]))
            add("response.output_item.done", ["output_index": 0, "item": outputItems().first ?? .null])
        }
        add(reply.isCut ? "response.incomplete" : "response.completed", ["response": whole()])
        return events
    }
}

extension JSONObject {
    /// This object with the members of another one set.
    func adding(_ other: JSONObject) -> JSONObject {
        var copy = self
        for member in other.members { copy[member.key] = member.value }
        return copy
    }
}
