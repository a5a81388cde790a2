/// Shapes that several files have in common.
enum SharedShapes {
    /// A string in the file's language, or a map by language.
    static let text = Shape.named("text") { textBody }

    private static let textBody = Shape(
        .either([.string, Shape(.map(keys: .language, values: .string), merge: .byKey)]),
        merge: .text
    )

    /// Phrases: a list in the file's language, or lists by language.
    static let phrases = Shape.named("phrases") { phrasesBody }

    private static let phrasesBody = Shape.either(.set(.words), .map(.language, .set(.words)))

    /// A JSON Schema (2020-12), or `{"$ref": "schemas/x.json"}` into the plugin's folder.
    static let schema = Shape.named("jsonSchema") { schemaBody }

    private static let schemaBody = Shape(.either([Shape(.map(keys: .any, values: .any), merge: .byKey), .boolean]))

    /// An object of any keys and values.
    static let anything = Shape.map(.any, .any)

    static let mode = Shape.one(of: "preAuthorized", "userAuthorized")

    static let method = Shape.one(of: "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

    /// The kinds of authorization.
    static let authorizationType = Shape.one(
        of: "none",
        "basic",
        "apiKey",
        "bearer",
        "oauth2AuthorizationCode",
        "oauth2ClientCredentials",
        "oauth2Password",
        "custom"
    )

    /// The keys that open every file.
    static func head(language: FieldShape? = nil) -> [FieldShape] {
        [
            .optional("$schema", .string, "Where the schema of this file stands, for editors."),
            .required("formatVersion", .const(1), "The version of this format."),
        ] + (language.map { [$0] } ?? [])
    }

    /// The language of a file that cannot do without one.
    static let language = FieldShape.required("language", .string(.language), "The language of the file's plain texts.")

    /// The language of a file that may have no texts.
    static let optionalLanguage = FieldShape.optional(
        "language",
        .string(.language),
        default: "en",
        "The language of the file's plain texts."
    )

    /// A request written out: of a service node, a webhook node.
    static let request = Shape.named("request") {
        .object(
            "A request",
            [
                .optional("method", method, default: "GET", "The HTTP method."),
                .required(
                    "url",
                    .string(.requestURL),
                    "Literal, with {name} for one segment of the path; scheme, host and port may be {{env.…}}."
                ),
                .optional("path", .map(.name, .any), "The values of the {name} parts."),
                .optional(
                    "query",
                    .map(.nonEmpty, .any),
                    "Query parameters; a list repeats its name, a missing value is left out."
                ),
                .optional("headers", .map(.header, .any), "Headers."),
                .optional("body", requestBody, "The body, in exactly one form."),
            ]
        )
    }

    private static let requestBody = Shape.object(
        "A body",
        [
            .optional("json", .any, "A JSON value."),
            .optional("form", anything, "Form fields (application/x-www-form-urlencoded)."),
            .optional("text", .string, "Plain text."),
            .optional("xml", anything, "Elements; '@name' is an attribute, '#text' the text."),
        ],
        rules: [.exactlyOne([["json"], ["form"], ["text"], ["xml"]])]
    )

    /// A condition of a transition.
    static let condition: Shape = .named("condition") { conditionBody }

    private static let conditionBody = Shape.object(
        "A condition",
        [
            .optional("value", .words, "What is compared: an expression without braces."),
            .optional("operator", .one(of: ConditionOperator.all), "How it is compared."),
            .optional("to", .any, "What it is compared with: any JSON value, or a template."),
            .optional("all", .list(condition, atLeast: 1), "All of these hold."),
            .optional("any", .list(condition, atLeast: 1), "At least one of these holds."),
            .optional("not", condition, "This does not hold."),
            .optional("answer", .one(of: "yes", "no"), "What the user answered to a confirmation."),
        ],
        rules: [
            .exactlyOne([["value", "operator"], ["all"], ["any"], ["not"], ["answer"]]),
            .with("to", requires: ["value"], forbids: []),
            .when("operator", ConditionOperator.alone.map(JSONValue.string), requires: [], forbids: ["to"]),
            .when("operator", ConditionOperator.comparing.map(JSONValue.string), requires: ["to"], forbids: []),
        ]
    )
}

/// The operators of conditions.
enum ConditionOperator {
    /// Those that look at one value only.
    static let alone = ["exists", "missing", "isNumber", "isMessage"]
    /// Those that compare with `to`.
    static let comparing = [
        "equals", "notEquals", "greaterThan", "lessThan", "atLeast", "atMost", "contains", "startsWith", "endsWith",
    ]
    static let all = [
        "exists", "missing", "equals", "notEquals", "greaterThan", "lessThan", "atLeast", "atMost", "contains",
        "startsWith",
        "endsWith", "isNumber", "isMessage",
    ]
}
