package import PatchbayModel

/// How good a plugin is, computed: bronze, silver, gold, platinum.
package struct PluginGrade: Sendable, Equatable {
    /// `none`, `bronze`, `silver`, `gold` or `platinum`.
    package let name: String
    /// Everything that is missing for the next grade; empty for the highest.
    package let missing: [String]

    /// What is missing first for the next grade, or nil.
    package var next: String? { missing.first }

    package init(name: String, missing: [String]) {
        self.name = name
        self.missing = missing
    }

    /// The grade of a plugin.
    ///
    /// - Parameters:
    ///   - plugin: The plugin.
    ///   - templates: Its templates.
    ///   - diagnostics: What lint found.
    ///   - isSigned: Whether it has a signature that holds.
    /// - Returns: The highest grade of which nothing is missing.
    package static func of(
        _ plugin: Plugin,
        templates: [PluginTemplate],
        diagnostics: [Diagnostic],
        isSigned: Bool = false
    ) -> PluginGrade {
        if diagnostics.hasErrors { return PluginGrade(name: "none", missing: ["mend the errors"]) }
        let needs = GradeNeeds(plugin: plugin, templates: templates, isSigned: isSigned)
        var reached = "none"
        for (name, missing) in [
            ("bronze", needs.bronze), ("silver", needs.silver), ("gold", needs.gold), ("platinum", needs.platinum),
        ] {
            let missing = missing()
            guard missing.isEmpty else { return PluginGrade(name: reached, missing: missing) }
            reached = name
        }
        return PluginGrade(name: reached, missing: [])
    }
}

/// What each grade asks for.
private struct GradeNeeds {
    let plugin: Plugin
    let templates: [PluginTemplate]
    let isSigned: Bool

    private var manifest: PluginManifest { plugin.manifest }

    func bronze() -> [String] {
        manifest.operations.filter { operation in
            operation.source == nil || operation.response.schema == nil
                || operation.inputs.contains { $0.schema == true }
        }.map { "operation '\($0.id)' needs schemas and a source" }
    }

    func silver() -> [String] {
        var missing = manifest.authorization.filter { $0.kind != .none && $0.check == nil }
            .map { "authorization type '\($0.id)' needs a check" }
        if manifest.errors.isEmpty || manifest.errorMessage.isEmpty {
            missing.append("'errors' and 'errorMessage' need entries")
        }
        for template in templates {
            if template.samples.isEmpty {
                missing.append("template '\(template.template.id)' needs a sample conversation")
            } else if !isOnTape(template) {
                missing.append(
                    "template '\(template.template.id)' needs a sample conversation with its calls, or tapes of its operations"
                )
            }
        }
        return missing
    }

    /// Whether nothing has to be made up for a template's samples: one has its calls in it, or the operations have tapes.
    private func isOnTape(_ template: PluginTemplate) -> Bool {
        let hasCalls = template.samples.contains { path in
            guard let sample = try? plugin.json(path) else { return false }
            return sample["turns"]?.array?.contains { $0["calls"] != nil } == true
        }
        // The operations of other plugins are on tape there.
        let own = template.template.operations.filter { $0.hasPrefix("\(plugin.id)/") }
        return hasCalls
            || own.allSatisfy { name in
                let operation = name.dropFirst(plugin.id.rawValue.count + 1)
                return (try? plugin.files.names(in: "tapes/\(operation)").isEmpty) == false
            }
    }

    func gold() -> [String] {
        var missing = manifest.icon == nil ? ["an icon"] : []
        let fields = manifest.authorization.flatMap(\.fields).map { ($0.key, $0.help) }
        for (key, help) in fields + manifest.connection.map({ ($0.key, $0.help) }) where help == nil {
            missing.append("field '\(key)' needs a help text")
        }
        // What only reads is tried again as usual.
        for operation in manifest.operations where !operation.onlyReads && !operation.hasRetryRule {
            missing.append("operation '\(operation.id)' needs a 'retry' that says whether repeating it does harm")
        }
        let languages = max(manifest.name.byLanguage.count, manifest.summary?.byLanguage.count ?? 0)
        if languages < 2 { missing.append("texts in two languages") }
        return missing
    }

    func platinum() -> [String] {
        var missing = isSigned ? [] : ["a signature"]
        for operation in manifest.operations {
            let (isGood, isFailure) = tapes(of: operation.id)
            if !isGood { missing.append("operation '\(operation.id)' needs a tape of a good answer") }
            if !isFailure { missing.append("operation '\(operation.id)' needs a tape of a failure") }
        }
        if !hasUpgradeNotes {
            missing.append("upgrade notes: a CHANGELOG.md with a heading for \(manifest.version)")
        }
        return missing
    }

    /// Whether an operation has tapes of good answers, and of failures.
    private func tapes(of operation: OperationID) -> (isGood: Bool, isFailure: Bool) {
        // What can't be read is lint's finding.
        let names = (try? plugin.files.names(in: "tapes/\(operation)")) ?? []
        let tapes = names.compactMap { try? plugin.json("tapes/\(operation)/\($0)") }
        func fails(_ tape: JSONValue) -> Bool {
            if tape["failure"] != nil { return true }
            if (tape["answer"]?["status"]?.int ?? 200) >= 400 { return true }
            // A service may answer 200 with a fault inside.
            let body = tape["answer"]?["body"]?["json"] ?? .null
            return manifest.errorMessage.contains { place in
                if case .pointer(let pointer) = place { body[pointer] != nil } else { false }
            }
        }
        return (tapes.contains { !fails($0) }, tapes.contains(where: fails))
    }

    private var hasUpgradeNotes: Bool {
        guard let bytes = try? plugin.files.read("CHANGELOG.md") else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
            line.hasPrefix("#")
                && line.split(whereSeparator: { !$0.isNumber && !$0.isLetter && $0 != "." && $0 != "-" })
                    .contains { $0 == manifest.version.description || $0 == "v\(manifest.version)" }
        }
    }
}
