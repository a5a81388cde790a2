import PatchbayDialog
import PatchbayModel
import Testing

@Suite("Lint")
struct LintTests {
    private static let operation = """
        {"formatVersion": 1, "language": "en", "id": "shop", "name": "Shop", "version": "1.0.0", "hosts": [],
         "operations": {
          "buy": {"method": "POST", "path": "/buy", "inputs": {
            "what": {"schema": {"type": "string"}, "required": true}, "count": {"schema": {"type": "integer", "minimum": 1}},
            "kind": {"schema": {"$ref": "schemas/kind.json"}}}},
          "chat": {"method": "POST", "path": "/chat", "model": {"request": "chat-completions"}}}}
        """

    func lint(
        _ nodes: String,
        settings: String = "{}",
        scripts: [String: String] = [:],
        given: Set<String> = []
    ) throws -> [String] {
        let text = """
            {"formatVersion": 1, "language": "en", "id": "d", "name": "D", "start": "begin", "settings": \(settings), "nodes": [\(nodes)]}
            """
        let file = try parse(text)
        let manifest = try PluginManifest(parse(Self.operation))
        let known = LintEnvironment(
            operations: ["shop": manifest.operations],
            schemaFile: { _, name in name == "schemas/kind.json" ? ["enum": ["tea", "milk"]] : nil },
            dialogs: ["d", "other"],
            profiles: ["hr"],
            env: ["model", "host"],
            content: ["greeting"],
            given: given
        )
        return DialogLint.diagnostics(for: try Dialog(file), file: file, scripts: scripts, known: known).map(
            \.description
        )
    }

    static let ok =
        #"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "hi"}], "next": "end"}"#

    func text(_ text: String, id: String = "begin", next: String = "end") -> String {
        #"{"id": "\#(id)", "kind": "message", "messages": [{"id": "m", "text": "\#(text)"}], "next": "\#(next)"}"#
    }

    @Test func `says nothing of a dialog that is well`() throws {
        #expect(
            try lint(
                """
                {"id": "begin", "kind": "intent", "utterances": {"en": ["buy"]}, "next": "what"},
                {"id": "what", "kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "What, {{session.profile.id}}?"}], "next": "buy"},
                {"id": "buy", "kind": "service", "integration": "shop", "operation": "buy", "save": {"id": "response.body.id"}, "saveError": "problem",
                 "input": {"what": "{{context.entities.what}}", "count": 2, "kind": "tea"}, "onFailure": "sorry", "next": "ask"},
                {"id": "ask", "kind": "prompt", "integration": "shop", "model": "{{env.model}}", "prompt": "{{settings.tone}} {{content.greeting}}", "next": "count"},
                {"id": "count", "kind": "script", "sets": ["total"], "next": "sure"},
                {"id": "sure", "kind": "confirmation", "prompts": [{"id": "p", "text": "{{context.total}} {{context.id}} {{entities.what}}?"}],
                 "transitions": [{"id": "y", "if": {"answer": "yes"}, "then": "end"}, {"id": "n", "if": {"answer": "no"}, "then": "what", "clear": ["entities.what"]}]},
                {"id": "sorry", "kind": "message", "messages": [{"id": "m", "text": "{{context.problem.kind}} {{context.buy.error.message}} {{context.lastServiceFailure.message}}"}], "next": "end"}
                """,
                settings: #"{"tone": "kind"}"#,
                scripts: ["count.js": "context.total = context.entities.what.length;"]
            ) == []
        )
    }

    @Test(arguments: [
        (#""next": "bgin""#, "/nodes/0/next: there is no node 'bgin'; did you mean 'begin'?"),
        (
            #""onFailure": "nowhere", "next": "end""#,
            "/nodes/0/onFailure: there is no node 'nowhere'; use one of begin, end"
        ),
        (
            #""transitions": [{"id": "t", "if": {"value": "env.model", "operator": "exists"}, "then": "en"}], "next": "end""#,
            "/nodes/0/transitions/0/then: there is no node 'en'; did you mean 'end'?"
        ),
        (
            #""next": null"#,
            "warning: /nodes/0: node 'begin' has no 'next'; the dialog ends here; name a node, or write \"end\" where that is meant"
        ),
        (
            #""transitions": [{"id": "t", "if": {"value": "env.model", "operator": "exists"}, "then": null}], "next": "end""#,
            "warning: /nodes/0/transitions/0/then: this path of 'begin' is not connected"
        ),
    ])
    func `finds paths that lead nowhere`(keys: String, expected: String) throws {
        let found = try lint(#"{"id": "begin", "kind": "message", "messages": [{"id": "m", "text": "hi"}], \#(keys)}"#)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `tells the first hundred findings, errors first, and how many there are beside`() throws {
        let lost = (0..<200).map { text("hi", id: "n\($0)", next: "x\($0)") }
        let found = try lint(([text("hi", id: "begin", next: "n0")] + lost).joined(separator: ","))
        #expect(found.count == 101)
        #expect(found.prefix(100).allSatisfy { $0.contains("there is no node") })
        #expect(found.last?.contains("299 more findings in this file") == true)
    }

    @Test func `follows variables over thousands of nodes`() throws {
        let ask = #""kind": "entity", "type": "string", "prompts": [{"id": "p", "text": "?"}]"#
        var nodes = [#"{"id": "begin", \#(ask), "next": "n2999"}"#]
        for number in 0..<3_000 {
            nodes.append(#"{"id": "n\#(number)", \#(ask), "next": "\#(number == 0 ? "say" : "n\(number - 1)")"}"#)
        }
        nodes.append(text("{{context.entities.begin}}{{context.entities.n2999}}{{context.entities.n3000}}", id: "say"))
        let found = try lint(nodes.joined(separator: ","))
        #expect(found.count == 1)
        #expect(found.first?.contains("'context.entities.n3000' is read before anything sets it; did you mean") == true)
    }

    @Test func `finds nodes that are never reached, and a start that is not there`() throws {
        let found = try lint(Self.ok + "," + text("x", id: "island", next: "begin"))
        #expect(
            found == [
                "dialogs/d/dialog.json: warning: /nodes/1: node 'island' is never reached; lead a path to it, or remove it"
            ]
        )
        #expect(
            try lint(text("x", id: "begn")).first?.contains("/start: there is no node 'begin'; did you mean 'begn'?")
                == true
        )
    }

    @Test(arguments: [
        (
            #""integration": "shp", "operation": "buy""#,
            "/nodes/0/integration: unknown integration 'shp'; did you mean 'shop'?"
        ),
        (#""integration": "crm", "operation": "buy""#, "unknown integration 'crm'; run 'patchbay plugin install crm'"),
        (
            #""integration": "shop", "operation": "buyy""#,
            "/nodes/0/operation: 'shop' has no operation 'buyy'; did you mean 'buy'?"
        ),
        (#""integration": "shop", "operation": "buy""#, "/nodes/0/input: the operation 'buy' needs the input 'what'"),
        (
            #""integration": "shop", "operation": "buy", "input": {"what": "x", "cont": 1}"#,
            "/nodes/0/input/cont: the operation 'buy' takes no input 'cont'; did you mean 'count'?"
        ),
        (#""integration": "shop", "operation": "buy", "input": {"what": 5}"#, "/nodes/0/input/what: input 'what':"),
        (
            #""integration": "shop", "operation": "buy", "input": {"what": "x", "count": 0}"#,
            "/nodes/0/input/count: input 'count':"
        ),
        (
            #""integration": "shop", "operation": "buy", "input": {"what": "x", "kind": "beer"}"#,
            "/nodes/0/input/kind: input 'kind':"
        ),
        (
            #""integration": "shop", "operation": "buy", "input": {"what": "x"}, "profile": "hrr""#,
            "/nodes/0/profile: there is no authorization profile 'hrr'; did you mean 'hr'?"
        ),
    ])
    func `finds calls that cannot be made`(keys: String, expected: String) throws {
        let found = try lint(#"{"id": "begin", "kind": "service", \#(keys), "next": "end"}"#)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `leaves inputs alone that are filled in later`() throws {
        let input = #""input": {"what": "{{env.model}}", "count": "{{env.host}}"}"#
        #expect(
            try lint(
                #"{"id": "begin", "kind": "service", "integration": "shop", "operation": "buy", \#(input), "next": "end"}"#
            ) == []
        )
    }

    @Test(arguments: [
        (
            #""operation": "buy", "prompt": "x""#,
            "/nodes/0/operation: the operation 'buy' calls no model; use one of chat"
        ),
        (#""operation": "chat""#, "the node has neither a 'prompt' nor a history to send"),
        (#""prompt": "x", "history": {"mode": "sesion"}"#, "unknown history mode 'sesion'; did you mean 'session'?"),
        (#""prompt": "x", "output": {"schema": {"type": "strng"}}"#, "/nodes/0/output/schema"),
    ])
    func `finds prompts that cannot be sent`(keys: String, expected: String) throws {
        let found = try lint(#"{"id": "begin", "kind": "prompt", "integration": "shop", \#(keys), "next": "end"}"#)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        ("{{context.total}}", "error: /nodes/0/messages/0/text: 'context.total' is read before anything sets it"),
        ("{{total}}", "'total' is read before anything sets it"),
        ("{{context.entities.nme}}", "'context.entities.nme' is read before anything sets it"),
        ("{{env.modl}}", "there is no 'env.modl'; did you mean 'env.model'?"),
        ("{{content.bye}}", "there is no 'content.bye'; add 'bye' to variables/content.json"),
        ("{{settings.tone}}", "there is no 'settings.tone'; add 'tone' to this dialog's 'settings'"),
        ("{{context.}}", "/nodes/0/messages/0/text: unexpected"),
        ("{{lenght(env.model)}}", "unknown function 'lenght' (at character 3 of"),
        ("{{env.model", "is never closed"),
    ])
    func `finds expressions that are wrong or read nothing`(words: String, expected: String) throws {
        let found = try lint(text(words))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: ["form", "agent", "webhook", "agentTransfer", "group"])
    func `warns of kinds that don't run yet`(kind: String) throws {
        let found = try lint(#"{"id": "begin", "kind": "\#(kind)", "next": "end"}"#)
        #expect(found.first?.contains("warning: /nodes/0/kind: nodes of kind '\(kind)' don't run yet") == true)
    }

    @Test(arguments: [
        (#""type": "quantity""#, "warning: /nodes/0/type: entities of type 'quantity' don't run yet"),
        (#""type": "custom""#, "needs a 'pattern'"), (#""type": "custom", "pattern": "(?=x)""#, "/nodes/0/pattern"),
        (#""type": "list""#, "needs 'values' or 'valuesFrom'"),
        (#""type": "string", "retries": 11"#, "/nodes/0/retries: 'retries' is 11; use 1 to 10"),
        (
            #""type": "string", "rules": {"minLenght": 3}"#,
            "warning: /nodes/0/rules/minLenght: there is no rule 'minLenght'; did you mean 'minLength'?"
        ),
        (
            #""type": "string", "rules": {"minimum": 3}"#,
            "warning: /nodes/0/rules/minimum: the rule 'minimum' does nothing for entities of type 'string'; remove it, or use it with number"
        ),
        (
            #""type": "number", "rules": {"maxLength": 3}"#,
            "does nothing for entities of type 'number'; remove it, or use it with string, description, email, phoneNumber, url, custom"
        ),
        (
            #""type": "list", "values": [{"id": "a"}], "rules": {"latest": "today"}"#,
            "does nothing for entities of type 'list'; remove it, or use it with date, time"
        ),
        (
            #""type": "date", "rules": {"noIndexMatch": true}"#,
            "does nothing for entities of type 'date'; remove it, or use it with list"
        ),
        (
            #""type": "phoneNumber", "rules": {"countries": ["DE"]}"#,
            "warning: /nodes/0/rules/countries: the rule 'countries' does nothing yet"
        ),
        (
            #""type": "number", "rules": {"maxItems": 3}"#,
            "warning: /nodes/0/rules/maxItems: the rule 'maxItems' does nothing without 'many'"
        ),
        (
            #""type": "message", "many": true, "rules": {"maxItems": 3}"#,
            "the rule 'maxItems' does nothing for entities of type 'message'"
        ),
        (
            #""type": "date", "rules": {"earliest": "soon"}"#,
            "/nodes/0/rules/earliest: 'soon' is no bound of a date; write today, or a day such as 2026-12-24"
        ),
        (
            #""type": "time", "rules": {"latest": "today"}"#,
            "/nodes/0/rules/latest: 'today' is no bound of a time; write now, or a time such as 18:30"
        ),
        (
            #""type": "message", "many": true"#,
            "warning: /nodes/0/many: 'many' does nothing for entities of type 'message'"
        ),
        (
            #""type": "string", "pattern": "A+""#,
            "warning: /nodes/0/pattern: 'pattern' does nothing for entities of type 'string'; remove it, or use it with custom"
        ),
        (
            #""type": "string", "values": [{"id": "a"}]"#,
            "warning: /nodes/0/values: 'values' does nothing for entities of type 'string'; remove it, or use it with list"
        ),
        (
            #""type": "string", "presence": "optional", "retries": 3"#,
            "warning: /nodes/0/retries: 'retries' does nothing where 'presence' is 'optional'"
        ),
        (
            #""type": "string", "silence": {"after": "5m", "then": "end"}"#,
            "warning: /nodes/0/silence: 'silence' does nothing yet"
        ),
    ])
    func `finds entities that cannot be read`(keys: String, expected: String) throws {
        let found = try lint(
            #"{"id": "begin", "kind": "entity", \#(keys), "prompts": [{"id": "p", "text": "?"}], "next": "end"}"#
        )
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(
        arguments: [
            ("number", #"{"minimum": 1, "maximum": 2, "whole": true}"#),
            ("string", #"{"minLength": 1, "maxLength": 2, "minItems": 1, "maxItems": 5}"#),
            ("date", #"{"earliest": "today", "latest": "2030-12-31"}"#),
            ("time", #"{"earliest": "now", "latest": "18:30"}"#), ("quantity", #"{"units": ["kg"]}"#),
        ]
    )
    func `says nothing of rules that concern their type`(type: String, rules: String) throws {
        let found = try lint(
            """
            {"id": "begin", "kind": "entity", "type": "\(type)", "many": true, "rules": \(rules),
             "prompts": [{"id": "p", "text": "?"}], "next": "end"}
            """
        )
        #expect(!found.contains { $0.contains("/rules") }, "\(found)")
    }

    @Test(arguments: [
        (
            #""kind": "intent", "requires": ["travel"]"#,
            "warning: /nodes/0/requires: 'requires' does nothing yet; it is kept for a later version"
        ),
        (#""kind": "intent", "emits": ["travel"]"#, "warning: /nodes/0/emits: 'emits' does nothing yet"),
        (#""kind": "intent", "hidden": true"#, "warning: /nodes/0/hidden: 'hidden' does nothing yet"),
        (
            #""kind": "intent", "utterances": ["a", {"text": "in Paris", "entities": [{"id": "city", "from": 3, "to": 8}]}]"#,
            "warning: /nodes/0/utterances: the marked entities do nothing yet"
        ),
        (
            #""kind": "confirmation", "prompts": [{"id": "p", "text": "?"}], "silence": {"after": "5m", "then": "end"}"#,
            "warning: /nodes/0/silence: 'silence' does nothing yet"
        ),
        (
            #""kind": "message", "messages": [{"id": "a", "text": "x"}, {"id": "b", "text": "y", "try": 2}]"#,
            "warning: /nodes/0/messages/1/try: this is never said: a message has one try"
        ),
        (
            #""kind": "message", "messages": [{"id": "a", "template": {"kind": "dropdown", "text": "x", "itemsFrom": {"value": "env.model"}}}]"#,
            "warning: /nodes/0/messages/0/template/itemsFrom: 'itemsFrom' does nothing yet; write 'items'"
        ),
        (
            #""kind": "confirmation", "prompts": [{"id": "a", "template": {"kind": "table", "columns": [], "rows": []}}]"#,
            "warning: /nodes/0/prompts/0/template: the template has no 'text', and the terminal shows nothing else of it"
        ),
        (
            #""kind": "prompt", "integration": "shop", "prompt": "x", "stream": true, "output": {"schema": {}}"#,
            "warning: /nodes/0/stream: 'stream' does nothing beside 'output'"
        ),
    ])
    func `warns of what does nothing`(keys: String, expected: String) throws {
        let found = try lint(#"{"id": "begin", \#(keys), "next": "end"}"#)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `warns of utterances that start nothing`() throws {
        let found = try lint(
            Self.ok.replacing(#""next": "end""#, with: #""next": "more""#)
                + #", {"id": "more", "kind": "intent", "hidden": false, "utterances": {"en": ["more"]}, "next": "end"}"#
        )
        #expect(
            found == [
                "dialogs/d/dialog.json: warning: /nodes/1/utterances: these utterances start nothing: only those of the start node 'begin' do; move them there, or into a dialog of their own"
            ]
        )
    }

    @Test func `finds dialogs that are not there, and parameters that were not filled in`() throws {
        #expect(
            try lint(#"{"id": "begin", "kind": "dialog", "dialog": "othr", "next": "end"}"#)
                .contains { $0.contains("/nodes/0/dialog: there is no dialog 'othr'; did you mean 'other'?") }
        )
        #expect(
            try lint(Self.ok, settings: #"{"tone": {"$parameter": "tone"}}"#)
                .contains { $0.contains("/settings/tone: the template parameter 'tone' has not been filled in") }
        )
    }

    /// Made up, and put together here so that no scanner takes this file for a leak.
    private static let secrets = [
        "sk-" + "proj-Ab3dEf6hIj9kLm2nOp5q", "AKIA" + "IOSFODNN7EXAMPL3",
        "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a",
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g",
        "password: " + "9fK2mQ7xT4vB8nL1cR6wZ3yH",
    ]

    @Test(arguments: secrets)
    func `finds secrets in files and scripts`(secret: String) throws {
        let found = try lint(text("Use \(secret) now"))
        #expect(found.contains { $0.contains("/nodes/0/messages/0/text: this looks like") }, "\(found)")
        #expect(!found.contains { $0.contains(secret) })
        let script = try lint(
            #"{"id": "begin", "kind": "script", "sets": [], "next": "end"}"#,
            scripts: ["begin.js": "// \n  let k = \"\(secret)\";"]
        )
        #expect(
            script.contains { $0.hasPrefix("dialogs/d/begin.js:2:") && $0.contains("this looks like") },
            "\(script)"
        )
    }

    @Test(arguments: [
        "sk-this-is-just-a-long-hyphenated-name", "the password is in the vault", "{{env.apiKey}}",
        "token: {{context.token}}",
        "https://example.org/a/very/long/path/that/is/no/secret/at/all", "sha256:", "AKIA", "eyJ.eyJ.x",
    ])
    func `takes ordinary words for no secret`(words: String) throws {
        #expect(try !lint(text(words)).contains { $0.contains("this looks like") })
    }
}
