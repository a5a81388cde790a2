/// Nodes that steer: values, other dialogs, people, boxes.
enum FlowNodeShapes {
    static let all: [(String, ObjectShape)] = [
        ("logic", logic), ("dialog", dialog), ("agentTransfer", agentTransfer), ("group", group),
    ]

    private static let logic = ObjectShape(
        "A logic node",
        NodeShapes.head("logic", "Sets and empties values, and branches.") + [
            .optional("set", .list(NodeShapes.assignment, by: "id"), "What is set, in order.")
        ] + NodeShapes.paths
    )

    private static let dialog = ObjectShape(
        "A dialog node",
        NodeShapes.head("dialog", "A call of another dialog.") + [
            .required("dialog", .string(.id), "The dialog."),
            .optional("mode", .one(of: "return", "replace"), default: "return", "Whether it comes back."),
            .optional(
                "before",
                .list(NodeShapes.assignment, by: "id"),
                "Writes the child's context, reading the parent's."
            ),
            .optional("after", .list(NodeShapes.assignment, by: "id"), "Writes the parent's context, reading child."),
            NodeShapes.onFailure,
        ] + NodeShapes.paths,
        rules: [.when("mode", ["replace"], requires: [], forbids: ["after", "transitions", "next"])]
    )

    private static let agentTransfer = ObjectShape(
        "An agent transfer node",
        NodeShapes.head("agentTransfer", "Hands the conversation over to a person; nothing follows it.") + [
            .optional("queue", .words, "Whom to hand it to; a literal or template."),
            NodeShapes.alternatives("messages", "What is said before."),
            NodeShapes.onFailure,
        ]
    )

    private static let group = ObjectShape(
        "A group",
        NodeShapes.head("group", "A box around nodes; where a member's path is not connected, the group's goes on.") + [
            .required("start", .string(.node), "The member it starts with."),
            .required("nodes", .set(.string(.node), atLeast: 1), "The members."),
        ] + NodeShapes.paths
    )
}
