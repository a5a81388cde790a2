/// Ways to get tokens: OAuth, a login, a signed assertion.
enum TokenShapes {
    static let oauth = Shape.object(
        "OAuth",
        [
            .optional("authorizationURL", .string(.urlWithNames), "Where the user agrees."),
            .required("tokenURL", .string(.urlWithNames), "Where tokens are got."),
            .optional("refreshURL", .string(.urlWithNames), "Where they are renewed, if elsewhere."),
            .optional("revokeURL", .string(.urlWithNames), "Where they are given back (RFC 7009)."),
            .optional("client", client, "How the client says who it is."),
            .optional("scopes", .list(.words), "What is asked for."),
            .optional("scopeSeparator", .words, default: " ", "What stands between scopes."),
            .optional("pkce", .boolean, default: true, "Whether a code challenge is sent (RFC 7636)."),
            .optional(
                "authorizationParameters",
                .map(.nonEmpty, AuthorizationShape.parts),
                "Further parameters of the authorization URL."
            ),
            .optional(
                "tokenParameters",
                .map(.nonEmpty, AuthorizationShape.parts),
                "Further parameters of the token call."
            ),
            .optional("answer", tokenAnswer, "Where the tokens stand, if not where the standard says."),
        ]
    )

    private static let client = Shape.object(
        "An OAuth client",
        [
            .optional("id", AuthorizationShape.parts, "The client's id; asked of the developer."),
            .optional("secret", AuthorizationShape.parts, "The client's secret; asked of the developer."),
            .optional("in", .one(of: "header", "body"), default: "header", "Where both are sent."),
            .optional("encoding", .one(of: "form", "json"), default: "form", "How the token call's body is encoded."),
        ]
    )

    private static let tokenAnswer = Shape.object(
        "A token answer",
        [
            .optional("accessToken", .string(.pointer), default: "/access_token", "The access token."),
            .optional("refreshToken", .string(.pointer), default: "/refresh_token", "The refresh token."),
            .optional("expiresIn", .string(.pointer), default: "/expires_in", "How long it lasts, in seconds."),
            .optional("scope", .string(.pointer), default: "/scope", "What was granted."),
        ]
    )

    static let session = Shape.object(
        "A session",
        [
            .required("operation", .string(.id), "The login operation."),
            .optional("input", .map(.name, AuthorizationShape.parts), "Its inputs."),
            .required("token", AnswerShape.messagePlace, "Where the token stands in its answer."),
            .optional("expiresIn", .string(.pointer), "Where its life in seconds stands."),
            .optional("lasts", .string(.duration), "How long it lasts, if the answer does not say."),
        ],
        rules: [.atMostOne(["expiresIn", "lasts"])]
    )

    static let assertion = Shape.object(
        "An assertion",
        [
            .required(
                "algorithm",
                .one(of: "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "HS256", "EdDSA"),
                "How it is signed."
            ),
            .required("key", .string(.name), "The field that holds the key."),
            .optional("keyID", AuthorizationShape.parts, "The key's id in the header."),
            .optional(
                "claims",
                .map(.nonEmpty, .either(.string, .number(), .boolean, AuthorizationShape.parts)),
                "The claims."
            ),
            .optional("lasts", .string(.duration), default: "5m", "How long it lasts."),
        ]
    )
}
