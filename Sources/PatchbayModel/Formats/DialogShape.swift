/// `dialog.json`: a dialog task.
enum DialogShape {
    static let shape = Shape.object(
        "A dialog",
        SharedShapes.head(language: SharedShapes.language) + [
            .required("id", .string(.id), "The dialog's id, which is also its folder's name."),
            .required("name", SharedShapes.text, "What it is called."),
            .optional("description", SharedShapes.text, "What it is for."),
            .required("start", .string(.node), "The node it starts with."),
            .optional(
                "settings",
                .map(.name, .any),
                default: [:],
                "Constants that texts read as settings.x; never expanded."
            ),
            .required("nodes", .list(node, by: "id", atLeast: 1), "The nodes."),
            .optional(
                "canvas",
                Shape(.map(keys: .node, values: position), merge: .mine),
                default: [:],
                "Where the nodes stand in a drawing."
            ),
        ]
    )

    private static let position = Shape.object(
        "A position",
        [.required("x", .number(), "To the right."), .required("y", .number(), "Downwards.")]
    )

    /// A node of any kind.
    static let node = Shape.variants(
        "kind",
        TalkNodeShapes.all + CallNodeShapes.all + FlowNodeShapes.all
    )
}

/// What nodes of several kinds have in common.
enum NodeShapes {
    /// The keys that open a node.
    static func head(_ kind: String, _ summary: String) -> [FieldShape] {
        [
            .required("id", .string(.name), "The node's id; expressions name it."),
            .required("kind", .one(of: kind), summary),
            .optional("title", SharedShapes.text, "What people call it."),
            .optional("description", SharedShapes.text, "A note for people."),
        ]
    }

    /// A node id or `end`.
    static let target = Shape.string(.node)

    static let next = FieldShape.optional(
        "next",
        target,
        "Where to go when no transition holds: a node or end; without it the path is not connected."
    )

    static let onFailure = FieldShape.optional(
        "onFailure",
        target,
        default: "continue",
        "Where to go when it fails: continue, end or a node; tried before the transitions."
    )

    static let saveError = FieldShape.optional("saveError", .string(.name), "The variable that takes the failure.")

    static let save = FieldShape.optional(
        "save",
        .map(.name, .words),
        "Variables to fill from the node's result: variable to path within the result."
    )

    static let timeout = FieldShape.optional("timeout", .string(.duration), "The longest time for all tries together.")

    static let silence = FieldShape.optional(
        "silence",
        .object(
            "Silence",
            [
                .required("after", .string(.duration), "How long nobody says anything."),
                .required("then", target, "Where to go then."),
                .optional("repeat", .integer(1, 100), default: 1, "How often at most."),
            ]
        ),
        "What happens when the user stays silent."
    )

    /// Conditions and the default.
    static let paths: [FieldShape] = [
        .optional("transitions", .list(transition, by: "id"), default: [], "Conditions with targets, tried in order."),
        next,
    ]

    private static let transition = Shape.named("transition") { transitionBody }

    private static let transitionBody = Shape.object(
        "A transition",
        [
            .required("id", .string(.elementID), "Its id."),
            .optional("label", SharedShapes.text, "What the path is called."),
            .required("if", SharedShapes.condition, "The condition."),
            .required("then", .nullable(target), "A node, end, or null: not connected."),
            .optional("clear", .set(.string(.contextPath)), "Context paths to empty before going."),
        ]
    )

    /// A row that puts a value somewhere.
    static let assignment = Shape.named("assignment") { assignmentBody }

    private static let assignmentBody = Shape.object(
        "An assignment",
        [
            .required("id", .string(.elementID), "Its id."),
            .required("to", .string(.contextPath), "A context path, such as total or entities.subject."),
            .optional("value", .any, "A literal or template."),
            .optional("clear", .const(true), "Whether the place is emptied instead."),
        ],
        rules: [.exactlyOne([["value"], ["clear"]])]
    )

    static let retries = FieldShape.optional("retries", .integer(1, 10), default: 5, "How often it asks again.")

    static let onRetriesExceeded = FieldShape.optional(
        "onRetriesExceeded",
        target,
        default: "end",
        "Where to go when the retries are used up: a node, end, or continue."
    )

    static func alternatives(_ key: String, _ summary: String, required: Bool = false) -> FieldShape {
        let list = Shape.list(AlternativeShape.shape, by: "id", atLeast: required ? 1 : 0)
        return required ? .required(key, list, summary) : .optional(key, list, summary)
    }
}
