import Dispatch
import Foundation
import PatchbayModel
import Synchronization

/// Distributes requests over a few lanes, each a thread with its worker process, started when there is work.
final class ScriptPool: Sendable {
    let settings: Settings
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    struct Settings: Sendable {
        let executable: String
        let limits: ScriptLimits
        let allowWeakScripts: Bool
        let lanes: Int
    }

    private struct State {
        var queue: [ScriptJob] = []
        var lanes = 0
        var idle = 0
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Throws: ``Failure``, or `CancellationError` when the task was cancelled; the worker is then ended.
    func answer(to request: ScriptRequest, name: String) async throws -> ScriptAnswer {
        let job = ScriptJob(request, name: name)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                if job.attach(waiter) { enqueue(job) }
            }
        } onCancel: {
            job.cancel()
        }
    }

    /// Takes no more work and ends the lanes once they are done with what they do.
    func close() {
        let (jobs, lanes) = state.withLock { state in
            state.isClosed = true
            defer { state.queue = [] }
            return (state.queue, state.lanes)
        }
        for job in jobs { job.finish(.failure(Self.closed(job))) }
        for _ in 0..<lanes { work.signal() }
    }

    /// Returns when no lane and no worker is left.
    func closed() async {
        await withCheckedContinuation { closer in
            let isEmpty = state.withLock { state in
                if state.lanes > 0 { state.closers.append(closer) }
                return state.lanes == 0
            }
            if isEmpty { closer.resume() }
        }
    }

    private func enqueue(_ job: ScriptJob) {
        let (isClosed, needsLane) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            state.queue.append(job)
            let needsLane = state.queue.count > state.idle && state.lanes < settings.lanes
            if needsLane { state.lanes += 1 }
            return (false, needsLane)
        }
        if isClosed { return job.finish(.failure(Self.closed(job))) }
        if needsLane {
            // A thread of its own: workers die with the thread that started them, and waiting for one must block nobody
            // else.
            let thread = Thread { [self] in
                ScriptLane(settings).run(next: next)
                leave()
            }
            thread.name = "patchbay scripts"
            thread.start()
        }
        work.signal()
    }

    /// The next job to do; waits for one, and is nil when the pool was closed.
    private func next() -> ScriptJob? {
        while true {
            state.withLock { $0.idle += 1 }
            work.wait()
            let (job, isClosed) = state.withLock { state in
                state.idle -= 1
                return (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isClosed)
            }
            if let job { return job }
            if isClosed { return nil }
        }
    }

    private func leave() {
        let closers = state.withLock { state in
            state.lanes -= 1
            guard state.lanes == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }

    private static func closed(_ job: ScriptJob) -> Failure {
        Failure(.interrupted, "\(job.name): not run, because the hub is shutting down")
    }
}
