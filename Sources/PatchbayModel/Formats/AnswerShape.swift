/// What a manifest says about answers: tests, error rules, places.
enum AnswerShape {
    /// All that is named must hold.
    static let test = Shape.named("test") { testBody }

    private static let testBody = Shape.object(
        "A test of an answer",
        [
            .optional("status", .list(.integer(100, 599), atLeast: 1), "The status is one of these."),
            .optional("header", part("name", .string(.header), required: true), "A header."),
            .optional("body", part("pointer", .string(.pointer), required: false), "A place in the body."),
        ],
        rules: [.atLeastOne(["status", "header", "body"])]
    )

    private static func part(_ key: String, _ place: Shape, required: Bool) -> Shape {
        .object(
            "A test of a value",
            [
                required
                    ? .required(key, place, "The header's name.")
                    : .optional(key, place, default: "", "Where it stands; without it, the whole body."),
                .optional("in", .list(.any, atLeast: 1), "It is one of these."),
                .optional("equals", .any, "It is this."),
                .optional("exists", .boolean, "It is there and not null."),
                .optional("contains", .words, "Its text contains this, or its list has it."),
            ],
            rules: [.exactlyOne([["in"], ["equals"], ["exists"], ["contains"]])]
        )
    }

    /// Where a text stands in an answer.
    static let messagePlace = Shape.named("place") { messagePlaceBody }

    private static let messagePlaceBody = Shape.object(
        "A place in an answer",
        [
            .optional("pointer", .string(.pointer), "In a JSON body."),
            .optional("header", .string(.header), "Or in a header."),
        ],
        rules: [.exactlyOne([["pointer"], ["header"]])]
    )

    static let errorRule = Shape.named("errorRule") { errorRuleBody }

    private static let errorRuleBody = Shape.object(
        "An error rule",
        [
            .required("when", test, "What the answer must be like; a rule that tests the body is tried on 2xx too."),
            .required("kind", .one(of: FailureKind.ofServices.map(\.rawValue)), "The failure kind it means."),
            .optional("message", messagePlace, "Where this failure's words stand."),
            .optional("retry", .either(.boolean, retry), "Whether it is tried again, and after which wait."),
        ]
    )

    private static let retry = Shape.object(
        "A retry after an error",
        [.required("after", .list(wait, atLeast: 1), "Where the wait stands; the first that exists wins.")]
    )

    private static let wait = Shape.object(
        "A wait",
        [
            .optional("header", .string(.header), "In a header."),
            .optional("pointer", .string(.pointer), "In a JSON body."),
            .optional("unit", .one(of: "ms", "s", "m"), default: "s", "The unit; a header may hold a date instead."),
        ],
        rules: [.exactlyOne([["header"], ["pointer"]])]
    )
}
