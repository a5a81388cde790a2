import PatchbayModel

/// Stands for the kinds that are read and checked, and that no conversation runs yet.
enum LaterNodeExecutor {
    static func enter(_ kind: NodeKind) -> NodeOutcome {
        .failed(
            Failure(
                .invalid,
                "nodes of kind '\(kind.rawValue)' don't run yet; give the node an 'onFailure' or take another kind"
            )
        )
    }
}
