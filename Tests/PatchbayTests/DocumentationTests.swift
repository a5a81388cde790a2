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

    @Test func `every command and option that is named anywhere is there`() async throws {
        let tree = try await Program(try TemporaryPlace()).run("--experimental-dump-help").expectSuccess().json()
        let commands = try #require(tree["command"])
        let manager = FileManager.default
        var files = ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
        for folder in ["docs", "Sources", "Plugins", "Templates", "scripts"] {
            let paths = try manager.subpathsOfDirectory(atPath: packageRoot.appendingPathComponent(folder).path)
            files += paths.filter { !$0.hasSuffix(".schema.json") }.map { folder + "/" + $0 }
        }
        var count = 0
        for file in files.sorted() {
            guard let text = packageText(file) else { continue }
            for line in text.split(separator: "\n") where line.contains("patchbay ") || line.contains("`") {
                for words in NamedCommands.inLine(String(line), of: commands) {
                    count += 1
                    let fault = NamedCommands.fault(in: words, of: commands)
                    #expect(fault == nil, "\(file): 'patchbay \(words.joined(separator: " "))' has no '\(fault ?? "")'")
                }
            }
        }
        #expect(count > 150)
    }

    @Test func `the manual has a page for each command`() async throws {
        let program = Program(try TemporaryPlace())
        let built = URL(fileURLWithPath: Program.executable).deletingLastPathComponent().path
        let script = packageRoot.appendingPathComponent("scripts/manual").path
        try await program.shell("'\(script)' '\(Program.executable)' '\(built)/generate-manual' pages").expectSuccess()
        let tree = try await program.run("--experimental-dump-help").expectSuccess().json()
        let commands = Self.commands(try #require(tree["command"]), after: [])
            .filter { $0.first != "help" && $0.first != "script-worker" }
        for command in commands {
            let name = (["patchbay"] + command).joined(separator: "-")
            let page = String(decoding: try program.place.bytes("pages/\(name).1"), as: UTF8.self)
            #expect(page.contains("\n.Dt \(name.uppercased()) 1\n") && page.contains("\n.Sh DESCRIPTION\n"), "\(name)")
            #expect(!page.contains("script-worker") && !page.contains("\n.Xr patchbay."), "\(name)")
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

        Every command takes the global options, at any place. Exit codes: 0 done, 1 failed or findings, 64 wrong use.
        With `--json`, standard output holds exactly one JSON value (JSON lines for `chat`), and everything for people goes to
        standard error; an error is `{"error": {"code", "message", "diagnostics"}}`, help and version are `{"text"}`. Colors are left
        out with `--no-color`, with `NO_COLOR` set, and where the output is no terminal.

        `code` is one of

        | Code | What happened |
        |---|---|
        | `usage` | the command was written wrongly (exit code 64) |
        | `not-found`, `not-installed`, `no-workspace`, `no-home` | what was named, or is needed, is not there |
        | `invalid` | a file, a value or a name is not what it should be; `diagnostics` has the places |
        | `exists`, `conflict`, `in-use` | something else is in the way |
        | `changed`, `locked` | another command works on the same; try again |
        | `forbidden`, `refused`, `declined`, `cancelled` | somebody said no: the system or the owner, a service, you |
        | `missing-fields`, `unbound`, `blocked`, `copied`, `vault` | an integration lacks its credential or its permission |
        | `failed` | anything else |

        and for a call that failed its kind, see [formats.md](formats.md#failure-kinds).

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

/// Finds commands in texts and looks whether the program has them.
private enum NamedCommands {
    /// The words behind `patchbay` wherever it stands as a command, and the words of `group command …` between backticks.
    static func inLine(_ line: String, of tree: JSONValue) -> [[String]] {
        var found: [[String]] = []
        var before: Character = " "
        for (index, piece) in line.split(separator: "patchbay ", omittingEmptySubsequences: false).enumerated() {
            // A whole string of the source that begins so is a label.
            if index > 0, !before.isLetter, !"/.-\"".contains(before) {
                found.append(words(piece.prefix { !"`'\";|)(\\".contains($0) }))
            }
            before = piece.last ?? before
        }
        for (index, piece) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        where !index.isMultiple(of: 2) {
            let words = words(piece)
            guard words.count > 1, let command = subcommand(words[0], of: tree),
                words[1].hasPrefix("-") || command["subcommands"] != nil
            else { continue }
            found.append(words)
        }
        return found.filter { $0.first?.first?.isLowercase == true || $0.first?.hasPrefix("-") == true }
    }

    private static func words(_ text: Substring) -> [String] { text.split(separator: " ").map(String.init) }

    /// The first word that is neither a command nor an option of the one before; nil when all is well.
    static func fault(in words: [String], of tree: JSONValue) -> String? {
        var command = tree
        for word in words.map({ $0.trimmingCharacters(in: CharacterSet(charactersIn: ".,:")) }) {
            if word.hasPrefix("-"), word.count > 1, word != "--" {
                let name = String(word.prefix { $0 != "=" })
                if !options(of: command).contains(name) { return word }
            } else if command["subcommands"] != nil, !word.isEmpty, word.allSatisfy({ $0.isLowercase || $0 == "-" }) {
                guard word != "help" else { return nil }
                guard let next = subcommand(word, of: command) else { return word }
                command = next
            }
        }
        return nil
    }

    private static func subcommand(_ name: String, of command: JSONValue) -> JSONValue? {
        command["subcommands"]?.array?.first { $0["commandName"]?.string == name }
    }

    /// A command's options, and those that every command takes.
    private static func options(of command: JSONValue) -> Set<String> {
        let names = (command["arguments"]?.array ?? []).flatMap { $0["names"]?.array ?? [] }
        let own = names.compactMap { name in
            name["name"]?.string.map { (name["kind"]?.string == "short" ? "-" : "--") + $0 }
        }
        let shared = [
            "--workspace", "--home", "--plugins", "--json", "--quiet", "-q", "--no-color", "--yes", "-y", "--help",
            "--version", "--generate-completion-script",
        ]
        return Set(own).union(shared)
    }
}
