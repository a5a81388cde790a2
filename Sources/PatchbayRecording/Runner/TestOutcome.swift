package import PatchbayModel

/// One thing that was not as the test expects.
package struct TestDifference: Sendable, Equatable {
    /// Counts from 1.
    package let turn: Int
    /// `message 2`, `call 1`, `variable total`, `ended`, `turn`.
    package let what: String
    /// What the test expects, on one line.
    package let expected: String
    /// What there was instead, on one line.
    package let found: String
    /// The lines that differ; empty where expected and found say it.
    package let diff: String

    package init(turn: Int, what: String, expected: String, found: String, diff: String = "") {
        self.turn = turn
        self.what = what
        self.expected = expected
        self.found = found
        self.diff = diff
    }

    /// `{turn, what, expected, found, diff?}`.
    package var json: JSONValue {
        var object: JSONObject = ["turn": .number(JSONNumber(turn)), "what": .string(what)]
        object["expected"] = .string(expected)
        object["found"] = .string(found)
        if !diff.isEmpty { object["diff"] = .string(diff) }
        return .object(object)
    }
}

extension TestDifference: CustomStringConvertible {
    /// `turn 2, message 1: expected "…", found "…"`, then the lines that differ.
    package var description: String {
        let line = "turn \(turn), \(what): expected \(expected), found \(found)"
        return diff.isEmpty ? line : line + "\n" + diff
    }
}

/// How a test went.
package struct TestOutcome: Sendable, Equatable {
    package let name: String
    /// In the order of the turns; empty when all was as expected.
    package let differences: [TestDifference]

    package init(name: String, differences: [TestDifference]) {
        self.name = name
        self.differences = differences
    }

    package var passed: Bool { differences.isEmpty }

    /// `{name, passed, differences?}`.
    package var json: JSONValue {
        var object: JSONObject = ["name": .string(name), "passed": .bool(passed)]
        if !passed { object["differences"] = .array(differences.map(\.json)) }
        return .object(object)
    }
}

/// A test recorded anew.
package struct TestUpdate: Sendable, Equatable {
    package let test: ConversationTest
    /// How the file's text changes; empty when it does not.
    package let diff: String
}
