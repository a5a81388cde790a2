import PatchbayDialog
import PatchbayModel
import Testing

/// Nodes that steer and call.
extension NodeTests {
    // MARK: - Logic and transitions

    @Test func `sets, empties and clears variables, row by row`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "logic", "set": [
                   {"id": "a", "to": "total", "value": 2}, {"id": "b", "to": "copy", "value": "{{context.total}}"},
                   {"id": "c", "to": "deep.in.side", "value": ["x", "{{context.total}}"]}, {"id": "d", "to": "total", "clear": true},
                   {"id": "e", "to": "session.assistantUser.seen", "value": true}],
                 "transitions": [{"id": "t", "if": {"value": "context.copy", "operator": "equals", "to": 2}, "then": "say", "clear": ["deep.in"]}]},
                {"id": "say", "kind": "message", "next": "end", "messages": [{"id": "m",
                   "text": "{{context.total}}|{{context.copy}}|{{context.deep}}|{{context.session.assistantUser.seen}}|{{session.profile.id}}"}]}
                """
            )
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["|2|{}|true|user"])
        #expect(try await talk.head()?.session.assistantUser == ["seen": true])
    }

    @Test func `ends the dialog where a path is not connected, and says so in the trace`() async throws {
        let talk = try Talk(dialog(#"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "x"}]}"#))
        let turn = try await talk.start("d")
        #expect(turn.state == .ended)
        #expect(turn.actions.contains("notConnected"))
    }

    @Test func `stops where it leads to a node that is not there, and names a near one`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "x"}], "next": "goodbye"},
                {"id": "goodby", "kind": "message", "messages": [{"id": "m", "text": "x"}], "next": "end"}
                """
            )
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["x", "Something went wrong, and I had to stop here."])
        #expect(
            turn.trace.contains { $0.detail["error"]?["message"]?.string?.contains("did you mean 'goodby'?") == true }
        )
    }

    @Test(arguments: ["form", "webhook", "agentTransfer", "agent", "group"])
    func `fails clearly where its kind doesn't run yet`(kind: String) async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "\(kind)", "onFailure": "sorry"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.kind}}: {{context.begin.error.message}}"}], "next": "end"}
                """
            )
        )
        let texts = try await talk.start("d").texts
        #expect(texts.first?.hasPrefix("invalid: nodes of kind '\(kind)' don't run yet") == true)
    }

    // MARK: - Service

    @Test func `resolves a request's values and leaves the encoding to others`() async throws {
        let caller = StubCaller { _, _ in OperationAnswer(statusCode: 201, headers: ["x": "y"], body: ["id": 5]) }
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "service", "profile": "hr", "save": {"ticket": "response.body.id", "none": "response.body.none"},
                 "request": {"method": "POST", "url": "https://{{env.host}}/a/{id}", "path": {"id": "{{env.id}}"}, "query": {"q": "{{context.gone}}", "r": [1, "{{env.id}}"]},
                   "headers": {"x-a": "b"}, "body": {"json": {"n": "{{env.id}}", "t": "id {{env.id}}"}}}, "next": "say"},
                {"id": "say", "kind": "message", "next": "end",
                 "messages": [{"id": "m", "text": "{{context.ticket}} {{context.begin.response.statusCode}} {{context.begin.response.headers.x}}"}]}
                """
            ),
            caller: caller,
            env: ["host": "hr.example.com", "id": 4]
        )
        #expect(try await talk.start("d").texts == ["5 201 y"])
        let expected = ResolvedRequest(
            method: "POST",
            url: "https://hr.example.com/a/{id}",
            path: ["id": 4],
            query: ["r": [1, 4]],
            headers: ["x-a": "b"],
            body: .json(["n": 4, "t": "id 4"])
        )
        #expect(caller.calls.first?.target == .request(expected))
        #expect(caller.calls.first?.profile == "hr")
    }

    @Test func `refuses a url that reads anything but env`() throws {
        let text = dialog(
            #"{"id": "begin", "kind": "service", "request": {"method": "GET", "url": "https://{{context.host}}/"}, "next": "end"}"#
        )
        #expect(throws: DiagnosticError.self) { try Talk(text) }
    }

    @Test func `runs a script before its call and after it`() async throws {
        let caller = StubCaller { _, _ in OperationAnswer(statusCode: 200, body: ["n": 1]) }
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "service", "integration": "p", "operation": "o", "input": {"n": "{{context.n}}"}, "next": "say"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.seen}}"}], "next": "end"}
                """
            ),
            scripts: StubScripts([
                "before": { call in
                    var context = call.context
                    context["n"] = 42
                    return ScriptResult(context: context, session: call.session)
                },
                "after": { call in
                    var context = call.context
                    let sent = call.globals["request"]?["input"]?["n"]?.int ?? 0
                    let got = call.globals["response"]?["body"]?["n"]?.int ?? 0
                    context["seen"] = .string("\(sent)/\(got)")
                    return ScriptResult(context: context, session: call.session)
                },
            ]),
            files: ["begin.before.js": "before", "begin.after.js": "after"],
            caller: caller
        )
        #expect(try await talk.start("d").texts == ["42/1"])
    }

    @Test func `forgets what its last call brought when it is entered again`() async throws {
        let caller = StubCaller { _, number in
            if number == 1 { return OperationAnswer(statusCode: 200, body: "first", values: ["text": "first"]) }
            throw Failure(.server, status: 500, "down")
        }
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "service", "integration": "p", "operation": "o", "save": {"kept": "values.text"}, "saveError": "problem", "next": "again"},
                {"id": "again", "kind": "entity", "type": "string", "ask": "always", "next": "begin",
                 "prompts": [{"id": "p", "text": "{{context.kept}}|{{context.begin.response.body}}|{{context.problem.kind}}"}]}
                """
            ),
            caller: caller
        )
        #expect(try await talk.start("d").texts == ["first|first|"])
        #expect(try await talk.say("x").texts == ["||server"])
    }

    @Test func `ends the dialog with a word where its failure says so`() async throws {
        let talk = try Talk(
            dialog(
                #"{"id": "begin", "kind": "service", "integration": "p", "operation": "o", "onFailure": "end", "next": "begin"}"#
            ),
            caller: StubCaller { _, _ in throw Failure(.unbound, "run integration enable p") }
        )
        let turn = try await talk.start("d")
        #expect(turn.texts == ["Something went wrong, and I had to stop here."])
        #expect(turn.state == .ended)
    }

    // MARK: - Script

    @Test func `gives a script context, session and variables, and keeps what it writes`() async throws {
        let scripts = StubScripts([
            "s": { call in
                var context = call.context
                context["declared"] = "yes"
                context["beyond"] = "no"
                var session = call.session
                session["assistantUser"] = ["k": "v"]
                session["profile"] = ["id": "forged"]
                return ScriptResult(context: context, session: session, printed: ["log"])
            }
        ])
        let talk = try Talk(
            dialog(#"{"id": "begin", "kind": "script", "sets": ["declared"], "next": "end"}"#),
            scripts: scripts,
            files: ["begin.js": "s"],
            env: ["e": 1],
            content: ["c": ["en": "C"]]
        )
        let turn = try await talk.start("d")
        #expect(turn.context == ["declared": "yes", "beyond": "no"])
        let call = try #require(scripts.calls.first)
        #expect(call.name == "dialogs/d/begin.js")
        #expect(call.globals == ["env": ["e": 1], "content": ["c": "C"], "settings": [:]])
        #expect(call.session["profile"]?["id"] == "user")
        #expect(call.milliseconds == 1_795_255_200_000)
        #expect(try await talk.head()?.session.assistantUser == ["k": "v"])
        #expect(turn.trace.contains { $0.action == "wroteMore" && $0.detail["keys"] == ["beyond"] })
    }

    @Test func `fails as interrupted where nobody waits for its script any more`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "script", "sets": [], "onFailure": "say", "next": "end"},
                {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.kind}}"}], "next": "end"}
                """
            ),
            scripts: StubScripts(["s": { _ in throw CancellationError() }]),
            files: ["begin.js": "s"]
        )
        #expect(try await talk.start("d").texts == ["interrupted"])
    }

    @Test func `fails where its script's file is missing`() async throws {
        let talk = try Talk(dialog(#"{"id": "begin", "kind": "script", "sets": [], "next": "end"}"#))
        let turn = try await talk.start("d")
        #expect(turn.context["begin"]?["error"]?["message"]?.string?.contains("dialogs/d/begin.js is missing") == true)
    }

    // MARK: - Dialog

    private static let child = dialog(
        "child",
        start: "ask",
        """
        {"id": "ask", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "Subject of {{context.about}}?"}], "next": "made"},
        {"id": "made", "kind": "logic", "set": [{"id": "s", "to": "number", "value": 17}], "next": "end"}
        """
    )

    @Test func `calls a dialog, and gets its values back`() async throws {
        let parent = dialog(
            """
            {"id": "begin", "kind": "dialog", "dialog": "child", "before": [{"id": "b", "to": "about", "value": "{{env.x}}"}],
             "after": [{"id": "n", "to": "ticket", "value": "{{child.number}}"}, {"id": "s", "to": "subject", "value": "{{child.entities.ask}}"}], "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.ticket}} {{context.subject}} {{context.number}}"}], "next": "end"}
            """
        )
        let talk = try Talk(parent, Self.child, env: ["x": "X"])
        #expect(try await talk.start("d").texts == ["Subject of X?"])
        #expect(try await talk.head()?.frames.map(\.dialog) == ["d", "child"])
        #expect(try await talk.say("Rain").texts == ["17 Rain "])
    }

    @Test func `gives way to a dialog for good`() async throws {
        let parent = dialog(
            """
            {"id": "begin", "kind": "dialog", "dialog": "child", "mode": "replace", "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "back"}], "next": "end"}
            """
        )
        let talk = try Talk(parent, Self.child)
        try await talk.start("d")
        #expect(try await talk.head()?.frames.map(\.dialog) == ["child"])
        let turn = try await talk.say("x")
        #expect(turn.texts.isEmpty)
        #expect(turn.state == .ended)
    }

    @Test func `fails where the dialog it calls is not there`() async throws {
        let talk = try Talk(
            dialog(
                """
                {"id": "begin", "kind": "dialog", "dialog": "chld", "onFailure": "sorry", "next": "end"},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.begin.error.message}}"}], "next": "end"}
                """
            ),
            Self.child
        )
        #expect(try await talk.start("d").texts == ["node 'd/begin': there is no dialog 'chld'; did you mean 'child'?"])
    }
}
