/// Nodes that talk with the user.
enum TalkNodeShapes {
    static let all: [(String, ObjectShape)] = [
        ("intent", intent), ("entity", entity), ("form", form), ("confirmation", confirmation), ("message", message),
    ]

    private static let intent = ObjectShape(
        "An intent node",
        NodeShapes.head("intent", "Where a dialog begins, or a follow-up leads to another dialog.") + [
            .optional("utterances", utterances, "What people say: a list, or lists by language."),
            .optional("hidden", .boolean, default: false, "Whether it is left out of help."),
            .optional("requires", .set(.words), "Context tags that must be there."),
            .optional("emits", .set(.words), "Context tags that it sets."),
            .optional("dialog", .string(.id), "The dialog of a follow-up intent."),
            NodeShapes.next,
        ]
    )

    private static let utterances = Shape.either(.set(utterance), .map(.language, .set(utterance)))

    private static let utterance = Shape.either(
        .words,
        .object(
            "A marked utterance",
            [
                .required("text", .words, "What people say."),
                .required("entities", .list(mark, atLeast: 1), "Which parts of it are values."),
            ]
        )
    )

    private static let mark = Shape.object(
        "A mark",
        [
            .required("id", .string(.name), "The entity."),
            .required("from", .integer(0), "Where it begins, in Unicode scalars."),
            .required("to", .integer(1), "Where it ends."),
        ]
    )

    private static let entity = ObjectShape(
        "An entity node",
        NodeShapes.head("entity", "A value asked of the user.") + [
            .required("type", entityType, "The type of the value."),
            .optional("many", .boolean, default: false, "Whether several values are taken."),
            .optional(
                "presence",
                .one(of: "required", "optional", "hidden"),
                default: "required",
                "Whether it must be given; a hidden one is never asked."
            ),
            .optional("default", .any, "The value when none is given; a literal or template."),
            .optional(
                "ask",
                .one(of: "ifEmpty", "always"),
                default: "ifEmpty",
                "Whether it asks although a value is there."
            ),
            .optional("values", .list(listValue, by: "id", atLeast: 1), "The values of a list."),
            .optional("valuesFrom", valuesFrom, "Or where they come from."),
            .optional("pattern", .words, "The pattern of a custom entity; the value must match as a whole."),
            .optional("rules", rules, "Further rules for the value."),
            .optional("sensitive", sensitive, "How the value is shown in logs and transcripts."),
            NodeShapes.alternatives("prompts", "The question."),
            NodeShapes.alternatives("errorPrompts", "What is said to a value that does not fit."),
            NodeShapes.retries, NodeShapes.onRetriesExceeded, NodeShapes.silence,
        ] + NodeShapes.paths,
        rules: [
            .when("type", ["custom"], requires: ["pattern"], forbids: []), .atMostOne(["values", "valuesFrom"]),
        ]
    )

    /// Entity types, in the words of ``EntityType``.
    private static let entityType = Shape.named("entityType") { entityTypeBody }

    private static let entityTypeBody = Shape.one(of: EntityType.allCases.map(\.rawValue))

    private static let listValue = Shape.named("listValue") { listValueBody }

    private static let listValueBody = Shape.object(
        "A list value",
        [
            .required("id", .string(.elementID), "Its id."),
            .optional("value", .any, "The value; without it, the id."),
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("synonyms", SharedShapes.phrases, "Other words for it."),
        ]
    )

    private static let valuesFrom = Shape.named("valuesFrom") { valuesFromBody }

    private static let valuesFromBody = Shape.object(
        "Values from the context",
        [
            .required("value", .words, "An expression for a list."),
            .optional("title", .words, "The key of an element's title."),
            .optional("key", .words, "The key of its value."),
            .optional("synonyms", .words, "The key of its synonyms."),
        ]
    )

    private static let rules = Shape.named("entityRules") { rulesBody }

    private static let rulesBody = Shape.object(
        "Entity rules",
        [
            .optional("minimum", .number(), "The least number."),
            .optional("maximum", .number(), "The greatest number."),
            .optional("whole", .boolean, default: false, "Whether a number must be whole."),
            .optional("minLength", .integer(0), "The fewest characters."),
            .optional("maxLength", .integer(1), "The most characters."),
            .optional("minItems", .integer(0), "The fewest values, where many are taken."),
            .optional("maxItems", .integer(1), "The most values."),
            .optional("earliest", .words, "The earliest date or time: ISO, or today, now."),
            .optional("latest", .words, "The latest date or time."),
            .optional(
                "noIndexMatch",
                .boolean,
                default: false,
                "Whether a number chooses no value of a list by its place."
            ),
            .optional("countries", .set(.words), "The countries of a phone number, address or zip code (ISO 3166)."),
            .optional("units", .set(.words), "The units of a quantity."),
            .optional("contentTypes", .set(.words), "The content types of an attachment."),
            .optional("maxSize", .string(.size), "The largest attachment."),
        ]
    )

    private static let sensitive = Shape.object(
        "Sensitive",
        [
            .required(
                "as",
                .one(of: "mask", "redact", "replace"),
                "Each character masked, all of it left out, or replaced."
            ),
            .optional("with", .words, "The mask's character or the replacement."),
        ],
        rules: [.when("as", ["replace"], requires: ["with"], forbids: [])]
    )

    private static let form = ObjectShape(
        "A form node",
        NodeShapes.head("form", "Several values asked together.") + [
            .required("fields", .list(formField, by: "id", atLeast: 1), "The fields."),
            NodeShapes.alternatives("prompts", "What is said with the form."),
            NodeShapes.alternatives("submitPrompts", "What is said when it is sent."),
            NodeShapes.alternatives("errorPrompts", "What is said when a value does not fit."),
            .optional(
                "onCancel",
                NodeShapes.target,
                default: "end",
                "Where to go when the user cancels: a node, end, or continue."
            ),
            NodeShapes.silence,
        ] + NodeShapes.paths
    )

    private static let formField = Shape.object(
        "A form field",
        [
            .required("id", .string(.name), "Its id."),
            .required("type", entityType, "The type of its value."),
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("help", SharedShapes.text, "What to write."),
            .optional("placeholder", SharedShapes.text, "An example."),
            .optional("required", .boolean, default: false, "Whether it must be given."),
            .optional("many", .boolean, default: false, "Whether several values are taken."),
            .optional("default", .any, "The value it starts with."),
            .optional("values", .list(listValue, by: "id", atLeast: 1), "The values of a list."),
            .optional("valuesFrom", valuesFrom, "Or where they come from."),
            .optional("pattern", .words, "The pattern of a custom value."),
            .optional("rules", rules, "Further rules for the value."),
        ],
        rules: [
            .when("type", ["custom"], requires: ["pattern"], forbids: []), .atMostOne(["values", "valuesFrom"]),
        ]
    )

    private static let confirmation = ObjectShape(
        "A confirmation node",
        NodeShapes.head("confirmation", "A question that is answered with yes or no.") + [
            NodeShapes.alternatives("prompts", "The question.", required: true),
            NodeShapes.alternatives("errorPrompts", "What is said to another answer."),
            .optional("yes", SharedShapes.phrases, "Words for yes, beside the built-in ones."),
            .optional("no", SharedShapes.phrases, "Words for no, beside the built-in ones."),
            NodeShapes.retries, NodeShapes.onRetriesExceeded, NodeShapes.silence,
        ] + NodeShapes.paths
    )

    private static let message = ObjectShape(
        "A message node",
        NodeShapes.head("message", "Something the assistant says.") + [
            NodeShapes.alternatives(
                "messages",
                "Ways to say it; the seed picks one of those that fit.",
                required: true
            ),
            NodeShapes.onFailure,
        ] + NodeShapes.paths
    )
}
