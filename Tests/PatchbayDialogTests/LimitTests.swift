import Foundation
import PatchbayDialog
import PatchbayModel
import Testing

@Suite("A limit")
struct LimitTests {
    private static let failed = "Something went wrong, and I had to stop here."

    private func error(_ turn: Turn) -> String {
        turn.trace.compactMap { $0.detail["error"]?["message"]?.string }.joined(separator: "\n")
    }

    @Test func `stops a loop between two nodes, and names one of them`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "logic", "set": [], "next": "other"},
                {"id": "other", "kind": "logic", "set": [], "next": "begin"}
                """
            )
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == [Self.failed])
        #expect(turn.state == .ended)
        #expect(error(turn).contains("node 'd/begin': more than 200 nodes ran without input"))
        #expect(turn.trace.count < 300)
        #expect(try await talk.say("d", id: "again").texts == [Self.failed])
    }

    @Test(arguments: ["tokens", "cost"])
    func `on what models may use holds for the conversation, also after it was saved`(budget: String) async throws {
        let caller = StubCaller { _, _ in
            OperationAnswer(
                statusCode: 200,
                body: "",
                text: "answer",
                usage: ["inputTokens": 10, "outputTokens": 5, "cost": ["amount": "1", "currency": "USD"]]
            )
        }
        var limits = DialogLimits.standard
        if budget == "tokens" {
            limits.conversationTokens = 30
        } else {
            limits.conversationCost = ["EUR": 1, "USD": 2]
        }
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "string", "ask": "always", "prompts": [{"id": "p", "text": "?"}], "next": "ask"},
                {"id": "ask", "kind": "prompt", "integration": "openai", "prompt": "x", "save": {"answer": "text"}, "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.ask.text}}{{context.ask.error.kind}}"}], "next": "begin"}
                """
            ),
            caller: caller,
            limits: limits
        )
        try await talk.start("d")
        for _ in 0..<2 { #expect(try await talk.say("x").texts.first == "answer") }
        for _ in 0..<2 { #expect(try await talk.say("x").texts.first == "limit") }
        #expect(caller.calls.count == 2)
        try await talk.start("d")
        #expect(try await talk.say("x").texts.first == "limit")
        #expect(caller.calls.count == 2)
    }

    @Test(arguments: ["return", "replace"])
    func `stops dialogs that call each other for ever`(mode: String) async throws {
        let talk = try Talk(
            dialog("a", #"{"id": "begin", "kind": "dialog", "dialog": "b", "mode": "\#(mode)", "next": "end"}"#),
            dialog("b", #"{"id": "begin", "kind": "dialog", "dialog": "a", "mode": "\#(mode)", "next": "end"}"#)
        )
        let turn = try await talk.start("a")
        #expect(turn.texts == [Self.failed])
        #expect(error(turn).contains("more than 25 dialogs were entered"))
    }

    @Test func `keeps a stack of dialogs from growing turn by turn`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "deeper"},
                {"id": "deeper", "kind": "dialog", "dialog": "d", "next": "end"}
                """
            )
        )
        try await talk.start("d")
        for _ in 1..<25 { #expect(try await talk.say("x").texts == ["?"]) }
        #expect(try await talk.say("x").texts == [Self.failed])
    }

    @Test func `ends a dialog that takes more turns than it may`() async throws {
        var limits = DialogLimits.standard
        limits.turns = 5
        let talk = try Talk(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "ask": "always", "prompts": [{"id": "p", "text": "?"}], "next": "begin"}"#
            ),
            limits: limits
        )
        try await talk.start("d")
        for _ in 1..<5 { #expect(try await talk.say("x").texts == ["?"]) }
        let turn = try await talk.say("x")
        #expect(turn.texts == [Self.failed])
        #expect(error(turn).contains("node 'd/begin': the dialog has taken more than 5 turns"))
    }

    @Test func `keeps a context from growing beyond its bytes, and names the node`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "logic", "set": [{"id": "a", "to": "a", "value": "{{context.a}}{{context.a}}0123456789"}], "onFailure": "sorry", "next": "begin"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.message}}"}], "next": "end"}
                """
            )
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["node 'd/begin': its context would be larger than 1048576 bytes; keep less in it"])
        #expect(turn.context["a"]?.string?.utf8.count ?? 0 < 1 << 20)
    }

    @Test func `keeps a context from growing too deep`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "logic", "set": [{"id": "a", "to": "a", "value": [["{{context.a}}"]]}], "onFailure": "sorry", "next": "begin"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.message}}"}], "next": "end"}
                """
            )
        )
        #expect(try await talk.start("d").texts.first?.contains("deeper than 100 levels") == true)
    }

    @Test func `refuses what a script leaves behind when it is too much`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "script", "sets": ["big"], "onFailure": "sorry", "next": "end"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.kind}}"}], "next": "end"}
                """
            ),
            scripts: StubScripts([
                "s": { _ in ScriptResult(context: ["big": .string(String(repeating: "x", count: 2 << 20))]) }
            ]),
            files: ["begin.js": "s"]
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["limit"])
        #expect(turn.context["big"] == nil)
    }

    @Test func `takes a long message, and refuses one beyond a mebibyte`() async throws {
        let text = dialog(
            """
            {"id": "begin", "kind": "entity", "type": "description", "prompts": [{"id": "p", "text": "?"}], "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{length(context.entities.begin)}}"}], "next": "end"}
            """
        )
        let talk = try Talk(text)
        try await talk.start("d")
        #expect(
            try await talk.say(String(repeating: "x", count: 2 << 20)).texts == ["Sorry, I did not understand that."]
        )
        #expect(try await talk.say(String(repeating: "x", count: 500_000)).texts == ["500000"])
    }

    @Test(arguments: [true, false])
    func `does not record what is too deep to be read again`(isMessage: Bool) async throws {
        var deep: JSONValue = 1
        for _ in 0..<500 { deep = [deep] }
        let talk = try Talk(dialog(#"{"id": "begin", "kind": "message", "messages": [], "next": "end"}"#))
        let turn = try await talk.engine.respond(
            to: talk.event(isMessage ? .message(text: "d", attachments: [deep]) : .callback(body: deep))
        )
        #expect(turn.actions == (isMessage ? ["tooLarge"] : ["ignored"]))
        let record = try TurnRecord(try #require(try await talk.store.turns(of: "c1", from: 1).first))
        #expect(record.event.keys == (isMessage ? ["id", "kind", "text"] : ["id", "kind"]))
    }
}
