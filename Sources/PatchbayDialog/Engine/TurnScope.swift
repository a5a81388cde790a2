import Foundation
import PatchbayLanguage
import PatchbayModel

/// What a dialog's expressions see.
struct TurnScope: ExpressionScope {
    let assistant: Assistant
    let dialog: CompiledDialog
    let head: ConversationHead
    let context: JSONObject
    let now: Date
    /// The context of a dialog that was called and has ended.
    var child: JSONObject?

    var language: String { head.language }

    var timeZone: TimeZone { TimeZone(identifier: head.timeZone) ?? .gmt }

    func lookup(_ name: String) -> JSONValue? {
        switch name {
        case "context": .object(fullContext)
        case "env": assistant.env
        case "content": assistant.content(in: head.language)
        case "settings": dialog.settings
        case "session": .object(Self.session(of: head))
        case "child": child.map(JSONValue.object)
        default: nil
        }
    }

    /// The dialog's context with what every dialog sees in it.
    private var fullContext: JSONObject {
        var full = context
        if let failure = head.lastServiceFailure { full["lastServiceFailure"] = failure }
        if dialog.readsSession { full["session"] = .object(Self.session(of: head)) }
        return full
    }

    func title(of value: JSONValue, at path: [String]) -> String? {
        guard let place = path.firstIndex(of: "entities"), place + 1 < path.count,
            case .entity(let entity) = dialog.nodes[path[place + 1]]?.body
        else { return nil }
        return choices(of: entity)?.title(of: value, in: head.language)
    }

    /// The values of a list entity, from the file or from a variable.
    func choices(of entity: CompiledEntity) -> ListChoices? {
        guard let (list, rule) = entity.choicesFrom else { return entity.choices }
        return ListChoices(list.evaluate(in: self), rule: rule, language: head.language)
    }

    /// The session's variables, with the profile that nobody writes.
    static func session(of head: ConversationHead) -> JSONObject {
        var session = head.session.object
        session["profile"] = .object([
            "id": .string(head.user), "channel": .string(head.channel), "language": .string(head.language),
            "timeZone": .string(head.timeZone),
        ])
        return session
    }
}

/// The members of one value by name: what a node's `save` paths read.
struct ResultScope: ExpressionScope {
    let result: JSONObject
    let base: TurnScope

    var now: Date { base.now }
    var language: String { base.language }
    var timeZone: TimeZone { base.timeZone }

    func lookup(_ name: String) -> JSONValue? { name == "context" ? .object(result) : result[name] }

    func title(of value: JSONValue, at path: [String]) -> String? { nil }
}
