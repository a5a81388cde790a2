import Foundation
import PatchbayLanguage
import PatchbayModel

/// One turn as a state machine without input or output: it runs nodes until it waits, ends, or demands something from outside.
struct TurnRun {
    /// What the user said, while no node has taken it.
    struct Input {
        let text: String
        let attachments: [JSONValue]
    }

    let assistant: Assistant
    let limits: DialogLimits
    /// The event as its record holds it.
    var event: JSONObject
    let eventID: String
    let now: Date
    var head: ConversationHead
    var messages: [SaidMessage] = []
    var trace: [TraceEntry] = []
    var input: Input?
    /// The dialogs that this turn has ended, in order.
    var ended: [Frame] = []
    /// How a value that this turn read is shown in transcripts.
    var hidden: [(text: String, shown: String)] = []
    var demands: [Demand] = []
    /// A node whose outcome waits until scripts have printed what it says.
    var parked: (node: CompiledNode, outcome: NodeOutcome, before: JSONObject)?
    private var nodesRun = 0
    var dialogsEntered = 0
    /// How many calls the turn has made; each has a key of its own, also after a crash.
    var calls = 0

    init(
        assistant: Assistant,
        limits: DialogLimits,
        event: JSONObject,
        eventID: String,
        now: Date,
        head: ConversationHead
    ) {
        self.assistant = assistant
        self.limits = limits
        self.event = event
        self.eventID = eventID
        self.now = now
        self.head = head
    }

    // MARK: - What executors use

    /// The dialog that runs, with what its expressions see; nil when none runs.
    var scope: TurnScope? {
        guard let frame = head.frames.last, let dialog = assistant.dialogs[frame.dialog] else { return nil }
        return TurnScope(assistant: assistant, dialog: dialog, head: head, context: frame.context, now: now)
    }

    /// The context of the dialog that runs.
    var context: JSONObject {
        get { head.frames.last?.context ?? JSONObject() }
        set {
            guard !head.frames.isEmpty else { return }
            head.frames[head.frames.count - 1].context = newValue
        }
    }

    /// How often the node that runs has asked.
    var tries: Int {
        get { head.frames.last?.tries ?? 0 }
        set {
            guard !head.frames.isEmpty else { return }
            head.frames[head.frames.count - 1].tries = newValue
        }
    }

    var surroundings: EntitySurroundings {
        EntitySurroundings(language: head.language, timeZone: head.timeZone, now: now)
    }

    /// Puts a value into the running dialog's context or the session; nil empties the place.
    mutating func set(_ value: JSONValue?, at path: ContextPath) {
        if path.isSession {
            var session = head.session.object
            session.set(value, at: path.tokens)
            head.session.object = session
        } else if !head.frames.isEmpty {
            head.frames[head.frames.count - 1].context.set(value, at: path.tokens)
        }
    }

    /// Says something on behalf of a node; nothing when the text is empty.
    mutating func say(_ text: String, template: JSONValue? = nil, node: String) {
        guard !text.isEmpty || template != nil else { return }
        messages.append(
            SaidMessage(id: "\(head.turn)-\(messages.count + 1)", node: node, text: text, template: template)
        )
    }

    /// Says one of several alternatives, chosen by channel, try and chance.
    ///
    /// - Returns: False when none fits.
    mutating func say(oneOf alternatives: [CompiledAlternative], attempt: Int, node: CompiledNode) -> Bool {
        guard let chosen = choose(alternatives, attempt: attempt), let scope else { return false }
        switch chosen.content {
        case .text(let text): say(text.text(in: scope), node: node.place)
        case .template(let template):
            let value = template?.resolve(in: scope)
            let text = value?["text"].flatMap { LocalizedText($0, language: scope.dialog.language) }
            say(text?.text(in: head.language) ?? "", template: value, node: node.place)
        case .script(let script): demands.append(.scriptedMessage(node, script))
        }
        return true
    }

    private mutating func choose(_ alternatives: [CompiledAlternative], attempt: Int) -> CompiledAlternative? {
        if alternatives.count == 1, alternatives[0].channels.isEmpty, alternatives[0].attempt == nil {
            return alternatives[0]
        }
        func rank(_ alternative: CompiledAlternative) -> Int? {
            guard alternative.channels.isEmpty || alternative.channels.contains(head.channel) else { return nil }
            guard alternative.attempt ?? 0 <= attempt else { return nil }
            return (alternative.channels.isEmpty ? 0 : 1_000) + min(alternative.attempt ?? 0, 999)
        }
        let ranked = alternatives.compactMap { alternative in rank(alternative).map { (alternative, $0) } }
        guard let best = ranked.map(\.1).max() else { return nil }
        let fitting = ranked.filter { $0.1 == best }.map(\.0)
        return fitting.count == 1 ? fitting[0] : fitting[Int(head.random.next() % UInt64(fitting.count))]
    }

    mutating func note(_ entry: TraceEntry) {
        if trace.count < limits.traceEntries { trace.append(entry) }
    }

    /// A key for the next call: the same turn gives the same keys.
    mutating func callKey() -> String {
        calls += 1
        return "\(head.id)-\(head.turn)-\(calls)"
    }

    // MARK: - The loop

    /// Runs until the turn waits or ends (nil), or needs something from outside; then its outcome goes to ``finish(_:_:)``.
    mutating func advance() -> Demand? {
        while true {
            if !demands.isEmpty { return demands.removeFirst() }
            if let (node, outcome, before) = parked {
                parked = nil
                finish(node, outcome, restoring: before)
                continue
            }
            guard let frame = head.frames.last, frame.awaiting == nil else { return nil }
            guard let node = currentNode() else { continue }
            guard nodesRun < limits.nodes else {
                stop(
                    node.place,
                    "more than \(limits.nodes) nodes ran without input of the user; put a question into the loop"
                )
                continue
            }
            nodesRun += 1
            let before = frame.context
            let outcome = enter(node)
            if case .needs(let demand) = outcome { return demand }
            settle(node, outcome, restoring: before)
        }
    }

    private mutating func settle(_ node: CompiledNode, _ outcome: NodeOutcome, restoring before: JSONObject) {
        if demands.isEmpty { finish(node, outcome, restoring: before) } else { parked = (node, outcome, before) }
    }

    /// The node at which the running dialog stands; when it is gone, the conversation says so and starts over.
    mutating func currentNode() -> CompiledNode? {
        guard let frame = head.frames.last else { return nil }
        let place = head.frames.count - 1
        guard let dialog = assistant.dialogs[frame.dialog], let node = dialog.nodes[frame.node] else {
            note(TraceEntry(node: "\(frame.dialog)/\(frame.node)", action: "dialogChanged"))
            leaveAll()
            say(assistant.response("dialogChanged", in: head.language), node: "")
            return nil
        }
        if frame.version != dialog.version {
            note(TraceEntry(node: node.place, action: "dialogUpdated"))
            head.frames[place].version = dialog.version
        }
        return node
    }

    private mutating func enter(_ node: CompiledNode) -> NodeOutcome {
        clearResults(of: node)
        switch node.body {
        case .intent(let call): return call.map { DialogNodeExecutor.enter($0, node, &self) } ?? .done
        case .entity(let entity): return EntityNodeExecutor.enter(entity, node, &self)
        case .confirmation(let confirmation): return ConfirmationNodeExecutor.enter(confirmation, node, &self)
        case .message(let messages): return MessageNodeExecutor.enter(messages, node, &self)
        case .logic(let rows): return LogicNodeExecutor.enter(rows, &self)
        case .dialog(let call): return DialogNodeExecutor.enter(call, node, &self)
        case .service(let service): return .needs(.service(node, service))
        case .script(let script, let sets): return .needs(.script(node, script, sets: sets))
        case .prompt(let prompt): return .needs(.prompt(node, prompt))
        case .later(let kind): return LaterNodeExecutor.enter(kind)
        }
    }

    /// What a node said of itself when it last ran must not be taken for new.
    private mutating func clearResults(of node: CompiledNode) {
        switch node.kind {
        case .service, .prompt: head.lastServiceFailure = nil
        case .script, .dialog, .message, .form, .webhook, .agent, .agentTransfer, .group: break
        case .intent, .entity, .confirmation, .logic: return
        }
        if context[node.id] != nil { context[node.id] = nil }
        if let saveError = node.saveError { set(nil, at: saveError) }
        for save in node.save { set(nil, at: save.to) }
    }

    /// Hands the user's words to the node that waits for them.
    mutating func take(_ input: Input) {
        guard let frame = head.frames.last, frame.awaiting != nil, let node = currentNode() else { return }
        head.frames[head.frames.count - 1].awaiting = nil
        let before = frame.context
        switch node.body {
        case .entity(let entity): settle(node, EntityNodeExecutor.take(input, entity, node, &self), restoring: before)
        case .confirmation(let confirmation):
            settle(node, ConfirmationNodeExecutor.take(input, confirmation, node, &self), restoring: before)
        default:
            // The node was changed into one that does not wait: it runs as if it were entered now.
            self.input = input
        }
    }
}
