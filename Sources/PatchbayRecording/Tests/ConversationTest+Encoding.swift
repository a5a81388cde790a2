import PatchbayConnector
import PatchbayDialog
package import PatchbayModel

extension ConversationTest {
    /// The file's text: canonical, the same bytes for the same test.
    package var text: String { CanonicalText.text(json, of: .test) }

    /// As it stands in a file.
    package var json: JSONValue {
        var object = free
        object["formatVersion"] = 1
        object["name"] = name.map(JSONValue.string)
        object["description"] = description
        object["template"] = template.map(JSONValue.string)
        if !parameters.isEmpty { object["parameters"] = .object(parameters) }
        object["dialog"] = dialog.map { .string($0.rawValue) }
        object["user"] = user.map(JSONValue.string)
        object["channel"] = channel.map(JSONValue.string)
        object["language"] = .string(language)
        object["timeZone"] = .string(timeZone)
        object["startTime"] = .string(startTime.text)
        object["seed"] = .number(JSONNumber(validated: String(seed)))
        object["turns"] = .array(turns.map(\.json))
        return .object(object)
    }
}

extension ConversationTest.Turn {
    var json: JSONValue {
        var object = free
        object["at"] = at.map { .string($0.text) }
        object["event"] = event.json
        object["calls"] = calls.map { .array($0.map(\.json)) }
        object["expect"] = .array(expect.map(\.json))
        if !variables.isEmpty { object["variables"] = .object(variables) }
        object["ended"] = ended.map(JSONValue.bool)
        return .object(object)
    }
}

extension ConversationTest.Event {
    /// The kind's name in files.
    var kindName: String { ConversationEvent(id: "", conversation: "", kind: kind).kindName }

    var json: JSONValue {
        var object = JSONObject()
        object["id"] = id.map(JSONValue.string)
        object["kind"] = .string(kindName)
        switch kind {
        case .message(let text, let attachments):
            object["text"] = .string(text)
            if !attachments.isEmpty { object["attachments"] = .array(attachments) }
        case .agentMessage(let text): object["text"] = .string(text)
        case .callback(let body): if !body.isNull { object["body"] = body }
        case .start(let dialog): object["dialog"] = dialog.map { .string($0.rawValue) }
        case .timer, .credential, .close: break
        }
        object["node"] = node.map(JSONValue.string)
        object["language"] = language.map(JSONValue.string)
        return .object(object)
    }
}

extension ConversationTest.Expectation {
    var json: JSONValue {
        switch self {
        case .text(let text): ["text": .string(text)]
        case .contains(let text): ["contains": .string(text)]
        case .node(let node): ["node": .string(node)]
        case .message(let message): ["message": message]
        case .any: ["any": true]
        }
    }
}

extension ConversationTest.Call {
    var json: JSONValue {
        var object: JSONObject = ["node": .string(node)]
        for member in exchange.json.members { object[member.key] = member.value }
        if let breaks {
            object["x-breaks"] = ["kind": .string(breaks.kind.rawValue), "message": .string(breaks.message)]
        }
        return .object(object)
    }
}
