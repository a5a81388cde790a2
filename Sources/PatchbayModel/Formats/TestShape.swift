/// `tests/<name>.json`: a conversation that is replayed.
enum TestShape {
    static let shape = Shape.object(
        "A conversation test",
        SharedShapes.head(language: .optional("language", .string(.language), default: "en", "The user's language."))
            + [
                .optional("name", .words, "What it is called; without it, the file's name."),
                .optional("description", SharedShapes.text, "What it shows."),
                .optional(
                    "template",
                    .string(.operation),
                    "The template that is installed for it, as plugin/template."
                ),
                .optional("parameters", .map(.name, .any), "The template's parameters."),
                .optional("dialog", .string(.id), "The dialog that is entered before the first line is read."),
                .optional("user", .words, "The user's id."),
                .optional("channel", .words, "The channel."),
                .optional("timeZone", .string(.timeZone), default: "UTC", "The user's time zone."),
                .required("startTime", .string(.timestamp), "When it starts, by the conversation's clock."),
                .required("seed", .integer(0), "Where chance starts."),
                .required("turns", .list(turn, atLeast: 1), "What is said and answered."),
            ]
    )

    private static let turn = Shape.object(
        "A turn",
        [
            .optional("at", .string(.moment), "When: since the start, or a time."),
            .required("event", event, "What comes in."),
            .optional(
                "calls",
                .list(ExchangeShape.call),
                "Exactly the calls it makes, in order; without it, the sandbox answers."
            ),
            .required("expect", .list(expectation), "All that is said, in order."),
            .optional("variables", .map(.contextPath, .any), "Values in the context afterwards."),
            .optional("ended", .boolean, "Whether the dialog has ended afterwards."),
        ]
    )

    private static let eventKinds = ["message", "callback", "timer", "credential", "agentMessage", "start", "close"]

    private static let event = Shape.object(
        "An event",
        [
            .optional("id", .words, "Its id; one that came before is not handled again."),
            .required("kind", .one(of: eventKinds), "What it is."),
            .optional("text", .string, "What is said."),
            .optional("attachments", .list(SharedShapes.anything), "What comes along."),
            .optional("dialog", .string(.id), "The dialog to start."),
            .optional("node", .string(.nodePlace), "The node that waits."),
            .optional("body", .any, "A callback's body."),
            .optional("language", .string(.language), "The user's language from now on."),
        ],
        rules: [
            .when("kind", ["message", "agentMessage"], requires: ["text"], forbids: []),
            .when(
                "kind",
                ["timer", "callback", "credential", "start", "close"],
                requires: [],
                forbids: ["text", "attachments"]
            ),
        ]
    )

    private static let expectation = Shape.object(
        "An expected message",
        [
            .optional("text", .string, "Exactly this text."),
            .optional("contains", .words, "A text that contains this."),
            .optional("node", .string(.nodePlace), "Any alternative of this node, as dialog/node."),
            .optional("message", SharedShapes.anything, "Exactly this rich message."),
            .optional("any", .const(true), "Any message."),
        ],
        rules: [.exactlyOne([["text"], ["contains"], ["node"], ["message"], ["any"]])]
    )
}
