/// What the parts of one `dialog.json` say about each other.
enum DialogRules {
    static func diagnostics(of dialog: JSONValue) -> [Diagnostic] {
        guard case .object(let root) = dialog, case .array(let nodes)? = root["nodes"] else { return [] }
        var check = DialogCheck(nodes)
        if let start = root["start"]?.string, !check.ids.contains(start) {
            check.notes.unknown(["start"], "node", start, among: check.ids.sorted())
        }
        for (index, node) in nodes.enumerated() { check.checkNode(node, ["nodes", "\(index)"]) }
        for member in root["canvas"]?.object?.members ?? [] where !check.ids.contains(member.key) {
            check.notes.warning(["canvas", member.key], "no node '\(member.key)'", "remove its position")
        }
        check.notes.sameButCase(root["settings"]?.object, ["settings"])
        return check.notes.diagnostics
    }
}

/// One dialog on its way through the rules.
struct DialogCheck {
    let ids: Set<String>
    /// Lower-case node ids with the spelling that they have.
    private let nodesByLowerCase: [String: String]
    private var groups: [String: String] = [:]
    var notes = RuleNotes()

    init(_ nodes: [JSONValue]) {
        let names = nodes.compactMap { $0["id"]?.string }
        ids = Set(names)
        nodesByLowerCase = Dictionary(names.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func checkNode(_ node: JSONValue, _ place: [String]) {
        if let id = node["id"]?.string, ReservedName.contains(id) {
            notes.error(place + ["id"], "the node id '\(id)' is reserved", "choose another id")
        }
        checkTargets(node, place)
        checkVariables(node, place)
        switch node["kind"]?.string {
        case "intent": checkMarks(node["utterances"], place + ["utterances"])
        case "entity": checkEntity(node, place)
        case "group": checkGroup(node, place)
        default: break
        }
        if let request = node["request"] { checkRequest(request, place + ["request"]) }
    }

    // MARK: - Targets

    private mutating func checkTargets(_ node: JSONValue, _ place: [String]) {
        checkTarget(node["next"], place + ["next"], words: ["end"])
        for key in ["onFailure", "onRetriesExceeded", "onTimeout", "onCancel"] {
            checkTarget(node[key], place + [key], words: ["continue", "end"])
        }
        checkTarget(node["silence"]?["then"], place + ["silence", "then"], words: ["end"])
        for list in ["transitions", "tools", "exits"] {
            for (index, element) in (node[list]?.array ?? []).enumerated() {
                checkTarget(element["then"], place + [list, "\(index)", "then"], words: ["end"])
            }
        }
    }

    private mutating func checkTarget(_ value: JSONValue?, _ place: @autoclosure () -> [String], words: [String]) {
        guard let id = value?.string, !words.contains(id), !ids.contains(id) else { return }
        notes.unknown(place(), "node", id, among: notes.isTold ? ids.sorted() + words : [])
    }

    private mutating func checkGroup(_ node: JSONValue, _ place: [String]) {
        let members = node["nodes"]?.array?.compactMap(\.string) ?? []
        let id = node["id"]?.string ?? ""
        for (index, member) in members.enumerated() {
            let here = place + ["nodes", "\(index)"]
            if member == id {
                notes.error(here, "the group '\(id)' contains itself", "remove it")
            } else if !ids.contains(member) {
                notes.unknown(here, "node", member, among: notes.isTold ? ids.sorted() : [])
            } else if let other = groups.updateValue(id, forKey: member), other != id {
                notes.error(here, "'\(member)' is in the group '\(other)' already", "a node is in one group at most")
            }
        }
        if let start = node["start"]?.string, !members.contains(start) {
            notes.unknown(place + ["start"], "member", start, among: members)
        }
    }

    // MARK: - Variables

    private mutating func checkVariables(_ node: JSONValue, _ place: [String]) {
        for member in node["save"]?.object?.members ?? [] { checkVariable(member.key, place + ["save", member.key]) }
        if let name = node["saveError"]?.string { checkVariable(name, place + ["saveError"]) }
        for (index, name) in (node["sets"]?.array ?? []).enumerated() {
            if let name = name.string { checkVariable(name, place + ["sets", "\(index)"]) }
        }
        for list in ["set", "after"] {
            for (index, row) in (node[list]?.array ?? []).enumerated() {
                guard let path = row["to"]?.string else { continue }
                let root = String(path.prefix { $0 != "." && $0 != "[" })
                if root != path, root == "entities" || root == "session" { continue }
                checkVariable(root, place + [list, "\(index)", "to"])
            }
        }
    }

    private mutating func checkVariable(_ name: String, _ place: @autoclosure () -> [String]) {
        if ReservedName.contains(name) {
            let remedy = name == "context" ? "leave 'context.' out: the path starts there" : "choose another name"
            notes.error(place(), "the variable name '\(name)' is reserved", remedy)
        } else if let node = nodesByLowerCase[name.lowercased()] {
            notes.error(
                place(),
                "the variable '\(name)' is named like the node '\(node)'",
                "choose another name: context.\(node) is the node's result"
            )
        }
    }

    // MARK: - Values

    private mutating func checkEntity(_ node: JSONValue, _ place: [String]) {
        if node["type"]?.string == "list", node["values"] == nil, node["valuesFrom"] == nil {
            notes.error(place, "a list needs 'values' or 'valuesFrom'", "add one of them")
        }
        if node["type"]?.string != "message", node["presence"]?.string != "hidden",
            node["prompts"]?.array?.isEmpty ?? true
        {
            notes.warning(place, "the entity has no 'prompts'", "add a question, or \"presence\": \"hidden\"")
        }
    }

    private mutating func checkMarks(_ utterances: JSONValue?, _ place: [String]) {
        switch utterances {
        case .object(let object):
            for member in object.members { checkMarks(member.value, place + [member.key]) }
        case .array(let list):
            for (index, utterance) in list.enumerated() {
                guard let length = utterance["text"]?.string?.unicodeScalars.count else { continue }
                for (number, mark) in (utterance["entities"]?.array ?? []).enumerated() {
                    guard let from = mark["from"]?.int, let to = mark["to"]?.int, from >= to || to > length else {
                        continue
                    }
                    notes.error(
                        place + ["\(index)", "entities", "\(number)"],
                        "the mark from \(from) to \(to) lies not within the \(length) characters of the text",
                        "count from 0; 'to' is the place after the last"
                    )
                }
            }
        default: break
        }
    }

    private mutating func checkRequest(_ request: JSONValue, _ place: [String]) {
        guard let url = request["url"]?.string else { return }
        let names = Set(NamedParts.names(in: url))
        let path = request["path"]?.object ?? JSONObject()
        for name in names.sorted() where path[name] == nil {
            notes.error(place + ["url"], "no value for '{\(name)}' of the URL", "add '\(name)' to 'path'")
        }
        for member in path.members where !names.contains(member.key) {
            notes.error(
                place + ["path", member.key],
                "the URL has no '{\(member.key)}'",
                "add it to 'url' or remove the value"
            )
        }
    }
}
