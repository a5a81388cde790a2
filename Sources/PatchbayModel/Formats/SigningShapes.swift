/// Signatures, what this machine trusts, and index files.
enum SigningShapes {
    static let signature = Shape.object(
        "A plugin's signature",
        SharedShapes.head() + [
            .required("plugin", .string(.id), "The plugin."),
            .required("version", .string(.version), "Its version."),
            .required("signer", .words, "What the signer calls itself."),
            .required("key", .string(.publicKey), "The signer's public key."),
            .required("files", .list(file, by: "path", atLeast: 1), "Every file of the plugin but this one, by path."),
            .required("signature", .string(.signature), "The signature of all that stands above."),
        ]
    )

    private static let file = Shape.object(
        "A signed file",
        [
            .required("path", .words, "The path in the plugin."),
            .required("length", .integer(0), "Its length in bytes."),
            .required("mode", .one(of: "0644", "0755"), "Whether it may be executed, which no file of a plugin may."),
            .required("hash", .string(.hash), "The hash of its content."),
        ]
    )

    static let trust = Shape.object(
        "What this machine trusts",
        SharedShapes.head() + [
            .optional("keys", .list(key, by: "name"), default: [], "Keys of signers."),
            .optional("indexes", .list(source, by: "name"), default: [], "Index files."),
        ]
    )

    private static let key = Shape.object(
        "A trusted key",
        [
            .required("name", .words, "Whose it is."),
            .required("key", .string(.publicKey), "The public key."),
        ]
    )

    private static let source = Shape.object(
        "An index file that is asked",
        [
            .required("name", .string(.id), "What it is called here."),
            .required("at", .words, "Its path, or its https address."),
            .required("keys", .set(.string(.publicKey), atLeast: 1), "The keys that may sign it."),
            .optional("allow", .set(.string(.addressAndPort)), "Private addresses that it may lie at."),
            .optional("seen", .integer(1), "The highest version seen; a lower one is refused."),
            .optional("hash", .string(.hash), "The hash of that version's content."),
            .optional("updated", .string(.timestamp), "When it was read last."),
        ]
    )

    static let index = Shape.object(
        "An index of plugins",
        SharedShapes.head(language: SharedShapes.optionalLanguage) + [
            .optional("name", SharedShapes.text, "What it is called."),
            .required("version", .integer(1), "A number that grows with every change."),
            .required("expires", .string(.timestamp), "When nobody believes it any longer."),
            .required("plugins", .list(entry), "Versions of plugins."),
            .required("key", .string(.publicKey), "The key it is signed with."),
            .required("signature", .string(.signature), "The signature of all that stands above."),
        ]
    )

    private static let entry = Shape.object(
        "A plugin's version",
        [
            .required("id", .string(.id), "The plugin."),
            .required("version", .string(.version), "Its version."),
            .optional("name", SharedShapes.text, "What it is called."),
            .optional("summary", SharedShapes.text, "What it does, in a sentence."),
            .optional("categories", .set(.string(.id)), "What it belongs to."),
            .optional("templates", .set(.string(.id)), "The templates it brings."),
            .required("hash", .string(.hash), "The hash of its tree, as locks have it."),
            .required("archive", archive, "Its archive."),
            .optional("signer", .string(.publicKey), "The key that it is signed with."),
        ]
    )

    private static let archive = Shape.object(
        "An archive",
        [
            .required("at", .string(.archivePlace), "Where it lies."),
            .required("length", .integer(1), "Its length in bytes."),
            .required("hash", .string(.hash), "The hash of its bytes."),
        ]
    )

    /// Allow and deny lists.
    static func lists(_ title: String, _ kind: TextKind) -> Shape {
        .object(
            title,
            [
                .optional("allow", .set(.string(kind)), "Only these; absent means all."),
                .optional("deny", .set(.string(kind)), "Never these, whatever is allowed."),
            ]
        )
    }
}
