/// `patchbay.json` and `patchbay.lock`: an assistant and what it has installed.
enum WorkspaceShape {
    static let shape = Shape.object(
        "A workspace",
        SharedShapes.head(
            language: .required(
                "language",
                .string(.language),
                "The assistant's default language, and that of the file's plain texts."
            )
        ) + [
            .required("id", .string(.id), "The assistant's id."),
            .required("name", SharedShapes.text, "What it is called."),
            .optional("description", SharedShapes.text, "What it is for."),
            .optional(
                "languages",
                .set(.string(.language), atLeast: 1),
                "The languages it speaks; without any, the default one."
            ),
            .optional("timeZone", .string(.timeZone), default: "UTC", "Its time zone."),
            .optional("defaultDialog", .string(.id), "Where a message goes that starts nothing."),
            .optional("integrations", .map(.id, integration), default: [:], "The default profile of each integration."),
            .optional("settings", settings, default: [:], "How it behaves."),
            .optional(
                "hosts",
                .set(.string(.hostAndPort)),
                default: [],
                "The hosts of custom requests, each to be allowed by the operator."
            ),
        ]
    )

    private static let integration = Shape.object(
        "An integration",
        [.optional("profile", .string(.id), "The profile of nodes that name none.")]
    )

    private static let settings = Shape.object(
        "An assistant's settings",
        [
            .optional("sessionTimeout", .string(.duration), "How long a session lasts without a message."),
            .optional(
                "interruptions",
                .one(of: "refuse", "ask", "hold", "discard"),
                "What happens to a dialog when the user starts another: it goes on, the user decides, it waits, it ends."
            ),
            .optional("standardResponses", responses, "What is said when nothing else fits."),
            .optional("events", .map(.name, event), "Dialogs to start at events."),
        ]
    )

    private static let responses = Shape.object(
        "Standard responses",
        [
            .optional("notUnderstood", SharedShapes.text, "To a message that starts nothing."),
            .optional("dialogChanged", SharedShapes.text, "When the node that waited is gone."),
            .optional("failed", SharedShapes.text, "When a dialog cannot go on."),
        ]
    )

    private static let event = Shape.object("An event", [.required("dialog", .string(.id), "The dialog to start.")])

    static let lock = Shape.object(
        "A lock",
        SharedShapes.head() + [
            .required("plugins", .list(plugin, by: "id"), "The plugins, by id."),
            .required("templates", .list(instance, by: "instance"), "What was installed, by instance."),
        ]
    )

    private static let plugin = Shape.object(
        "A pinned plugin",
        [
            .required("id", .string(.id), "The plugin."),
            .required("version", .string(.version), "Its version."),
            .required("hash", .string(.hash), "The hash of its tree."),
        ]
    )

    private static let instance = Shape.object(
        "An installed template",
        [
            .required("instance", .string(.id), "The name of this installation."),
            .required("plugin", .string(.id), "The plugin."),
            .required("template", .string(.id), "The template."),
            .required("pluginVersion", .string(.version), "The plugin's version."),
            .required("parameters", .map(.name, .any), "What was chosen."),
            .required("dialogs", .map(.id, .string(.id)), "The template's dialog ids to those here."),
            .required(
                "files",
                .map(.file, .string(.hash)),
                "The files it wrote, with the hash of their canonical text."
            ),
            .required("records", .map(.file, .set(.string(.name))), "The records it put into shared files."),
        ]
    )
}
