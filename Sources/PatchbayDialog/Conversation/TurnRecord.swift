package import PatchbayModel

/// A turn as it is kept: the event, and all that was answered to it.
package struct TurnRecord: Sendable, Equatable {
    /// `{id, kind, text?, …}`; sensitive values are hidden.
    package let event: JSONObject
    /// When it came, in milliseconds since 1970.
    package let at: Int64
    package let messages: [SaidMessage]
    package let trace: [TraceEntry]
    package let state: Turn.State
    package let awaiting: Awaiting?
    package let node: String?

    /// Reads what the engine appended.
    ///
    /// - Throws: ``ConversationStoreError/failed(_:)`` when it is damaged.
    package init(_ stored: StoredTurn) throws(ConversationStoreError) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader(maxDepth: 400, maxBytes: 256 << 20).read(stored.record)
        } catch {
            throw .failed("turn \(stored.number) of conversation '\(stored.conversation)' is damaged: \(error)")
        }
        event = value["event"]?.object ?? JSONObject()
        at = Int64(value["at"]?.int ?? 0)
        messages = (value["messages"]?.array ?? []).compactMap { SaidMessage($0) }
        trace = (value["trace"]?.array ?? []).compactMap { TraceEntry($0) }
        state = value["state"]?.string.flatMap(Turn.State.init) ?? .ended
        awaiting = value["awaiting"]?.string.flatMap(Awaiting.init)
        node = value["node"]?.string
    }

    /// What the user said, when the event was a message.
    package var text: String? { event["text"]?.string }

    /// The record of a turn as compact JSON.
    static func encoded(event: JSONObject, at: Int64, turn: Turn) -> [UInt8] {
        var output = JSONBytes(capacity: 1_024)
        output.object { output in
            output.member("event", .object(event))
            output.member("at", at)
            output.member("messages", list: turn.messages) { $0.write(into: &$1) }
            output.member("state", turn.state.rawValue)
            if let awaiting = turn.awaiting { output.member("awaiting", awaiting.rawValue) }
            if let node = turn.node { output.member("node", node) }
            output.member("trace", list: turn.trace) { $0.write(into: &$1) }
        }
        return output.exact
    }
}

extension SaidMessage {
    func write(into output: inout JSONBytes) {
        output.object { output in
            output.member("id", id)
            output.member("node", node)
            output.member("text", text)
            if let template { output.member("template", template) }
        }
    }

    init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let text = value["text"]?.string else { return nil }
        self.init(id: id, node: value["node"]?.string ?? "", text: text, template: value["template"])
    }
}

extension TraceEntry {
    func write(into output: inout JSONBytes) {
        output.object { output in
            output.member("node", node)
            output.member("action", action)
            if let then { output.member("then", then) }
            for member in detail.members { output.member(key: member.key, member.value) }
        }
    }

    init?(_ value: JSONValue) {
        guard var object = value.object, let action = object["action"]?.string else { return nil }
        let node = object["node"]?.string ?? ""
        let then = object["then"]?.string
        for key in ["node", "action", "then"] { object[key] = nil }
        self.init(node: node, action: action, then: then, detail: object)
    }
}
