import PatchbayModel

/// Reads expressions by recursive descent; the grammar stands in `docs/expressions.md`.
struct ExpressionParser {
    let source: String
    let scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0
    private var start = 0

    init(_ source: String) {
        self.source = source
        scalars = Array(source.unicodeScalars)
    }

    /// An expression that is the whole text.
    mutating func whole() throws(ExpressionError) -> Expression {
        guard scalars.count <= Expression.maxLength else { throw tooLong }
        let node = try node()
        if position < scalars.count { throw problem("unexpected \(found) after the expression") }
        return Expression(node: node, source: source)
    }

    /// An expression in a text, from behind `{{` to behind `}}`.
    mutating func embedded() throws(ExpressionError) -> Expression {
        let opening = position - 2
        start = position
        skipSpace()
        if position >= scalars.count { throw unclosed(opening) }
        let node = try node()
        let end = position
        guard position + 1 < scalars.count, scalars[position] == "}", scalars[position + 1] == "}" else {
            if position >= scalars.count { throw unclosed(opening) }
            throw problem("unexpected \(found); expected '}}'")
        }
        position += 2
        guard end - start <= Expression.maxLength else { throw tooLong }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<end])
        return Expression(node: node, source: String(text))
    }

    private var tooLong: ExpressionError {
        ExpressionError("an expression has at most \(Expression.maxLength) characters", in: source, at: start)
    }

    private func unclosed(_ opening: Int) -> ExpressionError {
        problem(
            "'{{' is never closed",
            at: opening,
            remedy: "end it with '}}', or write {{'{{'}} for the braces themselves"
        )
    }

    // MARK: - Grammar

    private mutating func node() throws(ExpressionError) -> Expression.Node {
        skipSpace()
        let first = try primary()
        var steps: [PathStep] = []
        while true {
            skipSpace()
            if skip(".") {
                skipSpace()
                guard let name = identifier() else {
                    throw problem(
                        "unexpected \(found) after '.'; expected a name",
                        remedy: "write ['…'] for a key that is no name"
                    )
                }
                steps.append(.name(name))
            } else if skip("[") {
                steps.append(try bracket())
            } else {
                break
            }
        }
        switch first {
        case .path(let root, _): return .path(root: root, steps: steps)
        case .literal where !steps.isEmpty: throw problem("a literal has no members")
        default: return steps.isEmpty ? first : .member(first, steps)
        }
    }

    private mutating func bracket() throws(ExpressionError) -> PathStep {
        skipSpace()
        let place = position
        let step: PathStep
        if let text = try string() {
            step = .name(text)
        } else if let number = try number() {
            guard let index = number.int else { throw problem("an index is a whole number", at: place) }
            step = .index(index)
        } else {
            throw problem("unexpected \(found) after '['; expected a whole number or a text in quotes")
        }
        skipSpace()
        guard skip("]") else { throw problem("unexpected \(found); expected ']'") }
        return step
    }

    private mutating func primary() throws(ExpressionError) -> Expression.Node {
        let place = position
        if let text = try string() { return .literal(.string(text)) }
        if let number = try number() { return .literal(.number(number)) }
        guard let name = identifier() else {
            throw problem(
                position < scalars.count
                    ? "unexpected \(found); expected a name, a literal or a function"
                    : "an expression is expected here",
                remedy: found == "'{'" ? "write the expression without braces here" : nil
            )
        }
        switch name {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "null": return .literal(.null)
        default: break
        }
        skipSpace()
        guard skip("(") else { return .path(root: name, steps: []) }
        return try call(name, at: place)
    }

    private mutating func call(_ name: String, at place: Int) throws(ExpressionError) -> Expression.Node {
        guard let function = ExpressionFunction(rawValue: name) else {
            throw problem(
                "unknown function '\(name)'",
                at: place,
                remedy: NearName.suggestion(for: name, among: ExpressionFunction.names).map { "did you mean '\($0)'?" }
                    ?? "use one of \(ExpressionFunction.names.joined(separator: ", "))"
            )
        }
        guard depth < Expression.maxDepth else {
            throw problem("calls nest deeper than \(Expression.maxDepth) levels", at: place)
        }
        depth += 1
        defer { depth -= 1 }
        var arguments: [Expression.Node] = []
        skipSpace()
        if !skip(")") {
            while true {
                arguments.append(try node())
                skipSpace()
                if skip(")") { break }
                guard skip(",") else { throw problem("unexpected \(found); expected ',' or ')'") }
            }
        }
        guard function.arity.contains(arguments.count) else {
            throw problem(
                "'\(name)' takes \(function.arityText), not \(arguments.count)",
                at: place,
                remedy: "write \(function.usage)"
            )
        }
        if let fault = function.fault(in: arguments) { throw problem(fault.message, at: place, remedy: fault.remedy) }
        return .call(function, arguments)
    }

    // MARK: - Tokens

    private mutating func skipSpace() {
        while position < scalars.count, [" ", "\t", "\n", "\r"].contains(scalars[position]) { position += 1 }
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard position < scalars.count, scalars[position] == scalar else { return false }
        position += 1
        return true
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == "$"
    }

    private mutating func identifier() -> String? {
        guard position < scalars.count, Self.isNameStart(scalars[position]) else { return nil }
        var name = String.UnicodeScalarView()
        while position < scalars.count, Self.isNameStart(scalars[position]) || ("0"..."9").contains(scalars[position]) {
            name.append(scalars[position])
            position += 1
        }
        return String(name)
    }

    private mutating func number() throws(ExpressionError) -> JSONNumber? {
        guard position < scalars.count, scalars[position] == "-" || ("0"..."9").contains(scalars[position]) else {
            return nil
        }
        let place = position
        var text = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            let isSign = (scalar == "+" || scalar == "-") && (text.isEmpty || text.last == "e" || text.last == "E")
            guard ("0"..."9").contains(scalar) || scalar == "." || scalar == "e" || scalar == "E" || isSign else {
                break
            }
            text.append(scalar)
            position += 1
        }
        guard let number = JSONNumber(wholly: String(text)) else {
            throw problem("'\(String(text))' is no number", at: place)
        }
        return number
    }

    private mutating func string() throws(ExpressionError) -> String? {
        guard position < scalars.count, scalars[position] == "'" || scalars[position] == "\"" else { return nil }
        let place = position
        let quote = scalars[position]
        var text = String.UnicodeScalarView()
        position += 1
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == quote { return String(text) }
            text.append(scalar == "\\" ? try escape() : scalar)
        }
        throw problem("the text is never closed", at: place, remedy: "end it with \(quote)")
    }

    private mutating func escape() throws(ExpressionError) -> Unicode.Scalar {
        let place = position - 1
        guard position < scalars.count else { throw problem("the text is never closed", at: place) }
        position += 1
        switch scalars[position - 1] {
        case "n": return "\n"
        case "t": return "\t"
        case "'", "\"", "\\": return scalars[position - 1]
        default: throw problem("unknown escape in a text", at: place, remedy: "use one of \\' \\\" \\\\ \\n \\t")
        }
    }

    private var found: String {
        position < scalars.count ? "'\(scalars[position])'" : "end"
    }

    private func problem(_ message: String, at place: Int? = nil, remedy: String? = nil) -> ExpressionError {
        ExpressionError(message, in: source, at: place ?? position, remedy: remedy)
    }
}
