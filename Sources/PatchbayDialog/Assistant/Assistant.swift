package import PatchbayModel

/// An assistant ready to run: an immutable value that is swapped whole when its files change.
package final class Assistant: Sendable {
    package let id: String
    package let language: String
    package let timeZone: String
    let defaultDialog: DialogID?
    let sessionTimeout: Duration?
    let env: JSONValue
    let dialogs: [String: CompiledDialog]

    private let responses: [String: LocalizedText]
    /// Folded phrases that start a dialog; of two dialogs with one phrase the first has it.
    private let phrases: [String: String]
    private let content: JSONObject
    private let contentByLanguage: [String: JSONValue]

    init(_ definition: AssistantDefinition) throws(DiagnosticError) {
        id = definition.id
        language = definition.language
        timeZone = definition.timeZone
        defaultDialog = definition.defaultDialog
        sessionTimeout = definition.sessionTimeout
        env = .object(definition.env)
        responses = StandardTexts.responses.merging(definition.standardResponses) { $1 }
        content = definition.content

        var diagnostics: [Diagnostic] = []
        var dialogs: [String: CompiledDialog] = [:]
        var phrases: [String: String] = [:]
        for source in definition.dialogs {
            let id = source.dialog.id.rawValue
            var compiler = DialogCompiler(source)
            let compiled = compiler.compile()
            diagnostics += compiler.diagnostics
            if dialogs.updateValue(compiled, forKey: id) != nil {
                diagnostics.append(Diagnostic(file: source.file, at: "/id", "two dialogs have the id '\(id)'"))
            }
            for phrase in compiled.phrases where phrases[phrase] == nil { phrases[phrase] = id }
        }
        if let defaultDialog, dialogs[defaultDialog.rawValue] == nil {
            diagnostics.append(
                Diagnostic(
                    file: "patchbay.json",
                    at: "/defaultDialog",
                    "there is no dialog '\(defaultDialog)'",
                    remedy: NearName.remedy(for: defaultDialog.rawValue, among: dialogs.keys.sorted())
                )
            )
        }
        guard !diagnostics.hasErrors else { throw DiagnosticError(diagnostics) }
        self.dialogs = dialogs
        self.phrases = phrases

        var languages: Set<String> = [definition.language]
        for member in definition.content.members { languages.formUnion(member.value.object?.keys ?? []) }
        var byLanguage: [String: JSONValue] = [:]
        for tag in languages {
            byLanguage[tag] = Self.content(definition.content, in: tag, base: definition.language)
        }
        contentByLanguage = byLanguage
    }

    /// The ids of its dialogs, sorted.
    package var dialogIDs: [DialogID] { dialogs.keys.sorted().map { DialogID($0) } }

    /// The dialog that a user's words start: its id, its name, or an utterance of its intent, whatever the case and punctuation.
    package func dialog(startedBy text: String) -> DialogID? {
        guard text.utf8.count <= 1_000 else { return nil }
        return phrases[PlainText.fold(text)].map { DialogID($0) }
    }

    /// A standard response by its key.
    func response(_ key: String, in language: String) -> String {
        (responses[key] ?? nil)?.text(in: language) ?? ""
    }

    /// The content variables in a language.
    func content(in language: String) -> JSONValue {
        contentByLanguage[language] ?? Self.content(content, in: language, base: self.language)
    }

    private static func content(_ content: JSONObject, in language: String, base: String) -> JSONValue {
        .object(
            JSONObject(
                content.members.compactMap { member in
                    guard let texts = member.value.object else { return (member.key, member.value) }
                    let values = Dictionary(
                        texts.members.map { ($0.key, $0.value) },
                        uniquingKeysWith: { first, _ in first }
                    )
                    return LanguageFallback.pick(language, from: values, base: base).map { (member.key, $0) }
                }
            )
        )
    }
}
