import PatchbayDialog
import Synchronization

/// The heads that this store saved last, so that a conversation's next turn need not read its own.
///
/// Other processes share the file. So whoever saves or deletes a conversation first writes a mark of its own beside the claims, at the
/// conversation's place, which it shares with few others. A head is given out only while the mark of its save stands there: then
/// nobody has saved the conversation since. Where two conversations share a place, a head is read once more, and nothing else happens.
final class SavedHeads: Sendable {
    private struct Entry {
        let conversation: StoredConversation
        let mark: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var lastMark = UInt64.random(in: .min ... .max)
    }

    /// What an entry takes beside its head, roughly.
    private static let overhead = 256

    private let state = Mutex(State())
    private let marks: ClaimFile
    private let limit: Int

    /// - Parameters:
    ///   - marks: Where marks stand, for all processes.
    ///   - limit: How many bytes of heads are kept; beyond, all are forgotten.
    init(marks: ClaimFile, limit: Int = 4 << 20) {
        self.marks = marks
        self.limit = limit
    }

    /// The head, if it is the last that anybody saved.
    func head(of id: String) -> StoredConversation? {
        guard let entry = state.withLock({ $0.entries[id] }) else { return nil }
        guard marks.mark(at: ClaimFile.byte(for: id)) == entry.mark else { return nil }
        return entry.conversation
    }

    /// To be called before a change is committed: from now on nobody has the head.
    ///
    /// - Returns: What ``keep(_:mark:)`` wants when the change was a save that is durable.
    func change(_ id: String) throws -> UInt64 {
        let mark = state.withLock { state in
            if let old = state.entries.removeValue(forKey: id) { state.bytes -= Self.size(of: old.conversation) }
            state.lastMark &+= 1
            return state.lastMark
        }
        try marks.set(mark, at: ClaimFile.byte(for: id))
        return mark
    }

    /// Keeps a head that was saved.
    func keep(_ conversation: StoredConversation, mark: UInt64) {
        let size = Self.size(of: conversation)
        guard size <= limit / 16 else { return }
        state.withLock { state in
            if state.bytes + size > limit {
                state.entries.removeAll()
                state.bytes = 0
            }
            let entry = Entry(conversation: conversation, mark: mark)
            let old = state.entries.updateValue(entry, forKey: conversation.id)
            state.bytes += size - (old.map { Self.size(of: $0.conversation) } ?? 0)
        }
    }

    /// Forgets all heads.
    func forget() {
        state.withLock { state in
            state.entries.removeAll()
            state.bytes = 0
        }
    }

    private static func size(of conversation: StoredConversation) -> Int { conversation.head.count + overhead }
}
