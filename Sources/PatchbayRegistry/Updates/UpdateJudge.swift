import PatchbayLanguage
package import PatchbayModel

/// Compares two versions of a plugin with an eye on what a workspace uses of it.
package struct UpdateJudge {
    let old: Plugin
    let new: Plugin
    let use: PluginUse
    var reasons: [UpdateJudgement.Reason] = []

    /// The judgement of an update.
    ///
    /// - Parameters:
    ///   - old: The version that is used.
    ///   - new: The version that is to be used.
    ///   - use: What is used of it.
    /// - Returns: Every difference that a rule knows, those that concern nobody as compatible.
    package static func judgement(from old: Plugin, to new: Plugin, use: PluginUse) -> UpdateJudgement {
        var judge = UpdateJudge(old: old, new: new, use: use)
        judge.operations()
        judge.access()
        judge.templates()
        for file in use.unread {
            judge.note(.uncertain, at: .root, "'\(file)' can't be read, so nobody knows what it uses", usedBy: [file])
        }
        return UpdateJudgement(judge.reasons)
    }

    private init(old: Plugin, new: Plugin, use: PluginUse) {
        self.old = old
        self.new = new
        self.use = use
    }

    /// Adds a reason; one that concerns nobody here is compatible.
    mutating func note(
        _ verdict: UpdateJudgement.Verdict,
        at place: JSONPointer,
        _ words: String,
        usedBy users: [String]
    ) {
        let isUsed = !users.isEmpty
        reasons.append(
            UpdateJudgement.Reason(
                verdict: isUsed ? verdict : .compatible,
                place: place,
                words: isUsed || verdict == .compatible ? words : words + "; nothing here uses it",
                usedBy: users
            )
        )
    }

    // MARK: - Operations

    private mutating func operations() {
        for operation in old.manifest.operations {
            let calls = use.calls.filter { $0.operation == operation.id }
            let place = JSONPointer(tokens: ["operations", operation.id.rawValue])
            guard let next = new.manifest.operation(operation.id) else {
                note(.breaking, at: place, "operation '\(operation.id)' is gone", usedBy: calls.map(\.place))
                continue
            }
            let isSame = operation == next && old.manifest.errors == new.manifest.errors
            guard !isSame || Self.hasFiles(operation) else { continue }
            OperationJudge(old: operation, new: next, calls: calls, place: place).judge(&self)
        }
        for operation in new.manifest.operations where old.manifest.operation(operation.id) == nil {
            let place = JSONPointer(tokens: ["operations", operation.id.rawValue])
            note(.compatible, at: place, "operation '\(operation.id)' is new", usedBy: [])
        }
        models()
    }

    /// Whether a schema may stand in a file, so that equal manifests mean different things.
    private static func hasFiles(_ operation: ServiceOperation) -> Bool {
        (operation.inputs.map(\.schema) + [operation.response.schema ?? true]).contains {
            JSONWriter().text($0).contains("\"$ref\"")
        }
    }

    /// The models that prompts name.
    private mutating func models() {
        let known = new.manifest.models.map(\.id)
        guard !new.manifest.acceptsAnyModel else { return }
        for model in old.manifest.models where !known.contains(model.id) {
            let users = use.calls.filter { $0.model?.string == model.id }.map(\.place)
            note(.uncertain, at: "/models", "model '\(model.id)' is no longer named", usedBy: users)
        }
        if let before = old.manifest.modelOperation?.id, let now = new.manifest.modelOperation?.id, before != now {
            let users = use.calls.filter { $0.isPrompt && $0.operation == before }.map(\.place)
            note(
                .uncertain,
                at: "/operations",
                "prompts call '\(now)' now where they called '\(before)'",
                usedBy: users
            )
        }
    }

    // MARK: - Templates

    private mutating func templates() {
        for id in old.manifest.templates where !new.manifest.templates.contains(id) {
            let users = use.templates.filter { $0.template == id }.map { "template instance '\($0.instance)'" }
            note(.breaking, at: "/templates", "template '\(id)' is gone", usedBy: users)
        }
        for id in new.manifest.templates where !old.manifest.templates.contains(id) {
            note(.compatible, at: "/templates", "template '\(id)' is new", usedBy: [])
        }
    }

    // MARK: - Schemas

    func side(_ schema: JSONValue, of plugin: Plugin) -> SchemaComparison.Side {
        SchemaComparison.Side(schema) { try? plugin.json($0) }
    }

    /// What differs in two schemas, as reasons; each finding lies below a place of the manifest.
    mutating func compare(
        _ before: JSONValue,
        _ now: JSONValue,
        _ direction: SchemaComparison.Direction,
        at place: JSONPointer,
        of what: String,
        usedBy users: [String],
        mostly most: UpdateJudgement.Verdict = .breaking
    ) {
        let findings = SchemaComparison.findings(
            from: side(before, of: old),
            to: side(now, of: new),
            direction
        )
        for finding in findings {
            let names = finding.place.tokens.filter { !["properties", "items", "anyOf", "oneOf"].contains($0) }
            let inside = names.isEmpty ? "" : " at '\(names.joined(separator: "."))'"
            note(
                finding.isCertain ? most : .uncertain,
                at: JSONPointer(tokens: place.tokens + finding.place.tokens),
                "\(what)\(inside): \(finding.words)",
                usedBy: users
            )
        }
    }
}
