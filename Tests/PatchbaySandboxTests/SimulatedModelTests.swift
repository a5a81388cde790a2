import PatchbayConnector
import PatchbayLanguage
import PatchbayModel
import PatchbaySandbox
import Testing

@Suite("The simulated model")
struct SimulatedModelTests {
    private static let manifest: JSONValue = [
        "operations": [
            "ask": [
                "method": "POST", "path": "/v1/chat/completions",
                "inputs": [
                    "model": ["schema": ["type": "string"]], "messages": ["required": true], "max_tokens": [:],
                    "stop": [:], "stream": [:],
                    "stream_options": [:], "response_format": [:], "tools": [:], "tool_choice": [:],
                ],
                "response": ["stream": ["format": "sse", "done": "[DONE]"]],
                "model": ["request": "chat-completions", "default": true],
            ],
            "say": [
                "method": "POST", "path": "/say", "inputs": ["dialog": [:]],
                "response": ["stream": ["format": "sse", "done": "END"]],
                "model": [
                    "request": "custom", "messages": "/dialog", "text": "/out/text", "delta": "/d", "usage": "/spent",
                ],
            ],
        ],
        "sandbox": [
            "model": [
                ["id": "fruit", "words": ["en": ["fruit"], "de": ["Obst"]], "do": "extract", "terms": "fruit.txt"],
                ["id": "short", "words": ["shorten"], "do": "summarize"],
                ["id": "shortest", "words": ["in a word"], "do": "summarize", "sentences": 1],
                ["id": "sort", "words": ["sort out"], "do": "classify", "labels": ["praise", "complaint", "other"]],
                ["id": "any", "do": "answer"],
            ]
        ],
    ]

    private let bench: Bench

    init() throws {
        bench = Bench([
            try Fixture.plugin(Self.manifest, files: ["fruit.txt": "# terms\napple\npear\nPrickly pear\nC++\nkiwi\n"])
        ])
    }

    private func ask(_ texts: String..., system: String? = nil, schema: JSONValue? = nil, options: JSONObject = [:])
        async throws(Failure) -> String
    {
        let messages = texts.map { ModelRequest.Message(role: .user, text: $0) }
        return try await bench.ask(
            "made-up",
            nil,
            ModelRequest(system: system, messages: messages, schema: schema, options: options)
        ).text ?? ""
    }

    private static let harbour = """
        Lisbon's old harbour closed in 1974. The new one lies east of the city and takes 300 ships a month. \
        Dr. Costa has run it since 2019! Fishermen still complain about the noise.
        """

    @Test(arguments: [
        ("When did the old harbour close?", "Lisbon's old harbour closed in 1974."),
        ("How many ships does it take a month?", "The new one lies east of the city and takes 300 ships a month."),
        ("Who has run it since 2019?", "Dr. Costa has run it since 2019!"),
    ])
    func `finds the sentence that answers, in an own message, a paragraph, or beside the question`(
        question: String,
        answer: String
    ) async throws {
        #expect(try await ask(Self.harbour, question, system: "Answer the question.") == answer)
        #expect(try await ask(Self.harbour + "\n\n" + question) == answer)
        #expect(try await ask(Self.harbour + " " + question) == answer)
        #expect(try await ask(question, system: "Answer from this:\n\n" + Self.harbour) == answer)
    }

    @Test
    func `says so when there is no answer, and that it is no language model`() async throws {
        let none = try await ask(Self.harbour, "Which composer wrote the opera?")
        #expect(none.contains("not a language model"))
        #expect(none.contains("cannot find"))
        #expect(try await ask("Good morning").contains("not a language model"))
    }

    @Test
    func `says so in German to who writes German`() async throws {
        let none = try await ask("Der Hafen ist alt.", "Welcher Komponist schrieb die Oper?")
        #expect(none.contains("kein Sprachmodell"))
        #expect(none.contains("finde die Antwort nicht"))
        #expect(try await ask("Wie geht es dir?").contains("Gelesen habe ich: \"Wie geht es dir?\""))
    }

    @Test
    func `extracts the terms of the file as whole words, longest first, in their order`() async throws {
        let text = "I like KIWI, prickly pear and apple-pie; pearls and c++ too. Kiwi again."
        #expect(try await ask(text, system: "List the fruit, one a line.") == "kiwi\nPrickly pear\napple\nC++")
        #expect(try await ask(text, system: "Nenne das Obst.") == "kiwi\nPrickly pear\napple\nC++")
        #expect(try await ask("I like meat.", system: "List the fruit.") == "none")
    }

    @Test
    func `goes by the instruction, not by what the user wrote`() async throws {
        #expect(try await ask("The fruit is a kiwi. Which fruit is it?", system: "Answer.") == "The fruit is a kiwi.")
        #expect(try await ask("List the fruit:\n\nA kiwi and a pear.") == "kiwi\npear")
    }

    @Test
    func `summarizes and classifies`() async throws {
        let long = Self.harbour + " The harbour noise of the harbour city is harbour noise."
        let summary = try await ask(long, system: "Shorten this.")
        #expect(summary.hasPrefix("Lisbon's old harbour closed in 1974. "))
        #expect(summary.count < long.count)
        let shortest = try await ask(long, system: "Say it in a word.")
        #expect(long.contains(shortest) && !shortest.isEmpty && shortest.count < summary.count)
        #expect(try await ask("I want to make a complaint.", system: "Sort out what this is.") == "complaint")
        #expect(try await ask("Praised be the day!", system: "Sort out what this is.") == "praise")
        #expect(try await ask("Hm.", system: "Sort out what this is.") == "other")
    }

    @Test
    func `satisfies a schema with what stands in the text`() async throws {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "mood": ["enum": ["calm", "angry"]], "count": ["type": "integer", "minimum": 2, "maximum": 50],
                "noise": ["type": "boolean"],
                "quiet": ["type": "boolean"], "reason": ["type": "string", "maxLength": 20],
                "fruits": ["type": "array", "items": ["type": "string"]],
                "code": ["type": "string", "pattern": "^[A-Z]{3}$"], "maybe": ["type": ["string", "null"]],
                "nested": ["type": "object", "properties": ["price": ["type": "number"]], "required": ["price"]],
            ],
            "required": ["mood", "count", "noise", "quiet", "reason", "fruits", "code", "maybe", "nested"],
            "additionalProperties": false,
        ]
        let text = try await ask(
            "I am angry. There were 7 kiwis, one kiwi and noise for 12.50.",
            system: "Which fruit?",
            schema: schema
        )
        let value = try JSONReader().read(text)
        #expect(try JSONSchema(schema).problems(of: value).isEmpty)
        #expect(value["mood"] == "angry")
        #expect(value["count"] == 7)
        #expect(value["noise"] == true)
        #expect(value["quiet"] == false)
        #expect(value["fruits"] == ["kiwi"])
        #expect(value["reason"]?.string?.count ?? 99 <= 20)
    }

    @Test
    func `gives the same answer for the same request, to the byte`() async throws {
        let body: JSONValue = ["messages": [["role": "user", "content": .string(Self.harbour + " Who runs it?")]]]
        let first = try await bench.send("POST", "/v1/chat/completions", body)
        let second = try await bench.send("POST", "/v1/chat/completions", body)
        #expect(first.text == second.text)
        #expect(first.headers["x-patchbay-sandbox"] == "model")
        #expect(first.body["system_fingerprint"] == "patchbay-sandbox")
        #expect(first.body["created"] == 1_772_442_000)
    }

    @Test
    func `keeps to the limit of tokens and to stop words`() async throws {
        let cut = try await bench.ask(
            "made-up",
            nil,
            ModelRequest(
                messages: [.init(role: .user, text: Self.harbour + " When did the old harbour close?")],
                options: ["maxTokens": 5]
            )
        )
        #expect(cut.text == "Lisbon's old harbour")
        #expect(cut.body["choices"]?[0]?["finish_reason"] == "length")
        #expect(cut.usage?["outputTokens"] == 5)
        #expect(
            try await ask(Self.harbour + " When did the old harbour close?", options: ["stop": ["closed"]])
                == "Lisbon's old harbour "
        )
    }

    @Test
    func `streams the same text that it would give in one piece`() async throws {
        for operation in ["ask", "say"] as [OperationID] {
            let messages = [ModelRequest.Message(role: .user, text: Self.harbour + " Who has run it since 2019?")]
            let whole = try await bench.ask("made-up", operation, ModelRequest(messages: messages))
            let streamed = try await bench.ask("made-up", operation, ModelRequest(messages: messages, streams: true))
            #expect(whole.text == "Dr. Costa has run it since 2019!")
            #expect(streamed.text == whole.text)
            #expect(streamed.usage?["outputTokens"] == whole.usage?["outputTokens"])
        }
    }

    private static let tools: JSONValue = [
        [
            "type": "function",
            "function": [
                "name": "get_weather", "description": "Tells the forecast of a place",
                "parameters": [
                    "type": "object", "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
                    "required": ["city"],
                ],
            ],
        ],
        ["type": "function", "function": ["name": "book_table", "description": "Reserves seats in a restaurant"]],
    ]

    @Test(
        arguments: [
            ("How is the weather in Rome for 3 days?", "auto", "get_weather"),
            ("Reserve seats in that restaurant, please.", "auto", "book_table"),
            ("Tell me a joke.", "auto", nil), ("Tell me a joke.", "required", "get_weather"),
            ("How is the weather?", "none", nil),
            ("How is the weather?", ["type": "function", "function": ["name": "book_table"]], "book_table"),
        ] as [(String, JSONValue, String?)]
    )
    func `calls a tool that the user speaks of, or that must be called`(text: String, choice: JSONValue, tool: String?)
        async throws
    {
        let body: JSONValue = [
            "messages": [["role": "user", "content": .string(text)]], "tools": Self.tools, "tool_choice": choice,
        ]
        let message = try await bench.send("POST", "/v1/chat/completions", body).body["choices"]?[0]?["message"]
        let call = message?["tool_calls"]?[0]?["function"]
        #expect(call?["name"]?.string == tool)
        guard tool != nil else { return }
        #expect(message?["content"] == .null)
        let arguments = try JSONReader().read(try #require(call?["arguments"]?.string))
        if tool == "get_weather", text.contains("3 days") { #expect(arguments["days"] == 3) }
        let after = body.setting(
            ["role": "tool", "tool_call_id": "c", "content": "22 degrees"],
            at: "/messages/-"
        )
        let end = try await bench.send("POST", "/v1/chat/completions", after)
        #expect(end.body["choices"]?[0]?["message"]?["content"] == "22 degrees")
    }
}
