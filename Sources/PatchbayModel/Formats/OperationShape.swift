/// One call that a manifest describes.
enum OperationShape {
    static let operation = ObjectShape(
        "An operation",
        [
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("summary", SharedShapes.text, "What it does, in one sentence."),
            .optional("description", SharedShapes.text, "What it does, at length."),
            .optional("source", .string(.url), "The page that describes it."),
            .optional("deprecated", .boolean, default: false, "Whether the service advises against it."),
            .required("method", SharedShapes.method, "The HTTP method."),
            .required("path", .string(.path), "The path on the base URL; {name} is an input with \"in\": \"path\"."),
            .optional("query", .map(.nonEmpty, .any), "Fixed query parameters; inputs win."),
            .optional("headers", .map(.header, .string), "Fixed headers; inputs win."),
            .optional("body", body, "How the body is made."),
            .optional("inputs", .map(.name, input), "What it takes."),
            .optional("timeout", .string(.duration), "The longest time for all tries together."),
            .optional("retry", retry, "When it is tried again."),
            .optional("budget", .string(.elementID), "The budget that its calls count for."),
            .optional("response", response, "What comes back."),
            .optional("errors", .list(AnswerShape.errorRule), "Error rules of its own, tried before the plugin's."),
            .optional("pagination", PaginationShape.shape, "How further pages are got."),
            .optional("job", PaginationShape.job, "How a job that it starts is waited for."),
            .optional("model", model, "How a prompt node becomes its inputs."),
        ]
    )

    private static let body = Shape.object(
        "A body",
        [
            .optional(
                "encoding",
                .one(of: "json", "form", "xml", "text", "multipart"),
                default: "json",
                "How it is written."
            ),
            .optional("contentType", .words, "The content type, if not the encoding's own."),
            .optional("root", .words, "The outermost element of XML."),
            .optional("fixed", .any, "What is laid down first; inputs win."),
        ]
    )

    private static let input = Shape.object(
        "An input",
        [
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("help", SharedShapes.text, "What it is for."),
            .optional(
                "in",
                .one(of: "path", "query", "header", "body", "form", "multipart", "raw"),
                default: "body",
                "Where it travels."
            ),
            .optional("name", .words, "Its name on the wire, if not its key."),
            .optional("at", .string(.pointer), "Where it lies in a JSON body, if not under its name."),
            .optional("schema", SharedShapes.schema, default: true, "What it may be (JSON Schema)."),
            .optional("required", .boolean, default: false, "Whether it must be given."),
            .optional("default", .any, "Its value when none is given, or {\"connection\": key}."),
            .optional("options", options, "What a form offers to choose from."),
            .optional(
                "style",
                .one(of: "repeat", "comma", "brackets"),
                default: "repeat",
                "How a list is spelled in a query."
            ),
            .optional("secret", .boolean, default: false, "Whether it is kept out of logs and recordings."),
            .optional("file", file, "Which files it takes."),
            .optional("visibleWhen", PluginShape.visibleWhen, "When a form shows it."),
        ]
    )

    private static let file = Shape.object(
        "A file input",
        [
            .optional("contentTypes", .set(.words, atLeast: 1), "The content types it takes."),
            .optional("maxSize", .string(.size), "The largest file."),
        ]
    )

    /// A fixed list, the plugin's models, or another operation's answer.
    private static let options = Shape.either(
        .list(optionValue, atLeast: 1),
        .object(
            "Options",
            [
                .optional("models", modelChoice, "The plugin's models."),
                .optional("operation", .string(.id), "Another operation."),
                .optional("input", .map(.name, .any), "Its inputs."),
                .optional("items", .string(.pointer), "Where the list stands in its answer."),
                .optional("value", .string(.pointer), "Where the value stands in an item."),
                .optional("title", .string(.pointer), "Where the title stands in an item."),
            ],
            rules: [
                .exactlyOne([["models"], ["operation"]]), .with("operation", requires: ["value"], forbids: []),
                .with("models", requires: [], forbids: ["input", "items", "value", "title"]),
            ]
        )
    )

    private static let optionValue = Shape.either(
        .string,
        .number(),
        .boolean,
        .object(
            "An option",
            [.required("value", .any, "The value."), .optional("title", SharedShapes.text, "What it is called.")]
        )
    )

    /// Models by what they can do.
    static let modelChoice = Shape.object(
        "Models",
        [.required("ability", .one(of: ModelAbility.all), "What they can do.")]
    )

    private static let retry = Shape.object(
        "A retry rule",
        [
            .optional("safe", .boolean, default: false, "Whether repeating the call does no harm."),
            .optional("attempts", .integer(1, 10), default: 3, "The most tries, the first included."),
            .optional("backoff", backoff, "How the waits grow."),
            .optional("idempotencyHeader", .string(.header), "The header whose key makes repeats harmless."),
        ]
    )

    private static let backoff = Shape.object(
        "A backoff",
        [
            .optional(
                "kind",
                .one(of: "exponential", "constant"),
                default: "exponential",
                "How the waits grow, with chance added."
            ),
            .optional("wait", .string(.duration), default: "500ms", "The first wait."),
            .optional("cap", .string(.duration), default: "8s", "The longest wait."),
        ]
    )

    private static let response = Shape.object(
        "A response",
        [
            .optional(
                "decoder",
                .one(of: "json", "sse", "text", "jsonl", "csv", "xml", "binary"),
                default: "json",
                "How it is read."
            ),
            .optional("schema", SharedShapes.schema, "What it looks like (JSON Schema)."),
            .optional("values", .map(.name, .string(.pointer)), "What to extract: name to place."),
            .optional("stream", stream, "How it comes in parts when it is streamed."),
            .optional("maxSize", .string(.size), "The largest answer."),
        ]
    )

    private static let stream = Shape.object(
        "A stream",
        [
            .required("format", .one(of: "sse", "jsonl"), "How the parts are told apart."),
            .optional("done", .words, "The part that ends it: its data, or the name of its event."),
        ]
    )

    private static let model = Shape.object(
        "A model mapping",
        [
            .required("request", .one(of: "chat-completions", "responses", "completions", "custom"), "The wire form."),
            .optional("default", .boolean, default: false, "Whether prompt nodes call it unless they name another."),
            .optional(
                "name",
                .object("A model's name", [.required("input", .string(.name), "The input that takes it.")]),
                default: ["input": "model"],
                "Where the model's name goes."
            ),
            .optional("system", .string(.pointer), "Where the instruction goes."),
            .optional("messages", .string(.pointer), "Where the messages go."),
            .optional("text", .string(.pointer), "Where the text stands in the answer."),
            .optional("delta", .string(.pointer), "Where a part of the text stands in a streamed part."),
            .optional("output", .string(.pointer), "Where a structured answer stands."),
            .optional("usage", usage, "Where the tokens used stand."),
        ],
        rules: [.when("request", ["custom"], requires: ["messages", "text"], forbids: [])]
    )

    private static let usage = Shape.either(
        .string(.pointer),
        .object(
            "Usage",
            [
                .optional("input", .string(.pointer), "Tokens read."),
                .optional("cachedInput", .string(.pointer), "Tokens read again."),
                .optional("output", .string(.pointer), "Tokens written."),
            ]
        )
    )
}
