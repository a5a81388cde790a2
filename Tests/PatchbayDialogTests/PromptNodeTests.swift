import PatchbayDialog
import PatchbayModel
import Synchronization
import Testing

@Suite("A prompt node")
struct PromptNodeTests {
    private func chat(_ history: String, keys: String = "") -> String {
        dialog(
            """
            {"id": "begin", "kind": "entity", "type": "message", "ask": "always", "next": "ask"},
            {"id": "ask", "kind": "prompt", "integration": "openai", "model": "{{env.model}}", "system": "Be {{settings.tone}}brief.",
             "prompt": "{{context.entities.begin.text}}", "history": {"mode": "\(history)"}, \(keys) "save": {"answer": "text"}, "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.answer}}{{context.ask.error.kind}}"}], "next": "begin"}
            """
        )
    }

    private static let counting: StubCaller.Answer = { call, number in
        OperationAnswer(
            statusCode: 200,
            body: ["id": "x"],
            text: "answer \(number)",
            usage: ["inputTokens": 10, "outputTokens": 5, "cost": ["amount": "0.0001", "currency": "USD"]]
        )
    }

    private func request(_ call: OperationCall?) throws -> ModelRequest {
        guard case .model("openai", nil, let request) = try #require(call).target else {
            throw Failure(.invalid, "no model call")
        }
        return request
    }

    @Test(arguments: [
        ("promptOnly", ["user: three"]), ("lastMessage", ["user: three"]),
        ("session", ["user: one", "assistant: answer 1", "user: two", "assistant: answer 2", "user: three"]),
        ("conversation", ["user: one", "assistant: answer 1", "user: two", "assistant: answer 2", "user: three"]),
    ])
    func `sends as much of what was said as its mode tells`(mode: String, expected: [String]) async throws {
        let caller = StubCaller(Self.counting)
        let talk = try Talk(chat(mode), caller: caller, env: ["model": "m1"])
        try await talk.start("d")
        for word in ["one", "two", "three"] { try await talk.say(word) }
        let request = try request(caller.calls.last)
        #expect(request.messages.map { "\($0.role.rawValue): \($0.text)" } == expected)
        #expect(request.model == "m1")
        #expect(request.system == "Be brief.")
    }

    @Test func `leaves out of a session what was said before it`() async throws {
        for (mode, count) in [("session", 1), ("conversation", 3)] {
            let caller = StubCaller(Self.counting)
            let talk = try Talk(chat(mode), caller: caller)
            try await talk.start("d")
            try await talk.say("one")
            try await talk.start("d")
            try await talk.say("two")
            #expect(try request(caller.calls.last).messages.count == count)
        }
    }

    @Test func `sends the last message beside a prompt of its own`() async throws {
        let caller = StubCaller(Self.counting)
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "ask"},
                {"id": "ask", "kind": "prompt", "integration": "openai", "prompt": "Is that kind?", "history": {"mode": "lastMessage"}, "next": "end"}
                """
            ),
            caller: caller
        )
        try await talk.start("d")
        try await talk.say("You fool!")
        #expect(try request(caller.calls.last).messages.map(\.text) == ["You fool!", "Is that kind?"])
    }

    @Test func `leaves out the oldest when history is too long`() async throws {
        let caller = StubCaller(Self.counting)
        var limits = DialogLimits.standard
        limits.historyBytes = 30
        let talk = try Talk(chat("session"), caller: caller, limits: limits)
        try await talk.start("d")
        for word in ["one", "two", "three", "four"] { try await talk.say(word) }
        #expect(
            try request(caller.calls.last).messages.map(\.text) == ["two", "answer 2", "three", "answer 3", "four"]
        )
        let small = try Talk(
            chat("session").replacing(#""mode": "session""#, with: #""mode": "session", "maxSize": "15B""#),
            caller: caller
        )
        try await small.start("d")
        for word in ["one", "two", "three"] { try await small.say(word) }
        #expect(try request(caller.calls.last).messages.map(\.text) == ["two", "answer 6", "three"])
        let few = try Talk(
            chat("session").replacing(#""mode": "session""#, with: #""mode": "session", "turns": 2"#),
            caller: caller
        )
        try await few.start("d")
        for word in ["one", "two", "three"] { try await few.say(word) }
        #expect(try request(caller.calls.last).messages.map(\.text) == ["two", "answer 9", "three"])
    }

    @Test func `keeps answer, usage and the whole response`() async throws {
        let talk = try Talk(chat("promptOnly"), caller: StubCaller(Self.counting))
        try await talk.start("d")
        let turn = try await talk.say("hi")
        #expect(turn.texts == ["answer 1"])
        #expect(turn.context["ask"]?["usage"]?["inputTokens"] == 10)
        #expect(turn.context["ask"]?["response"]?["body"]?["id"] == "x")
        let call = try #require(turn.trace.first { $0.action == "call" })
        #expect(call.detail["usage"]?["cost"]?["amount"] == "0.0001")
        #expect(call.detail["source"] == "real")
    }

    @Test func `gives parts as they come, before the message`() async throws {
        let talk = try Talk(
            chat("promptOnly", keys: #""stream": true,"#),
            caller: StubCaller(parts: ["ans", "wer"], Self.counting)
        )
        try await talk.start("d")
        var seen: [String] = []
        for try await event in talk.engine.handle(talk.event(.message(text: "hi"))) {
            if case .messagePart(let node, let text) = event { seen.append("\(node) \(text)") }
            if case .message(let message) = event { seen.append(message.text) }
        }
        #expect(seen == ["d/ask ans", "d/ask wer", "answer 1"])
    }

    private static let schema = """
        "output": {"schema": {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]}}, "required": ["mood"]}},
        """

    private func structured(_ answers: [String], attempts: Int? = nil) async throws -> (Turn, StubCaller) {
        let caller = StubCaller { _, number in
            OperationAnswer(
                statusCode: 200,
                body: .null,
                text: answers[min(number, answers.count) - 1],
                usage: ["inputTokens": 10, "cost": ["amount": "0.1", "currency": "USD"]]
            )
        }
        let keys = attempts.map { Self.schema.replacing("\"schema\"", with: "\"attempts\": \($0), \"schema\"") }
        let talk = try Talk(chat("promptOnly", keys: keys ?? Self.schema), caller: caller)
        try await talk.start("d")
        return (try await talk.say("How am I?"), caller)
    }

    @Test(arguments: [#"{"mood": "good"}"#, "```json\n{\"mood\": \"good\"}\n```"])
    func `takes an answer that satisfies the schema`(answer: String) async throws {
        let (turn, caller) = try await structured([answer])
        #expect(turn.context["ask"]?["output"] == ["mood": "good"])
        #expect(caller.calls.count == 1)
    }

    @Test func `asks again with what is wrong, and adds up what it cost`() async throws {
        let (turn, caller) = try await structured(["well", #"{"mood": "fine"}"#, #"{"mood": "bad"}"#])
        #expect(turn.context["ask"]?["output"] == ["mood": "bad"])
        #expect(turn.context["ask"]?["usage"] == ["inputTokens": 30, "cost": ["amount": "0.3", "currency": "USD"]])
        let last = try request(caller.calls.last)
        #expect(last.messages.map(\.role) == [.user, .assistant, .user, .assistant, .user])
        #expect(last.messages[2].text.contains("it is no JSON"))
        #expect(last.messages[4].text.contains("does not satisfy the JSON Schema"))
        #expect(Set(caller.calls.map(\.key)).count == 3)
    }

    @Test func `gives up after two more answers that do not satisfy it`() async throws {
        let (turn, caller) = try await structured(["no"])
        #expect(caller.calls.count == 3)
        #expect(turn.texts == ["malformed"])
        #expect(turn.context["ask"]?["error"]?["kind"] == "malformed")
        #expect(turn.context["ask"]?["output"] == nil)
    }

    @Test(arguments: [(1, 1), (2, 2), (5, 5), (0, 1), (9, 5)])
    func `asks as often as its node says, within bounds`(attempts: Int, expected: Int) async throws {
        let (turn, caller) = try await structured(["no"], attempts: attempts)
        #expect(caller.calls.count == expected)
        #expect(turn.context["ask"]?["error"]?["attempts"] == .number(JSONNumber(expected)))
    }

    @Test func `goes on where the model fails`() async throws {
        let talk = try Talk(chat("promptOnly"), caller: StubCaller { _, _ in throw Failure(.refused, "not that") })
        try await talk.start("d")
        #expect(try await talk.say("hi").texts == ["refused"])
    }

    @Test func `fails where its history mode is none`() async throws {
        let talk = try Talk(
            chat("{{env.mode}}", keys: #""saveError": "why","#),
            caller: StubCaller(Self.counting),
            env: ["mode": "everything"]
        )
        try await talk.start("d")
        let turn = try await talk.say("hi")
        #expect(
            turn.context["why"]?["message"]?.string?.contains(
                "unknown history mode 'everything'; use one of conversation, session"
            ) == true
        )
    }
}
