/// A request and its answer: tapes of plugins and nodes, and the calls of a test.
enum ExchangeShape {
    static let tape = Shape.object("An exchange", SharedShapes.head() + keys, rules: rules)

    /// A call within a test.
    static let call = Shape.object(
        "A call",
        [.required("node", .string(.nodePlace), "Which node called, as dialog/node.")] + keys,
        rules: rules
    )

    private static let rules: [KeyRule] = [.exactlyOne([["answer"], ["failure"]])]

    private static let keys: [FieldShape] = [
        .optional("operation", .string(.operation), "The operation, as plugin/operation."),
        .optional("match", .list(match, atLeast: 1), "What the request must be like; without it, it always fits."),
        .optional("request", request, "The request: a sample in a tape, compared in a recording."),
        .optional("answer", answer, "What comes back."),
        .optional("failure", failure, "Or how the call fails."),
    ]

    private static let match = Shape.variants(
        "in",
        [
            (
                "body",
                part(
                    "body",
                    [
                        .optional(
                            "pointer",
                            .string(.pointer),
                            default: "",
                            "Where in a JSON body; without it, the whole."
                        )
                    ]
                )
            ),
            ("query", part("query", [.required("name", .words, "The parameter.")])),
            ("header", part("header", [.required("name", .string(.header), "The header.")])),
            ("path", part("path", [.required("name", .string(.name), "The {name} of the path.")])),
        ]
    )

    private static func part(_ word: String, _ place: [FieldShape]) -> ObjectShape {
        ObjectShape(
            "A match",
            [.required("in", .one(of: word), "Which part.")] + place + [
                .optional("equals", .any, "It is this."),
                .optional("oneOf", .list(.any, atLeast: 1), "It is one of these."),
                .optional("contains", .words, "Its text contains this."),
                .optional("exists", .boolean, "It is there."),
            ],
            rules: [.exactlyOne([["equals"], ["oneOf"], ["contains"], ["exists"]])]
        )
    }

    private static let request = Shape.object(
        "A recorded request",
        [
            .required("method", SharedShapes.method, "The method."),
            .required("url", .words, "The URL."),
            .optional("headers", headers, "Headers; a secret is named, never written."),
            .optional("body", body, "The body."),
        ]
    )

    private static let secret = Shape.object(
        "A secret",
        [.required("secret", .words, "Whose: profile or integration, and field.")]
    )

    private static let headers = Shape.named("headers") { headersBody }

    private static let headersBody = Shape.map(.header, .either(.string, .list(.string), secret))

    private static let answer = Shape.object(
        "An answer",
        [
            .optional("after", .string(.duration), "How long it takes."),
            .optional("status", .integer(100, 599), default: 200, "The status."),
            .optional("headers", headers, "Headers."),
            .optional("body", body, "The body."),
        ]
    )

    private static let body = Shape.named("body") { bodyForms }

    private static let bodyForms = Shape.object(
        "A recorded body",
        [
            .optional("json", .any, "A JSON value."),
            .optional("text", .string, "Text."),
            .optional("base64", .string, "Bytes."),
            .optional("parts", .list(piece, atLeast: 1), "Parts that come one after the other."),
        ],
        rules: [.exactlyOne([["json"], ["text"], ["base64"], ["parts"]])]
    )

    private static let piece = Shape.object(
        "A part",
        [
            .optional("after", .string(.duration), "How long it takes."),
            .optional("text", .string, "Text."),
            .optional("base64", .string, "Or bytes."),
        ],
        rules: [.exactlyOne([["text"], ["base64"]])]
    )

    private static let failure = Shape.object(
        "A failure",
        [
            .required("kind", .one(of: FailureKind.allCases.map(\.rawValue)), "The failure kind."),
            .optional("after", .string(.duration), "How long it takes."),
            .optional("message", .string, "Its words."),
        ]
    )
}
