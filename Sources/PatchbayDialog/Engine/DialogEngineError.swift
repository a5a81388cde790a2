/// Why an event is not handled; nothing has happened then.
package enum DialogEngineError: Error, Equatable {
    /// The conversation belongs to another user than the event.
    case anotherUser(conversation: String)
}

extension DialogEngineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .anotherUser(let conversation):
            "conversation '\(conversation)' belongs to another user; take another id for this user's conversation"
        }
    }
}
