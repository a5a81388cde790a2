import PatchbayDialog
import PatchbayModel
import Testing

@Suite("A node")
struct NodeTests {
    static let end =
        #"{"id": "bye", "kind": "message", "messages": [{"id": "m", "text": "bye"}], "next": "end"}"#

    // MARK: - Entity

    func number(_ keys: String) -> String {
        dialog(
            """
            {"id": "begin", "kind": "entity", "type": "number", "prompts": [{"id": "p", "text": "How many?"}], \(keys) "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "[{{context.entities.begin}}]"}], "next": "end"},
            {"id": "giveUp", "kind": "message", "messages": [{"id": "m", "text": "never mind"}], "next": "end"}
            """
        )
    }

    @Test func `asks again as often as its retries say, then gives up`() async throws {
        let talk = try Talk(
            number(
                """
                "retries": 2, "onRetriesExceeded": "giveUp", "errorPrompts": [
                  {"id": "first", "text": "A number, please."}, {"id": "second", "text": "Digits!", "try": 2}],
                """
            )
        )
        try await talk.start("d")
        #expect(try await talk.say("x").texts == ["A number, please."])
        #expect(try await talk.say("x").texts == ["Digits!"])
        #expect(try await talk.say("x").texts == ["never mind"])
    }

    @Test func `ends the dialog after five retries where nothing else is said`() async throws {
        let talk = try Talk(number(""))
        try await talk.start("d")
        for _ in 1...5 { #expect(try await talk.say("x").texts == ["How many?"]) }
        #expect(try await talk.say("x").state == .ended)
    }

    @Test func `takes an optional value, or its default after one question`() async throws {
        let talk = try Talk(number(#""presence": "optional", "default": 7,"#))
        try await talk.start("d")
        #expect(try await talk.say("x").texts == ["[7]"])
        try await talk.start("d")
        #expect(try await talk.say("5").texts == ["[5]"])
    }

    @Test func `does not ask for a hidden value`() async throws {
        #expect(try await Talk(number(#""presence": "hidden","#)).start("d").texts == ["[]"])
        #expect(
            try await Talk(number(#""presence": "hidden", "default": "{{env.n}}","#), env: ["n": 3]).start("d").texts
                == ["[3]"]
        )
    }

    @Test(arguments: [("ifEmpty", ["[4]"]), ("always", ["How many?"])])
    func `asks for a value that is there only when it always asks`(ask: String, expected: [String]) async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "logic", "set": [{"id": "s", "to": "entities.n", "value": 4}], "next": "n"},
                {"id": "n", "kind": "entity", "type": "number", "ask": "\(ask)", "prompts": [{"id": "p", "text": "How many?"}], "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "[{{context.entities.n}}]"}], "next": "end"}
                """
            )
        )
        #expect(try await talk.start("d").texts == expected)
    }

    @Test func `shows a list value's title in the user's language`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "list", "prompts": [{"id": "p", "text": "?"}],
                 "values": [{"id": "urgent", "title": {"en": "Urgent", "de": "Dringend"}}], "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{title(context.entities.begin)}} = {{context.entities.begin}}"}], "next": "end"}
                """
            ),
            language: "de"
        )
        try await talk.start("d")
        #expect(try await talk.say("urgent").texts == ["Dringend = urgent"])
    }

    @Test func `hides a sensitive value in the transcript, not in the call`() async throws {
        let caller = StubCaller()
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "number", "prompts": [{"id": "p", "text": "PIN?"}],
                 "sensitive": {"as": "mask", "with": "#"}, "next": "call"},
                {"id": "call", "kind": "service", "integration": "bank", "operation": "check", "input": {"pin": "{{context.entities.begin}}"}, "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "Your PIN {{context.entities.begin}} is fine."}], "next": "end"}
                """
            ),
            caller: caller
        )
        try await talk.start("d")
        let turn = try await talk.say("48151")
        #expect(turn.texts == ["Your PIN 48151 is fine."])
        #expect(caller.calls.first?.target == .operation("bank", "check", input: ["pin": 48151]))
        for stored in try await talk.store.turns(of: "c1", from: 1) {
            #expect(!String(decoding: stored.record, as: UTF8.self).contains("48151"))
        }
        let record = try TurnRecord(try #require(try await talk.store.turns(of: "c1", from: 2).first))
        #expect(record.text == "#####")
        #expect(record.messages.map(\.text) == ["Your PIN ##### is fine."])
    }

    @Test func `hides a sensitive value that a dialog read which has ended with its caller`() async throws {
        let talk = try Talk(
            dialog(#"{"id": "begin", "kind": "dialog", "dialog": "child", "next": "end"}"#),
            dialog(
                "child",
                """
                {"id": "begin", "kind": "entity", "type": "number", "prompts": [{"id": "p", "text": "PIN?"}],
                 "sensitive": {"as": "mask", "with": "#"}, "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "Your PIN {{context.entities.begin}} is fine."}], "next": "end"}
                """
            )
        )
        try await talk.start("d")
        #expect(try await talk.say("it is 48151").texts == ["Your PIN 48151 is fine."])
        let record = try TurnRecord(try #require(try await talk.store.turns(of: "c1", from: 2).first))
        #expect(record.messages.map(\.text) == ["Your PIN ##### is fine."])
    }

    @Test func `fails where its entity type doesn't run yet`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "quantity", "prompts": [{"id": "p", "text": "?"}], "onFailure": "sorry", "next": "end"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.lastServiceFailure.message}}"}], "next": "end"}
                """
            )
        )
        #expect(try await talk.start("d").texts == ["node 'd/begin': entities of type 'quantity' don't run yet"])
    }

    // MARK: - Confirmation

    static let confirm = dialog(
        """
        {"id": "begin", "kind": "confirmation", "prompts": [{"id": "p", "text": "Shall I?"}], "yes": {"en": ["make it so"]}, "no": {"en": ["belay that"]},
         "retries": 1, "onRetriesExceeded": "giveUp",
         "transitions": [{"id": "y", "if": {"answer": "yes"}, "then": "yes"}, {"id": "n", "if": {"answer": "no"}, "then": "no"}]},
        {"id": "yes", "kind": "message", "messages": [{"id": "m", "text": "aye"}], "next": "end"},
        {"id": "no", "kind": "message", "messages": [{"id": "m", "text": "nay"}], "next": "end"},
        {"id": "giveUp", "kind": "message", "messages": [{"id": "m", "text": "well"}], "next": "end"}
        """
    )

    @Test(arguments: [
        ("yes", "aye"), ("Yes, please!", "aye"), ("Sure", "aye"), ("ja", "aye"), ("Klar doch", "aye"), ("👍", "aye"),
        ("👍🏽", "aye"), ("Make it so.", "aye"),
        ("no", "nay"), ("No way", "nay"), ("nein danke", "nay"), ("👎", "nay"), ("belay that", "nay"),
        ("maybe", "Shall I?"), ("👍👎", "Shall I?"), ("", "Shall I?"), ("right now it is broken", "Shall I?"),
    ])
    func `takes yes and no in many words`(text: String, expected: String) async throws {
        let talk = try Talk(Self.confirm)
        #expect(try await talk.start("d").awaiting == .confirmation)
        #expect(try await talk.say(text).texts == [expected])
    }

    @Test func `gives up after its retries where neither is said`() async throws {
        let talk = try Talk(Self.confirm)
        try await talk.start("d")
        #expect(try await talk.say("hm").texts == ["Shall I?"])
        #expect(try await talk.say("hm").texts == ["well"])
    }

    // MARK: - Message

    @Test func `picks among the most specific messages by the seed`() async throws {
        let text = dialog(
            """
            {"id": "begin", "kind": "message", "messages": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "w", "text": "W", "channels": ["web"]}],
             "next": "end"}
            """
        )
        func said(seed: UInt64, channel: String) async throws -> [String] {
            let talk = try Talk(text)
            return try await talk.engine.respond(to: talk.event(.start(dialog: "d"), channel: channel, seed: seed))
                .texts
        }
        var seen: Set<[String]> = []
        for seed in 0..<20 {
            let one = try await said(seed: UInt64(seed), channel: "terminal")
            #expect(try await said(seed: UInt64(seed), channel: "terminal") == one)
            #expect(try await said(seed: UInt64(seed), channel: "web") == ["W"])
            seen.insert(one)
        }
        #expect(seen == [["A"], ["B"]])
    }

    @Test func `gives a rich message, and what its script prints`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "message", "messages": [{"id": "q", "template": {"type": "quickReplies", "text": "Pick {{env.n}}", "replies": ["{{env.n}}"]}}],
                 "next": "printed"},
                {"id": "printed", "kind": "message", "messages": [{"id": "s", "script": true}], "next": "end"}
                """
            ),
            scripts: StubScripts([
                "hi": { call in ScriptResult(context: ["gone": 1], session: call.session, printed: ["one", "two"]) }
            ]),
            files: ["printed.s.message.js": "hi"],
            env: ["n": 5]
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["Pick 5", "one\ntwo"])
        #expect(turn.messages.first?.template == ["type": "quickReplies", "text": "Pick 5", "replies": [5]])
        #expect(turn.context["gone"] == nil)
    }

    @Test(arguments: [("de", "Wähle"), ("fr", "Pick")])
    func `gives the text of a rich message in the user's language`(language: String, expected: String) async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "message", "next": "end",
                 "messages": [{"id": "q", "template": {"kind": "likeDislike", "text": {"en": "Pick", "de": "Wähle"}}}]}
                """
            ),
            language: language
        )
        #expect(try await talk.start("d").texts == [expected])
    }

    @Test func `fails where the script of a message fails, until it is said`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "message", "messages": [{"id": "s", "script": true}], "onFailure": "sorry", "next": "end"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.kind}} {{context.lastServiceFailure.message}}"}],
                 "transitions": [{"id": "once", "if": {"value": "context.begin.error", "operator": "exists"}, "then": "begin"}], "next": "end"}
                """
            ),
            scripts: StubScripts([
                "hi": { call in
                    guard call.context["begin"] == nil, call.context["lastServiceFailure"] == nil else {
                        return ScriptResult(context: call.context, session: call.session, printed: ["better"])
                    }
                    throw Failure(.script, "out of words")
                }
            ]),
            files: ["begin.s.message.js": "hi"]
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["script out of words", "better"])
        #expect(turn.context["begin"] == nil)
        #expect(turn.actions.filter { $0 == "failed" }.count == 1)
    }

    @Test func `keeps asking where the script of a question fails`() async throws {
        let talk = try Talk(
            dialog(
                #"{"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "s", "script": true}], "next": "end"}"#
            ),
            scripts: StubScripts(["hi": { _ in throw Failure(.script, "out of words") }]),
            files: ["begin.s.message.js": "hi"]
        )
        #expect(try await talk.start("d").state == .waiting)
        #expect(try await talk.say("x").context["entities"]?["begin"] == "x")
    }

    @Test func `asks again for what the rules of an entity refuse`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "number", "many": true, "rules": {"minimum": 1, "whole": true, "maxItems": 2},
                 "prompts": [{"id": "p", "text": "How many?"}], "errorPrompts": [{"id": "e", "text": "Whole ones, please."}], "next": "end"}
                """
            )
        )
        try await talk.start("d")
        for text in ["0", "1.5", "1, 2, 3"] { #expect(try await talk.say(text).texts == ["Whole ones, please."]) }
        #expect(try await talk.say("1, 2").context["entities"]?["begin"] == [1, 2])
    }

    @Test func `writes the session before it calls a dialog`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "dialog", "dialog": "other", "before": [{"id": "n", "to": "session.user.name", "value": "{{env.n}}"}], "next": "end"}
                """
            ),
            dialog(
                "other",
                #"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "{{session.user.name}}"}], "next": "end"}"#
            ),
            env: ["n": "Ada"]
        )
        #expect(try await talk.start("d").texts == ["Ada"])
        #expect(try await talk.head()?.session.user == ["name": "Ada"])
    }

    @Test(arguments: [("de-AT", "Servus 9"), ("de", "Hallo 9"), ("fr", "Hello 9")])
    func `speaks the user's language`(language: String, expected: String) async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "message", "next": "end",
                 "messages": [{"id": "m", "text": {"en": "Hello {{content.n}}", "de": "Hallo {{content.n}}", "de-AT": "Servus {{content.n}}"}}]}
                """
            ),
            language: language,
            content: ["n": ["en": 9]]
        )
        #expect(try await talk.start("d").texts == [expected])
    }

    @Test func `expands what a user says only once`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.entities.begin}}"}], "next": "end"}
                """
            ),
            env: ["secret": "hidden"]
        )
        try await talk.start("d")
        #expect(try await talk.say("{{env.secret}}").texts == ["{{env.secret}}"])
    }
}
