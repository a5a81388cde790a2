/// Nodes that call something: a service, a model, a script.
enum CallNodeShapes {
    static let all: [(String, ObjectShape)] = [
        ("service", service), ("script", script), ("prompt", prompt), ("webhook", webhook), ("agent", agent),
    ]

    private static let profile = FieldShape.optional(
        "profile",
        .string(.id),
        "The authorization profile; without it the integration's default."
    )

    private static let service = ObjectShape(
        "A service node",
        NodeShapes.head("service", "A call of an operation, or of a request of the author's own.") + [
            .optional("integration", .string(.id), "The plugin."),
            .optional("operation", .string(.id), "Its operation."),
            .optional("request", SharedShapes.request, "Or a request written out."),
            profile,
            .optional("input", .map(.name, .any), "The operation's inputs."),
            NodeShapes.timeout, NodeShapes.save, NodeShapes.saveError, NodeShapes.onFailure,
        ] + NodeShapes.paths,
        rules: [
            .exactlyOne([["request"], ["integration", "operation"]]),
            .with("input", requires: [], forbids: ["request"]),
        ]
    )

    private static let script = ObjectShape(
        "A script node",
        NodeShapes.head("script", "The script <node id>.js beside the dialog.") + [
            .optional("sets", .set(.string(.name)), "The context keys that it writes, beside entities."),
            NodeShapes.saveError, NodeShapes.onFailure,
        ] + NodeShapes.paths
    )

    private static let model: [FieldShape] = [
        .required("integration", .string(.id), "The plugin."),
        .optional("operation", .string(.id), "Its operation; without it the manifest's default."),
        profile,
        .optional("model", .words, "The model's name; a literal or template."),
    ]

    private static let prompt = ObjectShape(
        "A prompt node",
        NodeShapes.head("prompt", "One call of a language model.") + model + [
            .optional("system", SharedShapes.text, "The instruction."),
            .optional("prompt", SharedShapes.text, "What the user's side says."),
            .optional("history", history, "How much of what was said goes along."),
            .optional("output", output, "The form that the answer must have."),
            .optional("options", .map(.name, .any), "Options of the model, such as temperature and maxTokens."),
            .optional("stream", .boolean, default: false, "Whether parts of the answer are shown as they come."),
            NodeShapes.timeout, NodeShapes.save, NodeShapes.saveError, NodeShapes.onFailure,
        ] + NodeShapes.paths,
        rules: [.atLeastOne(["prompt", "history"])]
    )

    private static let history = Shape.object(
        "History",
        [
            .required(
                "mode",
                .one(of: "conversation", "session", "lastMessage", "promptOnly"),
                "All, since the session's start, the last message, or nothing."
            ),
            .optional(
                "turns",
                .integer(1, 1000),
                "The most turns, the newest; without it the hub's historyTurns (20)."
            ),
            .optional(
                "maxSize",
                .string(.size),
                "The most text, the newest; without it the hub's historySize (64 KiB)."
            ),
        ]
    )

    private static let output = Shape.object(
        "An answer's form",
        [
            .required("schema", SharedShapes.schema, "The JSON Schema that it must satisfy."),
            .optional(
                "attempts",
                .integer(1, 5),
                default: 3,
                "How often in all the model is asked for it; each time with what was wrong."
            ),
        ]
    )

    private static let webhook = ObjectShape(
        "A webhook node",
        NodeShapes.head("webhook", "Waits for a call from outside.") + [
            .optional(
                "request",
                SharedShapes.request,
                "A request that tells the other side the address; it reads context.<node>.callbackURL."
            ),
            profile,
            .optional("timeout", .string(.duration), default: "24h", "How long it waits."),
            .optional(
                "onTimeout",
                NodeShapes.target,
                default: "continue",
                "Where to go then: a node, end, or continue."
            ),
            .optional("schema", SharedShapes.schema, "What the answer must look like (JSON Schema)."),
            NodeShapes.save, NodeShapes.saveError, NodeShapes.onFailure,
        ] + NodeShapes.paths,
        rules: [.with("profile", requires: ["request"], forbids: [])]
    )

    private static let agent = ObjectShape(
        "An agent node",
        NodeShapes.head("agent", "A model that talks and uses tools until it has reached its goal.")
            + model.map(\.madeOptional) + [
                .optional("system", SharedShapes.text, "The instruction."),
                .optional("collect", .list(collected, by: "id"), "Values that it finds out."),
                .optional("rules", .list(rule, by: "id"), "What it must keep to."),
                .optional("tools", .list(tool, by: "id"), "What it may do."),
                .optional("exits", .list(exit, by: "id"), "When it is done, and where to go then."),
                .optional("options", .map(.name, .any), "Options of the model."),
                .optional("limits", limits, "How much it may do."),
                NodeShapes.silence, NodeShapes.timeout, NodeShapes.save, NodeShapes.saveError, NodeShapes.onFailure,
            ] + NodeShapes.paths
    )

    private static let collected = Shape.object(
        "A value to collect",
        [
            .required("id", .string(.name), "Its id."),
            .required("type", .one(of: EntityType.allCases.map(\.rawValue)), "The type of the value."),
            .optional("description", SharedShapes.text, "What it is, for the model."),
            .optional("required", .boolean, default: false, "Whether it must be found out."),
        ]
    )

    private static let rule = Shape.object(
        "An agent's rule",
        [.required("id", .string(.elementID), "Its id."), .required("text", SharedShapes.text, "The rule.")]
    )

    private static let tool = Shape.object(
        "A tool",
        [
            .required("id", .string(.name), "Its name for the model."),
            .required("description", SharedShapes.text, "When to use it, for the model."),
            .optional("parameters", SharedShapes.schema, "What it takes (JSON Schema)."),
            .optional("call", toolCall, "An operation."),
            .optional("dialog", .string(.id), "Or a dialog."),
            .optional("script", .const(true), "Or the script <node id>.<tool id>.tool.js."),
            .optional("then", NodeShapes.target, "Or a way out of the agent."),
            .optional(
                "confirm",
                .boolean,
                "Whether the user is asked first; without it, where the operation is not safe."
            ),
        ],
        rules: [.exactlyOne([["call"], ["dialog"], ["script"], ["then"]])]
    )

    private static let toolCall = Shape.object(
        "A tool's call",
        [
            .required("operation", .string(.operation), "The operation, as plugin/operation."),
            profile,
            .optional("input", .map(.name, .any), "Its inputs; templates read tool.<parameter>."),
        ]
    )

    private static let exit = Shape.object(
        "An exit",
        [
            .required("id", .string(.elementID), "Its id."),
            .required("description", SharedShapes.text, "When it is taken, for the model."),
            .required("then", NodeShapes.target, "Where it leads: a node or end."),
        ]
    )

    private static let limits = Shape.object(
        "An agent's limits",
        [
            .optional("rounds", .integer(1, 100), default: 10, "Calls of the model."),
            .optional("calls", .integer(0, 200), default: 20, "Calls of tools."),
            .optional("tokens", .integer(1), "Tokens in all."),
        ]
    )
}

extension FieldShape {
    /// The same key where it may be left out.
    var madeOptional: FieldShape {
        FieldShape(key: key, shape: shape, isRequired: false, defaultValue: defaultValue, summary: summary)
    }
}
