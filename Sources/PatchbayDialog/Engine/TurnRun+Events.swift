import PatchbayModel

extension TurnRun {
    /// A new session: no dialog runs, and the session's variables are gone.
    mutating func beginSession() {
        leaveAll()
        head.session = SessionScopes()
        head.sessionStart = head.turn
        head.dialogStart = head.turn
        head.lastServiceFailure = nil
        note(TraceEntry(node: "", action: "session"))
    }

    /// Takes an event in; what follows from it happens in ``advance()``.
    mutating func begin(_ kind: ConversationEvent.Kind) {
        switch kind {
        case .message(let text, let attachments): message(text, attachments)
        case .start(let dialog):
            beginSession()
            guard let id = dialog ?? assistant.defaultDialog else { return }
            if !start(id.rawValue) {
                let near =
                    NearName.remedy(for: id.rawValue, among: assistant.dialogs.keys.sorted()).map { "; " + $0 } ?? ""
                note(
                    TraceEntry(
                        node: id.rawValue,
                        action: "failed",
                        detail: ["error": .string("there is no dialog '\(id)'" + near)]
                    )
                )
                say(assistant.response("failed", in: head.language), node: "")
            }
        case .close:
            leaveAll()
            note(TraceEntry(node: "", action: "closed"))
        case .callback, .timer, .credential, .agentMessage:
            // What is too much is not recorded.
            if ContextSize.excess(of: event, limits: limits) != nil { (event["body"], event["text"]) = (nil, nil) }
            note(TraceEntry(node: "", action: "ignored", detail: ["why": .string("no node waits for this event")]))
        }
    }

    private mutating func message(_ text: String, _ attachments: [JSONValue]) {
        if let words = excess(of: text, attachments) {
            note(TraceEntry(node: "", action: "tooLarge", detail: ["error": .string(words)]))
            return say(assistant.response("notUnderstood", in: head.language), node: "")
        }
        let said = Input(text: text, attachments: attachments)
        if let frame = head.frames.last {
            guard head.turn - head.dialogStart < limits.turns else {
                return stop(
                    "\(frame.dialog)/\(frame.node)",
                    "the dialog has taken more than \(limits.turns) turns; let it end"
                )
            }
            return take(said)
        }
        if let dialog = assistant.dialog(startedBy: text) {
            _ = start(dialog.rawValue)
        } else if let dialog = assistant.defaultDialog {
            input = said
            _ = start(dialog.rawValue)
        } else {
            note(TraceEntry(node: "", action: "notUnderstood"))
            say(assistant.response("notUnderstood", in: head.language), node: "")
        }
    }

    /// What is too much about a message, in words; nil when nothing is.
    ///
    /// What is too much is not recorded either.
    private mutating func excess(of text: String, _ attachments: [JSONValue]) -> String? {
        var words: String?
        if text.utf8.count > limits.messageBytes {
            words = "a message has at most \(limits.messageBytes) bytes, this one has \(text.utf8.count)"
            event["text"] = .string("")
        }
        if ContextSize.excess(of: ["attachments": .array(attachments)], limits: limits) != nil {
            words =
                "the attachments of a message have at most \(limits.contextBytes) bytes and \(limits.contextDepth) levels"
            event["attachments"] = nil
        }
        return words
    }

    // MARK: - Records

    /// The event as transcripts hold it: sensitive values hidden.
    var hiddenEvent: JSONObject {
        guard !hidden.isEmpty, let text = event["text"]?.string else { return event }
        var copy = event
        copy["text"] = .string(hide(text, hidden))
        return copy
    }

    /// The turn as transcripts hold it.
    func record(of turn: Turn) -> [UInt8] {
        let secrets = hidden + hiddenValues
        guard !secrets.isEmpty else { return TurnRecord.encoded(event: event, at: now.milliseconds, turn: turn) }
        var event = event
        if let text = event["text"]?.string { event["text"] = .string(hide(text, secrets)) }
        let shown = Turn(
            conversation: turn.conversation,
            number: turn.number,
            messages: turn.messages.map { message in
                SaidMessage(
                    id: message.id,
                    node: message.node,
                    text: hide(message.text, secrets),
                    template: message.template.map { hide($0, secrets) }
                )
            },
            trace: turn.trace.map { entry in
                let detail = hide(.object(entry.detail), secrets).object ?? JSONObject()
                return TraceEntry(node: entry.node, action: entry.action, then: entry.then, detail: detail)
            },
            state: turn.state,
            awaiting: turn.awaiting,
            node: turn.node,
            context: turn.context,
            isRepeated: turn.isRepeated
        )
        return TurnRecord.encoded(event: event, at: now.milliseconds, turn: shown)
    }

    /// The sensitive values that the dialogs of this turn hold, those that have ended too.
    private var hiddenValues: [(text: String, shown: String)] {
        var found: [(text: String, shown: String)] = []
        for frame in head.frames + ended {
            guard let dialog = assistant.dialogs[frame.dialog], dialog.hidesValues,
                let entities = frame.context["entities"]?.object
            else { continue }
            for member in entities.members {
                guard case .entity(let entity) = dialog.nodes[member.key]?.body, let sensitive = entity.sensitive else {
                    continue
                }
                for text in Self.texts(of: member.value) { found.append((text, sensitive.hiding(text))) }
            }
        }
        return found
    }

    private static func texts(of value: JSONValue) -> [String] {
        switch value {
        case .string(let text): text.count >= 2 ? [text] : []
        case .number(let number): number.text.count >= 2 ? [number.text] : []
        case .array(let elements): elements.flatMap(texts)
        case .object(let object): object.members.flatMap { texts(of: $0.value) }
        case .null, .bool: []
        }
    }

    private func hide(_ text: String, _ secrets: [(text: String, shown: String)]) -> String {
        var text = text
        for secret in secrets where !secret.text.isEmpty && text.contains(secret.text) {
            text = text.replacing(secret.text, with: secret.shown)
        }
        return text
    }

    private func hide(_ value: JSONValue, _ secrets: [(text: String, shown: String)]) -> JSONValue {
        switch value {
        case .string(let text): .string(hide(text, secrets))
        case .array(let elements): .array(elements.map { hide($0, secrets) })
        case .object(let object): .object(JSONObject(object.members.map { ($0.key, hide($0.value, secrets)) }))
        default: value
        }
    }
}

extension ConversationEvent {
    /// The event as its record holds it.
    var record: JSONObject {
        var object: JSONObject = ["id": .string(id), "kind": .string(kindName)]
        switch kind {
        case .message(let text, let attachments):
            object["text"] = .string(text)
            if !attachments.isEmpty { object["attachments"] = .array(attachments) }
        case .callback(let body): object["body"] = body
        case .timer, .close: break
        case .credential(let profile): object["profile"] = .string(profile.rawValue)
        case .agentMessage(let text): object["text"] = .string(text)
        case .start(let dialog): object["dialog"] = dialog.map { .string($0.rawValue) }
        }
        return object
    }
}
