package import PatchbayModel

/// A JSON value with expressions in its strings, read once and filled in often.
///
/// Keys are never expanded. A member or an element whose string is wholly one expression, and that is missing, is left
/// out.
package struct ValueTemplate: Sendable {
    private indirect enum Part: Sendable {
        case constant(JSONValue)
        case text(TextTemplate)
        case array([Part])
        case object([(member: JSONObject.Member, part: Part)])
    }

    private let root: Part

    /// The expressions with the places of their strings.
    package let expressions: [(pointer: JSONPointer, expression: Expression)]

    /// Reads a value.
    ///
    /// - Throws: The first ``ExpressionError``, its pointer naming the string; ``problems(in:at:)`` finds them all.
    package init(_ value: JSONValue) throws(ExpressionError) {
        var reader = Reader()
        root = reader.part(value, at: .root)
        if let error = reader.errors.first { throw error }
        expressions = reader.expressions
    }

    /// Everything that is wrong with the expressions of a value that stands at a pointer of its file.
    package static func problems(in value: JSONValue, at pointer: JSONPointer) -> [Diagnostic] {
        var reader = Reader()
        _ = reader.part(value, at: .root)
        return reader.errors.flatMap { $0.diagnostics(at: pointer) }
    }

    /// Whether the value is the same whatever the scope.
    package var isConstant: Bool {
        if case .constant = root { true } else { false }
    }

    /// The value with the scope's values laid in; nil when it is wholly one expression that is missing.
    package func resolve(in scope: some ExpressionScope) -> JSONValue? { Self.resolve(root, in: scope) }

    private static func resolve(_ part: Part, in scope: some ExpressionScope) -> JSONValue? {
        switch part {
        case .constant(let value): return value
        case .text(let template): return template.value(in: scope)
        case .array(let parts): return .array(parts.compactMap { resolve($0, in: scope) })
        case .object(let members):
            var result: [JSONObject.Member] = []
            result.reserveCapacity(members.count)
            for (var member, part) in members {
                guard let value = resolve(part, in: scope) else { continue }
                member.value = value
                result.append(member)
            }
            return .object(JSONObject(unique: result))
        }
    }

    /// Walks a value and keeps what it finds.
    private struct Reader {
        var expressions: [(pointer: JSONPointer, expression: Expression)] = []
        var errors: [ExpressionError] = []

        mutating func part(_ value: JSONValue, at pointer: JSONPointer) -> Part {
            switch value {
            case .string(let text): return self.text(text, at: pointer) ?? .constant(value)
            case .array(let elements):
                let parts = elements.enumerated().map { part($1, at: pointer.appending($0)) }
                return parts.allSatisfy(Self.isConstant) ? .constant(value) : .array(parts)
            case .object(let object):
                let parts = object.members.map { (member: $0, part: part($0.value, at: pointer.appending($0.key))) }
                return parts.allSatisfy { Self.isConstant($0.part) } ? .constant(value) : .object(parts)
            default: return .constant(value)
            }
        }

        private static func isConstant(_ part: Part) -> Bool {
            if case .constant = part { true } else { false }
        }

        private mutating func text(_ text: String, at pointer: JSONPointer) -> Part? {
            do throws(ExpressionError) {
                let template = try TextTemplate(text)
                guard !template.isConstant else { return nil }
                expressions += template.expressions.map { (pointer, $0) }
                return .text(template)
            } catch {
                var error = error
                error.pointer = pointer
                errors.append(error)
                return nil
            }
        }
    }
}
