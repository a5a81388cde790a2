import PatchbayDialog
import PatchbayModel
import Testing

@Suite("A drawn dialog")
struct DialogGraphTests {
    private func nasty() throws -> Dialog {
        try Dialog(
            parse(
                dialog(
                    """
                    {"id": "begin", "kind": "entity", "type": "string", "prompts": [], "onFailure": "end", "next": "end",
                     "transitions": [{"id": "t", "label": "say \\"no\\" | <b>; \\\\ #1 [x]\\n]", "if": {"value": "a", "operator": "exists"}, "then": "other"}]},
                    {"id": "other", "kind": "service", "integration": "p", "operation": "o", "onFailure": "begin"}
                    """
                )
            )
        )
    }

    @Test func `is a flow chart whose labels cannot break out`() throws {
        #expect(
            try DialogGraph.mermaid(nasty()) == """
                flowchart TD
                    n0[/"begin · entity"/]
                    n1[["other · service"]]
                    done(("end"))
                    n0 -->|"say #quot;no#quot; #124; #60;b#62;#59; #92; #35;1 #91;x#93; #93;"| n1
                    n0 --> done
                    n0 -.->|"onFailure"| done
                    n0 -.->|"onRetriesExceeded"| done
                    n1 -.->|"onFailure"| n0

                """
        )
    }

    @Test func `is a directed graph whose labels cannot break out`() throws {
        #expect(
            try DialogGraph.dot(nasty()) == #"""
                digraph "d" {
                    node [shape=box];
                    n0 [label="begin\nentity"];
                    n1 [label="other\nservice"];
                    end [label="end", shape=circle];
                    n0 -> n1 [label="say \"no\" | <b>; \\ #1 [x]\n]"];
                    n0 -> end;
                    n0 -> end [label="onFailure", style=dashed];
                    n0 -> end [label="onRetriesExceeded", style=dashed];
                    n1 -> n0 [label="onFailure", style=dashed];
                }

                """#
        )
    }

    @Test func `names the dialog that other words start`() throws {
        func dialog(_ id: String, _ name: String, _ utterances: String) throws -> (Dialog, JSONValue) {
            let file = try parse(
                """
                {"formatVersion": 1, "language": "en", "id": "\(id)", "name": "\(name)", "start": "begin", "nodes": [
                 {"id": "begin", "kind": "intent", "utterances": [\(utterances)], "next": "end"}]}
                """
            )
            return (try Dialog(file), file)
        }
        let all = [
            try dialog("buy", "Buy", #""shop", "I want to buy""#), try dialog("buy-2", "buy!", #""Shop.", "sell""#),
            try dialog("other", "Other", #""i want to BUY", "Sell", "shop""#),
        ]
        var known = LintEnvironment()
        known.started = LintEnvironment.started(by: all.map(\.0))
        let found = all.map { dialog, file in
            DialogLint.diagnostics(for: dialog, file: file, scripts: [:], known: known).map {
                $0.description.prefix { $0 != ";" }
            }
        }
        #expect(found[0] == [])
        #expect(
            found[1] == [
                "dialogs/buy-2/dialog.json: warning: /name: 'buy!' starts the dialog 'buy', not this one",
                "dialogs/buy-2/dialog.json: warning: /nodes/0/utterances: 'Shop.' starts the dialog 'buy', not this one",
            ]
        )
        #expect(
            found[2] == [
                "dialogs/other/dialog.json: warning: /nodes/0/utterances: 'i want to BUY', 'shop' start the dialog 'buy', not this one",
                "dialogs/other/dialog.json: warning: /nodes/0/utterances: 'Sell' starts the dialog 'buy-2', not this one",
            ]
        )
    }
}
