import Foundation
import PatchbayConnector
import PatchbayLanguage
import PatchbayModel
import PatchbaySandbox
import Testing

/// OpenAI's own description of its API, cut to what the plugin calls.
private struct APIDocument {
    let value: JSONValue

    static let path = "data/vectors/openai-openapi-trimmed.json"

    static func load() throws -> APIDocument {
        let bytes = try #require(Fixture.shared(path))
        return APIDocument(value: discriminated(try JSONReader(maxDepth: 128, maxBytes: 16 << 20).read(bytes)))
    }

    /// The document with `anyOf` for each `oneOf` that has a discriminator: its forms overlap (a message with a list as
    /// content is an "easy" one and an "input" one), and the document leaves it to the discriminator, not to the forms,
    /// which of them is meant.
    private static func discriminated(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(discriminated))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { member in
                        let overlaps = member.key == "oneOf" && object["discriminator"] != nil
                        return (overlaps ? "anyOf" : member.key, discriminated(member.value))
                    }
                )
            )
        default: value
        }
    }

    func schema(at pointer: JSONPointer) throws -> JSONSchema {
        try JSONSchema(["$ref": .string("document.json#\(pointer)")], dialect: .openAPI) { _ in value }
    }

    func schema(named name: String) throws -> JSONSchema {
        try schema(at: JSONPointer(tokens: ["components", "schemas", name]))
    }

    func requestPointer(_ operation: ServiceOperation) -> JSONPointer {
        place(operation, ["requestBody", "content", "application/json", "schema"])
    }

    func answerSchema(_ operation: ServiceOperation) throws -> JSONSchema {
        try schema(at: place(operation, ["responses", "200", "content", "application/json", "schema"]))
    }

    private func place(_ operation: ServiceOperation, _ rest: [String]) -> JSONPointer {
        JSONPointer(tokens: ["paths", operation.path, operation.method.lowercased()] + rest)
    }

    /// The names of all properties that a schema speaks of.
    func properties(at pointer: JSONPointer) -> Set<String> {
        guard let schema = value[pointer] else { return [] }
        if let reference = schema["$ref"]?.string, let target = JSONPointer(String(reference.dropFirst())) {
            return properties(at: target)
        }
        var names = Set(schema["properties"]?.object?.keys ?? [])
        for word in ["allOf", "anyOf", "oneOf"] {
            for index in (schema[word]?.array ?? []).indices {
                names.formUnion(properties(at: JSONPointer(tokens: pointer.tokens + [word, String(index)])))
            }
        }
        return names
    }
}

@Suite(
    "The OpenAI plugin and the sandbox, held against OpenAI's own document",
    .enabled(if: Fixture.shared(APIDocument.path) != nil, "there is no ../shared/\(APIDocument.path)")
)
struct OpenAIDocumentTests {
    private let plugin: Plugin

    init() throws {
        plugin = try Fixture.installed("openai")
    }

    private func grant() -> Grant {
        Grant(
            authorization: .none,
            fields: [:],
            connection: [:],
            baseURL: "https://api.openai.com/v1",
            reach: Reach(origins: []),
            provider: .sandbox
        )
    }

    @Test
    func `every operation and every input stands in the document`() throws {
        let document = try APIDocument.load()
        for operation in plugin.manifest.operations {
            #expect(document.value["paths"]?[operation.path]?[operation.method.lowercased()] != nil, "\(operation.id)")
            let known = document.properties(at: document.requestPointer(operation))
            for input in operation.inputs where input.place == .body {
                #expect(
                    known.contains(input.wireName),
                    "\(operation.id) has an input '\(input.key)' that the document does not know"
                )
            }
        }
    }

    @Test
    func `every request that can be sent is one of the document's`() throws {
        let document = try APIDocument.load()
        let builder = RequestBuilder(version: "1")
        for operation in plugin.manifest.operations where operation.method == "POST" {
            let schema = try document.schema(at: document.requestPointer(operation))
            var examples: [[String: JSONValue]] = []
            for seed in UInt64(0)..<8 {
                examples.append(
                    try Dictionary(
                        uniqueKeysWithValues: operation.inputs.map {
                            ($0.key, try PluginSchema.compile($0.schema, of: plugin).example(seed: seed))
                        }
                    )
                )
            }
            let required = operation.inputs.filter(\.isRequired)
            for example in examples {
                // Each optional input beside the required ones: inputs that exclude each other never meet.
                for optional in operation.inputs.filter({ !$0.isRequired }).map(Optional.some) + [nil] {
                    let chosen = required + [optional].compactMap(\.self)
                    let inputs = JSONObject(chosen.map { ($0.key, example[$0.key] ?? .null) })
                    let request = try builder.request(operation, of: plugin, inputs: inputs, grant: grant())
                    let body = try JSONReader().read(try #require(request.body))
                    let problems = schema.problems(of: body)
                    #expect(
                        problems.isEmpty,
                        "\(operation.id), \(optional?.key ?? "required only"): \(JSONWriter().text(body)): \(problems.prefix(3))"
                    )
                }
            }
        }
    }

    @Test
    func `every request of a prompt is one of the document's`() throws {
        let document = try APIDocument.load()
        let builder = RequestBuilder(version: "1")
        let schemaAsked: JSONValue = [
            "type": "object", "properties": ["a": ["type": "string"]], "required": ["a"], "additionalProperties": false,
        ]
        for operation in plugin.manifest.operations where operation.model != nil {
            let schema = try document.schema(at: document.requestPointer(operation))
            let mapper = try #require(ModelMapper(operation, of: plugin.manifest))
            for model in plugin.manifest.models.map(\.id) + ["unknown"] {
                for asked in [Optional.none, schemaAsked] {
                    for streams in [true, false] {
                        let call = ModelRequest(
                            model: model,
                            system: "Be brief.",
                            messages: [
                                .init(role: .user, text: "Hi"), .init(role: .assistant, text: "Yes?"),
                                .init(role: .user, text: "Go on."),
                            ],
                            schema: asked,
                            options: ["temperature": 0.2, "maxTokens": 100, "topP": 1, "stop": "x", "seed": 3],
                            streams: streams
                        )
                        let request = try builder.request(
                            operation,
                            of: plugin,
                            inputs: try mapper.inputs(for: call),
                            grant: grant()
                        )
                        let problems = schema.problems(of: try JSONReader().read(try #require(request.body)))
                        #expect(problems.isEmpty, "\(operation.id) \(model): \(problems.prefix(3))")
                    }
                }
            }
        }
    }

    private static let tools: [JSONValue] = [
        [
            "name": "get_weather", "description": "Tells the weather of a city",
            "parameters": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
        ]
    ]

    private static func chatBodies() -> [JSONValue] {
        let messages: JSONValue = [
            ["role": "system", "content": "Answer from the text."],
            ["role": "user", "content": [["type": "text", "text": "Paris is in France.\n\nWhere is Paris?"]]],
        ]
        let functions = JSONValue.array(tools.map { ["type": "function", "function": $0] })
        return [
            ["messages": messages], ["messages": messages, "n": 2], ["messages": messages, "max_completion_tokens": 1],
            ["messages": messages, "stop": ["in"]],
            ["messages": [["role": "user", "content": "What is the weather?"]], "tools": functions],
            ["messages": messages, "tools": functions, "tool_choice": "required"],
            [
                "messages": messages,
                "response_format": [
                    "type": "json_schema",
                    "json_schema": [
                        "name": "x",
                        "schema": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
                    ],
                ],
            ],
            ["messages": messages, "response_format": ["type": "json_object"]],
        ]
    }

    private static func responseBodies() -> [JSONValue] {
        let functions = JSONValue.array(
            tools.map { tool in
                JSONValue.object(tool.object ?? [:]).setting("function", at: "/type").setting(true, at: "/strict")
            }
        )
        return [
            ["input": "Paris is in France. Where is Paris?"],
            ["input": "Hi", "instructions": "Be brief.", "metadata": ["a": "b"], "temperature": 0.5],
            [
                "input": [["role": "user", "content": [["type": "input_text", "text": "What is the weather?"]]]],
                "tools": functions,
            ],
            ["input": "Hi", "max_output_tokens": 16],
            ["input": "Paris is in France. Where is Paris?", "tools": functions, "tool_choice": "required"],
            [
                "input": "Paris",
                "text": [
                    "format": [
                        "type": "json_schema", "name": "x",
                        "schema": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
                    ]
                ],
            ],
        ]
    }

    private static func bodies(_ operation: OperationID) -> [JSONValue] {
        switch operation {
        case "create-chat-completion": chatBodies()
        case "create-response": responseBodies()
        case "create-completion":
            [["prompt": "Paris is in France. Where is Paris?"], ["prompt": ["a", "b"], "max_tokens": 1, "n": 2]]
        case "create-embedding": [["input": "a"], ["input": ["a", "b"], "dimensions": 4], ["input": [1, 2]]]
        case "create-moderation": [["input": "peace"], ["input": "hate"], ["input": ["a", "b"]]]
        default: []
        }
    }

    private func model(for operation: OperationID) -> JSONValue {
        switch operation {
        case "create-embedding": "text-embedding-3-small"
        case "create-moderation": "omni-moderation-latest"
        case "create-completion": "gpt-3.5-turbo-instruct"
        default: "gpt-4o-mini"
        }
    }

    @Test
    func `every answer of the sandbox is one of the document's`() async throws {
        let document = try APIDocument.load()
        let bench = Bench([plugin])
        for operation in plugin.manifest.operations {
            let schema = try document.answerSchema(operation)
            let bodies =
                operation.method == "GET"
                ? [nil] : Self.bodies(operation.id).map { $0.setting(model(for: operation.id), at: "/model") }
            #expect(!bodies.isEmpty)
            for body in bodies {
                let answer = try await bench.send(operation.method, "/v1" + operation.path, body)
                #expect(answer.status == 200, "\(operation.id): \(answer.text)")
                let problems = schema.problems(of: answer.body)
                #expect(problems.isEmpty, "\(operation.id): \(answer.text.prefix(600)): \(problems.prefix(4))")
                let own = try PluginSchema.compile(try #require(operation.response.schema), of: plugin)
                #expect(
                    own.problems(of: answer.body).isEmpty,
                    "\(operation.id), the plugin's own schema: \(own.problems(of: answer.body).prefix(3))"
                )
            }
        }
    }

    @Test(
        arguments: [
            ("create-chat-completion", "CreateChatCompletionStreamResponse"),
            ("create-response", "ResponseStreamEvent"),
            ("create-completion", "CreateCompletionResponse"),
        ] as [(OperationID, String)]
    )
    func `every event of a stream is one of the document's`(id: OperationID, name: String) async throws {
        let document = try APIDocument.load()
        let bench = Bench([plugin])
        let schema = try document.schema(named: name)
        let operation = try #require(plugin.manifest.operation(id))
        for body in Self.bodies(id) {
            var asked = body.setting(model(for: id), at: "/model").setting(true, at: "/stream")
            if id != "create-response" { asked = asked.setting(true, at: "/stream_options/include_usage") }
            let answer = try await bench.send("POST", "/v1" + operation.path, asked)
            #expect(answer.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            let events = answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
                String($0.dropFirst(6))
            }
            #expect(events.count > 2)
            for event in events where event != "[DONE]" {
                var value = try JSONReader(maxDepth: 128).read(event)
                // The document describes whole completions only; in a stream the reason is null until the last part.
                if id == "create-completion", value["choices"]?[0]?["finish_reason"] == .null {
                    value = value.setting("stop", at: "/choices/0/finish_reason")
                }
                let problems = schema.problems(of: value)
                #expect(problems.isEmpty, "\(event.prefix(400)): \(problems.prefix(4))")
            }
        }
    }
}
