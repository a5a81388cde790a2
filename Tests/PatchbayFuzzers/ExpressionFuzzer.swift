import PatchbayLanguage
import PatchbayModel

/// Expressions, texts with expressions, conditions and patterns.
struct ExpressionFuzzer: Fuzzer {
    private let scope = ValueScope([
        "context": [
            "entities": ["name": "Ada", "list": [1, "two", nil, ["deep": true]], "number": 12.5],
            "skills": ["Swift", "Zürich"],
        ],
        "env": ["key": "value"], "session": JSONValue.object([:]),
    ])

    func take(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        if let expression = try? Expression(text) {  // most inputs are none
            guard expression.evaluate(in: scope) == expression.evaluate(in: scope) else { throw Mistake("two values") }
        }
        if let template = try? TextTemplate(text) {  // most inputs are none
            _ = template.text(in: scope)
            _ = template.value(in: scope)
        }
        let half = text.unicodeScalars.count / 2
        let parts = (String(text.unicodeScalars.prefix(half)), String(text.unicodeScalars.dropFirst(half)))
        if let pattern = try? Pattern(parts.0) {  // most inputs are none
            guard !pattern.wholeMatch(parts.1) || pattern.matches(parts.1) else {
                throw Mistake("matches as a whole only")
            }
        }
        if let value = try? JSONReader().read(input), let condition = try? Condition(value) {  // most inputs are none
            _ = condition.holds(in: scope)
        }
    }
}
