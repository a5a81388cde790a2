/// Where a dialog begins, or a follow-up leads to another dialog.
package struct IntentNode: Sendable, Equatable {
    package let utterances: Phrases
    /// Whether it is left out of help.
    package let isHidden: Bool
    /// The dialog of a follow-up intent.
    package let dialog: DialogID?

    init(_ fields: Fields) throws(DiagnosticError) {
        utterances = Phrases(fields["utterances"], language: fields.language)
        isHidden = fields.bool("hidden")
        dialog = fields.optionalID("dialog")
    }
}

/// A question that is answered with yes or no.
package struct ConfirmationNode: Sendable, Equatable {
    package let prompts: [Alternative]
    package let errorPrompts: [Alternative]
    /// Phrases beside the built-in ones.
    package let yes: Phrases
    package let no: Phrases
    package let retries: Int
    package let onRetriesExceeded: FailureTarget

    init(_ fields: Fields) throws(DiagnosticError) {
        prompts = try fields.list("prompts", Alternative.init)
        errorPrompts = try fields.list("errorPrompts", Alternative.init)
        yes = Phrases(fields["yes"], language: fields.language)
        no = Phrases(fields["no"], language: fields.language)
        retries = fields.int("retries") ?? 5
        onRetriesExceeded = FailureTarget(fields.optionalString("onRetriesExceeded") ?? "end")
    }
}

/// Something the assistant says.
package struct MessageNode: Sendable, Equatable {
    package let messages: [Alternative]

    init(_ fields: Fields) throws(DiagnosticError) {
        messages = try fields.list("messages", Alternative.init)
    }
}

/// A call of another dialog.
package struct DialogNode: Sendable, Equatable {
    /// What becomes of the calling dialog.
    package enum Mode: String, Sendable, CaseIterable {
        case `return`, replace
    }

    package let dialog: DialogID
    package let mode: Mode
    /// Writes the child's context, read in the parent's.
    package let before: [Assignment]
    /// Writes the parent's context, reading `child`.
    package let after: [Assignment]

    init(_ fields: Fields) throws(DiagnosticError) {
        dialog = try fields.id("dialog")
        mode = try fields.choice("mode", default: .return)
        before = try fields.list("before", Assignment.init)
        after = try fields.list("after", Assignment.init)
    }
}
