/// Outcomes as JUnit XML, which build servers show.
package enum JUnitReport {
    /// The report, one suite with a case for each outcome.
    package static func xml(_ outcomes: [TestOutcome], suite: String = "patchbay") -> String {
        let failed = outcomes.count { !$0.passed }
        let counts = "tests=\"\(outcomes.count)\" failures=\"\(failed)\" errors=\"0\""
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
        text += "  <testsuite name=\"\(escaped(suite))\" \(counts) skipped=\"0\">\n"
        for outcome in outcomes { text += testCase(outcome, suite: suite) }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private static func testCase(_ outcome: TestOutcome, suite: String) -> String {
        let start = "    <testcase name=\"\(escaped(outcome.name))\" classname=\"\(escaped(suite))\""
        guard let first = outcome.differences.first else { return start + "/>\n" }
        let line = "turn \(first.turn), \(first.what): expected \(first.expected), found \(first.found)"
        let details = outcome.differences.map(\.description).joined(separator: "\n")
        return start
            + ">\n      <failure message=\"\(escaped(line))\" type=\"difference\">\(escaped(details))</failure>\n    </testcase>\n"
    }

    /// Text for an attribute or an element; what XML 1.0 (§2.2) cannot hold is left out.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            // Written out, so that attributes keep them.
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
