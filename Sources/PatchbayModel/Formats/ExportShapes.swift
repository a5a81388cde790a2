/// Files that go with an export, and open conflicts.
enum ExportShapes {
    static let export = Shape.object(
        "An export",
        SharedShapes.head(language: SharedShapes.optionalLanguage) + [
            .required("assistant", assistant, "The assistant."),
            .required("plugins", .list(plugin, by: "id"), "The plugins it needs."),
            .required("bind", .list(bind), "Credentials to bind again."),
            .required("secured", .set(.string(.name)), "Secured variables to set again."),
            .required("hosts", .set(.string(.hostAndPort)), "Hosts to allow again."),
        ]
    )

    private static let assistant = Shape.object(
        "An exported assistant",
        [.required("id", .string(.id), "Its id."), .required("name", SharedShapes.text, "What it is called.")]
    )

    private static let plugin = Shape.object(
        "An exported plugin",
        [
            .required("id", .string(.id), "The plugin."),
            .required("version", .string(.version), "Its version."),
            .required("hash", .string(.hash), "The hash of its tree."),
            .optional("archive", .string(.file), "Where its archive lies in the export."),
        ]
    )

    private static let bind = Shape.object(
        "A credential to bind",
        [
            .required("profile", .string(.id), "The profile."),
            .optional("integration", .string(.id), "The plugin."),
            .required("mode", SharedShapes.mode, "Whose credential."),
            .required("fields", .set(.string(.name)), "What will be asked for."),
        ]
    )

    static let bom = Shape.object(
        "A bill of materials",
        SharedShapes.head() + [.required("files", .list(file, by: "path"), "The files of the workspace, by path.")]
    )

    private static let file = Shape.object(
        "A file",
        [
            .required("path", .string(.file), "The path in the workspace."),
            .required("hash", .string(.hash), "The hash of its canonical text."),
            .optional("changed", .boolean, "Whether it differs from what its template wrote; only where one did."),
            .optional("from", origin, "The template that wrote it."),
            .optional(
                "records",
                .map(.id, .set(.string(.name))),
                "The records of a shared file that templates brought, by installation."
            ),
        ]
    )

    private static let origin = Shape.object(
        "A file's origin",
        [
            .required("instance", .string(.id), "The installation."),
            .required("plugin", .string(.id), "The plugin."),
            .required("version", .string(.version), "The plugin's version."),
            .required("template", .string(.id), "The template."),
        ]
    )

    static let conflicts = Shape.object(
        "Open conflicts",
        SharedShapes.head() + [
            .required("from", .string(.version), "The version before."),
            .required("to", .string(.version), "The version after."),
            .required("conflicts", .list(.branch(on: "theirsFile", whole, else: part)), "What both sides changed."),
        ]
    )

    private static let whole = Shape.object(
        "A conflict of a file",
        [
            .required("file", .string(.file), "The file."),
            .required("theirsFile", .string(.file), "Where the new version lies."),
            .optional("base", .any, "What the template wrote before, as text; absent when there was nothing."),
            with,
        ]
    )

    private static let part = Shape.object(
        "A conflict of a value",
        [
            .required("file", .string(.file), "The file."),
            .required("at", .string(.pointer), "The place; an element of a list by id is named by its id."),
            .optional("base", .any, "What the template wrote before; absent when there was nothing."),
            .optional("mine", .any, "What stands in the workspace."),
            .optional("theirs", .any, "What the template writes now."),
            .required("kept", .one(of: "mine"), "What was kept."),
            with,
        ]
    )

    private static let with = FieldShape.optional(
        "with",
        .list(.branch(on: "at", heldValue, else: heldFile)),
        default: [],
        "What the template changed beside and only makes sense with this: held back, too."
    )

    private static let heldValue = Shape.object(
        "A value held back",
        [
            .required("at", .string(.pointer), "The place in the conflict's file."),
            .optional("theirs", .any, "What the template writes there; absent where it takes it away."),
        ]
    )

    private static let heldFile = Shape.object(
        "A file held back",
        [
            .required("file", .string(.file), "The file."),
            .optional("theirsFile", .string(.file), "Where the new version lies; absent where the template drops it."),
        ]
    )
}
