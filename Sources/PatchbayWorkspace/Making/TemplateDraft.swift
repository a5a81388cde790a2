package import PatchbayFiles
package import PatchbayModel

/// A template made out of a workspace's dialog: what it needs comes along, chosen values become parameters.
///
/// Installed with its defaults it gives the same dialogs again, byte for byte in canonical text.
package struct TemplateDraft {
    /// A value that becomes a parameter.
    package struct Choice: Sendable, Equatable {
        /// Where it is; elements of lists by id are named by their ids, or by index.
        package let pointer: String
        package let name: String

        package init(pointer: String, name: String) {
            self.pointer = pointer
            self.name = name
        }
    }

    /// What the dialogs are made a template with, from other rooms.
    package struct Material {
        /// The plugin that the template is for.
        package let plugin: PluginID
        /// The schema of an operation's input, where it can stand alone.
        package let inputSchema: (_ plugin: PluginID, _ operation: OperationID, _ input: String) -> JSONValue?
        /// The operation that a prompt calls when it names none.
        package let modelOperation: (_ plugin: PluginID) -> OperationID?
        /// The paths that a dialog reads in its file, and those that its scripts show.
        package let reads:
            (_ file: JSONValue, _ scripts: [String: String]) -> (file: Set<[String]>, scripts: Set<[String]>)
        /// What looks like a secret in a file, or is one of this machine's.
        package let findSecrets: (_ path: String, _ bytes: [UInt8]) -> [Diagnostic]

        package init(
            plugin: PluginID,
            inputSchema: @escaping (PluginID, OperationID, String) -> JSONValue?,
            modelOperation: @escaping (PluginID) -> OperationID?,
            reads: @escaping (JSONValue, [String: String]) -> (file: Set<[String]>, scripts: Set<[String]>),
            findSecrets: @escaping (String, [UInt8]) -> [Diagnostic]
        ) {
            self.plugin = plugin
            self.inputSchema = inputSchema
            self.modelOperation = modelOperation
            self.reads = reads
            self.findSecrets = findSecrets
        }
    }

    let workspace: Workspace
    let material: Material
    /// The dialogs, the first the one that was named.
    private(set) var dialogs: [(id: DialogID, value: JSONValue)] = []
    private var parameters = JSONObject()
    /// The files of the dialogs, by their path in a template's folder.
    private var files: [ArchiveEntry] = []
    /// What does not come along, in words.
    package internal(set) var notes: [String] = []
    /// `template.json`.
    package private(set) var template: JSONValue = [:]

    /// Makes a template of a dialog.
    ///
    /// - Parameters:
    ///   - id: The template's id.
    ///   - dialog: The dialog, whose own calls of other dialogs are followed.
    ///   - choices: The values that become parameters.
    ///   - workspace: Where the dialog is.
    ///   - material: What other rooms know.
    /// - Throws: ``TemplateDraftError``; ``WorkspaceError/secretInFile(_:)``; `DiagnosticError` for a dialog with errors.
    package init(
        _ id: TemplateID,
        from dialog: DialogID,
        parameters choices: [Choice],
        in workspace: Workspace,
        with material: Material
    ) throws {
        self.workspace = workspace
        self.material = material
        try collect(dialog)
        let main = dialogs[0].value
        let filled = try parametrized(main, choices)
        for (own, value) in dialogs { try add(own, own == dialog ? filled : value) }
        try checkSecrets()
        var head: JSONObject = [
            "formatVersion": 1, "language": main["language"] ?? "en", "id": .string(id.rawValue),
            "title": main["name"] ?? .string(id.rawValue),
        ]
        head["summary"] = main["description"]
        let calls = calledOperations
        if !calls.isEmpty { head["operations"] = .array(calls.map(JSONValue.string)) }
        let needs = try requiredPlugins(of: calls)
        if !needs.isEmpty { head["requires"] = .object(needs) }
        if !parameters.isEmpty { head["parameters"] = .object(parameters) }
        let variables = try variables(language: head["language"]?.string ?? "en")
        if !variables.isEmpty { head["variables"] = .array(variables) }
        let hosts = hosts
        if !hosts.isEmpty { head["hosts"] = .array(hosts.map(JSONValue.string)) }
        template = .object(head)
        noteProfiles()
    }

    /// The template's files, `template.json` among them, by their path in the template's folder.
    package var entries: [ArchiveEntry] {
        [ArchiveEntry(path: "template.json", bytes: CanonicalText.bytes(template, of: .template))] + files
    }

    // MARK: - Dialogs

    /// The dialog, and those that it calls.
    private mutating func collect(_ id: DialogID) throws {
        guard !dialogs.contains(where: { $0.id == id }) else { return }
        _ = try workspace.dialog(id)
        guard let value = try workspace.value(of: "dialogs/\(id)/dialog.json", as: .dialog) else { return }
        dialogs.append((id, value))
        for node in value["nodes"]?.array ?? [] {
            let tools = node["tools"]?.array ?? []
            for called in ([node] + tools).compactMap({ $0["dialog"]?.string }) {
                guard workspace.exists("dialogs/\(called)/dialog.json") else {
                    throw TemplateDraftError(
                        "dialog '\(id)' calls dialog '\(called)', which is not there; mend it ('patchbay dialog lint') first"
                    )
                }
                try collect(DialogID(called))
            }
        }
    }

    /// Adds a dialog's files.
    private mutating func add(_ id: DialogID, _ value: JSONValue) throws {
        let folder = "dialogs/\(id)"
        files.append(ArchiveEntry(path: "\(folder)/dialog.json", bytes: CanonicalText.bytes(value, of: .dialog)))
        for name in try workspace.names(in: folder).sorted() where name.hasSuffix(".js") {
            files.append(ArchiveEntry(path: "\(folder)/\(name)", bytes: try workspace.bytes(of: "\(folder)/\(name)")))
        }
        for node in try workspace.names(in: "\(folder)/tapes").sorted() {
            for name in try workspace.names(in: "\(folder)/tapes/\(node)").sorted() where name.hasSuffix(".json") {
                let path = "\(folder)/tapes/\(node)/\(name)"
                let bytes = WorkspaceLayout.canonical(try workspace.bytes(of: path), of: path)
                files.append(ArchiveEntry(path: path, bytes: bytes))
            }
        }
    }

    private func checkSecrets() throws {
        let found = files.flatMap { material.findSecrets($0.path, $0.bytes) }
        guard found.isEmpty else { throw WorkspaceError.secretInFile(found) }
        // A value that became a parameter's default stands in template.json now.
        let defaults = parameters.members.flatMap { member in
            material.findSecrets(
                "--parameter \(member.key)",
                Array(JSONWriter().text([member.key: member.value["default"] ?? .null]).utf8)
            )
        }
        guard defaults.isEmpty else { throw WorkspaceError.secretInFile(defaults) }
    }

    // MARK: - Parameters

    /// The dialog with parameters for the chosen values.
    private mutating func parametrized(_ dialog: JSONValue, _ choices: [Choice]) throws -> JSONValue {
        var value = dialog
        var taken: [(pointer: JSONPointer, name: String)] = []
        for choice in choices {
            guard TextKind.node.matches(choice.name) else {
                throw TemplateDraftError("'\(choice.name)' is no parameter's name; \(TextKind.node.hint)")
            }
            let place = try DialogPlace(choice.pointer, in: dialog)
            if let other = taken.first(where: { Self.overlap($0.pointer, place.pointer) }) {
                throw TemplateDraftError(
                    "'\(choice.pointer)' and the place of parameter '\(other.name)' are one in the other; choose one of them"
                )
            }
            taken.append((place.pointer, choice.name))
            try take(place, as: choice)
            value = value.setting(["$parameter": .string(choice.name)], at: place.pointer)
        }
        let found = FileCheck.diagnostics(of: value, as: .dialog, allowingParameters: true)
        if let fault = found.first(where: { $0.severity == .error }) {
            throw TemplateDraftError(
                "no parameter may stand at '\(fault.pointer ?? .root)': \(fault.message)"
                    + (fault.remedy.map { "; \($0)" } ?? "")
            )
        }
        let defaults = JSONObject(parameters.members.map { ($0.key, $0.value["default"] ?? .null) })
        let again = TemplateParameters.fill(value, with: defaults)
        guard CanonicalText.text(again, of: .dialog) == CanonicalText.text(dialog, of: .dialog) else {
            throw TemplateDraftError("installing the template would give another dialog; choose other parameters")
        }
        return value
    }

    private static func overlap(_ first: JSONPointer, _ second: JSONPointer) -> Bool {
        first.tokens.starts(with: second.tokens) || second.tokens.starts(with: first.tokens)
    }

    /// Makes a value a parameter's default.
    private mutating func take(_ place: DialogPlace, as choice: Choice) throws(TemplateDraftError) {
        if let name = place.named {
            let inside = name.tokens.isEmpty ? "it names something" : "'\(name)' in it names something"
            throw TemplateDraftError(
                "'\(choice.pointer)' can't be a parameter: \(inside), and ids stay as they are; choose a place without one"
            )
        }
        let isSetting = place.pointer.tokens.first == "settings"
        guard let plain = isSetting ? place.value : Self.unescaped(place.value) else {
            throw TemplateDraftError(
                "'\(choice.pointer)' reads an expression, and a parameter's text is never expanded; "
                    + "put what differs into the dialog's 'settings', read it as {{settings.\(choice.name)}}, "
                    + "and say --parameter /settings/\(choice.name)=\(choice.name)"
            )
        }
        if let known = parameters[choice.name] {
            guard known["default"] == plain else {
                throw TemplateDraftError(
                    "parameter '\(choice.name)' stands for two values, \(JSONWriter().text(known["default"] ?? .null)) and "
                        + "\(JSONWriter().text(plain)); give one of them another name"
                )
            }
            return
        }
        parameters[choice.name] = [
            "title": .string(Self.title(choice.name)), "schema": schema(of: place, plain), "default": plain,
        ]
    }

    /// The value as somebody would give it: where it is filled in, a `{{` is escaped; nil for one that reads an expression.
    private static func unescaped(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .string(let text):
            let plain = text.replacing("{{'{{'}}", with: "{{")
            return plain.replacing("{{", with: "{{'{{'}}") == text ? .string(plain) : nil
        case .array(let elements):
            let plain = elements.compactMap(unescaped)
            return plain.count == elements.count ? .array(plain) : nil
        case .object(let object):
            // It would be taken for a parameter itself.
            guard object["$parameter"] == nil else { return nil }
            let plain = object.members.compactMap { member in unescaped(member.value).map { (member.key, $0) } }
            return plain.count == object.count ? .object(JSONObject(plain)) : nil
        case .null, .bool, .number: return value
        }
    }

    /// `shopName` is `Shop name`.
    private static func title(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase, words.last?.isLowercase == true { words += " " }
            words += character == "_" ? " " : words.isEmpty ? character.uppercased() : character.lowercased()
        }
        return words
    }

    /// What the place allows; of an operation's input its own schema.
    private func schema(of place: DialogPlace, _ value: JSONValue) -> JSONValue {
        let tokens = place.pointer.tokens
        if tokens.count == 4, tokens[0] == "nodes", tokens[2] == "input",
            let node = dialogs.first?.value[JSONPointer(tokens: Array(tokens.prefix(2)))],
            let plugin = node["integration"]?.string, let operation = node["operation"]?.string,
            let own = material.inputSchema(PluginID(plugin), OperationID(operation), tokens[3]),
            ParameterSchema.fits(value, own)
        {
            return own
        }
        let schema = ParameterSchema.schema(of: place)
        return ParameterSchema.fits(value, schema) ? schema : ParameterSchema.type(of: value)
    }
}
