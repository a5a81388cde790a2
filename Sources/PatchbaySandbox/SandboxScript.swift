package import PatchbayConnector
package import PatchbayModel

/// Scripted replies and faults that come before anything else the sandbox would say.
///
/// `{"formatVersion": 1, "replies": [{"operation"?, "match"?, "answer": {…} | "failure": {…}, "times"?: 2}]}`: each
/// request takes the first reply that fits it and is not used up.
package struct SandboxScript: Sendable, Equatable {
    /// One reply.
    package struct Reply: Sendable, Equatable {
        package let exchange: Exchange
        /// How often it is given; at least 1.
        package let times: Int

        package init(_ exchange: Exchange, times: Int = 1) {
            self.exchange = exchange
            self.times = max(1, times)
        }
    }

    package let replies: [Reply]

    package init(replies: [Reply]) {
        self.replies = replies
    }

    /// Decodes a script file.
    ///
    /// - Throws: ``DiagnosticError`` with the pointer of what is missing or wrong.
    package init(_ value: JSONValue) throws(DiagnosticError) {
        let fields = try Fields(root: value)
        if let finding = FormatVersion.finding(in: value) { throw DiagnosticError([finding]) }
        guard fields.int("formatVersion") == 1 else { throw fields.wrong("formatVersion", "expected 1") }
        _ = try fields.required("replies")
        replies = try fields.list("replies") { fields throws(DiagnosticError) in
            let times = fields.int("times") ?? 1
            guard times >= 1 else { throw fields.wrong("times", "expected a number from 1 on") }
            return Reply(try Exchange(fields), times: times)
        }
    }
}
