import Foundation
import GRDB
import PatchbayDialog
import Synchronization

/// Commits everything that waits in one transaction; what arrives meanwhile waits for the next.
///
/// Alone, a save is committed at once. Of several in flight, those that were just answered often bring the next turn at once: for them the
/// queue waits, at most half as long as the last commit took and 2 ms, since one commit for all costs far less than two for halves.
final class CommitQueue: Sendable {
    /// A change that waits for its commit.
    struct Change: Sendable {
        /// Makes the change inside a transaction; true when there was something to change.
        ///
        /// Throwing ``ConversationStoreError/revisionChanged(conversation:expected:found:)`` says that nothing was changed.
        let make: @Sendable (Database) throws -> Bool
        fileprivate let continuation: CheckedContinuation<Bool, any Error>
    }

    private struct State {
        var waiting: [Change] = []
        var isRunning = false
        /// How many changes the writer wants before it goes on; nil when it does not wait.
        var wanted: Int?
    }

    /// What the writer has seen; it alone looks at it.
    private struct Pace {
        var lastCount = 0
        var lastDuration = Duration.zero
        /// Commits without waiting that are left after it was in vain.
        var hurried = 0
    }

    private static let longestWait = Duration.milliseconds(2)

    private let state = Mutex(State())
    private let enough = DispatchSemaphore(value: 0)
    private let pool: DatabasePool
    private let file: String

    init(pool: DatabasePool, file: String) {
        self.pool = pool
        self.file = file
    }

    /// Makes a change and returns when it is durable.
    func commit(_ make: @escaping @Sendable (Database) throws -> Bool) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let change = Change(make: make, continuation: continuation)
            let isFirst = state.withLock { state in
                state.waiting.append(change)
                if let wanted = state.wanted, state.waiting.count >= wanted {
                    state.wanted = nil
                    enough.signal()
                }
                defer { state.isRunning = true }
                return !state.isRunning
            }
            guard isFirst else { return }
            pool.asyncWriteWithoutTransaction { database in self.run(in: database) }
        }
    }

    private func run(in database: Database) {
        var pace = Pace()
        while let batch = next(&pace) {
            let start = ContinuousClock.now
            var results: [Result<Bool, any Error>]
            do {
                results = try make(batch, in: database)
            } catch {
                // One change spoils its whole transaction: each gets its own, so that only the one at fault fails.
                results = batch.map { change in
                    Result { try make([change], in: database)[0].get() }.mapError { storeError($0, file: file) }
                }
            }
            pace.lastDuration = start.duration(to: .now)
            pace.lastCount = batch.count
            for (change, result) in zip(batch, results) { change.continuation.resume(with: result) }
        }
    }

    private func next(_ pace: inout Pace) -> [Change]? {
        gather(&pace)
        return state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Waits for those who were answered last, when others wait already.
    private func gather(_ pace: inout Pace) {
        guard pace.lastCount > 0 else { return }
        guard pace.hurried == 0 else {
            pace.hurried -= 1
            return
        }
        let present = state.withLock { state in
            let present = state.waiting.count
            if pace.lastCount + present > 1 { state.wanted = present + pace.lastCount }
            return present
        }
        guard pace.lastCount + present > 1 else { return }
        let patience = min(pace.lastDuration / 2, Self.longestWait) / .nanoseconds(1)
        if enough.wait(timeout: .now() + .nanoseconds(Int(patience))) == .success { return }
        let came = state.withLock { state in
            // The signal may come between the end of the wait and now; it must not end the next wait.
            if state.wanted == nil { enough.wait() }
            state.wanted = nil
            return state.waiting.count - present
        }
        if came * 2 < pace.lastCount { pace.hurried = 16 }
    }

    private func make(_ batch: [Change], in database: Database) throws -> [Result<Bool, any Error>] {
        var results: [Result<Bool, any Error>] = []
        results.reserveCapacity(batch.count)
        try database.inTransaction(.immediate) {
            for change in batch {
                do {
                    results.append(.success(try change.make(database)))
                } catch let error as ConversationStoreError {
                    guard case .revisionChanged = error else { throw error }
                    results.append(.failure(error))
                }
            }
            return .commit
        }
        return results
    }
}

/// An error of the library as the store's, with the file's name and what can be done.
func storeError(_ error: any Error, file: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let cause = error.message ?? "unknown error"
    let remedy =
        switch error.resultCode {
        case .SQLITE_FULL: "; make room on the disk and try again"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "; move the file away to start anew, or bring back a copy"
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: "; check the rights of the file and its folder"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "; another process keeps it busy, try again"
        default: ""
        }
    return ConversationStoreError.failed("\(file): \(cause)\(remedy)")
}
