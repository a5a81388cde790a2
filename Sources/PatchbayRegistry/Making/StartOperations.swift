import PatchbayModel

/// The operations of a new plugin: one that reads and one that makes something.
struct StartOperations {
    /// Where a page about them could be, to be replaced.
    let documentation: String

    var operations: JSONValue { ["list-items": list, "create-item": create] }

    private static let item: JSONValue = [
        "type": "object", "required": ["id", "title"],
        "properties": ["id": ["type": "string"], "title": ["type": "string"]],
    ]

    private var list: JSONValue {
        [
            "title": "List items", "source": .string(documentation + "#list-items"), "method": "GET", "path": "/items",
            "inputs": [
                "query": ["in": "query", "title": "Words to look for", "schema": ["type": "string"]],
                "limit": [
                    "in": "query", "title": "How many", "schema": ["type": "integer", "minimum": 1, "maximum": 100],
                    "default": 20,
                ],
            ],
            "response": [
                "schema": [
                    "type": "object", "required": ["items"],
                    "properties": ["items": ["type": "array", "items": Self.item]],
                ],
                "values": ["items": "/items"],
            ],
        ]
    }

    private var create: JSONValue {
        [
            "title": "Create an item", "source": .string(documentation + "#create-item"), "method": "POST",
            "path": "/items",
            "inputs": [
                "title": [
                    "title": "Title", "schema": ["type": "string", "minLength": 1, "maxLength": 200], "required": true,
                ],
                "note": ["title": "Note", "schema": ["type": "string"]],
            ],
            "timeout": "20s",
            "response": [
                "schema": ["type": "object", "required": ["item"], "properties": ["item": Self.item]],
                "values": ["id": "/item/id", "title": "/item/title"],
            ],
        ]
    }
}
