import Patchbay
import PatchbayModel
import PatchbayTerminal

/// The questions before a template is installed, with what was answered so far.
struct InstallForm: Sendable {
    /// One question.
    struct Field: Sendable {
        let key: String
        let title: String
        let help: String
        /// Values to choose from; where there are some, the arrows go through them.
        let choices: [TemplatePreview.Parameter.Choice]
        let isRequired: Bool
        var line: LineBuffer
        /// What is wrong with it, once that was looked at.
        var problem: String?
    }

    /// `plugin/template`.
    let template: String
    let title: String
    /// The first asks for the instance's name, the others for the parameters.
    var fields: [Field]
    var chosen = 0
    /// What is wrong with the whole.
    var problem: String?

    /// The name of the question that asks for the instance's name.
    static let instanceKey = ""

    init(_ preview: TemplatePreview, taken: [String]) {
        template = preview.name
        title = preview.title
        let own = String(preview.name.split(separator: "/").last ?? "")
        var name = own
        var number = 2
        while taken.contains(name) {
            name = "\(own)-\(number)"
            number += 1
        }
        fields = [
            Field(
                key: Self.instanceKey,
                title: "Name here",
                help: "The instance's name, which is also its dialog's id: small letters, digits and hyphens.",
                choices: [],
                isRequired: true,
                line: LineBuffer(text: name),
                problem: nil
            )
        ]
        fields += preview.parameters.map { parameter in
            Field(
                key: parameter.key,
                title: parameter.title,
                help: parameter.help,
                choices: parameter.choices ?? [],
                isRequired: parameter.defaultValue == nil,
                line: LineBuffer(text: parameter.defaultValue.map(Self.text) ?? ""),
                problem: nil
            )
        }
    }

    /// A value as somebody would type it.
    static func text(_ value: JSONValue) -> String { value.string ?? JSONWriter(.compact).text(value) }

    /// The instance's name.
    var instance: String { fields.first?.line.text ?? "" }

    /// What was typed for the parameters; what was left empty is left out.
    var answers: [(key: String, text: String)] {
        fields.dropFirst().compactMap { $0.line.text.isEmpty ? nil : ($0.key, $0.line.text) }
    }

    mutating func move(by count: Int) { chosen = max(0, min(fields.count - 1, chosen + count)) }

    /// Puts the next or former of the field's choices into it.
    ///
    /// - Returns: False where there is nothing to choose from.
    mutating func choose(by count: Int) -> Bool {
        let choices = fields[chosen].choices
        guard !choices.isEmpty else { return false }
        let now = choices.firstIndex { Self.text($0.value) == fields[chosen].line.text }
        let next = now.map { ($0 + count + choices.count) % choices.count } ?? (count > 0 ? 0 : choices.count - 1)
        fields[chosen].line = LineBuffer(text: Self.text(choices[next].value))
        fields[chosen].problem = nil
        return true
    }

    mutating func edit(with key: Key) {
        fields[chosen].problem = nil
        problem = nil
        var key = key
        if case .paste(let text) = key { key = .text(text.replacing("\n", with: " ")) }
        _ = fields[chosen].line.handle(key)
    }

    /// Says what is wrong, at its question where it is one question's.
    mutating func refuse(_ message: String, at name: String?) {
        guard let name, let place = fields.firstIndex(where: { $0.key == name }) else {
            problem = message
            return
        }
        fields[place].problem = message
        chosen = place
    }
}
