/// Pages and jobs: calls that take more than one request.
enum PaginationShape {
    static let shape = Shape.variants(
        "kind",
        [
            ("none", ObjectShape("No pages", [kind("none", "There is one page.")])),
            (
                "page",
                ObjectShape(
                    "Pages by number",
                    [kind("page", "The number of the page is sent."), items] + sendAs + size
                        + [.optional("first", .integer(0), default: 1, "The first page's number.")] + stop
                )
            ),
            (
                "offset",
                ObjectShape(
                    "Pages by offset",
                    [kind("offset", "The number of items before the page is sent."), items] + sendAs + size + stop
                )
            ),
            (
                "cursor",
                ObjectShape(
                    "Pages by cursor",
                    [
                        kind("cursor", "A mark from the last page is sent."), items,
                        .required("cursor", .string(.pointer), "Where the mark stands."),
                    ] + sendAs + size + stop
                )
            ),
            (
                "link",
                ObjectShape(
                    "Pages by Link header",
                    [
                        kind("link", "The Link header names the next page (RFC 8288); on the same host only."), items,
                        .optional("relation", .words, default: "next", "The relation."),
                    ] + size + stop
                )
            ),
            (
                "nextURL",
                ObjectShape(
                    "Pages by URL",
                    [
                        kind("nextURL", "The answer names the next page; on the same host only."), items,
                        .required("next", .string(.pointer), "Where the URL stands."),
                    ] + size + stop
                )
            ),
        ]
    )

    private static func kind(_ word: String, _ summary: String) -> FieldShape {
        .required("kind", .one(of: word), summary)
    }

    private static let items = FieldShape.required("items", .string(.pointer), "Where the items stand.")

    private static let sendAs: [FieldShape] = [.required("sendAs", place, "Where the mark, number or offset is sent.")]

    private static let size: [FieldShape] = [
        .optional(
            "size",
            .object(
                "A page's size",
                [
                    .required("in", .one(of: "query", "body", "header"), "Where it is sent."),
                    .required("name", .words, "Its name, or a JSON Pointer into the body."),
                    .required("value", .integer(1), "How many items."),
                ]
            ),
            "How many items a page has."
        )
    ]

    private static let stop: [FieldShape] = [
        .optional(
            "more",
            .string(.pointer),
            "Where it says whether there is more; without it, a page without items or mark is the last."
        ),
        .optional("maximumPages", .integer(1, 1000), default: 10, "The most pages that are read."),
    ]

    private static let place = Shape.object(
        "A place in a request",
        [
            .required("in", .one(of: "query", "body", "header"), "Which part."),
            .required("name", .words, "The name, or a JSON Pointer into the body."),
        ]
    )

    /// A job that is started, polled and fetched.
    static let job = Shape.object(
        "A job",
        [
            .required("poll", call, "The operation that tells how far it is."),
            .optional("every", .string(.duration), default: "2s", "The time between two polls."),
            .optional("maximumTime", .string(.duration), default: "10m", "The longest time for the job."),
            .required("state", .string(.pointer), "Where its state stands in the poll's answer."),
            .required("done", .set(.words, atLeast: 1), "States that mean it is done."),
            .optional("failed", .set(.words, atLeast: 1), "States that mean it has failed."),
            .optional(
                "result",
                .either(.string(.pointer), call),
                "Where the result stands in the poll's answer, or the operation that fetches it."
            ),
        ]
    )

    private static let call = Shape.object(
        "A follow-up call",
        [
            .required("operation", .string(.id), "The operation."),
            .optional(
                "input",
                .map(.name, .either(.string, .number(), .boolean, from)),
                "Its inputs: values, or places in the answer that started the job."
            ),
        ]
    )

    private static let from = Shape.object(
        "A place in the first answer",
        [.required("pointer", .string(.pointer), "Where it stands.")]
    )
}
