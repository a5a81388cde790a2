import PatchbayDialog
import PatchbayModel
import Testing

/// What lint says of variables, loops and scripts: what follows from the paths through a dialog.
extension LintTests {
    @Test(arguments: [
        "{{default(context.total, 1)}}", "{{session.user.x}}", "{{context.lastServiceFailure.kind}}", "{{now()}}",
        "{{json(context)}}",
    ])
    func `lets be what may be missing, or is always there`(words: String) throws {
        #expect(try lint(text(words)) == [])
    }

    @Test func `warns of what only some paths set`() throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "confirmation", "prompts": [{"id": "p", "text": "?"}], "next": "say",
             "transitions": [{"id": "y", "if": {"answer": "yes"}, "then": "set"}]},
            {"id": "set", "kind": "logic", "set": [{"id": "a", "to": "x", "value": 1}, {"id": "b", "to": "y", "value": "{{context.x}}"}], "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "{{context.x}}"}], "next": "end"}
            """
        )
        #expect(
            found == [
                "dialogs/d/dialog.json: warning: /nodes/2/messages/0/text: 'context.x' is not set on every path that leads here; set it before, or write default(context.x, …)"
            ]
        )
    }

    @Test func `knows that a failing call brings no result, and a row none before it`() throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "service", "integration": "shop", "operation": "chat", "save": {"a": "values.text"}, "onFailure": "sorry", "next": "end"},
            {"id": "sorry", "kind": "logic", "set": [{"id": "x", "to": "x", "value": "{{context.y}}"}, {"id": "y", "to": "y", "value": "{{context.a}}"}], "next": "end"}
            """
        )
        #expect(found.contains { $0.contains("/nodes/1/set/0/value: 'context.y' is read before anything sets it") })
        #expect(found.contains { $0.contains("/nodes/1/set/1/value: 'context.a' is read before anything sets it") })
    }

    @Test func `knows what callers give, and what pre- and post-processors set`() throws {
        #expect(try lint(text("{{context.about}}"), given: ["about"]) == [])
        let service =
            #"{"id": "begin", "kind": "service", "integration": "shop", "operation": "buy", "input": {"what": "{{context.early}}"}, "next": "say"},"#
        let scripts = ["begin.before.js": "context['early'] = 1", "begin.after.js": "context.late = 2"]
        #expect(try lint(service + text("{{context.late}}", id: "say"), scripts: scripts) == [])
    }

    @Test func `trusts a script that writes entities`() throws {
        let script = #"{"id": "begin", "kind": "script", "sets": [], "next": "say"},"#
        let nodes = script + text("{{context.entities.city}}", id: "say")
        #expect(try lint(nodes, scripts: ["begin.js": "context.entities.city = 'Rome';"]) == [])
        #expect(try lint(nodes, scripts: ["begin.js": ""]).count == 1)
    }

    @Test func `finds loops that never wait for the user`() throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "a"}], "next": "b"},
            {"id": "b", "kind": "message", "messages": [{"id": "m", "text": "b"}], "next": "begin"}
            """
        )
        #expect(found.first?.contains("error: /nodes/0: a loop through 'begin', 'b' never waits for the user") == true)
    }

    @Test(arguments: [
        (#""ask": "always""#, false), (#""ask": "ifEmpty""#, true), (#""presence": "hidden""#, true),
    ])
    func `counts only questions that are asked each time`(keys: String, isLoop: Bool) throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}], \(keys), "next": "say"},
            {"id": "say", "kind": "message", "messages": [{"id": "m", "text": "b"}], "next": "begin"}
            """
        )
        #expect(found.contains { $0.contains("a loop through") } == isLoop, "\(found)")
    }

    @Test func `warns of loops that may be left`() throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "service", "integration": "shop", "operation": "chat", "next": "end",
             "transitions": [{"id": "again", "if": {"value": "context.begin.error", "operator": "exists"}, "then": "begin"}]}
            """
        )
        #expect(found.first?.contains("warning: /nodes/0: a loop through 'begin' may run without waiting") == true)
    }

    @Test func `finds scripts that are missing, left over, or write more than they say`() throws {
        let node = #"{"id": "begin", "kind": "script", "sets": ["a"], "next": "end"}"#
        #expect(try lint(node).contains { $0.contains("/nodes/0: the script 'begin.js' is missing") })
        #expect(
            try lint(
                node,
                scripts: [
                    "begin.js": "context.a = 1; // context.b = 2\nlet s = 'context.c = 3'; if (context.d == 4) {}"
                ]
            ) == []
        )
        let found = try lint(
            node,
            scripts: ["begin.js": "context.a.b = 1;\ncontext[\"total\"] += 2; context.entities.x = 1", "bgin.js": ""]
        )
        #expect(
            found == [
                "dialogs/d/bgin.js: warning: no node uses this script; did you mean 'begin.js'?",
                "dialogs/d/begin.js: error: the script writes 'context.total', which its node does not name; add \"total\" to the 'sets' of 'begin'",
            ]
                || found == [
                    "dialogs/d/begin.js: error: the script writes 'context.total', which its node does not name; add \"total\" to the 'sets' of 'begin'",
                    "dialogs/d/bgin.js: warning: no node uses this script; did you mean 'begin.js'?",
                ],
            "\(found)"
        )
    }
}
