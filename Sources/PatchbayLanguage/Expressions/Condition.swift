package import PatchbayModel

/// Whether a way is taken: `{value, operator, to}`, `{all}`, `{any}`, `{not}` or, after a confirmation, `{answer}`.
///
/// A comparison with a missing value never holds, but for `missing`.
package struct Condition: Sendable {
    private indirect enum Node: Sendable {
        case test(Expression, ConditionOperator, ValueTemplate?)
        case all([Node])
        case any([Node])
        case not(Node)
        case answer(String)
    }

    private let node: Node

    /// The expressions with their places: each `value`, and those in `to`.
    package let expressions: [(pointer: JSONPointer, expression: Expression)]

    /// The answers that `answer` may name.
    package static let answers = ["yes", "no"]
    /// How deep `all`, `any` and `not` may nest.
    package static let maxDepth = 32

    /// Reads a condition.
    ///
    /// - Parameters:
    ///   - value: The condition as it stands in the file.
    ///   - pointer: Where in the file it stands.
    /// - Throws: ``DiagnosticError`` with everything that is wrong.
    package init(_ value: JSONValue, at pointer: JSONPointer = .root) throws(DiagnosticError) {
        var reader = Reader()
        let node = reader.node(value, at: pointer, depth: 0)
        guard let node, reader.diagnostics.isEmpty else { throw DiagnosticError(reader.diagnostics) }
        self.node = node
        expressions = reader.expressions
    }

    /// The paths that it reads, each with its first name.
    package var paths: [[PathStep]] { expressions.flatMap(\.expression.paths) }

    /// Whether it holds; the answer is what a confirmation got, `yes` or `no`, and nil elsewhere.
    package func holds(in scope: some ExpressionScope, answer: String? = nil) -> Bool {
        Self.holds(node, in: scope, answer: answer)
    }

    private static func holds(_ node: Node, in scope: some ExpressionScope, answer: String?) -> Bool {
        switch node {
        case .test(let expression, let test, let other):
            let value = expression.evaluate(in: scope)
            if test == .missing { return value == nil }
            guard let value else { return false }
            guard let other else { return test.holds(value) }
            return other.resolve(in: scope).map { test.holds(value, against: $0) } ?? false
        case .all(let nodes): return nodes.allSatisfy { holds($0, in: scope, answer: answer) }
        case .any(let nodes): return nodes.contains { holds($0, in: scope, answer: answer) }
        case .not(let node): return !holds(node, in: scope, answer: answer)
        case .answer(let wanted): return answer == wanted
        }
    }

    /// Reads all of a condition and keeps what is wrong with it.
    private struct Reader {
        var diagnostics: [Diagnostic] = []
        var expressions: [(pointer: JSONPointer, expression: Expression)] = []

        private static let forms = ["value", "all", "any", "not", "answer"]

        mutating func node(_ value: JSONValue, at pointer: JSONPointer, depth: Int) -> Node? {
            guard depth < Condition.maxDepth else {
                return fail("conditions nest deeper than \(Condition.maxDepth) levels", at: pointer)
            }
            guard let object = value.object else {
                return fail(
                    "a condition is an object, not \(value.kindWithArticle)",
                    at: pointer,
                    remedy: "write {\"value\": …, \"operator\": …, \"to\": …}"
                )
            }
            let found = Self.forms.filter { object[$0] != nil }
            guard let form = found.first, found.count == 1 else {
                let message =
                    found.isEmpty
                    ? "a condition needs 'value', 'all', 'any', 'not' or 'answer'"
                    : "a condition has both '\(found[0])' and '\(found[1])'"
                checkKeys(of: object, known: Self.forms + ["operator", "to"], at: pointer)
                return fail(message, at: pointer, remedy: found.isEmpty ? nil : "put them as two conditions into 'all'")
            }
            let known = form == "value" ? ["value", "operator", "to"] : [form]
            checkKeys(of: object, known: known, at: pointer)
            let inner = object[form] ?? .null
            let place = pointer.appending(form)
            switch form {
            case "all", "any":
                guard let elements = inner.array, !elements.isEmpty else {
                    return fail("'\(form)' is a list of at least one condition", at: place)
                }
                let nodes = elements.enumerated().compactMap { node($1, at: place.appending($0), depth: depth + 1) }
                return form == "all" ? .all(nodes) : .any(nodes)
            case "not": return node(inner, at: place, depth: depth + 1).map(Node.not)
            case "answer":
                guard let answer = inner.string, Condition.answers.contains(answer) else {
                    return fail(
                        "unknown answer \(JSONWriter().text(inner))",
                        at: place,
                        remedy: "use \"yes\" or \"no\""
                    )
                }
                return .answer(answer)
            default: return test(object, at: pointer)
            }
        }

        private mutating func test(_ object: JSONObject, at pointer: JSONPointer) -> Node? {
            let expression = value(object["value"] ?? .null, at: pointer.appending("value"))
            guard let name = object["operator"] else {
                return fail("'operator' is missing", at: pointer, remedy: "add one of \(ConditionOperator.list)")
            }
            guard let test = name.string.flatMap(ConditionOperator.init(rawValue:)) else {
                let near = NearName.suggestion(for: name.string ?? "", among: ConditionOperator.names)
                return fail(
                    "unknown operator \(JSONWriter().text(name))",
                    at: pointer.appending("operator"),
                    remedy: near.map { "did you mean '\($0)'?" } ?? "use one of \(ConditionOperator.list)"
                )
            }
            guard test.takesOther else {
                if object["to"] != nil {
                    return fail(
                        "the operator '\(test.rawValue)' takes no 'to'",
                        at: pointer.appending("to"),
                        remedy: "remove it"
                    )
                }
                return expression.map { .test($0, test, nil) }
            }
            guard let other = object["to"] else {
                return fail(
                    "the operator '\(test.rawValue)' needs 'to'",
                    at: pointer,
                    remedy: "add what to compare with"
                )
            }
            do throws(ExpressionError) {
                let template = try ValueTemplate(other)
                let place = pointer.appending("to")
                expressions += template.expressions.map {
                    (JSONPointer(tokens: place.tokens + $0.pointer.tokens), $0.expression)
                }
                return expression.map { .test($0, test, template) }
            } catch {
                diagnostics += error.diagnostics(at: pointer.appending("to"))
                return nil
            }
        }

        private mutating func value(_ value: JSONValue, at pointer: JSONPointer) -> Expression? {
            guard let text = value.string else {
                return fail("'value' is an expression in a string, not \(value.kindWithArticle)", at: pointer)
            }
            guard !text.hasPrefix("{{") else {
                return fail("'value' is an expression without braces", at: pointer, remedy: "remove '{{' and '}}'")
            }
            do throws(ExpressionError) {
                let expression = try Expression(text)
                expressions.append((pointer, expression))
                return expression
            } catch {
                diagnostics += error.diagnostics(at: pointer)
                return nil
            }
        }

        private mutating func checkKeys(of object: JSONObject, known: [String], at pointer: JSONPointer) {
            for key in object.keys where !known.contains(key) && !key.hasPrefix("x-") {
                diagnostics.append(
                    Diagnostic(
                        at: pointer.appending(key),
                        "unknown key '\(key)' in a condition",
                        remedy: NearName.remedy(for: key, among: known)
                    )
                )
            }
        }

        private mutating func fail<Result>(_ message: String, at pointer: JSONPointer, remedy: String? = nil) -> Result?
        {
            diagnostics.append(Diagnostic(at: pointer, message, remedy: remedy))
            return nil
        }
    }
}
