/// What the simulated service can do, as the manifest says.
package struct SandboxRules: Sendable, Equatable {
    /// What the simulated model does with its input.
    package enum Action: String, Sendable, CaseIterable {
        case answer, extract, summarize, classify, fill, embed
    }

    /// One rule of the simulated model; the first that fits wins.
    package struct ModelRule: Sendable, Equatable {
        package let id: String
        /// Words looked for in the instruction; empty means any.
        package let words: Phrases
        /// `schema`: only where the call asks for an answer of a schema.
        package let condition: String?
        package let action: Action
        /// The plugin's file of terms, one a line.
        package let terms: String?
        /// The classes of `classify`.
        package let labels: [String]
        /// How many sentences `summarize` takes; nil means the usual number.
        package let sentences: Int?

        init(_ fields: Fields) throws(DiagnosticError) {
            id = try fields.string("id")
            words = Phrases(fields["words"], language: fields.language)
            condition = fields.optionalString("when")
            action = try fields.choice("do")
            terms = fields.optionalString("terms")
            labels = fields.strings("labels")
            sentences = fields["sentences"]?.int
        }
    }

    /// What answers an operation without model mapping: `do` and its settings.
    package let operations: JSONObject
    package let model: [ModelRule]
    /// What a refusal of a bad request looks like before its words are put in; nil means an empty object.
    package let refusalBody: JSONValue?
    /// Where a refusal's code goes; nil where the service has none.
    package let refusalCode: JSONPointer?

    init() {
        operations = JSONObject()
        model = []
        refusalBody = nil
        refusalCode = nil
    }

    init(_ fields: Fields) throws(DiagnosticError) {
        model = try fields.list("model", ModelRule.init)
        operations = fields.optionalObject("operations")
        refusalBody = fields["refusal"]?["body"]
        refusalCode = fields["refusal"]?["code"]?.string.flatMap(JSONPointer.init)
    }
}
