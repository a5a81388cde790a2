import Foundation
import GRDB
import PatchbayDialog
import Synchronization

/// Commits everything that waits in one transaction; what arrives meanwhile waits for the next.
///
/// There is no timer: alone, a save is committed at once; the more are in flight, the more share a commit.
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
    }

    private let state = Mutex(State())
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
                defer { state.isRunning = true }
                return !state.isRunning
            }
            guard isFirst else { return }
            pool.asyncWriteWithoutTransaction { database in self.run(in: database) }
        }
    }

    private func run(in database: Database) {
        while let batch = next() {
            var results: [Result<Bool, any Error>]
            do {
                results = try make(batch, in: database)
            } catch {
                // One change spoils its whole transaction: each gets its own, so that only the one at fault fails.
                results = batch.map { change in
                    Result { try make([change], in: database)[0].get() }.mapError { storeError($0, file: file) }
                }
            }
            for (change, result) in zip(batch, results) { change.continuation.resume(with: result) }
        }
    }

    private func next() -> [Change]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            defer { state.waiting = [] }
            return state.waiting
        }
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
