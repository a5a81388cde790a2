import PatchbayModel
import Testing

@testable import PatchbayWorkspace

@Suite("What dialogs depend on")
struct DialogNeedsTests {
    @Test(
        arguments: [
            ("const a = env.one + env['two'] + env[\"three\"]", ["one", "two", "three"]),
            ("env?.one; context.env.two; environment.three; myenv.four", ["one"]), ("({ env: 1, content: 2 })", []),
            ("// nothing", []), ("", []), ("const { one } = env", nil), ("env[name]", nil),
            ("Object.keys(env)", nil), ("env?.['one']", ["one"]),
        ] as [(String, [String]?)]
    )
    func `finds the variables that a script reads, or says that it can't tell`(script: String, keys: [String]?) {
        var needs = DialogNeeds()
        needs.add(script: script)
        #expect(needs.env == keys.map(Set.init), "\(script)")
        #expect(needs.content == [])
    }

    @Test func `finds variables in texts, where other words are words`() {
        var needs = DialogNeeds()
        needs.add(texts: [
            "text": "The content of env is {{content.greeting}} {{ env.a_1 }}.", "if": ["env.x", ["content.y"]],
        ])
        #expect(needs.env == ["a_1", "x"])
        #expect(needs.content == ["greeting", "y"])
    }

    @Test func `finds dialogs, integrations and profiles`() {
        var needs = DialogNeeds()
        needs.add(dialog: [
            "nodes": [
                ["id": "a", "kind": "dialog", "dialog": "child"],
                ["id": "b", "kind": "service", "integration": "desk", "operation": "get"],
                ["id": "c", "kind": "prompt", "integration": "model", "profile": "own"],
                ["id": "d", "kind": "service", "profile": "hr", "request": ["url": "https://hr.example.com"]],
                [
                    "id": "e", "kind": "agent",
                    "tools": [["id": "t", "dialog": "other"], ["id": "u", "call": ["operation": "shop/buy"]]],
                ],
            ]
        ])
        #expect(needs.dialogs == ["child", "other"])
        let expected: Set<DialogNeeds.Use> = [
            .init(integration: "desk", profile: nil), .init(integration: "model", profile: "own"),
            .init(integration: "custom", profile: "hr"), .init(integration: "shop", profile: nil),
        ]
        #expect(needs.uses == expected && !needs.hasOwnRequests)
        needs.add(dialog: ["nodes": [["kind": "service", "request": ["url": "https://a.example.com"]]]])
        #expect(needs.hasOwnRequests)
    }
}
