package import PatchbayModel

/// Why a schema cannot be used.
package struct SchemaError: Error, Equatable, Sendable {
    /// What is wrong, with what was found.
    package let message: String
    /// Where in the schema's document.
    package let pointer: JSONPointer
    /// The document, as a reference named it; empty for the schema itself.
    package let document: String
    /// How to mend it.
    package let remedy: String?

    init(_ message: String, at pointer: JSONPointer, document: String = "", remedy: String? = nil) {
        self.message = message
        self.pointer = pointer
        self.document = document
        self.remedy = remedy
    }

    /// The error as something to say about a file in which the schema stands at a pointer.
    package func diagnostics(at pointer: JSONPointer) -> [Diagnostic] {
        guard document.isEmpty else {
            return [Diagnostic(at: pointer, "in '\(document)' at \(self.pointer): \(message)", remedy: remedy)]
        }
        return [Diagnostic(at: JSONPointer(tokens: pointer.tokens + self.pointer.tokens), message, remedy: remedy)]
    }
}

extension SchemaError: CustomStringConvertible {
    package var description: String {
        let place = document + (pointer.tokens.isEmpty ? "" : "#\(pointer)")
        return (place.isEmpty ? "" : place + ": ") + message + (remedy.map { "; " + $0 } ?? "")
    }
}

/// One way in which a value does not fit a schema.
package struct SchemaProblem: Equatable, Sendable {
    /// Where in the value.
    package let pointer: JSONPointer
    /// What is wrong, with what was found.
    package let message: String
    /// How to mend it.
    package let remedy: String?

    /// The problem as something to say about a file in which the value stands at a pointer.
    package func diagnostic(at pointer: JSONPointer) -> Diagnostic {
        Diagnostic(at: JSONPointer(tokens: pointer.tokens + self.pointer.tokens), message, remedy: remedy)
    }
}

extension SchemaProblem: CustomStringConvertible {
    package var description: String {
        (pointer.tokens.isEmpty ? "" : "\(pointer): ") + message + (remedy.map { "; " + $0 } ?? "")
    }
}
