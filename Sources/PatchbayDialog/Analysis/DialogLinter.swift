import PatchbayModel

/// One check of one dialog.
struct DialogLinter {
    let dialog: Dialog
    let file: JSONValue
    let scripts: [String: String]?
    let known: LintEnvironment
    /// The ids of the nodes.
    let ids: Set<NodeID>
    /// The nodes that belong to a group.
    let members: Set<NodeID>
    var diagnostics: [Diagnostic] = []

    init(dialog: Dialog, file: JSONValue, scripts: [String: String]?, known: LintEnvironment) {
        self.dialog = dialog
        self.file = file
        self.scripts = scripts
        self.known = known
        ids = Set(dialog.nodes.map(\.id))
        members = Set(dialog.nodes.flatMap(\.members))
    }

    var name: String { "dialogs/\(dialog.id)/dialog.json" }
    var nodeIDs: [String] { dialog.nodes.map(\.id.rawValue) }

    func pointer(_ index: Int) -> JSONPointer { JSONPointer(tokens: ["nodes", String(index)]) }

    mutating func say(_ pointer: JSONPointer, _ message: String, remedy: String? = nil) {
        diagnostics.append(Diagnostic(.error, file: name, at: pointer, message, remedy: remedy))
    }

    mutating func warn(_ pointer: JSONPointer, _ message: String, remedy: String? = nil) {
        diagnostics.append(Diagnostic(.warning, file: name, at: pointer, message, remedy: remedy))
    }

    /// What to offer among many names, one for each node or variable; nothing for findings that are not told any more.
    func offer(_ candidates: @autoclosure () -> [String], _ remedy: ([String]) -> String?) -> String? {
        diagnostics.count < FileCheck.mostFindings ? remedy(candidates()) : nil
    }

    mutating func run() {
        compile()
        start()
        phrases()
        for (index, node) in dialog.nodes.enumerated() {
            targets(node, at: pointer(index))
            kind(node, at: pointer(index))
            unread(node, at: pointer(index))
        }
        let flow = DialogFlow(dialog, scripts: scripts ?? [:], given: known.given)
        reachability(flow)
        variables(flow)
        loops(flow)
        scriptFiles()
        placeholders(in: file, at: .root)
        secrets()
    }
}
