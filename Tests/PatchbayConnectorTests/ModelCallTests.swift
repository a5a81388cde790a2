import Foundation
import PatchbayConnector
import PatchbayModel
import PatchbayTesting
import Synchronization
import Testing

@Suite("A model call")
struct ModelCallTests {
    static let manifest: JSONValue = [
        "authorization": [["id": "key", "type": "bearer"]],
        "errorMessage": [["pointer": "/error/message"]],
        "errors": [["when": ["body": ["pointer": "/error/code", "equals": "slow_down"]], "kind": "rateLimited"]],
        "models": [
            [
                "id": "small", "abilities": ["chat", "structured-output"],
                "price": [
                    "currency": "USD", "perMillionInput": "0.15", "perMillionCachedInput": "0.075",
                    "perMillionOutput": "0.60",
                    "asOf": "2026-01-01", "source": "x",
                ],
            ],
            ["id": "thinker", "abilities": ["chat", "reasoning", "structured-output"]],
            ["id": "plain", "abilities": ["chat"]],
        ],
        "operations": [
            "chat": [
                "method": "POST", "path": "/chat", "retry": ["safe": true],
                "inputs": [
                    "model": ["required": true], "messages": [:], "temperature": [:], "top_p": [:], "max_tokens": [:],
                    "max_completion_tokens": [:], "response_format": [:], "stream": [:], "stream_options": [:],
                ],
                "response": ["stream": ["format": "sse", "done": "[DONE]"]],
                "model": ["request": "chat-completions", "default": true],
            ],
            "listed": [
                "method": "POST", "path": "/listed",
                "inputs": ["model": [:], "messages": [:], "stream": [:], "stream_options": [:]],
                "response": [
                    "values": ["text": "/choices/0/message/content"], "stream": ["format": "sse", "done": "[DONE]"],
                ],
                "model": ["request": "chat-completions"],
            ],
            "respond": [
                "method": "POST", "path": "/responses",
                "inputs": [
                    "model": [:], "instructions": [:], "input": [:], "text": [:], "max_output_tokens": [:],
                    "stream": [:],
                ],
                "response": ["stream": ["format": "sse"]], "model": ["request": "responses"],
            ],
            "complete": [
                "method": "POST", "path": "/completions",
                "inputs": ["model": [:], "prompt": [:], "max_tokens": [:], "stream": [:], "stream_options": [:]],
                "response": ["stream": ["format": "sse", "done": "[DONE]"]], "model": ["request": "completions"],
            ],
            "generate": [
                "method": "POST", "path": "/generate/{engine}",
                "inputs": ["engine": ["in": "path", "default": "e1"], "dialog": [:], "rules": [:], "stream": [:]],
                "response": ["stream": ["format": "sse", "done": "goodbye"]],
                "model": [
                    "delta": "/more",
                    "request": "custom", "name": ["input": "engine"], "system": "/rules/text", "messages": "/dialog",
                    "text": "/result/words", "usage": ["input": "/spent/read", "output": "/spent/written"],
                ],
            ],
        ],
    ]

    let plugin: Plugin
    let grant: Grant

    init() throws {
        plugin = try Fixture.plugin(Self.manifest)
        grant = try Fixture.grant(for: plugin, fields: ["token": "tok-12345"], connection: [:])
    }

    static let question = ModelRequest(
        system: "Be brief.",
        messages: [
            .init(role: .user, text: "Hi"), .init(role: .assistant, text: "Hello"),
            .init(role: .user, text: "{{x}} \"?\""),
        ],
        options: ["temperature": 0.5, "maxTokens": 50, "topP": 0.9, "unknown": 1]
    )

    func call(
        _ operation: OperationID?,
        _ call: ModelRequest = question,
        _ stub: StubTransport,
        onEvent: @Sendable (OperationEvent) async -> Void = { _ in }
    ) async throws(Failure) -> OperationAnswer {
        try await Bench(plugin, grant: grant, stub).client.call(
            OperationCall(target: .model("made-up", operation, call)),
            onEvent: onEvent
        )
    }

    static func chat(_ content: JSONValue, finish: String = "stop", refusal: JSONValue = nil) -> JSONValue {
        [
            "model": "small-2026-01-01",
            "choices": [
                [
                    "message": ["role": "assistant", "content": content, "refusal": refusal],
                    "finish_reason": .string(finish),
                ]
            ],
            "usage": [
                "prompt_tokens": 1_000, "completion_tokens": 33, "prompt_tokens_details": ["cached_tokens": 200],
            ],
        ]
    }

    func body(_ stub: StubTransport) throws -> JSONValue {
        try JSONReader().read(try #require(stub.requests.first?.body))
    }

    @Test
    func `becomes chat completions, and its answer text, usage and cost`() async throws {
        let stub = StubTransport(StubTransport.json(Self.chat("Fine.")))
        let answer = try await call(nil, Self.question, stub)
        #expect(
            try body(stub) == [
                "model": "small", "temperature": 0.5, "max_tokens": 50, "top_p": 0.9,
                "messages": [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi"],
                    ["role": "assistant", "content": "Hello"], ["role": "user", "content": "{{x}} \"?\""],
                ],
            ]
        )
        #expect(answer.text == "Fine.")
        // 800 × 0.15 + 200 × 0.075 + 33 × 0.60 = 154.8 millionths.
        #expect(
            answer.usage == [
                "inputTokens": 1_000, "outputTokens": 33, "cachedInputTokens": 200,
                "cost": ["amount": "0.0001548", "currency": "USD"],
            ]
        )
    }

    @Test
    func `of a service node tells what the model used, too`() async throws {
        let stub = StubTransport(StubTransport.json(Self.chat("Fine.")))
        let client = Bench(plugin, grant: grant, stub).client
        let call = OperationCall(
            target: .operation(plugin.id, "chat", input: ["model": "small", "messages": []])
        )
        #expect(client.usesModel(call))
        let answer = try await client.call(call)
        #expect(answer.usage?["outputTokens"] == 33)
        #expect(answer.usage?["cost"]?["amount"] == "0.0001548")
        #expect(answer.text == nil)
    }

    @Test
    func `of a model that reasons limits its tokens in the newer way and leaves the temperature alone`() async throws {
        let stub = StubTransport(StubTransport.json(Self.chat("x")))
        let question = ModelRequest(
            model: "thinker",
            messages: [.init(role: .user, text: "Hi")],
            options: Self.question.options
        )
        _ = try await call("chat", question, stub)
        let sent = try body(stub)
        #expect(sent["max_completion_tokens"] == 50)
        #expect(sent["max_tokens"] == nil)
        #expect(sent["temperature"] == nil)
    }

    @Test
    func `with a schema asks for it, strictly where the schema allows it, in words where the model cannot`()
        async throws
    {
        let strict: JSONValue = [
            "type": "object", "properties": ["a": ["type": "string"]], "required": ["a"], "additionalProperties": false,
        ]
        let loose: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]
        func sent(_ schema: JSONValue, model: String) async throws -> JSONValue {
            let stub = StubTransport(StubTransport.json(Self.chat("{}")))
            _ = try await call(
                "chat",
                ModelRequest(model: model, messages: [.init(role: .user, text: "Hi")], schema: schema),
                stub
            )
            return try body(stub)
        }
        let first = try await sent(strict, model: "unknown")["response_format"]
        #expect(first == ["type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": strict]])
        #expect(try await sent(loose, model: "small")["response_format"]?["json_schema"]?["strict"] == false)
        let plain = try await sent(strict, model: "plain")
        #expect(plain["response_format"] == nil)
        #expect(plain["messages"]?[0]?["content"]?.string?.contains(JSONWriter().text(strict)) == true)
    }

    @Test(arguments: [("output_text", "text", nil), ("refusal", "refusal", FailureKind.refused)])
    func `has a response's text and refusal for service nodes, though reasoning comes first`(
        type: String,
        member: String,
        kind: FailureKind?
    ) async throws {
        let part: JSONValue = .object(["type": .string(type)]).setting("Well.", at: JSONPointer(tokens: [member]))
        let output: JSONValue = [
            ["type": "reasoning", "summary": []], ["type": "message", "content": [part]],
        ]
        let bench = Bench(plugin, grant: grant, StubTransport(StubTransport.json(["output": output])))
        let failed = await failure { () async throws(Failure) in
            let answer = try await bench.call("made-up", "respond", ["input": "Hi"])
            #expect(answer.values["text"] == "Well.")
        }
        #expect(failed?.kind == kind)
        #expect(failed?.message.contains("Well") ?? true)
    }

    @Test
    func `has no text of a response that is still being made, and is none without output`() async throws {
        func values(_ body: JSONValue) async throws(Failure) -> JSONObject {
            try await Bench(plugin, grant: grant, StubTransport(StubTransport.json(body))).call("made-up", "respond")
                .values
        }
        #expect(try await values(["status": "queued", "output": []]) == [:])
        #expect(try await values(["output": [["type": "function_call", "name": "f"]]]) == [:])
        #expect(await failure { () async throws(Failure) in try await values(["id": "x"]) }?.kind == .malformed)
    }

    @Test
    func `becomes responses, one prompt, or a form of the manifest's own`() async throws {
        let output: JSONValue = [["type": "message", "content": [["type": "output_text", "text": "Fine."]]]]
        let responses = StubTransport(
            StubTransport.json([
                "status": "completed", "output": output, "usage": ["input_tokens": 3, "output_tokens": 1],
            ])
        )
        let responded = try await call("respond", Self.question, responses)
        #expect(responded.text == "Fine.")
        #expect(responded.usage?["inputTokens"] == 3)
        let sent = try body(responses)
        #expect(sent["instructions"] == "Be brief.")
        #expect(sent["max_output_tokens"] == 50)
        #expect(sent["input"]?[2] == ["role": "user", "content": "{{x}} \"?\""])

        let completions = StubTransport(StubTransport.json(["choices": [["text": " Fine.", "finish_reason": "stop"]]]))
        #expect(try await call("complete", Self.question, completions).text == " Fine.")
        #expect(
            try body(completions)["prompt"] == "Be brief.\n\nuser: Hi\nassistant: Hello\nuser: {{x}} \"?\"\nassistant:"
        )

        let custom = StubTransport(
            StubTransport.json(["result": ["words": "Fine."], "spent": ["read": 7, "written": 2]])
        )
        let generated = try await call("generate", Self.question, custom)
        #expect(generated.text == "Fine.")
        #expect(generated.usage == ["inputTokens": 7, "outputTokens": 2])
        #expect(custom.requests.first?.url == "https://made-up.example/generate/e1")
        #expect(try body(custom)["rules"] == ["text": "Be brief."])
        #expect(try body(custom)["dialog"]?.array?.count == 3)
    }

    @Test(
        arguments: [
            (chat(nil), FailureKind.malformed, "the answer's '/choices/0/message/content' is null; expected a string"),
            (chat(3), .malformed, "the answer's '/choices/0/message/content' is of type number; expected a string"),
            (["choices": []], .malformed, "the answer's '/choices/0/message/content' is missing; expected a string"),
            ([], .malformed, "the answer's '/choices/0/message/content' is missing; expected a string"),
            (nil, .malformed, "the answer's '/choices/0/message/content' is missing; expected a string"),
            (chat(nil, refusal: "I cannot help with that."), .refused, "the model declined: I cannot help with that."),
            (chat("part", finish: "content_filter"), .refused, "the service's content filter stopped the answer"),
            (
                chat("", finish: "length"), .tooLong,
                "the model stopped at its limit of tokens before it had finished; raise 'maxTokens'"
            ),
            (
                ["error": ["code": "slow_down", "message": "Slow down"]], .rateLimited,
                "made-up.example answered 200, too many calls: Slow down; try again later"
            ),
        ] as [(JSONValue, FailureKind, String)]
    )
    func `with an answer that is none says which field is at fault`(body: JSONValue, kind: FailureKind, message: String)
        async
    {
        let failure = await failure { () async throws(Failure) in
            try await call("chat", Self.question, StubTransport(StubTransport.json(body)))
        }
        #expect(failure?.kind == kind)
        #expect(failure?.message == message)
    }
}
