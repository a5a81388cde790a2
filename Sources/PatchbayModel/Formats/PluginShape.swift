/// `plugin.json`: a service as data.
enum PluginShape {
    static let shape = Shape.object(
        "A plugin",
        SharedShapes.head(language: SharedShapes.language) + [
            .required("id", .string(.id), "The plugin's id, which is also its folder's name."),
            .required("name", SharedShapes.text, "The service's name."),
            .required("version", .string(.version), "The plugin's version."),
            .optional("patchbay", .string(.versionRange), "The versions of Patchbay it works with."),
            .optional("summary", SharedShapes.text, "What it does, in one sentence."),
            .optional("description", SharedShapes.text, "What it does, at length."),
            .optional("publisher", publisher, "Who made it."),
            .optional("license", .words, "The licence of the plugin's files (SPDX)."),
            .optional("homepage", .string(.url), "The service's page."),
            .optional("icon", .string(.file), "A picture in the plugin's folder."),
            .optional("categories", .set(.string(.id)), "What it is good for, in words to search by."),
            .optional("hosts", .list(host), "The hosts it may call: no others are."),
            .optional("baseURL", baseURL, "Where its operations start."),
            .optional(
                "connection",
                .list(.object(connectionField), by: "key"),
                "Values that are no secret, kept in the profile."
            ),
            .optional(
                "authorization",
                .list(.object(AuthorizationShape.offer), by: "id"),
                "The ways to authorize it offers; without any it needs none."
            ),
            .optional(
                "errorMessage",
                .list(AnswerShape.messagePlace),
                "Where an error answer's words stand; the first that exists wins."
            ),
            .optional(
                "errors",
                .list(AnswerShape.errorRule),
                "What an answer means, where it differs from the usual; the first that fits wins."
            ),
            .optional("budgets", .list(budget, by: "id"), "How many calls the service allows in a time."),
            .optional("operations", .map(.id, .object(OperationShape.operation)), "The calls it describes."),
            .optional("webhooks", .list(.object(WebhookShape.shape), by: "id"), "What the service may send to us."),
            .optional("models", ModelShape.shape, "Its language models, or that names are the user's own."),
            .optional("sandbox", SandboxShape.shape, "What the simulated service can do."),
            .optional("templates", .set(.string(.id)), "The templates it offers, by id."),
        ]
    )

    private static let publisher = Shape.object(
        "A publisher",
        [
            .required("name", .words, "The name."),
            .optional("url", .string(.url), "The publisher's page."),
            .optional("email", .words, "Where to write to."),
        ]
    )

    static let host = Shape.object(
        "A host",
        [
            .optional("scheme", .one(of: "https", "http"), default: "https", "The scheme."),
            .required(
                "host",
                .string(.host),
                "A name; '*.' takes every label before it, {name} is a connection value. Never an address."
            ),
            .optional("port", .integer(1, 65535), "The port, where it is not the scheme's own."),
            .optional(
                "for",
                .set(.one(of: "api", "token", "authorization"), atLeast: 1),
                default: ["api"],
                "What it is called for."
            ),
        ]
    )

    private static let baseURL = Shape.object(
        "A base URL",
        [
            .optional("url", .string(.urlWithNames), "The URL; {name} is a connection value."),
            .optional("regions", .map(.id, .string(.urlWithNames)), "URLs to choose from, by region."),
            .optional(
                "change",
                .one(of: "fixed", "allowed", "required"),
                default: "fixed",
                "Whether a profile may, or must, name another one."
            ),
            .optional("title", SharedShapes.text, "What to call it when it is asked for."),
            .optional("help", SharedShapes.text, "Where to find it."),
        ],
        rules: [.atLeastOne(["url", "regions"])]
    )

    /// A value of a profile that is no secret.
    private static let connectionField = ObjectShape(
        "A connection value",
        fieldKeys(kinds: ["text", "select", "url", "boolean"]) + [
            .optional("use", .one(of: "hostLabel", "pathSegment"), "Where it stands; a host label is checked as one.")
        ],
        rules: fieldRules
    )

    /// A field of a credential.
    static let credentialField = ObjectShape(
        "A field",
        fieldKeys(kinds: ["text", "password", "select", "url", "boolean", "file"]) + [
            .optional(
                "askedOf",
                .one(of: "developer", "owner"),
                default: "owner",
                "Who is asked: the owner of the credential, or always the developer."
            )
        ],
        rules: fieldRules
    )

    private static let fieldRules: [KeyRule] = [.when("kind", ["select"], requires: ["choices"], forbids: [])]

    private static func fieldKeys(kinds: [String]) -> [FieldShape] {
        [
            .required("key", .string(.name), "The field's name; 'send' refers to it."),
            .optional("title", SharedShapes.text, "What to call it when it is asked for."),
            .optional("kind", .one(of: kinds), default: "text", "How it is asked."),
            .optional("required", .boolean, default: true, "Whether it must be given."),
            .optional("default", .either(.string, .boolean), "The value when none is given."),
            .optional("choices", .list(choice, atLeast: 1), "The words of a select."),
            .optional("pattern", .words, "A pattern that the value must match as a whole."),
            .optional("placeholder", SharedShapes.text, "An example of a value."),
            .optional("help", help, "Where to find the value."),
            .optional("visibleWhen", visibleWhen, "When it is asked at all."),
            .optional("environment", .string(.environment), "The environment variable that --from-env reads."),
        ]
    }

    /// A string, or a value with a title.
    static let choice = Shape.named("choice") { choiceBody }

    private static let choiceBody = Shape.either(
        .words,
        .object(
            "A choice",
            [.required("value", .words, "The value."), .optional("title", SharedShapes.text, "What it is called.")]
        )
    )

    private static let help = Shape.named("help") { helpBody }

    private static let helpBody = Shape.either(
        .string,
        .branch(
            on: "text",
            .object(
                "Help with a link",
                [.required("text", SharedShapes.text, "The help."), .optional("url", .string(.url), "The page.")]
            ),
            else: Shape(.map(keys: .language, values: .string), merge: .text)
        )
    )

    /// Another value, and what it must be.
    static let visibleWhen = Shape.named("visibleWhen") { visibleWhenBody }

    private static let visibleWhenBody = Shape.object(
        "When it is shown",
        [
            .optional("field", .string(.name), "A field of the credential."),
            .optional("connection", .string(.name), "A connection value."),
            .optional("input", .string(.name), "An input of the operation."),
            .optional("equals", .any, "The value it must have."),
            .optional("in", .list(.any, atLeast: 1), "The values it may have."),
            .optional("exists", .boolean, "Whether it must be there."),
        ],
        rules: [.exactlyOne([["field"], ["connection"], ["input"]]), .exactlyOne([["equals"], ["in"], ["exists"]])]
    )

    private static let budget = Shape.object(
        "A budget",
        [
            .required("id", .string(.elementID), "Its id."),
            .required("calls", .integer(1), "How many."),
            .required("window", .string(.duration), "In which time."),
            .optional("counts", .one(of: "calls", "tokens"), default: "calls", "What is counted."),
            .optional("per", .one(of: "credential", "plugin"), default: "credential", "What shares it."),
            .optional("operations", .set(.string(.id)), "The operations that share it; without any, all."),
        ]
    )
}
