import PatchbayModel

/// What became of a node.
enum NodeOutcome {
    /// It did its work: on to its transitions.
    case done
    /// A confirmation got its answer: on to its transitions.
    case answered(Bool)
    /// On to `onFailure`.
    case failed(Failure)
    /// It asked, and waits.
    case waits(Awaiting)
    /// The user was asked too often.
    case givesUp(FailureTarget)
    /// Another dialog runs now.
    case entered
    /// It needs the outside; the engine asks, and tells the run what came.
    case needs(Demand)
}

/// What a turn needs from outside before it can go on.
enum Demand {
    case service(CompiledNode, CompiledService)
    case script(CompiledNode, CompiledScript, sets: Set<String>)
    case prompt(CompiledNode, CompiledPrompt)
    /// A message that a script prints.
    case scriptedMessage(CompiledNode, CompiledScript)
}
