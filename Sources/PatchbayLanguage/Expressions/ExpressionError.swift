package import PatchbayModel

/// Why an expression, a text with expressions or a condition is refused.
package struct ExpressionError: Error, Equatable, Sendable {
    /// What is wrong, with what was found.
    package let message: String
    /// The text it stands in; empty when the place says it.
    package let source: String
    /// Where in the source, in Unicode scalars from its start.
    package let offset: Int
    /// How to mend it: what is allowed, or the near name.
    package let remedy: String?
    /// Which string of the value it was read from.
    package var pointer: JSONPointer

    package init(
        _ message: String,
        in source: String,
        at offset: Int,
        remedy: String? = nil,
        pointer: JSONPointer = .root
    ) {
        self.message = message
        self.source = source
        self.offset = offset
        self.remedy = remedy
        self.pointer = pointer
    }

    /// The error as something to say about a file in which the value that was read stands at a pointer.
    package func diagnostics(at pointer: JSONPointer) -> [Diagnostic] {
        let place = JSONPointer(tokens: pointer.tokens + self.pointer.tokens)
        return [Diagnostic(at: place, text, remedy: remedy)]
    }

    private var text: String {
        guard !source.isEmpty else { return message }
        let shown = source.count <= 60 ? source : source.prefix(57) + "…"
        return "\(message) (at character \(offset + 1) of \"\(shown)\")"
    }
}

extension ExpressionError: CustomStringConvertible {
    package var description: String { text + (remedy.map { "; " + $0 } ?? "") }
}
