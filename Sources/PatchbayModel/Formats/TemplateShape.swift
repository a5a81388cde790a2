/// `template.json`: what a plugin offers to install.
enum TemplateShape {
    static let shape = Shape.object(
        "A template",
        SharedShapes.head(language: SharedShapes.language) + [
            .required("id", .string(.id), "The template's id, which is also its folder's name."),
            .required("title", SharedShapes.text, "What it is called."),
            .optional("summary", SharedShapes.text, "What it does, in one sentence."),
            .optional("description", SharedShapes.text, "What it does, at length."),
            .optional("categories", .set(.string(.id)), "What it is good for, in words to search by."),
            .optional("operations", .set(.string(.operation)), "The operations it uses, as plugin/operation."),
            .optional("requires", .map(.id, .string(.versionRange)), "Other plugins it needs: id to versions."),
            .optional("parameters", .map(.name, parameter), "What is asked at installation."),
            .optional(
                "variables",
                .list(.object(VariablesShape.templateRecord), by: "key"),
                "Variables that it brings along."
            ),
            .optional("hosts", .set(.string(.hostAndPort)), "The hosts that its own requests call."),
            .optional("renames", .list(rename), "What older versions called things."),
        ]
    )

    private static let parameter = Shape.object(
        "A parameter",
        [
            .optional("title", SharedShapes.text, "What to call it when it is asked for."),
            .optional("help", SharedShapes.text, "What it is for."),
            .optional("schema", SharedShapes.schema, default: true, "What it may be (JSON Schema)."),
            .optional("default", .any, "The value when none is given; without it, it is asked for."),
            .optional("choices", choices, "What to choose from."),
        ]
    )

    private static let choices = Shape.either(
        .list(choice, atLeast: 1),
        .object("Models to choose from", [.required("models", OperationShape.modelChoice, "The plugin's models.")])
    )

    private static let choice = Shape.either(
        .string,
        .number(),
        .boolean,
        .object(
            "A choice",
            [.required("value", .any, "The value."), .optional("title", SharedShapes.text, "What it is called.")]
        )
    )

    private static let rename = Shape.object(
        "A rename",
        [
            .required("since", .string(.version), "The first version with the new name."),
            .required("kind", .one(of: "dialog", "node", "variable", "parameter"), "What was renamed."),
            .optional("dialog", .string(.id), "The dialog of a node."),
            .required("from", .string(.elementID), "The old name."),
            .required("to", .string(.elementID), "The new name."),
        ],
        rules: [
            .when("kind", ["node"], requires: ["dialog"], forbids: []),
            .when("kind", ["dialog", "variable", "parameter"], requires: [], forbids: ["dialog"]),
        ]
    )
}
