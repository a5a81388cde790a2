import Foundation
import PatchbayModel
import Testing

/// What the documents show is what the program does.
///
/// `RECORD=1` writes them anew.
@Suite("The documents", .serialized)
struct DocumentationTests {
    private static var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD"] == "1" }

    @Test func `the command reference is the program's help`() async throws {
        let program = Program(try TemporaryPlace())
        let tree = try await program.run("--experimental-dump-help").expectSuccess().json()
        let names = Self.commands(try #require(tree["command"]), after: [])
        try #require(names.count > 30)
        var text = Self.head
        for name in names {
            let help = try await program.run(["help"] + name).expectSuccess().output
            text += "\n## " + (["patchbay"] + name).joined(separator: " ") + "\n\n```text\n"
            text +=
                help.split(separator: "\n", omittingEmptySubsequences: false).map(Self.withoutTrailingSpace)
                .joined(separator: "\n").trimmingCharacters(in: .newlines) + "\n```\n"
        }
        if Self.isRecording {
            try Data(text.utf8).write(to: packageRoot.appendingPathComponent("docs/cli.md"))
        }
        #expect(packageText("docs/cli.md") == text, "RECORD=1 writes docs/cli.md anew")
    }

    @Test func `the tour is the program's own output`() async throws {
        let readme = try #require(packageText("README.md"))
        let (before, tour, after) = try #require(Self.tour(of: readme))
        var program = Program(try TemporaryPlace())
        try FileManager.default.createDirectory(atPath: program.place.path + "/tour", withIntermediateDirectories: true)
        program.folder = "tour"
        var shown: [String] = []
        let commands = tour.split(separator: "\n").filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
        try #require(commands.count > 4)
        for command in commands {
            let outcome = try await program.shell(command)
            #expect(outcome.status == 0, "\(command): \(outcome.output)")
            shown.append("$ " + command)
            let output = outcome.output.trimmingCharacters(in: .newlines)
            if !output.isEmpty { shown.append(output) }
        }
        let expected = shown.joined(separator: "\n") + "\n"
        if Self.isRecording {
            try Data((before + expected + after).utf8).write(to: packageRoot.appendingPathComponent("README.md"))
        } else {
            #expect(tour == expected, "RECORD=1 writes the tour of README.md anew")
        }
    }

    @Test func `the readme is short`() throws {
        #expect(
            try #require(packageText("README.md")).split(separator: "\n", omittingEmptySubsequences: false).count <= 151
        )
    }

    // MARK: - Parts

    private static let head = """
        # Commands

        What follows is the program's own help: `patchbay help COMMAND` prints the same.

        Every command takes the global options, before its name or after it. Exit codes: 0 done, 1 failed or findings, 64 wrong use.
        With `--json`, standard output holds exactly one JSON value (JSON lines for `chat`), and everything for people goes to
        standard error; an error is `{"error": {"code", "message", "diagnostics"}}`. Colors are left out with `--no-color`, with
        `NO_COLOR` set, and where the output is no terminal.

        """

    /// The names of a command and of all below it, in the order of the help; those that help hides are left out.
    private static func commands(_ command: JSONValue, after path: [String]) -> [[String]] {
        guard command["shouldDisplay"]?.bool != false, let name = command["commandName"]?.string, name != "help" else {
            return []
        }
        let own = name == "patchbay" && path.isEmpty ? [] : path + [name]
        return [own] + (command["subcommands"]?.array ?? []).flatMap { commands($0, after: own) }
    }

    private static func withoutTrailingSpace(_ line: Substring) -> Substring {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// What stands in the tour's console block, and what stands around it.
    private static func tour(of readme: String) -> (before: String, tour: String, after: String)? {
        guard let start = readme.range(of: "<!-- tour -->\n```console\n"),
            let end = readme.range(of: "```\n<!-- /tour -->", range: start.upperBound..<readme.endIndex)
        else { return nil }
        return (
            String(readme[..<start.upperBound]), String(readme[start.upperBound..<end.lowerBound]),
            String(readme[end.lowerBound...])
        )
    }
}
