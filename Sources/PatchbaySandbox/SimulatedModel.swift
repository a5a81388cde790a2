import Foundation
import PatchbayConnector
import PatchbayModel

/// Stands in for a language model, and is none: it reads what it is given and answers by the rules of the plugin's
/// manifest, the same answer for the same question.
struct SimulatedModel {
    /// What it says.
    struct Reply {
        var text = ""
        var calls: [Call] = []
        /// Whether the limit of tokens cut it.
        var isCut = false
    }

    /// A call of a tool.
    struct Call {
        let name: String
        let arguments: String
    }

    let plugin: Plugin
    let input: ModelInput

    func reply() -> Reply {
        if let call = toolCall() { return Reply(calls: [call]) }
        var text = input.schema.map { JSONWriter().text(filled($0)) } ?? plain()
        for mark in input.stop where !mark.isEmpty {
            if let range = text.range(of: mark) { text = String(text[..<range.lowerBound]) }
        }
        guard let most = input.maxTokens, PlainText.tokens(text) > most else { return Reply(text: text) }
        return Reply(text: PlainText.prefix(text, tokens: most), isCut: true)
    }

    // MARK: - Rules

    /// The first rule whose words stand in the instruction, else in the prompt's own instruction; else the first
    /// without words.
    private var rule: SandboxRules.ModelRule? {
        let rules = plugin.manifest.sandbox.model.filter { rule in
            switch rule.condition {
            case nil: true
            case "schema": input.schema != nil
            case "tools": !input.tools.isEmpty
            default: false
            }
        }
        for text in [input.system, input.instructionOfPrompt ?? ""] {
            let found = rules.first { rule in
                rule.words.all(first: "en").contains { PlainText.range(of: $0, in: text) != nil }
            }
            if let found { return found }
        }
        return rules.first { $0.words.all(first: "en").isEmpty }
    }

    private func plain() -> String {
        if input.turns.last?.role == "tool", let result = input.turns.last?.text { return result }
        switch rule?.action {
        case .extract: return terms(in: content).joined(separator: "\n").nonEmpty ?? "none"
        case .summarize: return summary(of: conversation, sentences: rule?.sentences ?? 2)
        case .classify: return label(of: content, among: rule?.labels ?? [])
        case .answer, .fill, .embed, nil: return answer()
        }
    }

    /// The user's text without the part that says what to do.
    private var content: String {
        let prompt = input.prompt
        guard input.system.isEmpty else { return prompt }
        guard let instruction = input.instructionOfPrompt, instruction != prompt,
            let range = prompt.range(of: instruction)
        else {
            return prompt
        }
        let rest = prompt[range.upperBound...].drop { $0 == ":" || $0.isWhitespace }
        return rest.isEmpty ? prompt : String(rest)
    }

    /// What a summary is of: a text, or, where a short request follows a longer conversation, the conversation.
    private var conversation: String {
        let earlier = input.turns.dropLast().map(\.text)
        guard !earlier.isEmpty, PlainText.sentences(input.prompt).count <= 1 else { return content }
        return earlier.joined(separator: "\n")
    }

    // MARK: - Answers

    /// The sentences of the given text that fit the question best.
    func answer() -> String {
        let (question, context) = questionAndContext()
        let sentences = context.flatMap(PlainText.sentences).filter { !$0.hasSuffix("?") }
        guard !sentences.isEmpty else {
            let read =
                isGerman
                ? "Ich bin die Sandbox, kein Sprachmodell. Gelesen habe ich"
                : "I am the sandbox, not a language model. I read"
            return "\(read): \"\(Self.shortened(question))\""
        }
        let best = Self.best(sentences, for: question, most: 2)
        guard best.isEmpty else { return best.joined(separator: " ") }
        return isGerman
            ? "Ich bin die Sandbox, kein Sprachmodell, und finde die Antwort nicht in dem Text, den ich bekommen habe."
            : "I am the sandbox, not a language model, and I cannot find the answer in the text that I was given."
    }

    /// Whether the user writes German, by the little words: only the sandbox's own words depend on it.
    private var isGerman: Bool {
        let words = PlainText.words(input.prompt)
        return words.count { Self.german.contains($0) } > words.count { Self.english.contains($0) }
    }

    private static let german: Set<String> = [
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "ist",
        "sind",
        "nicht", "ich", "du", "sie", "wir", "ihr", "er", "es", "mein", "meine", "wie", "wer", "wann", "wo", "warum",
        "welche", "welcher", "mit", "zu", "im", "auf", "für", "von", "bitte", "hallo", "danke",
    ]

    private static let english: Set<String> = [
        "the", "a", "and", "or", "is", "are", "not", "i", "you", "she", "he", "it", "we", "they", "my", "your",
        "how", "what", "who", "when", "where", "why", "which", "with", "to", "of", "on", "for", "from", "please",
        "hello", "thanks",
    ]

    /// The question is the last message, or the last paragraph or the asking sentences of the only one; the context is
    /// all the rest.
    private func questionAndContext() -> (question: String, context: [String]) {
        var material = input.material
        let last = material.popLast() ?? ""
        let paragraphs = PlainText.paragraphs(last)
        if paragraphs.count > 1, let question = paragraphs.last {
            return (question, material + paragraphs.dropLast())
        }
        let sentences = PlainText.sentences(last)
        let asking = sentences.filter { $0.hasSuffix("?") }
        if !asking.isEmpty, asking.count < sentences.count {
            return (
                asking.joined(separator: " "),
                material + [sentences.filter { !$0.hasSuffix("?") }.joined(separator: "\n")]
            )
        }
        return (last, material)
    }

    /// The sentences that fit a text best, in their order.
    static func best(_ sentences: [String], for text: String, most: Int) -> [String] {
        TermOverlap(sentences).best(for: text, most: most).map { sentences[$0] }
    }

    private static func shortened(_ text: String) -> String { text.count > 120 ? text.prefix(119) + "…" : text }

    /// The most central sentences, in their order.
    private func summary(of text: String, sentences count: Int) -> String {
        let sentences = PlainText.sentences(text)
        guard sentences.count > count else { return sentences.joined(separator: " ") }
        let scores = TermOverlap(sentences).centrality()
        let chosen = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count)
        return chosen.sorted().map { sentences[$0] }.joined(separator: " ")
    }

    /// The label that shares most with the text; the last one, which is usually "other", when none does.
    private func label(of text: String, among labels: [String]) -> String {
        var labels = labels
        if labels.isEmpty, let list = input.system.split(separator: ":").last {
            labels = list.split { $0 == "," || $0.isNewline }.map {
                $0.trimmingCharacters(in: .whitespaces.union(.punctuationCharacters))
            }
        }
        if let named = labels.first(where: { PlainText.range(of: $0, in: text) != nil }) { return named }
        let words = Set(PlainText.words(text).map(TermOverlap.stem))
        let near = labels.first { label in PlainText.words(label).contains { words.contains(TermOverlap.stem($0)) } }
        return near ?? labels.last ?? ""
    }

    /// The terms of the rule's file that stand in a text as whole words, longest first where they overlap, in order of
    /// appearance.
    private func terms(in text: String) -> [String] {
        guard let file = rule?.terms, let bytes = try? plugin.files.read(file) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        let terms = lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        return Self.terms(terms, in: text)
    }

    static func terms(_ terms: [String], in text: String) -> [String] {
        // Taken words are blanked out, so that "Java" is not found again in what "Java Script" took.
        var rest = text
        var found: [(place: Int, term: String)] = []
        for term in terms.sorted(by: { ($1.count, $0) < ($0.count, $1) }) {
            guard let range = PlainText.range(of: term, in: rest) else { continue }
            found.append((rest.distance(from: rest.startIndex, to: range.lowerBound), term))
            while let range = PlainText.range(of: term, in: rest) {
                let length = rest.distance(from: range.lowerBound, to: range.upperBound)
                rest.replaceSubrange(range, with: String(repeating: "\u{1}", count: length))
            }
        }
        return found.sorted { $0.place < $1.place }.map(\.term)
    }

    // MARK: - Schemas and tools

    private func filled(_ schema: JSONValue) -> JSONValue {
        SchemaFiller(text: content, terms: rule?.action == .extract ? terms(in: content) : [], plugin: plugin).value(
            for: schema
        )
    }

    private func toolCall() -> Call? {
        guard !input.tools.isEmpty, input.turns.last?.role != "tool" else { return nil }
        let tool: ModelInput.Tool?
        switch input.choice {
        case .none: tool = nil
        case .named(let name): tool = input.tools.first { $0.name == name }
        case .required: tool = mentioned() ?? input.tools.first
        case .auto: tool = mentioned()
        }
        guard let tool else { return nil }
        let arguments = SchemaFiller(text: input.prompt, terms: [], plugin: plugin).value(for: tool.parameters)
        return Call(name: tool.name, arguments: JSONWriter().text(arguments))
    }

    /// The tool whose name the user's text speaks of, or two words of its description; the one that shares most.
    private func mentioned() -> ModelInput.Tool? {
        let said = Set(PlainText.words(input.prompt).map(TermOverlap.stem))
        func score(_ tool: ModelInput.Tool) -> Int {
            let name = Set(SchemaFiller.words(ofName: tool.name).filter { $0.count > 3 }.map(TermOverlap.stem))
            let description = Set(PlainText.words(tool.description).filter { $0.count > 3 }.map(TermOverlap.stem))
            return 2 * name.intersection(said).count + description.subtracting(name).intersection(said).count
        }
        return input.tools.map { ($0, score($0)) }.filter { $0.1 >= 2 }.max { $0.1 < $1.1 }?.0
    }
}

extension String {
    /// The text, or nil for none.
    var nonEmpty: String? { isEmpty ? nil : self }
}
