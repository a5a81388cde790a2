/// One of several ways to say something.
enum AlternativeShape {
    static let shape = Shape.named("alternative") { shapeBody }

    private static let shapeBody = Shape.object(
        "An alternative",
        [
            .required("id", .string(.elementID), "Its id."),
            .optional("text", SharedShapes.text, "What is said."),
            .optional("template", template, "Or a rich message."),
            .optional("script", .const(true), "Or what the script <node id>.<id>.message.js prints."),
            .optional("channels", .set(.words), "The channels it is for; without any, all."),
            .optional("try", .integer(1, 10), "From which try on it is for."),
        ],
        rules: [.exactlyOne([["text"], ["template"], ["script"]])]
    )

    private static let template = Shape.named("template") { templateBody }

    private static let templateBody = Shape.variants(
        "kind",
        [
            (
                "quickReplies",
                ObjectShape("Quick replies", head("quickReplies", "Answers to tap.") + choices, rules: chosen)
            ),
            ("buttons", ObjectShape("Buttons", head("buttons", "Buttons below a text.") + choices, rules: chosen)),
            (
                "dropdown",
                ObjectShape("A dropdown", head("dropdown", "Answers to choose from.") + choices, rules: chosen)
            ),
            ("list", ObjectShape("A list", head("list", "Items below each other.") + choices, rules: chosen)),
            (
                "carousel",
                ObjectShape("A carousel", head("carousel", "Cards beside each other.") + choices, rules: chosen)
            ),
            ("table", ObjectShape("A table", head("table", "Rows and columns.") + table, rules: filled)),
            (
                "miniTable",
                ObjectShape("A small table", head("miniTable", "A table for narrow screens.") + table, rules: filled)
            ),
            (
                "chart",
                ObjectShape(
                    "A chart",
                    head("chart", "Numbers drawn.") + [
                        .required("chart", .one(of: "bar", "line", "pie"), "How they are drawn."),
                        .optional(
                            "labels",
                            .either(.list(SharedShapes.text), .words),
                            "The names along the axis, or a template of a list."
                        ),
                        .required("series", .list(series, by: "id", atLeast: 1), "The numbers."),
                    ]
                )
            ),
            ("likeDislike", ObjectShape("Like or dislike", head("likeDislike", "A thumb up or down."))),
            (
                "custom",
                ObjectShape(
                    "A channel's own message",
                    head("custom", "What only one channel understands.") + [
                        .required("payload", .any, "The message as that channel takes it.")
                    ]
                )
            ),
        ]
    )

    private static func head(_ kind: String, _ summary: String) -> [FieldShape] {
        [
            .required("kind", .one(of: kind), summary),
            .optional("text", SharedShapes.text, "The text that goes with it, and where it cannot be shown."),
        ]
    }

    private static let chosen: [KeyRule] = [.exactlyOne([["items"], ["itemsFrom"]])]
    private static let filled: [KeyRule] = [.exactlyOne([["rows"], ["rowsFrom"]])]

    private static let choices: [FieldShape] = [
        .optional("items", .list(item, by: "id", atLeast: 1), "The items."),
        .optional("itemsFrom", itemsFrom, "Or where they come from."),
    ]

    private static let itemKeys: [FieldShape] = [
        .required("title", SharedShapes.text, "What it says."),
        .optional("subtitle", SharedShapes.text, "A second line."),
        .optional("image", .words, "A picture's URL."),
        .optional("value", .any, "What is answered when it is tapped; without it, the title."),
        .optional("url", .words, "Or the page that opens."),
    ]

    private static let item = Shape.named("item") { itemBody }

    private static let itemBody = Shape.object(
        "An item",
        [.required("id", .string(.elementID), "Its id.")] + itemKeys + [
            .optional(
                "buttons",
                .list(.object("A button", [.required("id", .string(.elementID), "Its id.")] + itemKeys), by: "id"),
                "Buttons of a card."
            )
        ],
        rules: [.atMostOne(["value", "url"])]
    )

    private static let itemsFrom = Shape.named("itemsFrom") { itemsFromBody }

    private static let itemsFromBody = Shape.object(
        "Items from the context",
        [
            .required("value", .words, "An expression for a list."),
            .optional("title", .words, "The key of an element's title."),
            .optional("subtitle", .words, "The key of its second line."),
            .optional("image", .words, "The key of its picture."),
            .optional("key", .words, "The key of its value."),
        ]
    )

    private static let table: [FieldShape] = [
        .required("columns", .list(column, by: "id", atLeast: 1), "The columns."),
        .optional("rows", .list(.map(.elementID, .any)), "The rows: column to value."),
        .optional("rowsFrom", .words, "Or an expression for a list of objects."),
    ]

    private static let column = Shape.named("column") { columnBody }

    private static let columnBody = Shape.object(
        "A column",
        [
            .required("id", .string(.elementID), "Its id, which is also the rows' key."),
            .required("title", SharedShapes.text, "What it is called."),
            .optional("align", .one(of: "left", "center", "right"), default: "left", "Where its values stand."),
        ]
    )

    private static let series = Shape.object(
        "A series",
        [
            .required("id", .string(.elementID), "Its id."),
            .optional("title", SharedShapes.text, "What it is called."),
            .required("values", .either(.list(.number()), .words), "The numbers, or a template of a list."),
        ]
    )
}
