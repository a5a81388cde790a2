import Foundation
import PatchbayModel
import Testing

@Suite("A conversation test that is run")
struct TestCommandTests {
    /// Repeats what it is told, and adds up how often.
    private static let dialog = """
        {"formatVersion": 1, "language": "en", "id": "echo", "name": "Echo", "start": "word", "nodes": [
          {"id": "word", "kind": "entity", "type": "string", "prompts": [{"id": "ask", "text": "Which word?"}], "next": "say"},
          {"id": "say", "kind": "message", "messages": [
            {"id": "one", "text": "You said:\\n{{context.entities.word}}\\nThat's all."}], "next": "end"}]}
        """

    /// A workspace with that dialog, and a test that says `word` and expects `heard`.
    private static func workspace(_ tests: [(file: String, word: String, heard: String)]) async throws -> Program {
        let program = try await Program.inWorkspace()
        try program.place.write(dialog, to: "ws/dialogs/echo/dialog.json")
        for (file, word, heard) in tests {
            let answer: JSONValue = ["text": .string("You said:\n\(heard)\nThat's all.")]
            let turns: JSONValue = [
                ["event": ["kind": "start", "dialog": "echo"], "expect": [["text": "Which word?"]]],
                ["event": ["kind": "message", "text": .string(word)], "expect": [answer], "ended": true],
            ]
            let test: JSONValue = [
                "formatVersion": 1, "startTime": "2026-03-02T09:00:00Z", "seed": 1, "turns": turns,
            ]
            try program.place.write(JSONWriter().text(test), to: "ws/tests/" + file)
        }
        return program
    }

    @Test func `shows as a diff what is otherwise, and is recorded anew only when asked`() async throws {
        let program = try await Self.workspace([("old.json", "blue", "green"), ("same.json", "red", "red")])
        let (old, same) = (try program.place.bytes("ws/tests/old.json"), try program.place.bytes("ws/tests/same.json"))
        let failed = try await program.run("test").expectFailure()
        #expect(failed.output.contains("failed tests/old.json\nturn 2, message 1: expected "))
        #expect(failed.output.contains(" You said:\n-green\n+blue\n That's all.\n"), "\(failed.output)")
        #expect(failed.output.contains("passed tests/same.json\n") && failed.output.hasSuffix("1 passed, 1 failed.\n"))
        #expect(try program.place.bytes("ws/tests/old.json") == old)

        let updated = try await program.run("test", "--update").expectSuccess()
        let shown = try #require(updated.output.range(of: "--- now\n+++ updated\n"))
        let diff = updated.output[shown.upperBound...]
        #expect(diff.contains(#"-          "text": "You said:\ngreen\nThat's all.""#), "\(diff)")
        #expect(diff.contains(#"+          "text": "You said:\nblue\nThat's all.""#), "\(diff)")
        #expect(diff.contains("Recorded tests/old.json anew.") && !diff.contains("same.json anew"))
        #expect(try program.place.bytes("ws/tests/same.json") == same)
        #expect(try program.place.bytes("ws/tests/old.json") != old)
        try await program.run("test").expectSuccess()
        // A second time there is nothing to record.
        let again = try await program.run("test", "--update").expectSuccess()
        #expect(again.output.hasSuffix("2 passed, 0 recorded anew.\n") && !again.output.contains("Recorded"))
    }

    @Test func `is reported in XML whatever stands in names and texts`() async throws {
        let name = "a <b>&\"c\" 'd' ]]> 日本\u{1F600}.json"
        let naughty = "<&>\"' ]]> --> \u{1B}[31m \u{7F}\u{85} é\u{1F600}"
        let program = try await Self.workspace([(name, naughty, "x" + naughty), ("plain.json", "red", "red")])
        try await program.run("test", "--junit", "../report.xml").expectFailure()
        let reading = """
            import json, xml.etree.ElementTree as tree
            root = tree.parse('../report.xml').getroot()
            cases = list(root.iter('testcase'))
            print(json.dumps({
                'root': root.attrib, 'names': [case.get('name') for case in cases],
                'failures': [[case.get('name'), failure.get('message'), failure.text]
                    for case in cases for failure in case.iter('failure')],
            }))
            """
        try program.place.write(reading, to: "read.py")
        let report = try await program.shell("python3 ../read.py").expectSuccess().json()
        #expect(report["root"]?["tests"]?.string == "2" && report["root"]?["failures"]?.string == "1")
        #expect(report["names"]?.array == [.string("tests/" + name), "tests/plain.json"])
        #expect(report["failures"]?.array?.count == 1)
        let failure = report["failures"]?[0]
        #expect(failure?[0]?.string == "tests/" + name)
        #expect(failure?[1]?.string?.hasPrefix("turn 2, message 1: expected ") == true)
        #expect(failure?[2]?.string?.contains("\n+<&>\"' ]]> --> ") == true, "\(String(describing: failure))")
    }

    @Test func `is named where its name can't be a test's`() async throws {
        let program = try await Self.workspace([("a\u{1}b\n.json", "red", "red")])
        let outcome = try await program.run("test", "--json").expectFailure(saying: "rename it")
        #expect(
            try outcome.json()["error"]?["message"]?.string?.hasPrefix(
                #"the name 'tests/a\u{1}b\u{a}.json' is not allowed: it has a control character"#
            ) == true
        )
    }
}
