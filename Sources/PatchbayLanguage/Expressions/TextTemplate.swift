package import PatchbayModel

/// A text with `{{…}}` in it, read once and filled in often.
///
/// What an expression gives is never read for expressions again.
package struct TextTemplate: Sendable {
    /// The text that it was read from.
    package let source: String

    private enum Piece: Sendable {
        case text(String)
        case expression(Expression)
    }

    /// Empty for a text without expressions: it is its own value.
    private let pieces: [Piece]

    /// How long a filled-in text may get, in bytes; what would make it longer is left out.
    package static let maxTextBytes = 4 << 20

    /// Reads a text.
    ///
    /// - Throws: ``ExpressionError`` for the first expression that is wrong or never closed.
    package init(_ source: String) throws(ExpressionError) {
        self.source = source
        guard Self.hasExpressions(source) else {
            pieces = []
            return
        }
        var parser = ExpressionParser(source)
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        while parser.position < parser.scalars.count {
            let scalar = parser.scalars[parser.position]
            parser.position += 1
            guard scalar == "{", parser.position < parser.scalars.count, parser.scalars[parser.position] == "{" else {
                text.append(scalar)
                continue
            }
            parser.position += 1
            if !text.isEmpty { pieces.append(.text(String(text))) }
            text = String.UnicodeScalarView()
            pieces.append(.expression(try parser.embedded()))
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        self.pieces = pieces
    }

    /// Whether a text has an expression in it.
    package static func hasExpressions(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "{"), previous == byte { return true }
            previous = byte
        }
        return false
    }

    /// Whether the text is the same whatever the values.
    package var isConstant: Bool { pieces.isEmpty }

    /// The text with the values laid in; missing ones are empty.
    package func text(in scope: some ExpressionScope) -> String {
        if pieces.isEmpty { return source }
        var result = ""
        var size = 0
        for piece in pieces {
            let part: String
            switch piece {
            case .text(let text): part = text
            case .expression(let expression): part = expression.evaluate(in: scope)?.textForm ?? ""
            }
            size += part.utf8.count
            guard size <= Self.maxTextBytes else { break }
            result += part
        }
        return result
    }

    /// The text as a value: one that is wholly one expression is that expression's value with its type, or nil when
    /// that is missing.
    package func value(in scope: some ExpressionScope) -> JSONValue? {
        if pieces.count == 1, case .expression(let expression) = pieces[0] { return expression.evaluate(in: scope) }
        return .string(text(in: scope))
    }

    /// The expressions in the text's order.
    package var expressions: [Expression] {
        pieces.compactMap { piece in
            if case .expression(let expression) = piece { expression } else { nil }
        }
    }
}
