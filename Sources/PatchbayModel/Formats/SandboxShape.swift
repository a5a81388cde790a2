/// What the simulated service of a plugin can do.
enum SandboxShape {
    static let shape = Shape.object(
        "A sandbox",
        [
            .optional("model", .list(rule, by: "id"), "What the simulated model does; the first rule that fits wins."),
            .optional(
                "operations",
                .map(.id, .object(operation)),
                "What answers the other operations; without an entry a tape does."
            ),
            .optional("refusal", refusal, "What a refusal of a bad request looks like."),
        ]
    )

    private static let refusal = Shape.object(
        "A refusal",
        [
            .optional("body", .any, "What is laid down first; the words go where errorMessage looks for them."),
            .optional("code", .string(.pointer), "Where the problem's code goes."),
        ]
    )

    private static let doing = Shape.one(of: "answer", "extract", "summarize", "classify", "fill", "embed")

    private static let rule = Shape.object(
        "A rule of the simulated model",
        [
            .required("id", .string(.elementID), "Its id."),
            .optional(
                "words",
                SharedShapes.phrases,
                "Words to look for in the instruction; without any, it always fits."
            ),
            .optional(
                "when",
                .one(of: "schema", "tools"),
                "Only when the call asks for an answer of a schema, or offers tools."
            ),
            .required("do", doing, "What it does."),
        ] + settings
    )

    private static let operation = ObjectShape(
        "A simulated operation",
        [.required("do", doing, "What it does.")] + settings
    )

    private static let settings: [FieldShape] = [
        .optional("terms", .string(.file), "The plugin's file of terms for 'extract', one a line."),
        .optional("labels", .set(.words), "The classes of 'classify'."),
        .optional("dimensions", .integer(1, 4096), "The length of an embedding whose model names none."),
        .optional("sentences", .integer(1, 20), "How long a summary is."),
    ]
}
