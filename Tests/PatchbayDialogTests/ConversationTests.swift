import PatchbayDialog
import PatchbayModel
import PatchbayTesting
import Testing

@Suite("A conversation")
struct ConversationTests {
    static let skills = """
        {"formatVersion": 1, "language": "en", "id": "extract-skills", "name": "Extract skills", "start": "extractSkills",
         "nodes": [
          {"id": "extractSkills", "kind": "intent", "utterances": {"en": ["extract skills", "which skills are in this resume"]}, "next": "resume"},
          {"id": "resume", "kind": "entity", "type": "description", "prompts": [{"id": "ask", "text": "Paste the resume, please."}],
           "next": "extractSkillsService"},
          {"id": "extractSkillsService", "kind": "service", "integration": "openai", "operation": "create-chat-completion",
           "input": {"model": "{{env.model}}", "messages": [{"role": "user", "content": "{{context.entities.resume}}"}], "extra": "{{context.missing}}"},
           "timeout": "20s", "saveError": "skillsError", "onFailure": "sorry", "next": "extractSkillsScript"},
          {"id": "extractSkillsScript", "kind": "script", "sets": ["skills"], "onFailure": "sorry",
           "transitions": [{"id": "noneFound", "if": {"value": "length(context.skills)", "operator": "equals", "to": 0}, "then": "none"}],
           "next": "extractSkillsMessage"},
          {"id": "extractSkillsMessage", "kind": "message", "messages": [{"id": "found", "text": "I found: {{context.skills}}."}], "next": "end"},
          {"id": "none", "kind": "message", "messages": [{"id": "none", "text": "I found no skills."}], "next": "end"},
          {"id": "sorry", "kind": "message", "messages": [{"id": "sorry", "text": "I could not do that: {{context.lastServiceFailure.message}}"}], "next": "end"}
         ]}
        """

    private func talk(_ caller: StubCaller, script: @escaping StubScripts.Script) throws -> Talk {
        try Talk(
            Self.skills,
            scripts: StubScripts(["split": script]),
            files: ["extractSkillsScript.js": "split"],
            caller: caller,
            env: ["model": "gpt-4o-mini"]
        )
    }

    private static let splits: StubScripts.Script = { call in
        var context = call.context
        let text = context["extractSkillsService"]?["values"]?["text"]?.string ?? ""
        context["skills"] = .array(text.split(separator: "\n").map { .string(String($0)) })
        return ScriptResult(context: context, session: call.session)
    }

    @Test func `goes from its first words through entity, service and script to the answer`() async throws {
        let caller = StubCaller { _, _ in
            OperationAnswer(statusCode: 200, body: ["choices": []], values: ["text": "Swift\nSQL"])
        }
        let talk = try talk(caller, script: Self.splits)
        let first = try await talk.say("Which skills are in this resume?")
        #expect(first.texts == ["Paste the resume, please."])
        #expect(first.awaiting == .message)
        #expect(first.node == "extract-skills/resume")
        let resume = "Line one\n\"quotes\" {{context.x}} 🙂 " + String(repeating: "x", count: 100_000)
        let second = try await talk.say(resume)
        #expect(second.texts == ["I found: Swift, SQL."])
        #expect(second.messages.first?.node == "extract-skills/extractSkillsMessage")
        #expect(second.state == .ended)
        let call = try #require(caller.calls.first)
        let messages: JSONValue = [["role": "user", "content": .string(resume)]]
        #expect(
            call.target
                == .operation(
                    "openai",
                    "create-chat-completion",
                    input: ["model": "gpt-4o-mini", "messages": messages]
                )
        )
        #expect(call.node == "extract-skills/extractSkillsService")
        #expect(call.timeout == .seconds(20))
    }

    @Test func `takes the branch whose condition holds`() async throws {
        let caller = StubCaller { _, _ in OperationAnswer(statusCode: 200, body: .null, values: ["text": ""]) }
        let talk = try talk(caller, script: Self.splits)
        try await talk.say("extract skills")
        #expect(try await talk.say("A baker").texts == ["I found no skills."])
    }

    @Test func `goes on where a call fails, and says why`() async throws {
        let caller = StubCaller { _, _ in throw Failure(.quota, status: 429, "the quota is used up", attempts: 3) }
        let talk = try talk(caller, script: Self.splits)
        try await talk.say("extract skills")
        let turn = try await talk.say("A baker")
        #expect(turn.texts == ["I could not do that: the quota is used up"])
        let failure: JSONValue = ["kind": "quota", "status": 429, "message": "the quota is used up", "attempts": 3]
        #expect(turn.context["extractSkillsService"]?["error"] == failure)
        #expect(turn.context["skillsError"] == failure)
    }

    @Test func `goes on where a script fails, and says why`() async throws {
        let talk = try talk(StubCaller()) { _ in throw Failure(.script, "extractSkillsScript.js:2:1: no such name") }
        try await talk.say("extract skills")
        #expect(
            try await talk.say("A baker").texts == ["I could not do that: extractSkillsScript.js:2:1: no such name"]
        )
    }

    @Test func `goes on after the process was started anew`() async throws {
        let store = MemoryConversationStore()
        let caller = StubCaller { _, _ in OperationAnswer(statusCode: 200, body: .null, values: ["text": "Go"]) }
        let before = try Talk(Self.skills, store: store)
        try await before.say("extract skills", id: "one")
        let after = try Talk(
            Self.skills,
            scripts: StubScripts(["split": Self.splits]),
            files: ["extractSkillsScript.js": "split"],
            caller: caller,
            store: store
        )
        #expect(try await after.say("A gopher", id: "two").texts == ["I found: Go."])
    }

    @Test(arguments: ["extract-skills", "EXTRACT SKILLS!", "  which skills are in this resume  ", "Extract, skills."])
    func `starts a dialog by its id, its name or an utterance`(words: String) async throws {
        let talk = try Talk(Self.skills)
        #expect(try await talk.say(words).texts == ["Paste the resume, please."])
    }

    @Test(arguments: [("en", "Sorry, I did not understand that."), ("de", "Das habe ich leider nicht verstanden.")])
    func `says so when it understands nothing`(language: String, expected: String) async throws {
        let talk = try Talk(Self.skills, language: language)
        let turn = try await talk.say("hello")
        #expect(turn.texts == [expected])
        #expect(turn.state == .ended)
    }

    @Test func `begins anew with the line after a dialog's end`() async throws {
        let talk = try Talk(
            dialog(
                "a",
                #"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "done"}], "next": "end"}"#
            )
        )
        #expect(try await talk.say("a").texts == ["done"])
        #expect(try await talk.say("what?").texts == ["Sorry, I did not understand that."])
        #expect(try await talk.say("A").texts == ["done"])
    }

    static let chat = dialog(
        "chat",
        """
        {"id": "begin", "kind": "entity", "type": "message", "ask": "always", "next": "answer"},
        {"id": "answer", "kind": "message", "messages": [{"id": "m", "text": "You said {{context.entities.begin.text}}."}], "next": "begin"}
        """
    )

    @Test func `hands what starts nothing to the default dialog, words and all`() async throws {
        let talk = try Talk(Self.chat, defaultDialog: "chat")
        #expect(try await talk.say("hello").texts == ["You said hello."])
        #expect(try await talk.say("you").texts == ["You said you."])
    }

    @Test func `enters a dialog before the first words`() async throws {
        let talk = try Talk(Self.skills)
        #expect(try await talk.start("extract-skills").texts == ["Paste the resume, please."])
    }

    @Test func `names a near dialog when it is told to start one that is not there`() async throws {
        let talk = try Talk(Self.skills)
        let turn = try await talk.start("extract-skils")
        #expect(turn.texts == ["Something went wrong, and I had to stop here."])
        #expect(turn.trace.contains { $0.detail["error"]?.string?.contains("did you mean 'extract-skills'") == true })
    }

    @Test func `is over when it is closed`() async throws {
        let talk = try Talk(Self.skills)
        try await talk.say("extract skills")
        let turn = try await talk.engine.respond(to: talk.event(.close))
        #expect(turn.state == .ended)
        #expect(try await talk.say("A baker").texts == ["Sorry, I did not understand that."])
    }

    @Test func `begins a new session after a long silence`() async throws {
        let talk = try Talk(Self.skills, sessionTimeout: .seconds(600))
        try await talk.say("extract skills")
        talk.clock.advance(by: .seconds(601))
        #expect(try await talk.say("A baker").texts == ["Sorry, I did not understand that."])
    }

    @Test func `gives its events in order, and closes with what it waits for`() async throws {
        let talk = try Talk(Self.skills)
        var kinds: [String] = []
        for try await event in talk.engine.handle(talk.event(.message(text: "extract skills"))) {
            switch event {
            case .message(let message): kinds.append("message " + message.text)
            case .awaiting(let awaiting, let node): kinds.append("awaiting \(awaiting.rawValue) \(node)")
            case .ended: kinds.append("ended")
            case .trace, .messagePart: break
            }
        }
        #expect(kinds == ["message Paste the resume, please.", "awaiting message extract-skills/resume"])
    }

    @Test func `ignores an event that nothing waits for`() async throws {
        let talk = try Talk(Self.skills)
        try await talk.say("extract skills")
        let turn = try await talk.engine.respond(to: talk.event(.timer))
        #expect(turn.messages.isEmpty)
        #expect(turn.awaiting == .message)
    }
}
