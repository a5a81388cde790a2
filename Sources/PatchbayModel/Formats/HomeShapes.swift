/// Files of the home: bindings and settings.
enum HomeShapes {
    static let binding = Shape.object(
        "A binding",
        SharedShapes.head() + [
            .required("integration", .string(.id), "The integration; custom for a profile without a plugin."),
            .required("profile", .string(.id), "The profile."),
            .required("enabled", .boolean, "Whether calls are made."),
            .optional("authorization", .string(.id), "The authorization type."),
            .optional("mode", SharedShapes.mode, default: "preAuthorized", "Whose credential it uses."),
            .optional("provider", .one(of: "real", "sandbox"), default: "real", "Who answers."),
            .optional("origin", .string(.origin), "The origin that the credential goes to."),
            .optional("baseURL", .string(.url), "The base URL that was agreed to."),
            .optional("tokenOrigins", .set(.string(.origin)), "Origins where tokens are got."),
            .optional("allow", .set(.string(.addressAndPort)), "Hosts and private addresses that may be called."),
            .optional("check", check, "The last check."),
        ]
    )

    private static let check = Shape.object(
        "A check's result",
        [
            .required("result", .one(of: "good", "bad", "expired", "unchecked"), "What it said."),
            .optional("at", .string(.timestamp), "When."),
            .optional("account", .string, "The account's name."),
            .optional("message", .string, "Its words."),
        ]
    )

    static let settings = Shape.object(
        "Settings",
        SharedShapes.head(
            language: .optional("language", .string(.language), "The language to speak to the operator in.")
        ) + [
            .optional("limits", limits, default: [:], "How much is allowed."),
            .optional("proxy", .string(.url), "The proxy of outgoing calls."),
            .optional("caFile", .words, "A file of further certificate authorities (PEM)."),
            .optional("masterKeyFile", .words, "The file that holds the vault's master key."),
            .optional(
                "allowWeakScripts",
                .boolean,
                default: false,
                "Whether scripts run where they cannot be confined in full."
            ),
            .optional("requireSignature", .boolean, default: false, "Whether plugins need a trusted key's signature."),
            .optional(
                "plugins",
                SigningShapes.lists("A policy for plugins", .pluginPattern),
                "Which plugins may be used."
            ),
            .optional("hosts", SigningShapes.lists("A policy for hosts", .hostPattern), "Which hosts may be called."),
        ]
    )

    private static let limits = Shape.object(
        "Limits",
        [
            .optional("callTime", .string(.duration), default: "20s", "A call whose node and operation say nothing."),
            .optional(
                "maxCallTime",
                .string(.duration),
                default: "60s",
                "The longest that a node or operation may say."
            ),
            .optional("maxModelCallTime", .string(.duration), default: "600s", "The longest for calls of a model."),
            .optional("maxRequestSize", .string(.size), default: "10MiB", "The largest request."),
            .optional("maxAnswerSize", .string(.size), default: "10MiB", "The largest answer, unpacked."),
            .optional("maxAttempts", .integer(1, 10), default: 3, "The most tries of a call."),
            .optional("nodesWithoutInput", .integer(1, 10_000), default: 200, "Nodes without user input."),
            .optional("dialogsWithoutInput", .integer(1, 1_000), default: 25, "Dialog transitions without user input."),
            .optional("maxContextSize", .string(.size), default: "1MiB", "The largest context of a frame."),
            .optional("maxMessageSize", .string(.size), default: "1MiB", "The longest message of a user."),
            .optional("historyTurns", .integer(1, 1_000), default: 20, "Turns of history for a prompt."),
            .optional("historySize", .string(.size), default: "64KiB", "Text of history for a prompt."),
            .optional("scriptTime", .string(.duration), default: "1s", "A script's time in the engine."),
            .optional("scriptWallTime", .string(.duration), default: "3s", "A script's time in all."),
            .optional("scriptMemory", .string(.size), default: "128MiB", "A script's memory."),
            .optional("scriptOutput", .string(.size), default: "1MiB", "What a script prints and writes."),
            .optional("conversationTokens", .integer(1), "Tokens of models in one conversation."),
            .optional(
                "conversationCost",
                .map(.currency, .string(.money)),
                "Money for models in one conversation, by currency."
            ),
        ]
    )
}
