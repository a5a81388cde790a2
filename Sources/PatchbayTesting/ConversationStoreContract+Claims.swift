import PatchbayDialog
import Synchronization

extension ConversationStoreContract {
    @Sendable static func claimsAlone(_ store: any ConversationStore) async throws {
        let note = Note()
        try await withThrowingTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    try await store.claim("a") {
                        note.enter()
                        await Task.yield()
                        note.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        let (most, all) = note.counts
        guard most == 1, all == 16 else {
            throw Broken(
                description:
                    "claims of one conversation: expected 16, one at a time; found \(all), up to \(most) at once"
            )
        }
    }

    @Sendable static func claimsApart(_ store: any ConversationStore) async throws {
        let result = try await store.claim("a") {
            try await store.claim("b") { try await store.claim("c") { "inside" } }
        }
        guard result == "inside" else { throw Broken(description: "a claim does not return its closure's result") }
    }

    @Sendable static func claimsAfterError(_ store: any ConversationStore) async throws {
        struct Thrown: Error {}
        do {
            try await store.claim("a") { throw Thrown() }
            throw Broken(description: "a claim swallows its closure's error")
        } catch is Thrown {
            try await store.claim("a") {}
        }
    }

    @Sendable static func cancelsClaim(_ store: any ConversationStore) async throws {
        try await store.claim("a") {
            let waiter = Task { try await store.claim("a") {} }
            waiter.cancel()
            do {
                try await waiter.value
                throw Broken(description: "a cancelled wait entered the claim while it was held")
            } catch is CancellationError {}
        }
        try await store.claim("a") {}
    }
}

/// Counts who is inside a claim.
private final class Note: Sendable {
    private let inside = Mutex((now: 0, most: 0, all: 0))

    func enter() {
        inside.withLock { inside in
            inside.now += 1
            inside.all += 1
            inside.most = max(inside.most, inside.now)
        }
    }

    func leave() { inside.withLock { $0.now -= 1 } }

    var counts: (most: Int, all: Int) { inside.withLock { ($0.most, $0.all) } }
}
