package import PatchbayModel

/// One step of a path.
package enum PathStep: Sendable, Hashable {
    case name(String)
    case index(Int)

    /// The step as a pointer's token.
    package var token: String {
        switch self {
        case .name(let name): name
        case .index(let index): String(index)
        }
    }
}

/// What stands between `{{` and `}}`: a path, a literal or a function call (`docs/expressions.md`).
///
/// Evaluating never fails: what is not there, or is of a kind that a function cannot use, is missing.
package struct Expression: Sendable {
    /// The text that it was read from, without braces.
    package let source: String

    let node: Node

    /// The tree of an expression.
    indirect enum Node: Sendable {
        case literal(JSONValue)
        case path(root: String, steps: [PathStep])
        case call(ExpressionFunction, [Node])
        /// Steps into what a call gives.
        case member(Node, [PathStep])
    }

    /// How long the text of one expression may be, in Unicode scalars.
    package static let maxLength = 4096
    /// How deep calls may nest.
    package static let maxDepth = 32
    /// How long a text may get that an expression makes, in bytes; a longer one is missing.
    package static let maxResultBytes = 1 << 20

    /// The names that a path starts with; any other first name is looked for in `context`.
    package static let rootNames = ["context", "env", "content", "settings", "session", "child", "tool"]

    /// Reads an expression without braces.
    ///
    /// - Throws: ``ExpressionError`` with the first thing that is wrong.
    package init(_ source: String) throws(ExpressionError) {
        var parser = ExpressionParser(source)
        self = try parser.whole()
    }

    init(node: Node, source: String) {
        self.node = node
        self.source = source
    }

    /// The value, or nil when it is missing.
    package func evaluate(in scope: some ExpressionScope) -> JSONValue? { node.value(in: scope) }

    /// The paths that it reads, as they are written, each with its first name.
    package var paths: [[PathStep]] { node.paths }

    /// The literal's value when the expression is only a literal.
    package var literal: JSONValue? {
        if case .literal(let value) = node { value } else { nil }
    }
}

extension Expression.Node {
    func value(in scope: some ExpressionScope) -> JSONValue? {
        switch self {
        case .literal(let value): value
        case .path(let root, let steps): Self.walk(Self.root(root, in: scope), steps[...])
        case .member(let node, let steps): Self.walk(node.value(in: scope), steps[...])
        case .call(let function, let arguments): function.value(of: arguments, in: scope)
        }
    }

    private static func root(_ name: String, in scope: some ExpressionScope) -> JSONValue? {
        if let value = scope.lookup(name) { return value }
        return Expression.rootNames.contains(name) ? nil : scope.lookup("context")?[name]
    }

    private static func walk(_ start: JSONValue?, _ steps: ArraySlice<PathStep>) -> JSONValue? {
        guard var value = start else { return nil }
        for step in steps {
            switch (step, value) {
            case (.name(let name), .object(let object)):
                guard let next = object[name] else { return nil }
                value = next
            case (.index(let index), .array(let elements)):
                guard index >= 0, index < elements.count else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }

    var paths: [[PathStep]] {
        switch self {
        case .literal: []
        case .path(let root, let steps): [[.name(root)] + steps]
        case .member(let node, _): node.paths
        case .call(_, let arguments): arguments.flatMap(\.paths)
        }
    }
}
