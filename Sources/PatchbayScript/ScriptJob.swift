import Synchronization

/// A request on its way through the pool, and whoever waits for its answer.
final class ScriptJob: Sendable {
    typealias Waiter = CheckedContinuation<ScriptAnswer, any Error>

    let request: [UInt8]
    /// What messages call the script.
    let name: String
    private let state: Mutex<State>

    private struct State {
        enum Stage {
            case new, queued, running, done
        }
        var stage = Stage.new
        var isCancelled = false
        var waiter: Waiter?
        var worker: WorkerProcess?

        /// Whoever is to be told, once.
        mutating func finish() -> Waiter? {
            stage = .done
            worker = nil
            return waiter.take()
        }
    }

    init(_ request: ScriptRequest, name: String) {
        self.request = request.bytes
        self.name = name
        state = Mutex(State())
    }

    /// Notes who waits; false when it was cancelled before, and the waiter has been told so.
    func attach(_ waiter: Waiter) -> Bool {
        let isWanted = state.withLock { state in
            guard !state.isCancelled else { return false }
            state.waiter = waiter
            state.stage = .queued
            return true
        }
        if !isWanted { waiter.resume(throwing: CancellationError()) }
        return isWanted
    }

    /// Takes it out of the queue; false when nobody waits any more.
    func begin() -> Bool {
        state.withLock { state in
            guard state.stage == .queued else { return false }
            state.stage = .running
            return true
        }
    }

    /// Notes which process works on it, so that ``cancel()`` finds it.
    func use(_ worker: WorkerProcess) {
        state.withLock { state in
            state.worker = worker
            if state.isCancelled { worker.kill() }
        }
    }

    /// Tells the waiter; only the first time counts.
    func finish(_ result: Result<ScriptAnswer, any Error>) {
        let (waiter, isCancelled) = state.withLock { ($0.finish(), $0.isCancelled) }
        if isCancelled { waiter?.resume(throwing: CancellationError()) } else { waiter?.resume(with: result) }
    }

    /// Gives up: a waiting job is told at once; a running one loses its process, and its lane tells it.
    func cancel() {
        let waiter: Waiter? = state.withLock { state in
            state.isCancelled = true
            // Under the lock, so that the process cannot be at work for another job by now.
            if state.stage == .running { state.worker?.kill() }
            return state.stage == .queued ? state.finish() : nil
        }
        waiter?.resume(throwing: CancellationError())
    }
}
