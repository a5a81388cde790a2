package import PatchbayModel

/// Makes the calls of nodes.
package protocol OperationCaller: Sendable {
    /// Whether repeating the call could do harm; the turn is saved before such a call leaves.
    func mayHaveEffect(_ call: OperationCall) -> Bool
    /// Whether a language model is called, whatever the node's kind.
    func usesModel(_ call: OperationCall) -> Bool
    /// Makes the call. Ends after one `value`.
    ///
    /// - Throws: ``Failure``; a failing call never stops the conversation.
    func call(_ call: OperationCall, onEvent: @Sendable (OperationEvent) async -> Void) async throws -> OperationAnswer
}

extension OperationCaller {
    package func usesModel(_ call: OperationCall) -> Bool {
        if case .model = call.target { true } else { false }
    }
}
