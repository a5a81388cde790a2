import PatchbayModel

// Keys of the format that nothing reads yet, or that do nothing where they stand.
extension DialogLinter {
    mutating func unread(_ node: Node, at pointer: JSONPointer) {
        guard let object = file[pointer]?.object else { return }
        let keys =
            switch node.kind {
            case .intent: ["hidden", "requires", "emits"]
            case .entity, .confirmation: ["silence"]
            default: [String]()
            }
        for key in keys where object[key].map({ $0 != .bool(false) }) == true {
            warn(pointer.appending(key), "'\(key)' does nothing yet", remedy: "it is kept for a later version")
        }
        for key in ["prompts", "errorPrompts", "messages"] {
            for (index, alternative) in (object[key]?.array ?? []).enumerated() {
                template(alternative["template"], at: pointer.appending(key).appending(index).appending("template"))
            }
        }
        switch node.body {
        case .intent: utterances(object["utterances"], of: node, at: pointer.appending("utterances"))
        case .message(let message):
            for (index, alternative) in message.messages.enumerated() where alternative.attempt ?? 1 > 1 {
                warn(
                    pointer.appending("messages").appending(index).appending("try"),
                    "this is never said: a message has one try",
                    remedy: "remove 'try'"
                )
            }
        case .prompt(let prompt):
            if prompt.streams, prompt.schema != nil {
                warn(
                    pointer.appending("stream"),
                    "'stream' does nothing beside 'output'; the answer is checked as a whole",
                    remedy: "remove one of them"
                )
            }
        default: break
        }
    }

    private mutating func template(_ template: JSONValue?, at pointer: JSONPointer) {
        guard let template = template?.object else { return }
        for key in ["itemsFrom", "rowsFrom"] where template[key] != nil {
            let other = key == "itemsFrom" ? "items" : "rows"
            warn(pointer.appending(key), "'\(key)' does nothing yet", remedy: "write '\(other)'")
        }
        if template["text"] == nil {
            warn(
                pointer,
                "the template has no 'text', and the terminal shows nothing else of it",
                remedy: "add a 'text' that says the same"
            )
        }
    }

    /// Texts that start another dialog, not this one.
    mutating func phrases() {
        for (place, texts) in dialog.phrases {
            var taken: [DialogID: [String]] = [:]
            for text in texts {
                guard let other = known.started[PlainText.fold(text)], other != dialog.id else { continue }
                taken[other, default: []].append("'\(text)'")
            }
            for (other, texts) in taken.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                warn(
                    place,
                    "\(texts.joined(separator: ", ")) start\(texts.count == 1 ? "s" : "") the dialog '\(other)', not this one",
                    remedy: "let each text start one dialog"
                )
            }
        }
    }

    private mutating func utterances(_ value: JSONValue?, of node: Node, at pointer: JSONPointer) {
        guard let value else { return }
        if node.id != dialog.start {
            warn(
                pointer,
                "these utterances start nothing: only those of the start node '\(dialog.start)' do",
                remedy: "move them there, or into a dialog of their own"
            )
        }
        let lists = value.object.map { $0.members.map(\.value) } ?? [value]
        if lists.contains(where: { $0.array?.contains { $0["entities"] != nil } == true }) {
            warn(
                pointer,
                "the marked entities do nothing yet; the words around them must match as a whole",
                remedy: "ask for the values with entity nodes"
            )
        }
    }
}
