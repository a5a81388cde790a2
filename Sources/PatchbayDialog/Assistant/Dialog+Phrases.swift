import PatchbayModel

extension Dialog {
    /// The texts that start it, by their place in its file: its id, its names, and what its start node's intent hears.
    var phrases: [(place: JSONPointer, texts: [String])] {
        var phrases: [(place: JSONPointer, texts: [String])] = [
            ("/id", [id.rawValue]), ("/name", name.byLanguage.sorted { $0.key < $1.key }.map(\.value)),
        ]
        for (index, node) in nodes.enumerated() where node.id == start {
            guard case .intent(let intent) = node.body else { continue }
            let texts = intent.utterances.byLanguage.sorted { $0.key < $1.key }.flatMap(\.value)
            phrases.append((JSONPointer(tokens: ["nodes", String(index), "utterances"]), texts))
        }
        return phrases
    }
}
