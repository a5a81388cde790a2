import Foundation
import PatchbayRecording
import Testing

@Suite("A line difference")
struct LineDiffTests {
    @Test(arguments: [
        ("", "", ""), ("a\nb\n", "a\nb\n", ""), ("a\n", "b\n", "@@ -1,1 +1,1 @@\n-a\n+b\n"),
        ("", "a", "@@ -0,0 +1,1 @@\n+a\n"), ("a", "", "@@ -1,1 +0,0 @@\n-a\n"),
        ("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"),
        (
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n5\n6\n7\n8\n9\n",
            "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n"
        ),
        ("a\r\nb", "a\nb", "@@ -1,2 +1,2 @@\n-a\\u{d}\n+a\n b\n"),
        ("\u{1B}[31mred\u{202E}", "red", "@@ -1,1 +1,1 @@\n-\\u{1b}[31mred\\u{202e}\n+red\n"),
        ("caf\u{E9}", "cafe\u{301}", "@@ -1,1 +1,1 @@\n-caf\u{E9}\n+cafe\u{301}\n"),
    ])
    func `shows what was before and what is after`(old: String, new: String, expected: String) {
        #expect(Array(LineDiff.text(from: old, to: new).utf8) == Array(expected.utf8))
    }

    @Test
    func `shows stretches that are far apart one after the other`() {
        let old = (1...30).map(String.init).joined(separator: "\n")
        let new = old.replacing("\n5\n", with: "\nfive\n").replacing("\n25\n", with: "\n")
        #expect(
            LineDiff.text(from: old, to: new, labels: ("a", "b"), context: 1)
                == "--- a\n+++ b\n@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n@@ -24,3 +24,2 @@\n 24\n-25\n 26\n"
        )
    }

    @Test
    func `stays short, and shows of long lines where they differ`() {
        let many = LineDiff.text(from: "", to: (1...100_000).map(String.init).joined(separator: "\n"))
        #expect(many.split(separator: "\n").count == 201)
        #expect(many.hasSuffix("… and 99801 more lines\n"))
        let long = String(repeating: "x", count: 100_000)
        let difference = LineDiff.text(from: long + "one" + long, to: long + "two" + long)
        #expect(difference.contains("xone"))
        #expect(difference.contains("xtwo"))
        #expect(difference.utf8.count < 1_000)
    }
}

@Suite("A JUnit report")
struct JUnitReportTests {
    @Test
    func `counts, names and explains`() {
        let failed = TestOutcome(
            name: "b",
            differences: [
                TestDifference(turn: 2, what: "message 1", expected: "\"x\"", found: "\"y\"", diff: "-x\n+y\n"),
                TestDifference(turn: 2, what: "ended", expected: "no dialog runs", found: "a dialog waits"),
            ]
        )
        #expect(
            JUnitReport.xml([TestOutcome(name: "a", differences: []), failed]) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="2" failures="1" errors="0">
                  <testsuite name="patchbay" tests="2" failures="1" errors="0" skipped="0">
                    <testcase name="a" classname="patchbay"/>
                    <testcase name="b" classname="patchbay">
                      <failure message="turn 2, message 1: expected &quot;x&quot;, found &quot;y&quot;" type="difference">\
                turn 2, message 1: expected &quot;x&quot;, found &quot;y&quot;&#10;-x&#10;+y&#10;&#10;\
                turn 2, ended: expected no dialog runs, found a dialog waits</failure>
                    </testcase>
                  </testsuite>
                </testsuites>

                """
        )
        #expect(JUnitReport.xml([]).contains("tests=\"0\""))
    }

    @Test
    func `can be parsed whatever is in it`() throws {
        let naughty = "<a href=\"x\" b='c'>&amp; ]]> \u{0}\u{B}\u{1B}[0m\u{FFFE}\u{FFFF}\u{85} 🙂 zwei\nZeilen\t-->"
        let outcome = TestOutcome(
            name: naughty,
            differences: [TestDifference(turn: 1, what: naughty, expected: naughty, found: naughty, diff: naughty)]
        )
        var check = TinyXML(JUnitReport.xml([outcome], suite: naughty))
        let attributes = try check.document()
        let name = try #require(attributes["testcase/name"])
        #expect(name == "<a href=\"x\" b='c'>&amp; ]]> [0m 🙂 zwei\nZeilen\t-->")
        #expect(attributes["testsuites/failures"] == "1")
    }
}

/// As much of an XML reader as a report needs: elements, attributes, text, the five names and numbers of characters.
private struct TinyXML {
    struct Broken: Error {
        let place: Int
    }

    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The attributes as `element/name`.
    mutating func document() throws -> [String: String] {
        var attributes: [String: String] = [:]
        var open: [String] = []
        try skip("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        while place < scalars.count {
            if scalars[place] != "<" {
                _ = try text(until: "<")
            } else if scalars[place + 1] == "/" {
                try skip("</" + (open.popLast() ?? "?") + ">")
            } else {
                try skip("<")
                let element = name()
                while scalars[place] == " " {
                    try skip(" ")
                    let key = element + "/" + name()
                    try skip("=\"")
                    attributes[key] = try text(until: "\"")
                    try skip("\"")
                }
                if scalars[place] == "/" { try skip("/>") } else { try skip(">"); open.append(element) }
            }
        }
        guard open.isEmpty else { throw Broken(place: place) }
        return attributes
    }

    private mutating func skip(_ text: String) throws {
        for scalar in text.unicodeScalars {
            guard place < scalars.count, scalars[place] == scalar else { throw Broken(place: place) }
            place += 1
        }
    }

    private mutating func name() -> String {
        var name = ""
        while place < scalars.count, scalars[place].properties.isAlphabetic {
            name.unicodeScalars.append(scalars[place])
            place += 1
        }
        return name
    }

    private mutating func text(until end: Unicode.Scalar) throws -> String {
        var text = ""
        while place < scalars.count, scalars[place] != end {
            let scalar = scalars[place]
            place += 1
            switch scalar {
            case "<", ">": throw Broken(place: place)
            case "&":
                var name = ""
                while place < scalars.count, scalars[place] != ";" {
                    name.unicodeScalars.append(scalars[place])
                    place += 1
                }
                place += 1
                let named: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
                let number = name.hasPrefix("#") ? UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init) : nil
                guard let meant = named[name] ?? number else { throw Broken(place: place) }
                text.unicodeScalars.append(meant)
            default:
                let isAllowed =
                    scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF || scalar == "\n"
                guard isAllowed else { throw Broken(place: place) }
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
