import PatchbayModel

/// The template of a new plugin with its tapes and sample conversations.
struct StartSample {
    let plugin: PluginID

    // MARK: - Tapes

    var items: JSONValue {
        tape(
            "list-items",
            answer: [
                "body": ["json": ["items": [["id": "i-1", "title": "First"], ["id": "i-2", "title": "Second"]]]]
            ]
        )
    }

    var created: JSONValue {
        tape(
            "create-item",
            answer: ["status": 201, "body": ["json": ["item": ["id": "i-3", "title": "Water the plants"]]]]
        )
    }

    var taken: JSONValue {
        tape(
            "create-item",
            match: [["in": "body", "pointer": "/title", "equals": "First"]],
            answer: [
                "status": 409,
                "body": ["json": ["error": ["code": "taken", "message": "There is an item of that title."]]],
            ]
        )
    }

    private func tape(_ operation: String, match: [JSONValue] = [], answer: JSONValue) -> JSONValue {
        var tape: JSONObject = ["formatVersion": 1, "operation": .string("\(plugin)/\(operation)")]
        if !match.isEmpty { tape["match"] = .array(match) }
        tape["answer"] = answer
        return .object(tape)
    }

    // MARK: - The template

    var template: JSONValue {
        [
            "formatVersion": 1, "language": "en", "id": "create-item", "title": "Create an item",
            "summary": "Asks for a title, creates the item and tells its number.",
            "operations": [.string("\(plugin)/create-item")],
            "parameters": [
                "noun": [
                    "title": "What an item is called here", "schema": ["type": "string", "minLength": 1],
                    "default": "item",
                ]
            ],
        ]
    }

    var dialog: JSONValue {
        [
            "formatVersion": 1, "language": "en", "id": "create-item", "name": "Create an item", "start": "createItem",
            "settings": ["noun": ["$parameter": "noun"]], "nodes": .array(nodes),
        ]
    }

    private var nodes: [JSONValue] {
        [
            [
                "id": "createItem", "kind": "intent", "utterances": ["create an item", "new item"],
                "next": "title",
            ],
            [
                "id": "title", "kind": "entity", "type": "string",
                "prompts": [["id": "ask", "text": "What is the {{settings.noun}} called?"]],
                "next": "createItemService",
            ],
            [
                "id": "createItemService", "kind": "service", "integration": .string(plugin.rawValue),
                "operation": "create-item", "input": ["title": "{{context.entities.title}}"],
                "onFailure": "createItemFailure", "next": "createItemMessage",
            ],
            message(
                "createItemMessage",
                "done",
                "Done: the {{settings.noun}} {{context.createItemService.values.id}} is there."
            ),
            [
                "id": "createItemFailure", "kind": "logic",
                "transitions": [
                    [
                        "id": "taken", "label": "there is one already",
                        "if": ["value": "context.lastServiceFailure.kind", "operator": "equals", "to": "conflict"],
                        "then": "takenMessage",
                    ]
                ],
                "next": "sorryMessage",
            ],
            message("takenMessage", "taken", "There is such a {{settings.noun}} already."),
            message("sorryMessage", "sorry", "That did not work: {{context.lastServiceFailure.message}}"),
        ]
    }

    private func message(_ id: String, _ alternative: String, _ text: String) -> JSONValue {
        [
            "id": .string(id), "kind": "message", "messages": [["id": .string(alternative), "text": .string(text)]],
            "next": "end",
        ]
    }

    // MARK: - Its samples

    var goodTest: JSONValue {
        test(
            parameters: [:],
            title: "Water the plants",
            asked: "What is the item called?",
            said: "Done: the item i-3 is there."
        )
    }

    var takenTest: JSONValue {
        test(
            parameters: ["noun": "task"],
            title: "First",
            asked: "What is the task called?",
            said: "There is such a task already."
        )
    }

    private func test(parameters: JSONObject, title: String, asked: String, said: String) -> JSONValue {
        var test: JSONObject = ["formatVersion": 1, "template": .string("\(plugin)/create-item")]
        if !parameters.isEmpty { test["parameters"] = .object(parameters) }
        test["startTime"] = "2026-03-02T09:00:00Z"
        test["seed"] = 1
        test["turns"] = [
            ["event": ["kind": "message", "text": "create an item"], "expect": [["text": .string(asked)]]],
            [
                "event": ["kind": "message", "text": .string(title)], "expect": [["text": .string(said)]],
                "ended": true,
            ],
        ]
        return .object(test)
    }
}
