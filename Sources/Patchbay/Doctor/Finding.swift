package import PatchbayModel

/// Something that keeps an installation, a plugin or a workspace from being whole, and what mends it.
package struct Finding: Sendable, Equatable {
    /// How much it matters.
    package enum Severity: String, Sendable {
        /// Something does not work.
        case error
        /// Something will not work where it is needed, or is not as safe as it could be.
        case warning
        /// Nothing is wrong; there is something newer or left to do.
        case note
    }

    package let severity: Severity
    /// What was found, and where.
    package let what: String
    /// What mends it: a command or an act.
    package let remedy: String

    package init(_ severity: Severity, _ what: String, remedy: String) {
        self.severity = severity
        self.what = what
        self.remedy = remedy
    }

    /// `{severity, what, remedy}`.
    package var json: JSONValue {
        ["severity": .string(severity.rawValue), "what": .string(what), "remedy": .string(remedy)]
    }
}
