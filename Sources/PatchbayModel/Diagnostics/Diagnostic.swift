/// One thing to say about a file that a person wrote.
package struct Diagnostic: Sendable, Hashable {
    /// How much it matters: an error stops, a warning is shown.
    package enum Severity: String, Sendable, CaseIterable {
        case error, warning
    }

    package let severity: Severity
    /// The file as the user would name it; nil when the text came from elsewhere.
    package var file: String?
    /// The place in the file's value; nil for a file that is no JSON or could not be read.
    package var pointer: JSONPointer?
    /// Line and column, once looked up with ``located(in:file:)``.
    package var location: JSONLocation?
    /// What is wrong, with the value found.
    package let message: String
    /// How to mend it: what is allowed, the near name, the command.
    package let remedy: String?

    package init(
        _ severity: Severity = .error,
        file: String? = nil,
        at pointer: JSONPointer? = nil,
        location: JSONLocation? = nil,
        _ message: String,
        remedy: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.pointer = pointer
        self.location = location
        self.message = message
        self.remedy = remedy
    }

    /// The same with its file, and with line and column looked up in the file's text.
    package func located(in bytes: [UInt8], file: String) -> Diagnostic {
        var copy = self
        copy.file = file
        if location == nil, let pointer { copy.location = JSONLocation(of: pointer, in: bytes) }
        return copy
    }

    /// As a JSON object of `severity, file, line, column, pointer, message, remedy`; what is unknown is left out.
    package var json: JSONValue {
        var object: JSONObject = ["severity": .string(severity.rawValue)]
        object["file"] = file.map(JSONValue.string)
        object["line"] = location.map { .number(JSONNumber($0.line)) }
        object["column"] = location.map { .number(JSONNumber($0.column)) }
        object["pointer"] = pointer.map { .string($0.description) }
        object["message"] = .string(message)
        object["remedy"] = remedy.map(JSONValue.string)
        return .object(object)
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line for people.
    ///
    /// `weather/plugin.json:41:17: error: /operations/forecast/method: unknown method 'FETCH'; use one of GET, POST`
    package var description: String {
        var place = file ?? ""
        if let location { place += "\(place.isEmpty ? "" : ":")\(location.line):\(location.column)" }
        let parts = [place, severity.rawValue, pointer?.description ?? "", message].filter { !$0.isEmpty }
        return parts.joined(separator: ": ") + (remedy.map { "; " + $0 } ?? "")
    }
}

extension Sequence<Diagnostic> {
    /// Whether any of them is an error.
    package var hasErrors: Bool { contains { $0.severity == .error } }
}

/// Thrown where a file with errors stops the work: carries all that was found, warnings too.
package struct DiagnosticError: Error, Equatable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
