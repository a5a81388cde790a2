import PatchbayModel

/// What was said before a prompt, as a model takes it: the assistant's messages as *assistant*, the user's as *user*.
enum PromptHistory {
    /// The messages that go along, oldest first, without the prompt itself.
    ///
    /// The user's last words are left out where the prompt is the same; the store's errors go through.
    static func messages(
        _ mode: PromptNode.History,
        turns limit: Int?,
        bytes: Int?,
        before prompt: String,
        _ run: TurnRun,
        _ store: any ConversationStore
    ) async throws -> [ModelRequest.Message] {
        var current: [ModelRequest.Message] = []
        if run.event["kind"] == "message", let text = run.hiddenEvent["text"]?.string, !text.isEmpty {
            current.append(ModelRequest.Message(role: .user, text: text))
        }
        switch mode {
        case .promptOnly: return []
        case .lastMessage: break
        case .conversation, .session:
            current += run.messages.filter { !$0.text.isEmpty }.map {
                ModelRequest.Message(role: .assistant, text: $0.text)
            }
            let turns = min(max(limit ?? run.limits.historyTurns, 0), run.limits.turns)
            // The turn that runs is one of them.
            let oldest = max(run.head.turn - turns + 1, mode == .session ? run.head.sessionStart : 1, 1)
            var earlier: [ModelRequest.Message] = []
            if turns > 0, oldest < run.head.turn {
                for stored in try await store.turns(of: run.head.id, from: oldest) where stored.number < run.head.turn {
                    let record = try TurnRecord(stored)
                    if record.event["kind"] == "message", let text = record.text, !text.isEmpty {
                        earlier.append(ModelRequest.Message(role: .user, text: text))
                    }
                    earlier += record.messages.filter { !$0.text.isEmpty }.map {
                        ModelRequest.Message(role: .assistant, text: $0.text)
                    }
                }
            }
            current = earlier + current
        }
        if let place = current.lastIndex(where: { $0.role == .user }),
            PlainText.trimmed(current[place].text) == PlainText.trimmed(prompt)
        {
            current.remove(at: place)
        }
        return bounded(current, bytes: bytes ?? run.limits.historyBytes)
    }

    /// The newest messages that fit into a number of bytes.
    private static func bounded(_ messages: [ModelRequest.Message], bytes: Int) -> [ModelRequest.Message] {
        var sum = 0
        let kept = messages.reversed().prefix { message in
            sum += message.text.utf8.count
            return sum <= bytes
        }
        return kept.reversed()
    }
}
