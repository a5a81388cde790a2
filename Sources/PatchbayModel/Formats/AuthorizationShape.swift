/// Ways to authorize: what a plugin offers, and what a profile without a plugin says itself.
enum AuthorizationShape {
    /// One way that a plugin offers.
    static let offer = ObjectShape(
        "An authorization type",
        [
            .required("id", .string(.id), "Its id; profiles name it."),
            .required("type", SharedShapes.authorizationType, "How it works."),
            .optional("title", SharedShapes.text, "What to call it."),
            .optional("description", SharedShapes.text, "When to choose it."),
            .optional(
                "modes",
                .set(SharedShapes.mode, atLeast: 1),
                default: ["preAuthorized"],
                "Whose credential it may be."
            ),
        ] + mechanics,
        rules: rules
    )

    /// What goes on beneath: fields, sends, check, OAuth.
    static let mechanics: [FieldShape] = [
        .optional(
            "fields",
            .list(.object(PluginShape.credentialField), by: "key"),
            "What is asked for and kept in the vault."
        ),
        .optional("send", .list(sends), "How the values are sent; basic, apiKey and bearer know how."),
        .optional("check", check, "The call that tells whether the credential is good."),
        .optional("oauth", TokenShapes.oauth, "Where and how tokens are got (RFC 6749)."),
        .optional("session", TokenShapes.session, "A session token got by a login operation."),
        .optional(
            "assertion",
            TokenShapes.assertion,
            "A signed assertion that is sent as, or changed for, a token (RFC 7523)."
        ),
    ]

    static let rules: [KeyRule] = [
        .when(
            "type",
            ["oauth2AuthorizationCode", "oauth2ClientCredentials", "oauth2Password"],
            requires: ["oauth"],
            forbids: []
        ),
        .when(
            "type",
            ["none", "basic", "apiKey", "bearer"],
            requires: [],
            forbids: ["oauth", "session", "assertion"]
        ),
        .when("type", ["none"], requires: [], forbids: ["fields", "send"]),
        .when("type", ["custom"], requires: ["send"], forbids: ["oauth"]),
    ]

    /// Literals and references, one after the other.
    static let parts = Shape.named("parts") { partsBody }

    private static let partsBody = Shape.list(.either(.string, reference), atLeast: 1)

    private static let reference = Shape.object(
        "A reference",
        [
            .optional("field", .string(.name), "A field of the credential."),
            .optional("connection", .string(.name), "A connection value."),
            .optional("token", .one(of: "access", "id", "session", "assertion"), "A token that was got."),
        ],
        rules: [.exactlyOne([["field"], ["connection"], ["token"]])]
    )

    private static let sends = Shape.variants(
        "in",
        [
            ("header", named("A header", .string(.header))),
            ("query", named("A query parameter", .words)),
            ("path", named("A {name} of the path", .string(.name))),
            ("cookie", named("A cookie", .string(.header))),
            (
                "body",
                ObjectShape(
                    "A value in the body",
                    [
                        .required("in", .one(of: "body"), "The body."),
                        .optional("at", .string(.pointer), "Where in a JSON body."),
                        .optional("name", .words, "The form key."),
                        .required("value", parts, "What is sent."),
                        omitEmpty,
                    ],
                    rules: [.exactlyOne([["at"], ["name"]])]
                )
            ),
            (
                "basic",
                ObjectShape(
                    "A user and password pair",
                    [
                        .required("in", .one(of: "basic"), "The Authorization header (RFC 7617)."),
                        .required("user", parts, "The user."),
                        .optional("password", parts, "The password; empty without it."),
                    ]
                )
            ),
        ]
    )

    private static let omitEmpty = FieldShape.optional(
        "omitEmpty",
        .boolean,
        default: false,
        "Whether nothing is sent when a value is missing or empty."
    )

    private static func named(_ title: String, _ name: Shape) -> ObjectShape {
        ObjectShape(
            title,
            [
                .required("in", .one(of: "header", "query", "path", "cookie"), "Where it is put."),
                .required("name", name, "Its name."),
                .required("value", parts, "What is sent."),
                omitEmpty,
            ]
        )
    }

    /// The call that tells whether a credential is good.
    static let check = Shape.object(
        "A check",
        [
            .optional("operation", .string(.id), "An operation of the plugin."),
            .optional("input", .map(.name, .any), "Its inputs."),
            .optional("request", checkRequest, "Or a request of its own."),
            .optional("url", .string(.urlWithNames), "Or a URL that is read."),
            .optional(
                "good",
                .list(AnswerShape.test, atLeast: 1),
                "Answers that mean a good credential; without any, 2xx."
            ),
            .optional(
                "bad",
                .list(AnswerShape.test, atLeast: 1),
                "Answers that mean a bad one; without any, 401 and 403."
            ),
            .optional("expired", .list(AnswerShape.test, atLeast: 1), "Answers that mean an expired one, to any call."),
            .optional("account", AnswerShape.messagePlace, "Where the account's name stands."),
        ],
        rules: [
            .exactlyOne([["operation"], ["request"], ["url"]]), .with("input", requires: ["operation"], forbids: []),
        ]
    )

    private static let checkRequest = Shape.object(
        "A check's request",
        [
            .optional("method", SharedShapes.method, default: "GET", "The HTTP method."),
            .optional("path", .string(.path), "A path on the base URL."),
            .optional("url", .string(.urlWithNames), "Or a whole URL."),
            .optional("query", .map(.nonEmpty, .string), "Query parameters."),
            .optional("headers", .map(.header, .string), "Headers."),
            .optional("body", SharedShapes.anything, "A JSON body."),
        ],
        rules: [.exactlyOne([["path"], ["url"]])]
    )
}
