/// `authorization/<profile>.json`: a set-up of an authorization, without secrets.
enum ProfileShape {
    static let shape = Shape.branch(on: "integration", ofPlugin, else: own)

    private static let head: [FieldShape] =
        SharedShapes.head(language: SharedShapes.optionalLanguage) + [
            .required("id", .string(.id), "The profile's id, which is also its file's name."),
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("description", SharedShapes.text, "What it is for."),
        ]

    private static let mode = FieldShape.optional(
        "mode",
        SharedShapes.mode,
        default: "preAuthorized",
        "Whose credential it uses."
    )

    private static let connection = FieldShape.optional(
        "connection",
        .map(.name, .string),
        default: [:],
        "Values that are no secret, such as tenant or deployment."
    )

    private static let ofPlugin = Shape.object(
        "A profile of a plugin",
        head + [
            .required("integration", .string(.id), "The plugin."),
            .required("authorization", .string(.id), "The authorization type that the plugin offers."),
            mode,
            .optional("baseURL", .string(.url), "A proposal: a credential goes only to the origin that was agreed to."),
            connection,
            .optional("check", check, "Another URL to check the credential with."),
        ]
    )

    private static let check = Shape.object("A check's URL", [.required("url", .string(.urlWithNames), "The URL.")])

    private static let own = Shape.object(
        "A profile of custom requests",
        head + [
            .required("type", SharedShapes.authorizationType, "How it works."), mode,
            .optional(
                "baseURL",
                .string(.urlWithNames),
                "The origin that the credential is meant for; {name} is a connection value."
            ),
            connection,
        ] + AuthorizationShape.mechanics,
        rules: AuthorizationShape.rules
    )
}
