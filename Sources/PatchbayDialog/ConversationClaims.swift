import Synchronization

/// Who handles an event of which conversation in this process: one at a time for each key, the others in the order they came.
///
/// What every store's `claim` begins with; a store that other processes share adds a lock of its own inside.
package final class ConversationClaims<Key: Hashable & Sendable>: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// The held keys, each with those who wait for it.
        var held: [Key: [Waiter]] = [:]
        var lastNumber: UInt64 = 0
        /// Those who gave up before they began to wait.
        var gaveUp: Set<UInt64> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs the closure as soon as nobody else holds the key.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits, and what the closure throws.
    package func hold<Result>(_ key: Key, _ body: () async throws -> Result) async throws -> Result {
        try await acquire(key)
        defer { release(key) }
        return try await body()
    }

    private func acquire(_ key: Key) async throws {
        let number: UInt64? = state.withLock { state in
            guard state.held[key] != nil else {
                state.held[key] = []
                return nil
            }
            state.lastNumber += 1
            return state.lastNumber
        }
        guard let number else { return }
        // A cancellation that came too late to matter leaves its number behind.
        defer { state.withLock { _ = $0.gaveUp.remove(number) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait(for: key, as: number, with: $0) }
        } onCancel: {
            giveUp(key, as: number)
        }
    }

    private func wait(for key: Key, as number: UInt64, with continuation: CheckedContinuation<Void, any Error>) {
        let result: Swift.Result<Void, any Error>? = state.withLock { state in
            if state.gaveUp.remove(number) != nil { return .failure(CancellationError()) }
            // The holder may have let go between the look and now.
            guard state.held[key] != nil else {
                state.held[key] = []
                return .success(())
            }
            state.held[key]?.append(Waiter(number: number, continuation: continuation))
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    private func giveUp(_ key: Key, as number: UInt64) {
        let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
            guard let index = state.held[key]?.firstIndex(where: { $0.number == number }) else {
                state.gaveUp.insert(number)
                return nil
            }
            return state.held[key]?.remove(at: index).continuation
        }
        continuation?.resume(throwing: CancellationError())
    }

    private func release(_ key: Key) {
        let next: Waiter? = state.withLock { state in
            guard let next = state.held[key]?.first else {
                state.held[key] = nil
                return nil
            }
            state.held[key]?.removeFirst()
            return next
        }
        next?.continuation.resume()
    }
}
