/// `variables/env.json` and `variables/content.json`.
enum VariablesShape {
    static let env = file("Environment variables", env: true)
    static let content = file("Content variables", env: false)

    private static func file(_ title: String, env: Bool) -> Shape {
        .object(
            title,
            SharedShapes.head(language: SharedShapes.optionalLanguage) + [
                .required("variables", .list(.object(record(env: env)), by: "key"), "The variables.")
            ]
        )
    }

    private static func record(env: Bool) -> ObjectShape {
        ObjectShape(
            "A variable",
            [.required("key", .string(.name), "Its name; expressions read it as \(env ? "env" : "content").<key>.")]
                + keys(env ? .any : byLanguage),
            rules: rules
        )
    }

    /// A variable that a template brings along.
    static let templateRecord = ObjectShape(
        "A template's variable",
        [
            .required("key", .string(.name), "Its name."),
            .optional("kind", .one(of: "env", "content"), default: "env", "The file it goes into."),
        ] + keys(.any),
        rules: rules
    )

    private static let byLanguage = Shape.map(.language, .any)

    private static func keys(_ value: Shape) -> [FieldShape] {
        [
            .optional("value", value, "Its value; a secured one has none here."),
            .optional("hint", SharedShapes.text, "What it is for."),
            .optional(
                "scope",
                .one(of: "prePopulated", "askOnInstall", "hidden"),
                default: "prePopulated",
                "Whether it is asked for when the workspace is set up elsewhere."
            ),
            .optional("group", .words, "What it belongs to."),
            .optional("secured", .boolean, default: false, "Whether its value is in the vault."),
        ]
    }

    private static let rules: [KeyRule] = [.when("secured", [true], requires: [], forbids: ["value"])]
}
