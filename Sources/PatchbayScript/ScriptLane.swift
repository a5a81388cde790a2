import Glibc
import PatchbayModel

/// One thread's work: it keeps a worker process and gives it one request after the other.
struct ScriptLane {
    private let settings: ScriptPool.Settings
    private var worker: WorkerProcess?
    /// What the worker could not give up; empty when it is confined as it should be.
    private var weakness = ""

    init(_ settings: ScriptPool.Settings) {
        self.settings = settings
    }

    /// Works until there is no next job; nothing is left of its worker then.
    consuming func run(next: () -> ScriptJob?) {
        var lane = self
        // A worker that ends while it is written to must be an error here, not the end of the hub.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        while let job = next() {
            guard job.begin() else { continue }
            let result = Result { try lane.answer(job) }
            job.finish(result)
            lane.renewIfNeeded(after: result)
        }
        lane.drop()
    }

    private mutating func answer(_ job: ScriptJob) throws -> ScriptAnswer {
        let worker = try readyWorker(for: job)
        job.use(worker)
        let answer: [UInt8]
        do throws(WorkerProcess.Problem) {
            let deadline = ContinuousClock.now + settings.limits.wallTime
            try worker.send(job.request, until: deadline)
            answer = try worker.receive(limit: settings.limits.answerBytes, until: deadline)
        } catch {
            let status = worker.end()
            self.worker = nil
            throw words.failure(for: error, status: status, name: job.name)
        }
        guard var answer = ScriptAnswer(answer) else {
            drop()
            throw words.failure(for: .tooLong, status: nil, name: job.name)
        }
        answer.weakness = weakness
        return answer
    }

    private var words: ScriptWords { ScriptWords(limits: settings.limits, weakness: weakness) }

    /// The worker, or a new one when there is none or it died while it had nothing to do.
    mutating func readyWorker(for job: ScriptJob?) throws -> WorkerProcess {
        if let worker, worker.isIdle { return worker }
        drop()
        let name = job?.name ?? ""
        let fresh: WorkerProcess
        let greeting: ScriptAnswer?
        do throws(WorkerProcess.Problem) {
            fresh = try WorkerProcess(executable: settings.executable)
            job?.use(fresh)
            let deadline = ContinuousClock.now + settings.limits.startTime
            try fresh.send(settings.limits.setup.bytes, until: deadline)
            greeting = ScriptAnswer(try fresh.receive(limit: 4096, until: deadline))
        } catch {
            throw words.failureToStart(error, executable: settings.executable, name: name)
        }
        switch greeting?.kind {
        case .ready: weakness = ""
        case .weak:
            weakness = greeting?.words ?? ""
            guard settings.allowWeakScripts else { throw words.refusal(name: name) }
        case .absent: throw words.absence(greeting?.words ?? "", name: name)
        default: throw words.failureToStart(.gone, executable: settings.executable, name: name)
        }
        worker = fresh
        return fresh
    }

    /// After a limit was hit, or at the worker's own wish, the next call finds a new one, started while nobody waits.
    private mutating func renewIfNeeded(after result: Result<ScriptAnswer, any Error>) {
        let isSpent =
            switch result {
            case .success(let answer): answer.wantsReplacement || answer.kind == .limit || answer.kind == .broken
            case .failure: false
            }
        guard isSpent else { return }
        drop()
        // Should it fail, the next job says why.
        _ = try? readyWorker(for: nil)
    }

    private mutating func drop() {
        _ = worker?.end()
        worker = nil
    }
}
