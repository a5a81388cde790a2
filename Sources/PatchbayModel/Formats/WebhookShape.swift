/// What a service may send to us.
enum WebhookShape {
    static let shape = ObjectShape(
        "A webhook",
        [
            .required("id", .string(.id), "Its id, which is also the end of its path."),
            .optional("title", SharedShapes.text, "What it is called."),
            .optional("verify", verification, "How we know that the service sent it."),
            .optional("event", AnswerShape.messagePlace, "Where the event's name stands."),
            .optional("events", .set(.words), "The events it sends."),
            .optional("schema", SharedShapes.schema, "What its body looks like (JSON Schema)."),
        ]
    )

    private static let verification = Shape.variants(
        "kind",
        [
            (
                "hmac",
                ObjectShape(
                    "A signature",
                    [
                        .required("kind", .one(of: "hmac"), "A keyed hash of the body (RFC 2104)."),
                        .required("header", .string(.header), "The header it stands in."),
                        .required("field", .string(.name), "The field that holds the key."),
                        .optional("algorithm", .one(of: "sha256", "sha512", "sha1"), default: "sha256", "The hash."),
                        .optional("encoding", .one(of: "hex", "base64"), default: "hex", "How it is spelled."),
                        .optional("prefix", .words, "What stands before it."),
                        .optional("timestampHeader", .string(.header), "The header of a time that is signed too."),
                        .optional("tolerance", .string(.duration), default: "5m", "How old that time may be."),
                    ]
                )
            ),
            (
                "token",
                ObjectShape(
                    "A shared token",
                    [
                        .required("kind", .one(of: "token"), "A token that both sides know."),
                        .optional("header", .string(.header), "The header it stands in."),
                        .optional("query", .words, "Or the query parameter."),
                        .required("field", .string(.name), "The field that holds it."),
                    ],
                    rules: [.exactlyOne([["header"], ["query"]])]
                )
            ),
        ]
    )
}
