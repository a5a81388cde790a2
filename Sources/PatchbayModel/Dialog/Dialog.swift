/// A dialog task: a graph of nodes with transitions (`dialogs/<id>/dialog.json`).
package struct Dialog: Sendable, Equatable {
    package let id: DialogID
    /// The language of the file's plain texts.
    package let language: String
    package let name: LocalizedText
    package let start: NodeID
    /// Constants that texts read as `settings.x`; never expanded.
    package let settings: JSONObject
    package let nodes: [Node]

    /// Decodes a checked file.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        id = try fields.id("id")
        language = fields.language
        name = try fields.text("name")
        start = try fields.id("start")
        settings = fields.optionalObject("settings")
        nodes = try fields.list("nodes", Node.init)
    }

    /// The node of an id, or nil.
    package func node(_ id: NodeID) -> Node? { nodes.first { $0.id == id } }
}
