/// The language models of a plugin.
enum ModelShape {
    static let shape = Shape.either(
        .list(model, by: "id"),
        .object("Any model", [.required("accepts", .one(of: "any"), "Names are the user's own.")])
    )

    private static let model = Shape.object(
        "A language model",
        [
            .required("id", .words, "The model's name on the wire."),
            .optional("title", SharedShapes.text, "What to call it."),
            .required("abilities", .set(.one(of: ModelAbility.all)), "What it can do."),
            .optional("contextTokens", .integer(1), "The most tokens it reads and writes together."),
            .optional("outputTokens", .integer(1), "The most tokens it writes."),
            .optional("dimensions", .integer(1), "The length of an embedding."),
            .optional("price", price, "What it costs."),
            .optional("source", .string(.url), "The page that says so."),
        ]
    )

    private static let price = Shape.object(
        "A price",
        [
            .required("currency", .string(.currency), "The currency."),
            .required("perMillionInput", .string(.money), "For a million tokens read."),
            .optional("perMillionCachedInput", .string(.money), "For a million tokens read again."),
            .optional("perMillionOutput", .string(.money), "For a million tokens written."),
            .required("asOf", .string(.date), "The day it was read."),
            .required("source", .string(.url), "Where it was read."),
        ]
    )
}

/// What language models can do.
enum ModelAbility {
    static let all = ["chat", "tools", "structured-output", "images", "audio", "embeddings", "reasoning"]
}
