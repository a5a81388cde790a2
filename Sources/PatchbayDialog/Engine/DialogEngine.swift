import Foundation
package import PatchbayModel

/// Runs an assistant's dialogs: takes events of conversations, and answers them.
///
/// An event is handled in four steps: the conversation is claimed, so that no other event of it is handled meanwhile; its head
/// is loaded; the turn runs; head and turn are saved. Only what a save covers is given out as a message.
package struct DialogEngine: Sendable {
    /// Takes a turn's events as they come.
    package typealias Sink = @Sendable (TurnEvent) async -> Void

    package let assistant: Assistant
    let store: any ConversationStore
    let caller: any OperationCaller
    let scripts: any ScriptEngine
    let clock: any HubClock
    let random: any RandomSource
    let limits: DialogLimits

    /// An engine for one assistant; a changed assistant is a new engine over the same store.
    ///
    /// The clock serves dates, expressions, scripts and time-outs; chance gives a new conversation its seed when the first
    /// event brings none.
    package init(
        assistant: Assistant,
        store: any ConversationStore,
        caller: any OperationCaller,
        scripts: any ScriptEngine,
        clock: any HubClock = SystemHubClock(),
        random: any RandomSource = SystemRandomSource(),
        limits: DialogLimits = .standard
    ) {
        self.assistant = assistant
        self.store = store
        self.caller = caller
        self.scripts = scripts
        self.clock = clock
        self.random = random
        self.limits = limits
    }

    /// Handles an event; the stream ends after `awaiting` or `ended`.
    ///
    /// Whoever stops listening stops the turn at its next call: that node fails, and what was saved stays.
    package func handle(_ event: ConversationEvent) -> AsyncThrowingStream<TurnEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    _ = try await respond(to: event) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { termination in
                if case .cancelled = termination { task.cancel() }
            }
        }
    }

    /// Handles an event.
    ///
    /// The sink gets every event of the turn in order, each message after the save that covers it.
    ///
    /// - Returns: The whole turn. A repeated event id gives what was answered before.
    /// - Throws: ``ConversationStoreError`` when the store fails: nothing that was not saved has been said then;
    ///   ``DialogEngineError`` for an event that is refused. Failing calls and scripts are no errors here.
    @discardableResult
    package func respond(to event: ConversationEvent, sink: @escaping Sink = { _ in }) async throws -> Turn {
        try await store.claim(event.conversation) {
            try await claimed(event, sink)
        }
    }

    private func claimed(_ event: ConversationEvent, _ sink: @escaping Sink) async throws -> Turn {
        let stored = try await store.load(event.conversation)
        let now = clock.now()
        var head: ConversationHead
        if let stored {
            head = try ConversationHead(encoded: stored.head)
            head.revision = stored.revision
            guard head.user == event.user else { throw DialogEngineError.anotherUser(conversation: head.id) }
            if let turn = try await repeated(event, head) {
                for message in turn.messages { await sink(.message(message)) }
                await sink(turn.closing)
                return turn
            }
        } else {
            head = ConversationHead(
                id: event.conversation,
                user: event.user,
                channel: event.channel,
                language: event.language ?? assistant.language,
                timeZone: event.timeZone ?? assistant.timeZone,
                seed: event.seed ?? random.next(),
                lastEvent: now.milliseconds
            )
        }
        if let pending = head.pending {
            let isSame = pending.eventID == event.id
            let turn = try await recover(pending, &head, now, hearsAll: isSame, sink)
            if isSame { return turn }
        }
        return try await turn(of: event, head, now, sink)
    }

    /// What was answered to this event before, when it is one of the last.
    private func repeated(_ event: ConversationEvent, _ head: ConversationHead) async throws -> Turn? {
        guard let age = head.recentEvents.age(of: event.id) else { return nil }
        let number = head.turn - (head.pending == nil ? 0 : 1) - age
        guard let stored = try await store.turns(of: head.id, from: number).first, stored.number == number,
            stored.event == event.id
        else {
            return nil
        }
        let record = try TurnRecord(stored)
        return Turn(
            conversation: head.id,
            number: number,
            messages: record.messages,
            trace: record.trace,
            state: record.state,
            awaiting: record.awaiting,
            node: record.node,
            context: JSONObject(),
            isRepeated: true
        )
    }

    // MARK: - Turns

    private func turn(of event: ConversationEvent, _ head: ConversationHead, _ now: Date, _ sink: @escaping Sink)
        async throws -> Turn
    {
        var head = head
        head.turn += 1
        head.channel = event.channel
        if let language = event.language { head.language = language }
        if let timeZone = event.timeZone { head.timeZone = timeZone }
        let isLate =
            assistant.sessionTimeout.map { now.milliseconds - head.lastEvent > Int64($0.milliseconds) } ?? false
        head.lastEvent = now.milliseconds
        var run = TurnRun(
            assistant: assistant,
            limits: limits,
            event: event.record,
            eventID: event.id,
            now: now,
            head: head
        )
        if isLate { run.beginSession() }
        run.begin(event.kind)
        var output = TurnOutput(sink: sink)
        try await perform(&run, &output)
        return try await close(&run, &output)
    }

    /// Ends a turn during whose call the process died: the call's node fails, also where the call could be repeated, since its
    /// pre-processor may have run already.
    ///
    /// Whoever sends the turn's event once more hears all of its messages, as for every repeated event; before another event
    /// only the new ones are said.
    private func recover(
        _ pending: PendingTurn,
        _ head: inout ConversationHead,
        _ now: Date,
        hearsAll: Bool,
        _ sink: @escaping Sink
    ) async throws -> Turn {
        head.pending = nil
        var run = TurnRun(
            assistant: assistant,
            limits: limits,
            event: pending.event,
            eventID: pending.eventID,
            now: now,
            head: head
        )
        run.messages = pending.messages
        run.trace = pending.trace
        run.calls = pending.key.split(separator: "-").last.flatMap { Int($0) } ?? 0
        var output = TurnOutput(sink: sink)
        if !hearsAll {
            output.emitted = run.messages.count
            output.traced = run.trace.count
        }
        if let node = run.currentNode() {
            let doubt = pending.mayHaveEffect ? ", and it is not known whether the call had its effect" : ""
            let words = "node '\(node.place)': the hub was stopped during this call\(doubt)"
            run.finish(node, .failed(Failure(.interrupted, words)))
        }
        try await perform(&run, &output)
        let turn = try await close(&run, &output)
        head = run.head
        return turn
    }

    private func perform(_ run: inout TurnRun, _ output: inout TurnOutput) async throws {
        while let demand = run.advance() {
            let before = run.context
            switch demand {
            case .service(let node, let service):
                let outcome = try await ServiceNodeExecutor.perform(service, node, &run, self, &output)
                run.finish(node, outcome, restoring: before)
            case .script(let node, let script, let sets):
                let outcome = await ScriptNodeExecutor.perform(script, sets: sets, node, &run, self)
                run.finish(node, outcome, restoring: before)
            case .prompt(let node, let prompt):
                let outcome = try await PromptNodeExecutor.perform(prompt, node, &run, self, &output)
                run.finish(node, outcome, restoring: before)
            case .scriptedMessage(let node, let script): await ScriptNodeExecutor.say(script, node, &run, self)
            }
        }
    }

    private func close(_ run: inout TurnRun, _ output: inout TurnOutput) async throws -> Turn {
        run.head.recentEvents.append(run.eventID, keeping: limits.keptEvents)
        let frame = run.head.frames.last
        let turn = Turn(
            conversation: run.head.id,
            number: run.head.turn,
            messages: run.messages,
            trace: run.trace,
            state: run.head.state,
            awaiting: frame?.awaiting,
            node: frame.map { $0.dialog + "/" + $0.node },
            context: frame?.context ?? run.ended.last?.context ?? JSONObject(),
            isRepeated: false
        )
        let record = StoredTurn(
            conversation: run.head.id,
            number: turn.number,
            event: run.eventID,
            record: run.record(of: turn)
        )
        try await save(&run.head, turn: record, at: run.now)
        await output.emit(run)
        await output.sink(turn.closing)
        return turn
    }

    func save(_ head: inout ConversationHead, turn: StoredTurn?, at now: Date) async throws {
        let expected = head.revision
        head.revision += 1
        let stored = StoredConversation(
            id: head.id,
            user: head.user,
            revision: head.revision,
            updated: now,
            state: head.state.rawValue,
            head: head.encoded()
        )
        try await store.save(stored, turn: turn, expecting: expected)
    }
}
