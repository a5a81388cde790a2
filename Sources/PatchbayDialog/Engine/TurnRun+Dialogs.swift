import PatchbayModel

// Dialogs begin, end and give way.
extension TurnRun {
    /// Begins a dialog; its start node runs next.
    ///
    /// - Returns: False when there is no such dialog, or the limit of dialogs is reached; nothing has changed then.
    mutating func start(_ id: String, context: JSONObject = JSONObject()) -> Bool {
        guard let dialog = assistant.dialogs[id], dialogsEntered < limits.dialogs, head.frames.count < limits.dialogs
        else { return false }
        dialogsEntered += 1
        if head.frames.isEmpty { head.dialogStart = head.turn }
        head.frames.append(Frame(dialog: id, version: dialog.version, node: dialog.start, context: context))
        note(TraceEntry(node: "\(id)/\(dialog.start)", action: "starts"))
        return true
    }

    /// Ends the running dialog; the one that called it goes on.
    mutating func leave() {
        guard let ended = head.frames.popLast() else { return }
        self.ended.append(ended)
        note(TraceEntry(node: "\(ended.dialog)/\(ended.node)", action: "ends"))
        guard !head.frames.isEmpty, let caller = currentNode() else { return }
        let before = context
        finish(caller, DialogNodeExecutor.returned(ended.context, caller, &self), restoring: before)
    }

    /// Ends the running dialog without a word to the one that called it: another takes its place.
    mutating func drop() {
        if let dropped = head.frames.popLast() { ended.append(dropped) }
    }

    /// Ends all dialogs.
    mutating func leaveAll() {
        ended += head.frames
        head.frames.removeAll()
        head.held.removeAll()
        demands.removeAll()
        parked = nil
    }

    /// Ends all dialogs because they cannot go on, and says so.
    mutating func stop(_ place: String, _ words: String) {
        let failure = Failure(.limit, "node '\(place)': \(words)")
        head.lastServiceFailure = failure.json
        note(TraceEntry(node: place, action: "stopped", detail: ["error": failure.json]))
        leaveAll()
        say(assistant.response("failed", in: head.language), node: "")
    }
}
