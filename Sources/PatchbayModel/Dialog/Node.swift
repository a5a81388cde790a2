/// One step of a dialog.
package struct Node: Sendable, Equatable {
    package let id: NodeID
    /// What this node does, with the keys of its kind.
    package let body: NodeBody
    /// Conditions with targets, tried in order.
    package let transitions: [Transition]
    /// Where to go when no transition holds.
    package let next: Target
    /// Where to go when the node fails; tried before the transitions.
    package let onFailure: FailureTarget
    /// The variable that takes the failure, as `context.<node>.error` does.
    package let saveError: String?
    /// Variables to fill from the node's result: variable to path within the result.
    package let save: [Assignment]
    /// What happens when the user stays silent; read now, used with timers.
    package let silence: JSONValue?
    /// The path label of a node for people, where it has one.
    package let title: LocalizedText?

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.id("id")
        body = try NodeBody(fields)
        transitions = try fields.list("transitions", Transition.init)
        next = fields["next"].flatMap(Target.init) ?? .notConnected
        onFailure = fields.optionalString("onFailure").map(FailureTarget.init) ?? .continue
        saveError = fields.optionalString("saveError")
        save = fields.optionalObject("save").members.map {
            Assignment(id: $0.key, to: $0.key, value: $0.value, clears: false)
        }
        silence = fields["silence"]
        title = fields.optionalText("title")
    }

    package var kind: NodeKind { body.kind }
}

/// Where a path leads.
package enum Target: Sendable, Hashable {
    case node(NodeID)
    case end
    /// Nobody has drawn this path yet: lint warns, the engine ends the dialog.
    case notConnected

    init?(_ value: JSONValue) {
        switch value {
        case .string("end"): self = .end
        case .string(let id): self = .node(NodeID(id))
        case .null: self = .notConnected
        default: return nil
        }
    }
}

/// Where a failing node leads.
package enum FailureTarget: Sendable, Hashable {
    case `continue`
    case end
    case node(NodeID)

    init(_ word: String) {
        switch word {
        case "continue": self = .continue
        case "end": self = .end
        default: self = .node(NodeID(word))
        }
    }
}

/// A condition with a target.
package struct Transition: Sendable, Equatable {
    package let id: String
    /// The condition as JSON (`docs/expressions.md`).
    package let condition: JSONValue
    package let then: Target
    package let label: LocalizedText?
    /// Context paths to empty before going, such as `entities.subject`.
    package let clear: [String]

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        condition = try fields.required("if")
        then = fields["then"].flatMap(Target.init) ?? .notConnected
        label = fields.optionalText("label")
        clear = fields.strings("clear")
    }
}

/// A value put somewhere: a row of a logic node, of `save`, or of a dialog call's `before` and `after`.
package struct Assignment: Sendable, Equatable {
    package let id: String
    /// A context path, such as `total` or `entities.subject`.
    package let to: String
    /// A literal or template; in `save` a path into the node's result.
    package let value: JSONValue
    /// Whether the place is emptied instead.
    package let clears: Bool

    init(id: String, to: String, value: JSONValue, clears: Bool) {
        self.id = id
        self.to = to
        self.value = value
        self.clears = clears
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        id = try fields.string("id")
        to = try fields.string("to")
        clears = fields.bool("clear")
        value = fields["value"] ?? .null
    }
}

/// The kinds of node; each has one executor.
package enum NodeKind: String, Sendable, CaseIterable {
    case intent, entity, form, confirmation, message, service, script, logic, dialog, webhook, agentTransfer, prompt,
        agent, group

    /// Whether a conversation can run through a node of this kind; the others are read and linted.
    package var runs: Bool {
        switch self {
        case .intent, .entity, .confirmation, .message, .logic, .service, .script, .prompt, .dialog: true
        case .form, .webhook, .agentTransfer, .agent, .group: false
        }
    }

    /// Whether the node may wait for the user.
    package var waits: Bool {
        switch self {
        case .entity, .confirmation, .form, .agent, .agentTransfer, .webhook: true
        case .intent, .message, .service, .script, .logic, .dialog, .prompt, .group: false
        }
    }
}

/// A node's own keys by kind.
package enum NodeBody: Sendable, Equatable {
    case intent(IntentNode)
    case entity(EntityNode)
    case confirmation(ConfirmationNode)
    case message(MessageNode)
    case logic([Assignment])
    case service(ServiceNode)
    /// The context keys that the node's script says it writes.
    case script(sets: [String])
    case prompt(PromptNode)
    case dialog(DialogNode)
    /// A kind whose time has not come: kept as it was read.
    case later(NodeKind, JSONObject)

    init(_ fields: Fields) throws(DiagnosticError) {
        let kind: NodeKind = try fields.choice("kind")
        switch kind {
        case .intent: self = .intent(try IntentNode(fields))
        case .entity: self = .entity(try EntityNode(fields))
        case .confirmation: self = .confirmation(try ConfirmationNode(fields))
        case .message: self = .message(try MessageNode(fields))
        case .logic: self = .logic(try fields.list("set", Assignment.init))
        case .service: self = .service(try ServiceNode(fields))
        case .script: self = .script(sets: fields.strings("sets"))
        case .prompt: self = .prompt(try PromptNode(fields))
        case .dialog: self = .dialog(try DialogNode(fields))
        case .form, .webhook, .agentTransfer, .agent, .group: self = .later(kind, fields.object)
        }
    }

    package var kind: NodeKind {
        switch self {
        case .intent: .intent
        case .entity: .entity
        case .confirmation: .confirmation
        case .message: .message
        case .logic: .logic
        case .service: .service
        case .script: .script
        case .prompt: .prompt
        case .dialog: .dialog
        case .later(let kind, _): kind
        }
    }
}
