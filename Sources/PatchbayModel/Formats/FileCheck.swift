/// Reads a file and says everything that is wrong with it.
package struct FileCheck {
    /// Reads and checks a text: its JSON, its shape, and what its parts say about each other.
    ///
    /// - Parameters:
    ///   - bytes: The file's text.
    ///   - kind: What the file is.
    ///   - file: The file as the user would name it, for the diagnostics.
    ///   - allowingParameters: Whether `{"$parameter": name}` may stand for a value, as in the dialogs of a template.
    /// - Returns: The value, nil only when the text is no JSON; and all diagnostics, each with file, line, column and pointer.
    package static func read(
        _ bytes: [UInt8],
        as kind: FileKind,
        file: String,
        allowingParameters: Bool = false
    ) -> (value: JSONValue?, diagnostics: [Diagnostic]) {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader().read(bytes)
        } catch {
            let found = error.problems.map { problem in
                Diagnostic(file: file, location: JSONLocation(offset: problem.offset, in: bytes), problem.message)
            }
            return (nil, found)
        }
        let found = diagnostics(of: value, as: kind, allowingParameters: allowingParameters)
        return (value, located(found, in: bytes, file: file))
    }

    /// How many findings of one file are told; finding the place of each reads the text again.
    package static let mostFindings = 100

    /// The first findings with their places.
    private static func located(_ found: [Diagnostic], in bytes: [UInt8], file: String) -> [Diagnostic] {
        told(of: found, file: file).map { $0.located(in: bytes, file: file) }
    }

    /// As many findings of one file as are told, and how many there are beside; errors go first where not all are told.
    package static func told(of found: [Diagnostic], file: String) -> [Diagnostic] {
        guard found.count > mostFindings else { return found }
        let errors = found.filter { $0.severity == .error }
        let told = (errors + found.filter { $0.severity != .error }).prefix(mostFindings)
        let rest = Diagnostic(
            errors.count > mostFindings ? .error : .warning,
            file: file,
            "\(found.count - mostFindings) more findings in this file; mend these first"
        )
        return told + [rest]
    }

    /// What is wrong with a value that was made rather than read; without file, line and column.
    package static func diagnostics(of value: JSONValue, as kind: FileKind, allowingParameters: Bool = false)
        -> [Diagnostic]
    {
        // Of a newer format nothing else is known.
        if let finding = FormatVersion.finding(in: value) { return [finding] }
        let found = ShapeChecker.diagnostics(of: value, shape: kind.shape, allowsParameters: allowingParameters)
        return found + rules(of: value, kind)
    }

    private static func rules(of value: JSONValue, _ kind: FileKind) -> [Diagnostic] {
        switch kind {
        case .plugin: ManifestRules.diagnostics(of: value)
        case .dialog: DialogRules.diagnostics(of: value)
        case .template: FileRules.template(value)
        case .workspace: FileRules.workspace(value)
        case .variables, .content: FileRules.variables(value)
        case .profile: FileRules.profile(value)
        default: []
        }
    }
}
